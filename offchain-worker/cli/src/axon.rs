//! `yarrow axon set`: where a neuron serves, said by hand. `yarrow miner serve` says it by itself.

use std::net::{IpAddr, SocketAddr};

use chain::At;
use clap::Subcommand;
use primitives::{Rao, Registry as _, axon::Axon};
use worker::WorkerError;

use crate::{
    error::CliError,
    market::{ChainArgs, Page},
    output::Output,
    subnets::{NetuidArgs, endpoint, subnet},
    wallet::HotkeySignerArgs,
    write::{Change, Step, Value, Write, WriteArgs, WriteError, perform},
};

/// Options of `yarrow axon`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Announce where a hotkey's neuron serves
    Set(SetArgs),
}

/// Options of `yarrow axon set`.
#[derive(Debug, clap::Args)]
struct SetArgs {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    netuid: NetuidArgs,
    #[command(flatten)]
    who: HotkeySignerArgs,
    /// The address, of version 4 or 6
    #[arg(long, value_name = "ADDRESS")]
    ip: IpAddr,
    /// The port
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// What is spoken there; 1 is HTTP with signed requests, other numbers are the subnet's
    #[arg(long, value_name = "N")]
    protocol: Option<u8>,
    #[command(flatten)]
    write: WriteArgs,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    match &args.command {
        Command::Set(args) => set(args, output),
    }
}

fn set(args: &SetArgs, output: &mut Output) -> Result<(), CliError> {
    let netuid = args.netuid.netuid;
    let hotkey = args.who.account()?;
    let served = miner::axon(SocketAddr::new(args.ip, args.port));
    let axon = Axon { protocol: args.protocol.unwrap_or(served.protocol), ..served };
    let market = args.chain.connect()?;
    let contracts = market.contracts;
    let page = market.page(At::Head)?;
    subnet(&page, &contracts, netuid)?;
    if page.view(contracts.registry().uid(netuid, hotkey))?.is_none() {
        return Err(WorkerError::NotRegistered(netuid).into());
    }
    let before = page.view(contracts.registry().axon(netuid, hotkey))?;
    if before.is_some_and(|before| before.axon == axon) {
        return Err(WriteError::NothingToDo("that is where it serves already").into());
    }
    let read = move |page: &Page| {
        let served = page.view(contracts.registry().axon(netuid, hotkey))?;
        Ok(served.map_or(Value::Nothing, |served| Value::Text(shown(&served.axon))))
    };
    let step = Step {
        title: format!("Announce {} on subnet {netuid}", endpoint(&axon)),
        done: format!("Announced {} on subnet {netuid}", endpoint(&axon)),
        message: contracts.registry().serve_axon(netuid, axon).into(),
        changes: vec![Change::to("axon", Value::Text(shown(&axon)), read)],
    };
    let write = Write { by: hotkey, spends: Rao::ZERO, taker: None, steps: vec![step], notes: Vec::new() };
    perform(&market, write, &args.write, || args.who.signer(), output).map(drop)
}

/// An endpoint with what is spoken there.
fn shown(axon: &Axon) -> String {
    format!("{} protocol {}", endpoint(axon), axon.protocol)
}
