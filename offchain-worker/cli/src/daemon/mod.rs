//! `yarrow worker run` and `yarrow config check`: the validator as a daemon, and whether it could start.

mod check;
mod error;
mod parts;
mod run;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use worker::daemon::Settings;

pub(crate) use self::error::DaemonError;
use crate::{error::CliError, output::Output, toml_file};

/// What a worker does.
#[derive(Debug, Subcommand)]
pub(crate) enum WorkerCommand {
    /// Validate until SIGTERM or SIGINT: evaluate models, commit and reveal weights, settle
    Run(ConfigArgs),
}

/// Which configuration.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// The worker's settings, in TOML (docs/worker.md)
    #[arg(long, value_name = "worker.toml", env = "YARROW_WORKER_CONFIG")]
    config: PathBuf,
}

impl ConfigArgs {
    /// Reads the settings and checks what can be checked of them alone.
    fn settings(&self) -> Result<Settings, DaemonError> {
        let settings: Settings = toml_file::read(&self.config)?;
        settings.check()?;
        Ok(settings)
    }

    /// Checks that a worker could start with it, and writes a row for each thing; fails if one does.
    pub(crate) fn check(&self, output: &mut Output) -> Result<(), CliError> {
        check::run(&self.config, output)
    }
}

impl WorkerCommand {
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), CliError> {
        match self {
            Self::Run(config) => run::run(&config.settings()?, output),
        }
    }
}
