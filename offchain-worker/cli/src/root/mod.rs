//! `yarrow root`: the root network, whose validators vote on how emission is divided over the subnets.

mod act;
mod list;
mod weights;

use clap::Subcommand;

use crate::{error::CliError, output::Output};

/// Options of `yarrow root`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the root validators with their stake and their votes
    #[command(visible_alias = "l")]
    List(list::Args),
    /// Show how the votes divide the emission, or how one validator votes
    #[command(visible_alias = "get-weights", alias = "get_weights")]
    Weights(weights::Args),
    /// Make a hotkey of the coldkey's a root validator
    Register(act::RegisterArgs),
    /// Vote for a hotkey of the coldkey's
    #[command(alias = "set_weights")]
    SetWeights(act::VoteArgs),
    /// Divide the emission anew by the votes of now; anyone may, once in a while
    Epoch(act::EpochArgs),
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    match &args.command {
        Command::List(args) => list::run(args, output),
        Command::Weights(args) => weights::run(args, output),
        Command::Register(args) => act::register(args, output),
        Command::SetWeights(args) => act::vote(args, output),
        Command::Epoch(args) => act::epoch(args, output),
    }
}
