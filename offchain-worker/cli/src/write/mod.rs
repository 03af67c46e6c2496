//! Everything that a command changes on a chain goes this way: tried, shown, confirmed, sent, and read back.
//!
//! A [`Write`] says what is to be sent by whom and what it shall change. [`perform`] tries it in a dry run, shows what it
//! changes and costs, asks unless told not to, sends it, and reads the changed values at the block that it is in: only if
//! they are what was predicted, it was a success.

mod change;
mod error;
mod plan;
mod send;
mod view;

use std::io::{self, IsTerminal as _, Write as _};

use chain::{Amount, Message, Receipt, Reply, Signer};
use primitives::{AccountId, Rao};

pub(crate) use self::{
    change::{Change, Value},
    error::WriteError,
};
use self::{plan::Plan, send::Sender};
use crate::{error::CliError, market::Market, output::Output, preferences::Preferences, wallet::WalletError};

/// How a command that changes something goes about it.
#[derive(Debug, clap::Args)]
pub(crate) struct WriteArgs {
    /// Say what it would do and cost, and send nothing; needs no password
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(short = 'y', long, visible_alias = "no-prompt", conflicts_with = "dry_run")]
    yes: bool,
    /// Say nothing but errors
    #[arg(short, long)]
    quiet: bool,
    /// The most TAO that it may spend, rather than the configured limit
    #[arg(long, value_name = "AMOUNT")]
    spend_limit: Option<Amount>,
}

/// What a command is to change: one message, or several of one kind that belong together.
pub(crate) struct Write<R> {
    /// Who signs.
    pub(crate) by: AccountId,
    /// What leaves the free TAO of `by`, at most.
    pub(crate) spends: Rao,
    /// The contract that takes it by an allowance, which is given beforehand where it is missing.
    pub(crate) taker: Option<AccountId>,
    /// The messages, in their order.
    pub(crate) steps: Vec<Step<R>>,
    /// What a user should know before: rules that could surprise.
    pub(crate) notes: Vec<String>,
}

/// One message and what comes of it.
pub(crate) struct Step<R> {
    /// What it does, as an order: `Stake τ10 on 5Grw…`.
    pub(crate) title: String,
    /// The same when it is done: `Staked τ10 on 5Grw…`.
    pub(crate) done: String,
    /// The message.
    pub(crate) message: Message<R>,
    /// What it changes.
    pub(crate) changes: Vec<Change>,
}

/// A message that was sent and did what was predicted.
pub(crate) struct Done<T> {
    /// What it returned.
    pub(crate) value: T,
    /// Where it is and what it cost.
    pub(crate) receipt: Receipt,
}

/// Does a write as the arguments say; nothing is returned for a dry run. `unlock` opens the key of `by`, and is called
/// only when something is to be sent.
///
/// # Errors
/// [`WriteError`], a contract's refusal, and those of keys and connections. What was sent before is reported then, too.
pub(crate) fn perform<R: Reply>(
    market: &Market,
    write: Write<R>,
    args: &WriteArgs,
    unlock: impl FnOnce() -> Result<Signer, WalletError>,
    output: &mut Output,
) -> Result<Option<Vec<Done<R::Value>>>, CliError> {
    if args.quiet {
        output.be_quiet();
    }
    args.expect_consent_possible(output)?;
    args.expect_within_limit(write.spends)?;
    let plan = Plan::make(market, write)?;
    if args.dry_run {
        plan.show(output)?;
        writeln!(output, "Nothing was sent.")?;
        output.report(&plan.report())?;
        return Ok(None);
    }
    if !args.yes {
        plan.show(output)?;
        confirm()?;
    }
    let signer = unlock()?;
    if signer.account() != plan.write.by {
        return Err(WriteError::OtherKey { named: plan.write.by, opened: signer.account() }.into());
    }
    let mut sender = Sender::new(market, &plan, signer);
    let sent = sender.send(output);
    output.report(&sender.report())?;
    sent.map(Some)
}

impl WriteArgs {
    /// A script must not wait for an answer that nobody gives.
    fn expect_consent_possible(&self, output: &Output) -> Result<(), WriteError> {
        if self.yes || self.dry_run || can_ask(output) { Ok(()) } else { Err(WriteError::NotConfirmed) }
    }

    /// Refuses more than may be spent at once.
    ///
    /// # Errors
    /// [`WriteError::SpendLimitExceeded`], and if the configuration cannot be read.
    pub(crate) fn expect_within_limit(&self, spends: Rao) -> Result<(), CliError> {
        let limit = match self.spend_limit {
            Some(limit) => Some(limit),
            None => Preferences::read()?.spend_limit,
        };
        match limit {
            Some(limit) if Amount(spends) > limit => {
                Err(WriteError::SpendLimitExceeded { spends: Amount(spends), limit }.into())
            }
            _ => Ok(()),
        }
    }
}

/// Goes on only if a person at the terminal says so.
///
/// # Errors
/// [`WriteError::NotConfirmed`] if there is nobody to ask, [`WriteError::Declined`].
pub(crate) fn consent(output: &Output) -> Result<(), CliError> {
    if can_ask(output) { confirm() } else { Err(WriteError::NotConfirmed.into()) }
}

fn can_ask(output: &Output) -> bool {
    !output.is_json() && io::stdin().is_terminal()
}

/// Asks the person at the terminal.
fn confirm() -> Result<(), CliError> {
    write!(io::stderr(), "Do it? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        Ok(())
    } else {
        Err(WriteError::Declined.into())
    }
}
