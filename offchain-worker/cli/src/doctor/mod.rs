//! `yarrow doctor`: everything between this machine and a validator's or miner's income, one row each, with what to do
//! where something is wrong.
//!
//! It only looks: nothing is sent, no password is asked for, and it goes on after a row that fails, as far as the rest can
//! be looked at without it.

mod axon;
mod contracts;
mod fees;
mod host;
mod keys;
mod machine;
mod seat;

use primitives::Netuid;

use crate::{checks::Rows, error::CliError, market::ChainArgs, output::Output};

/// Options of `yarrow doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: keys::KeyArgs,
    /// Look also at the hotkey's place on this subnet: seat, permit, stake, weights, endpoint, task
    #[arg(long, value_name = "N")]
    netuid: Option<u16>,
}

/// Looks at everything and writes what was found; fails if something does not work.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let mut rows = Rows::default();
    let netuid = args.netuid.map(Netuid::new);
    let market = host::look(&args.chain.place()?, args.chain.deployment(), &mut rows);
    if let Some(market) = &market {
        contracts::look(market, &mut rows);
    }
    let hotkey = keys::look(&args.key, netuid.is_some(), &mut rows);
    let task = match (&market, netuid) {
        (Some(market), Some(netuid)) => seat::look(market, netuid, hotkey, &mut rows),
        _ => None,
    };
    machine::look(task.as_deref(), &mut rows);
    rows.finish(output)
}
