//! `yarrow miner register`: work for a place on a subnet.

use std::io::{self, Write};

use serde::Serialize;

use super::subnet::SubnetArgs;
use crate::{
    error::CliError,
    wallet::{PasswordArgs, WalletArgs},
};

/// Options of `yarrow miner register`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    subnet: SubnetArgs,
    #[command(flatten)]
    wallet: WalletArgs,
    /// The hotkey to register; the coldkey of its wallet sends the registration
    #[arg(short = 'H', long, value_name = "NAME", default_value = "default")]
    hotkey: String,
    #[command(flatten)]
    password: PasswordArgs,
    /// Print one JSON object instead of a line
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    netuid: u16,
    uid: u16,
    hotkey: String,
    coldkey: String,
}

pub(crate) fn run(args: &Args, output: &mut impl Write) -> Result<(), CliError> {
    let hotkey = args.wallet.hotkey(&args.hotkey)?.read()?.account();
    let subnet = args.subnet.connect()?;
    let coldkey = args.password.unlock(&args.wallet.coldkey()?)?;
    let uid = miner::register_by_work(&*subnet.chain, &subnet.contracts, &coldkey, hotkey, subnet.netuid)?;
    let report = Report {
        netuid: subnet.netuid.get(),
        uid: uid.get(),
        hotkey: chain::ss58(&hotkey),
        coldkey: chain::ss58(&coldkey.account()),
    };
    if args.json {
        serde_json::to_writer(&mut *output, &report).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        writeln!(output, "{} is uid {} of subnet {}", report.hotkey, report.uid, report.netuid)?;
    }
    Ok(())
}
