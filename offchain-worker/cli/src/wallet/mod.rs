//! `yarrow wallet`: keys of people and daemons, in btcli's words and directories.
//!
//! Secrets come in from the terminal, a file or a file descriptor, never as an argument, which every process of the machine
//! could read; and they go out to the terminal or into a file of the owner's, never to standard output.

mod balance;
mod create;
mod error;
mod export;
mod import;
mod list;
mod overview;
mod password;
mod place;
mod report;
mod sign;
mod terminal;
mod transfer;
mod who;

use crate::{error::CliError, output::Output};

pub(crate) use self::{
    error::WalletError,
    password::PasswordArgs,
    place::{Place, WalletArgs},
    who::{ColdkeyArgs, HotkeyArgs, HotkeySignerArgs, WatchArgs, hotkey},
};

/// Options of `yarrow wallet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a wallet: a new coldkey and a new hotkey
    Create(create::HotkeyArgs),
    /// Make a new coldkey
    NewColdkey(create::ColdkeyArgs),
    /// Make a new hotkey
    NewHotkey(create::HotkeyArgs),
    /// Show the wallets and the addresses of their keys
    List(list::Args),
    /// Bring a key in: from a seed phrase, a seed, or a keystore of polkadot-js; or the address of a coldkey alone
    Import(import::Args),
    /// Bring a key out: its keystore, which polkadot-js opens, or its address
    Export(export::Args),
    /// Show free and staked TAO, and what pays fees
    Balance(balance::Args),
    /// Show what the hotkeys of a wallet do on the subnets
    Overview(overview::Args),
    /// Send TAO to another account
    Transfer(transfer::Args),
    /// Sign a text
    Sign(sign::SignArgs),
    /// Check who signed a text; the exit code is 1 if the signature is not the address's
    Verify(sign::VerifyArgs),
}

/// Does what is asked and writes what came of it.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    keys::forbid_dumps()?;
    match &args.command {
        Command::Create(args) => create::wallet(args, output)?,
        Command::NewColdkey(args) => create::coldkey(args, output)?,
        Command::NewHotkey(args) => create::hotkey(args, output)?,
        Command::List(args) => list::run(args, output)?,
        Command::Import(args) => import::run(args, output)?,
        Command::Export(args) => export::run(args, output)?,
        Command::Balance(args) => balance::run(args, output)?,
        Command::Overview(args) => overview::run(args, output)?,
        Command::Transfer(args) => transfer::run(args, output)?,
        Command::Sign(args) => sign::sign(args, output)?,
        Command::Verify(args) => sign::verify(args, output)?,
    }
    Ok(())
}
