//! `yarrow stake add`.

use chain::{At, tao};
use primitives::{Rao, Staking as _, staking::STAKE_HOLD};
use psp22::PSP22 as _;

use super::amount::{AmountArgs, HotkeysArgs};
use crate::{
    error::CliError,
    format,
    market::ChainArgs,
    output::Output,
    wallet::ColdkeyArgs,
    write::{Change, Step, Write, WriteArgs, WriteError, perform},
};

/// Options of `yarrow stake add`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    // On each hotkey; all that there is is divided between them.
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

/// Stakes an amount on each of the hotkeys.
pub(super) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let by = args.coldkey.account()?;
    let hotkeys = args.hotkeys.accounts(&args.coldkey.wallet)?;
    let market = args.chain.connect()?;
    let (contracts, page) = (market.contracts, market.page(At::Head)?);
    let free = Rao::from_psp22(page.view(contracts.token().balance_of(by))?).unwrap_or(Rao::ZERO);
    let amount = args.amount.each(free, hotkeys.len());
    if amount.is_zero() {
        return Err(WriteError::NothingToDo("there is no TAO to stake").into());
    }
    let step = |hotkey: &primitives::AccountId| {
        let (hotkey, short) = (*hotkey, format::short(hotkey));
        Step {
            title: format!("Stake {} on {short}", tao(amount)),
            done: format!("Staked {} on {short}", tao(amount)),
            message: contracts.staking().add_stake(hotkey, amount).into(),
            changes: vec![
                Change::pays("free TAO", contracts, by, amount),
                Change::stakes(format!("stake on {short}"), contracts, (hotkey, by), amount),
            ],
        }
    };
    let until = page.view(contracts.staking().clock())?.block(page.block.timestamp_ms).after(STAKE_HOLD);
    let write = Write {
        by,
        spends: Rao::new(amount.get().saturating_mul(hotkeys.len() as u64)),
        taker: Some(contracts.staking),
        steps: hotkeys.iter().map(step).collect(),
        notes: vec![format!(
            "held there for {STAKE_HOLD} blocks, until about protocol block {}",
            format::grouped(until.get())
        )],
    };
    perform(&market, write, &args.write, || args.coldkey.signer(), output)?;
    Ok(())
}
