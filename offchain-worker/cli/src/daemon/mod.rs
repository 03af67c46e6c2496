//! `yarrow worker run` and `yarrow config check`: the validator as a daemon, and whether it could start.

mod check;
mod error;
mod parts;
mod run;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use worker::daemon::Settings;

pub(crate) use self::error::DaemonError;

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
        /// Print one JSON object instead of a table
        #[arg(long)]
        json: bool,
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
        let settings = read(&self.config)?;
        settings.check()?;
        Ok(settings)
    }
}

fn read(path: &Path) -> Result<Settings, DaemonError> {
    let text = fs::read_to_string(path).map_err(|source| DaemonError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|source| DaemonError::Toml { path: path.to_owned(), source: source.into() })
}

impl WorkerCommand {
    pub(crate) fn run(&self) -> Result<(), crate::error::CliError> {
        match self {
            Self::Run(config) => run::run(&config.settings()?),
        }
    }
}

impl ConfigCommand {
    pub(crate) fn run(&self, output: &mut impl std::io::Write) -> Result<ExitCode, crate::error::CliError> {
        match self {
            Self::Check { config, json } => check::run(&config.config, *json, output),
        }
    }
}
