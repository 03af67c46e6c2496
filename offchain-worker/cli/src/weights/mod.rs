//! `yarrow weights`: the weights of validators: which are in force, when they may be set, and what became of them.

mod counted;
mod hand;
mod own;
mod show;
mod status;
mod why;

use clap::Subcommand;

pub(crate) use self::hand::{Decimal, KeptError, RowError};
use crate::{error::CliError, market::PageArgs, output::Output};

/// Options of `yarrow weights`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Commit to weights by hand; what they are is kept until they are revealed
    Commit(hand::CommitArgs),
    /// Reveal weights that were committed to by hand
    Reveal(hand::RevealArgs),
    /// Set weights by hand, where a subnet has commit and reveal off
    Set(hand::SetArgs),
    /// List the weights in force of a subnet's validators
    Show(show::Args),
    /// Say when a hotkey may commit and reveal, and what it has committed
    Status(status::Args),
    /// Explain a neuron's incentive, from a validator's samples to the consensus of the last settled epoch
    Why(why::Args),
}

/// Which chain and subnet.
#[derive(Debug, clap::Args)]
struct SubnetArgs {
    #[command(flatten)]
    page: PageArgs,
    /// The subnet
    #[arg(long, value_name = "N")]
    netuid: u16,
}

/// Runs the subcommand.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    match &args.command {
        Command::Commit(args) => hand::commit(args, output),
        Command::Reveal(args) => hand::reveal(args, output),
        Command::Set(args) => hand::set(args, output),
        Command::Show(args) => show::run(args, output),
        Command::Status(args) => status::run(args, output),
        Command::Why(args) => why::run(args, output),
    }
}
