//! `yarrow miner`: enter a subnet, publish a model, serve it.

mod error;
mod publish;
mod register;
mod serve;
mod subnet;

use crate::{error::CliError, output::Output};

pub(crate) use error::MinerError;

/// Options of `yarrow miner`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Register a hotkey on a subnet by work; needs no TAO
    Register(register::Args),
    /// Commit to a model that validators fetch and run
    Publish(publish::Args),
    /// Answer validators over HTTP until told to end
    Serve(serve::Args),
}

/// Does what is asked and writes what came of it.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    match &args.command {
        Command::Register(args) => register::run(args, output),
        Command::Publish(args) => publish::run(args, output),
        Command::Serve(args) => serve::run(args, output),
    }
}
