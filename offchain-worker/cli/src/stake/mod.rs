//! `yarrow stake`: TAO on hotkeys: put there, looked at, moved, taken back.
//!
//! Yarrow stakes TAO itself: there is no other token, no rate and no slippage, so an amount is exact on both sides.

mod add;
mod amount;
mod list;
mod moving;
mod positions;
mod remove;
mod transfer;

pub(crate) use self::positions::{Candidates, SearchArgs, plus};

use crate::{error::CliError, output::Output};

/// Options of `yarrow stake`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Stake TAO on hotkeys
    Add(add::Args),
    /// Take stake back from hotkeys
    Remove(remove::Args),
    /// List what a coldkey has staked, and on which hotkeys
    List(list::Args),
    /// Move stake from one hotkey to another
    Move(moving::Args),
    /// Make stake another coldkey's, without moving it
    Transfer(transfer::Args),
}

/// Does what is asked.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    keys::forbid_dumps()?;
    match &args.command {
        Command::Add(args) => add::run(args, output),
        Command::Remove(args) => remove::run(args, output),
        Command::List(args) => list::run(args, output),
        Command::Move(args) => moving::run(args, output),
        Command::Transfer(args) => transfer::run(args, output),
    }
}
