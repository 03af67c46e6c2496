//! `yarrow stake remove`.

use chain::{At, ChainExt as _, tao};
use primitives::{Rao, Staking as _};

use super::amount::{AmountArgs, HotkeysArgs};
use crate::{
    error::CliError,
    format,
    market::ChainArgs,
    output::Output,
    wallet::ColdkeyArgs,
    write::{Change, Step, Write, WriteArgs, WriteError, perform},
};

/// Options of `yarrow stake remove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    // From each hotkey.
    #[command(flatten)]
    amount: AmountArgs,
    #[command(flatten)]
    hotkeys: HotkeysArgs,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    coldkey: ColdkeyArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Takes an amount back from each of the hotkeys.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let by = args.coldkey.account()?;
    let hotkeys = args.hotkeys.accounts(&args.coldkey.wallet)?;
    let market = args.chain.connect()?;
    let (contracts, page) = (market.contracts, market.page(At::Head)?);
    let mut steps = Vec::new();
    for hotkey in hotkeys.iter().copied() {
        let asked = args.amount.of(page.view(contracts.staking().stake_of(hotkey, by))?);
        if asked.is_zero() && hotkeys.len() > 1 {
            continue;
        }
        let message = || contracts.staking().remove_stake(hotkey, asked);
        // A rest that is too small goes with it: what is paid is for the contract to say.
        let paid: Rao = market.chain.dry_run(by, message())?.value;
        let short = format::short(&hotkey);
        steps.push(Step {
            title: format!("Take {} of stake back from {short}", tao(paid)),
            done: format!("Took {} of stake back from {short}", tao(paid)),
            message: message().into(),
            changes: vec![
                Change::unstakes(format!("stake on {short}"), contracts, (hotkey, by), paid),
                Change::earns("free TAO", contracts, by, paid),
            ],
        });
    }
    if steps.is_empty() {
        return Err(WriteError::NothingToDo("nothing is staked on these hotkeys").into());
    }
    let write = Write { by, spends: Rao::ZERO, taker: None, steps, notes: Vec::new() };
    perform(&market, write, &args.write, || args.coldkey.signer(), output)?;
    Ok(())
}
