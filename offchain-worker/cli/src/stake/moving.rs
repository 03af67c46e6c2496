//! `yarrow stake move`.

use chain::{At, ChainExt as _, tao};
use primitives::{Rao, Staking as _, staking::STAKE_HOLD};

use super::amount::AmountArgs;
use crate::{
    error::CliError,
    format,
    market::ChainArgs,
    output::Output,
    wallet::{ColdkeyArgs, hotkey},
    write::{Change, Step, Write, WriteArgs, perform},
};

/// Options of `yarrow stake move`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The hotkey that it leaves, by name or address
    #[arg(long, visible_alias = "origin-hotkey", value_name = "NAME|SS58")]
    from: String,
    /// The hotkey that gets it, by name or address
    #[arg(long, visible_alias = "dest-hotkey", value_name = "NAME|SS58")]
    to: String,
    #[command(flatten)]
    amount: AmountArgs,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    coldkey: ColdkeyArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Moves an amount.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let by = args.coldkey.account()?;
    let [from, to] = [&args.from, &args.to].map(|named| hotkey(named, &args.coldkey.wallet));
    let (from, to) = (from?, to?);
    let market = args.chain.connect()?;
    let (contracts, page) = (market.contracts, market.page(At::Head)?);
    let asked = args.amount.of(page.view(contracts.staking().stake_of(from, by))?);
    let message = || contracts.staking().move_stake(from, to, asked);
    // A rest that is too small goes with it: what is moved is for the contract to say.
    let moved: Rao = market.chain.dry_run(by, message())?.value;
    let (amount, [short_from, short_to]) = (tao(moved), [from, to].map(|hotkey| format::short(&hotkey)));
    let step = Step {
        title: format!("Move {amount} of stake from {short_from} to {short_to}"),
        done: format!("Moved {amount} of stake from {short_from} to {short_to}"),
        message: message().into(),
        changes: vec![
            Change::unstakes(format!("stake on {short_from}"), contracts, (from, by), moved),
            Change::stakes(format!("stake on {short_to}"), contracts, (to, by), moved),
        ],
    };
    let notes = vec![format!("held on its new hotkey for {STAKE_HOLD} blocks")];
    let write = Write { by, spends: Rao::ZERO, taker: None, steps: vec![step], notes };
    perform(&market, write, &args.write, || args.coldkey.signer(), output)?;
    Ok(())
}
