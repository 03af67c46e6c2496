//! `yarrow sudo set-take` and `get-take`: the part of dividends that a hotkey's owner keeps.

use std::io::Write as _;

use chain::{
    At, Contracts,
    parameters::{Unit, Value as Number},
    ss58,
};
use primitives::{
    AccountId, Rao, Staking as _,
    staking::{Delegate, MAX_TAKE, TAKE_RAISE_INTERVAL},
};
use serde_json::json;

use crate::{
    error::CliError,
    format,
    impossible::Impossible,
    market::{Page, PageArgs},
    output::Output,
    subnets::{OwnerArgs, protocol_block},
    wallet::{HotkeyArgs, WalletArgs},
    write::{Change, Step, Value, Write, WriteError, perform},
};

/// What a take is a part of.
const UNIT: Unit = Unit::Parts(u16::MAX as u64);

/// Options of `yarrow sudo get-take`.
#[derive(Debug, clap::Args)]
pub(super) struct GetArgs {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    wallet: WalletArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
}

/// Shows a hotkey's take.
pub(super) fn get(args: &GetArgs, output: &mut Output) -> Result<(), CliError> {
    let hotkey = args.hotkey.account(&args.wallet)?;
    let market = args.page.connect()?;
    let page = market.page(args.page.at())?;
    let delegate = delegate(&page, &market.contracts, hotkey)?;
    let now = protocol_block(&page, &market.contracts)?;
    let raise_from = delegate.take_changed_at.after(TAKE_RAISE_INTERVAL).max(now);
    output.report(&json!({
        "hotkey": ss58(&hotkey),
        "owner": ss58(&delegate.owner),
        "take": delegate.take,
        "max_take": MAX_TAKE,
        "changed_at": delegate.take_changed_at.get(),
        "may_be_raised_from": raise_from.get(),
    }))?;
    writeln!(output, "{} takes {} of the dividends of those who stake on it", ss58(&hotkey), shown(delegate.take))?;
    writeln!(output, "at most   {}", shown(MAX_TAKE))?;
    writeln!(output, "lowered   at any time")?;
    let from =
        if raise_from <= now { "now".to_owned() } else { format!("block {}", format::grouped(raise_from.get())) };
    writeln!(output, "raised    from {from} on")?;
    Ok(())
}

/// Options of `yarrow sudo set-take`.
#[derive(Debug, clap::Args)]
pub(super) struct SetArgs {
    #[command(flatten)]
    owner: OwnerArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
    /// The part to take: 0.18, 18%, or a number of 65,535
    #[arg(long, value_name = "FRACTION", value_parser = fraction)]
    take: u16,
}

fn fraction(text: &str) -> Result<u16, String> {
    match UNIT.parse(text) {
        Ok(Number::One(parts)) => {
            u16::try_from(parts).map_err(|_| format!("a take is a part of one; at most {}", shown(MAX_TAKE)))
        }
        Ok(Number::Pair(_, _)) => Err("a take is one number".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Raises or lowers a hotkey's take.
pub(super) fn set(args: &SetArgs, output: &mut Output) -> Result<(), CliError> {
    let SetArgs { owner, hotkey, take } = args;
    let take = *take;
    let hotkey = hotkey.account(&owner.who.wallet)?;
    let market = owner.chain.connect()?;
    let contracts = market.contracts;
    let before = delegate(&market.page(At::Head)?, &contracts, hotkey)?.take;
    let message = match take.cmp(&before) {
        std::cmp::Ordering::Equal => return Err(WriteError::NothingToDo("that is its take already").into()),
        std::cmp::Ordering::Less => contracts.staking().decrease_take(hotkey, take).into(),
        std::cmp::Ordering::Greater => contracts.staking().increase_take(hotkey, take).into(),
    };
    let read = move |page: &Page| Ok(Value::Text(shown(delegate(page, &contracts, hotkey)?.take)));
    let step = Step {
        title: format!("Set the take of {} to {}", ss58(&hotkey), shown(take)),
        done: format!("Set the take of {} to {}", ss58(&hotkey), shown(take)),
        message,
        changes: vec![Change::to("take", Value::Text(shown(take)), read)],
    };
    let notes =
        vec![format!("after a change it can be raised again {} blocks later", format::grouped(TAKE_RAISE_INTERVAL))];
    let write = Write { by: owner.who.account()?, spends: Rao::ZERO, taker: None, steps: vec![step], notes };
    perform(&market, write, &owner.write, || owner.who.signer(), output).map(drop)
}

/// A hotkey that must have an owner.
fn delegate(page: &Page, contracts: &Contracts, hotkey: AccountId) -> Result<Delegate, CliError> {
    let found = page.view(contracts.staking().delegate(hotkey))?;
    found.ok_or_else(|| Impossible::HotKeyAccountNotExists(hotkey).into())
}

/// A take with its fraction.
fn shown(take: u16) -> String {
    UNIT.describe(Number::One(take.into()))
}
