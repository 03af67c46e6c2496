//! `yarrow config`: what the user has chosen once for all commands, and whether a worker's configuration is good.

mod choices;
mod key;

use std::path::PathBuf;

use clap::Subcommand;
use thiserror::Error;

pub(crate) use self::key::Key;
use crate::{class::Class, daemon::ConfigArgs, error::CliError, output::Output, toml_file::FileError};

/// What can be done with configurations.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Choose something for all commands: `config set network devnet.json`, or with options as btcli has them
    Set(choices::SetArgs),
    /// Show what is chosen
    Get(choices::GetArgs),
    /// Take choices back
    Clear(choices::ClearArgs),
    /// Check a worker's configuration, and that the worker could start with it
    Check(ConfigArgs),
}

impl ConfigCommand {
    /// Runs the subcommand.
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), CliError> {
        match self {
            Self::Set(args) => choices::set(args, output),
            Self::Get(args) => choices::get(args, output),
            Self::Clear(args) => choices::clear(args, output),
            Self::Check(args) => args.check(output),
        }
    }
}

/// Why the user's configuration was not changed.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    /// A value is not one that its key takes.
    #[error("{value:?} is no value of {key}: {reason}")]
    Value {
        /// Which key.
        key: Key,
        /// What was given.
        value: String,
        /// Why not.
        reason: String,
    },
    /// There is no place for the file.
    #[error("there is no home directory; say with YARROW_CONFIG where the configuration is")]
    NoHome,
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

impl ConfigError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Value { .. } | Self::NoHome => Class::Usage,
            Self::File(error) => error.class(),
            Self::Write { .. } => Class::File,
        }
    }
}
