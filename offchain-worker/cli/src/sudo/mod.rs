//! `yarrow sudo`: the rules of a subnet, for its owner and for governance; and what a hotkey takes of dividends.

mod get;
mod set;
mod take;
mod trim;

use clap::Subcommand;

pub(crate) use self::get::{Args as GetArgs, run as get};
use crate::{error::CliError, output::Output};

/// Options of `yarrow sudo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the hyperparameters of a subnet, or show one with its bounds
    Get(get::Args),
    /// Set a hyperparameter of a subnet
    Set(set::Args),
    /// Set what a hotkey's owner takes of the dividends of those who stake on it
    #[command(alias = "set_take")]
    SetTake(take::SetArgs),
    /// Show what a hotkey's owner takes
    #[command(alias = "get_take")]
    GetTake(take::GetArgs),
    /// Lower the most uids of a subnet below the neurons it has: those that earn least go
    Trim(trim::Args),
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    match &args.command {
        Command::Get(args) => get::run(args, output),
        Command::Set(args) => set::run(args, output),
        Command::SetTake(args) => take::set(args, output),
        Command::GetTake(args) => take::get(args, output),
        Command::Trim(args) => trim::run(args, output),
    }
}
