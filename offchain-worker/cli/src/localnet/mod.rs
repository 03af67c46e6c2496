//! `yarrow localnet`: a node, the contracts, and a market of miners and validators as real processes on this machine.
//!
//! Everything is in one directory: the node's chain, the manifest that others find it by, wallets, logs, and which processes
//! belong to it. [`scaffold`] populates a running node, [`up`] starts the node before that and the processes after it. Each
//! step looks first whether it was made, so that `up` goes on where it was interrupted. Keys are development keys.

mod config;
mod error;
mod heartbeat;
mod http;
mod logs;
mod manifest;
mod neurons;
mod process;
mod scaffold;
mod status;
mod up;

use std::path::{Path, PathBuf};

pub(crate) use self::error::LocalnetError;
use self::{config::Config, process::Processes};
use crate::{error::CliError, output::Output};

/// Options of `yarrow localnet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The directory of the local network
    #[arg(long, value_name = "DIR", env = "YARROW_LOCALNET", default_value = "localnet", global = true)]
    dir: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Start a node, deploy and populate it, start miners and validators; or go on where that stopped
    #[command(alias = "start")]
    Up(ConfigArgs),
    /// End the validators, the miners and the node; the chain stays
    #[command(alias = "stop")]
    Down,
    /// Show what runs and how the neurons do; the exit code is 1 if something is down
    Status,
    /// End everything and remove the chain: the next `up` begins anew
    Reset,
    /// Show the log of a process
    Logs(logs::Args),
    /// Deploy the contracts on a running node, and populate them from a file
    Scaffold(scaffold::Args),
    /// Let time pass on a chain that makes blocks for transactions only
    #[command(hide = true)]
    Heartbeat,
}

/// What the network is to be made of.
#[derive(Debug, clap::Args)]
struct ConfigArgs {
    /// A TOML file (described in docs/localnet.md); two validators and four miners on one subnet if none is given
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Does what is asked and writes what came of it.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let place = Place(args.dir.clone());
    match &args.command {
        Command::Up(config) => up::run(&place, &Config::read(config.config.as_deref())?, output),
        Command::Down => up::down(&place, output),
        Command::Status => status::run(&place, output),
        Command::Reset => up::reset(&place, output),
        Command::Logs(args) => logs::run(&place, args, output),
        Command::Scaffold(args) => scaffold::run(&place, args, output),
        Command::Heartbeat => heartbeat::run(&place),
    }
}

/// The directory of a local network.
#[derive(Clone, Debug)]
struct Place(PathBuf);

impl Place {
    fn path(&self) -> &Path {
        &self.0
    }

    /// What others find the chain by.
    fn manifest(&self) -> PathBuf {
        self.0.join("manifest.json")
    }

    fn wallets(&self) -> PathBuf {
        self.0.join("wallets")
    }

    fn log(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.log"))
    }

    /// The settings and the data of a validator.
    fn worker(&self, name: &str) -> PathBuf {
        self.0.join("workers").join(name)
    }

    /// The processes that belong to it.
    fn processes(&self) -> Result<Processes, LocalnetError> {
        Processes::read(&self.0)
    }

    fn failed(&self, source: std::io::Error) -> LocalnetError {
        LocalnetError::File { path: self.0.clone(), source }
    }
}
