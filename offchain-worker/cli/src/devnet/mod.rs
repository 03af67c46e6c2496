//! `yarrow devnet`: the market's chain as a process of its own, for workers and miners on the same machine.
//!
//! [`config`] says what is wanted, [`genesis`] builds it, [`clock`] lets time pass, [`manifest`] tells others where it
//! is. The chain lives in memory: when the devnet ends, it is gone.

mod clock;
mod config;
mod error;
mod genesis;
mod manifest;

use std::{fs, io::Write as _, path::PathBuf, sync::Arc};

use chain::{At, Chain as _, remote::serve};

pub(crate) use self::error::DevnetError;
use self::{config::Config, manifest::Manifest};
use crate::{error::CliError, format, json_file, output::Output, signals::Signals};

/// Options of `yarrow devnet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A TOML file (described in docs/devnet.md); the other options override it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen: tcp://127.0.0.1:PORT or unix:///PATH; port 0 lets the system choose
    #[arg(long, value_name = "ENDPOINT")]
    listen: Option<String>,
    /// Where to write what workers and miners must know, when ready
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Length of a protocol block, in ms of the chain's time
    #[arg(long)]
    block_ms: Option<u64>,
    /// How many times faster than the wall clock the chain's time runs
    #[arg(long)]
    speed: Option<u32>,
    /// Adds a subnet with this task; may be repeated
    #[arg(long, value_name = "TASK")]
    subnet: Vec<String>,
}

/// Runs a devnet until it is told to stop; writes one line when it is ready.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let config = Config::read(args)?;
    // From here on a signal ends the devnet in order, even while it is being set up.
    let stop = Signals::listen()?;
    let endpoint = config.endpoint()?;
    let listener = endpoint.listen().map_err(|source| DevnetError::Listen { endpoint, source })?;
    let genesis = genesis::build(&config, clock::wall_ms())?;
    let chain = Arc::new(genesis.chain);
    let server = serve(listener, Arc::clone(&chain), genesis.contracts)?;

    let block = chain.block(At::Head)?.number;
    let manifest = Manifest {
        endpoint: server.endpoint().to_string(),
        genesis: format::hash(&chain.genesis()),
        block,
        block_ms: config.block_ms,
        speed: config.speed,
        contracts: (&genesis.contracts).into(),
        accounts: genesis.accounts,
        subnets: genesis.subnets,
    };
    let path = &config.manifest;
    json_file::write(path, &manifest).map_err(|source| DevnetError::Manifest { path: path.clone(), source })?;
    writeln!(output, "devnet ready at {}, block {block}, manifest {}", manifest.endpoint, path.display())?;
    output.report(&manifest)?;
    output.publish()?;

    let ended = clock::run(&chain, config.block_ms, config.speed, &stop);
    // The manifest leads nowhere from now on.
    fs::remove_file(path)?;
    ended
}
