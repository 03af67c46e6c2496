//! `yarrow stake transfer`.

use chain::{At, ChainExt as _, parse_ss58, tao};
use primitives::{AccountId, Rao, Staking as _};

use super::amount::AmountArgs;
use crate::{
    error::CliError,
    format,
    market::ChainArgs,
    output::Output,
    wallet::{ColdkeyArgs, HotkeyArgs},
    write::{Change, Step, Write, WriteArgs, perform},
};

/// Options of `yarrow stake transfer`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The coldkey whose it will be
    #[arg(long, visible_aliases = ["dest", "destination"], value_name = "ADDRESS", value_parser = parse_ss58)]
    dest_ss58: AccountId,
    #[command(flatten)]
    hotkey: HotkeyArgs,
    #[command(flatten)]
    amount: AmountArgs,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    coldkey: ColdkeyArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Makes an amount another coldkey's. It counts as spent: it is gone as TAO would be.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let (by, to) = (args.coldkey.account()?, args.dest_ss58);
    let hotkey = args.hotkey.account(&args.coldkey.wallet)?;
    let market = args.chain.connect()?;
    let (contracts, page) = (market.contracts, market.page(At::Head)?);
    let asked = args.amount.of(page.view(contracts.staking().stake_of(hotkey, by))?);
    let message = || contracts.staking().transfer_stake(hotkey, to, asked);
    // A rest that is too small goes with it: what is transferred is for the contract to say.
    let amount: Rao = market.chain.dry_run(by, message())?.value;
    let (short, [own, theirs]) = (format::short(&hotkey), [by, to].map(|coldkey| format::short(&coldkey)));
    let step = Step {
        title: format!("Transfer {} of stake on {short} to {theirs}", tao(amount)),
        done: format!("Transferred {} of stake on {short} to {theirs}", tao(amount)),
        message: message().into(),
        changes: vec![
            Change::unstakes(format!("stake of {own}"), contracts, (hotkey, by), amount),
            Change::stakes(format!("stake of {theirs}"), contracts, (hotkey, to), amount),
        ],
    };
    args.write.expect_within_limit(amount)?;
    let write = Write { by, spends: Rao::ZERO, taker: None, steps: vec![step], notes: Vec::new() };
    perform(&market, write, &args.write, || args.coldkey.signer(), output)?;
    Ok(())
}
