//! `yarrow miner register`: work for a place on a subnet.

use std::io::Write as _;

use serde::Serialize;

use super::subnet::SubnetArgs;
use crate::{
    error::CliError,
    output::Output,
    wallet::{ColdkeyArgs, HotkeyArgs},
};

/// Options of `yarrow miner register`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    subnet: SubnetArgs,
    #[command(flatten)]
    coldkey: ColdkeyArgs,
    #[command(flatten)]
    hotkey: HotkeyArgs,
}

#[derive(Serialize)]
struct Report {
    netuid: u16,
    uid: u16,
    hotkey: String,
    coldkey: String,
}

pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let hotkey = args.hotkey.account(&args.coldkey.wallet)?;
    let subnet = args.subnet.connect()?;
    let coldkey = args.coldkey.signer()?;
    let uid = miner::register_by_work(&*subnet.chain, &subnet.contracts, &coldkey, hotkey, subnet.netuid)?;
    let report = Report {
        netuid: subnet.netuid.get(),
        uid: uid.get(),
        hotkey: chain::ss58(&hotkey),
        coldkey: chain::ss58(&coldkey.account()),
    };
    writeln!(output, "{} is uid {} of subnet {}", report.hotkey, report.uid, report.netuid)?;
    Ok(output.report(&report)?)
}
