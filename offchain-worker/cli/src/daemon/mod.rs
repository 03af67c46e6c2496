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

/// What can be done with a configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Check a worker's configuration, and that the worker could start with it
    Check {
        #[command(flatten)]
        config: ConfigArgs,
    },
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
}

impl WorkerCommand {
    pub(crate) fn run(&self) -> Result<(), CliError> {
        match self {
            Self::Run(config) => run::run(&config.settings()?),
        }
    }
}

impl ConfigCommand {
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), CliError> {
        match self {
            Self::Check { config } => check::run(&config.config, output),
        }
    }
}
