//! `yarrow weights`: the weights of validators: which are in force, when they may be set, and what became of them.

mod counted;
mod own;
mod show;
mod status;
mod why;

use std::io::{self, Write};

use clap::Subcommand;
use primitives::AccountId;
use serde_json::Value;

use crate::error::CliError;

/// Options of `yarrow weights`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the weights in force of a subnet's validators
    Show(show::Args),
    /// Say when a hotkey may commit and reveal, and what it has committed
    Status(status::Args),
    /// Explain a neuron's incentive, from a validator's samples to the consensus of the last settled epoch
    Why(why::Args),
}

/// Which chain and subnet.
#[derive(Debug, clap::Args)]
struct ChainArgs {
    /// The chain: tcp://127.0.0.1:PORT, unix:///PATH, or the manifest of a devnet
    #[arg(long, value_name = "ENDPOINT", default_value = "devnet.json")]
    chain: String,
    /// The subnet
    #[arg(long, value_name = "N")]
    netuid: u16,
    /// Print one JSON object instead of a table
    #[arg(long)]
    json: bool,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args, output: &mut impl Write) -> Result<(), CliError> {
    match &args.command {
        Command::Show(args) => show::run(args, output),
        Command::Status(args) => status::run(args, output),
        Command::Why(args) => why::run(args, output),
    }
}

fn write_json(value: &Value, output: &mut impl Write) -> Result<(), CliError> {
    serde_json::to_writer(&mut *output, value).map_err(io::Error::from)?;
    writeln!(output)?;
    Ok(())
}

/// An address by its first characters, marked as such.
fn short(account: &AccountId) -> String {
    chain::ss58(account).chars().take(10).chain(['…']).collect()
}
