//! `yarrow miner publish`: a model is tried, then committed to.

use std::{io::Write as _, path::PathBuf};

use chain::ChainExt;
use primitives::{
    Registry as _,
    model::{MAX_LOCATION, ModelCommitment},
};
use serde::Serialize;
use transport::fetch::Location;

use super::subnet::{SubnetArgs, try_model};
use crate::{error::CliError, output::Output, wallet::HotkeySignerArgs};

/// Options of `yarrow miner publish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The model, a Wasm module of ABI v1 (docs/model-abi.md)
    #[arg(value_name = "MODEL.wasm")]
    model: PathBuf,
    #[command(flatten)]
    subnet: SubnetArgs,
    /// Where validators fetch it; without it, from the endpoint that the miner serves
    #[arg(long, value_name = "URL", default_value = "", value_parser = location)]
    location: String,
    #[command(flatten)]
    hotkey: HotkeySignerArgs,
    /// Say what it would cost, and send nothing
    #[arg(long)]
    dry_run: bool,
}

fn location(text: &str) -> Result<String, String> {
    if text.len() > MAX_LOCATION {
        return Err(format!("a location has at most {MAX_LOCATION} bytes"));
    }
    Location::parse(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Report {
    netuid: u16,
    hotkey: String,
    size: u32,
    bound_hash: String,
    location: String,
    /// Whether it was sent; if not, the rest is what sending it would take.
    sent: bool,
    /// Computation, in `ref_time`.
    ref_time: u64,
    /// Native currency for storage, in the host's smallest unit.
    deposit: String,
}

pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let subnet = args.subnet.connect()?;
    let tried = try_model(&args.model, subnet.task()?)?;
    let hotkey = args.hotkey.signer()?;
    let commitment = miner::commitment(&hotkey.account(), &tried.model, &args.location);
    let ModelCommitment { size, bound_hash, .. } = commitment;
    let call = || subnet.contracts.registry().commit_model(subnet.netuid, commitment.clone());
    let (gas, deposit) = if args.dry_run {
        let dry_run = subnet.chain.dry_run(hotkey.account(), call())?;
        (dry_run.gas, dry_run.deposit)
    } else {
        let receipt = subnet.chain.submit(&hotkey, call())?.receipt;
        (receipt.gas, receipt.deposit)
    };
    let report = Report {
        netuid: subnet.netuid.get(),
        hotkey: chain::ss58(&hotkey.account()),
        size,
        bound_hash: hex::encode(bound_hash),
        location: args.location.clone(),
        sent: !args.dry_run,
        ref_time: gas.ref_time,
        deposit: deposit.charged().to_string(),
    };
    output.report(&report)?;
    write(&report, output)
}

fn write(report: &Report, output: &mut Output) -> Result<(), CliError> {
    let from = if report.location.is_empty() { "the miner's endpoint" } else { &report.location };
    let done = if report.sent { "committed to" } else { "would commit to" };
    writeln!(output, "{} {done} {} bytes on subnet {}", report.hotkey, report.size, report.netuid)?;
    writeln!(output, " bound hash {}\n fetched from {from}", report.bound_hash)?;
    writeln!(output, " ref_time {}, deposit {}", report.ref_time, report.deposit)?;
    Ok(())
}
