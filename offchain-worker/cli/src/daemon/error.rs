//! Why a worker does not start.

use std::{io, path::PathBuf};

use keys::{KeyError, SignerError};
use thiserror::Error;
use worker::daemon::{DaemonError as StartError, SettingsError};

use crate::{class::Class, toml_file::FileError};

/// Why a worker does not start.
#[derive(Debug, Error)]
pub(crate) enum DaemonError {
    /// The configuration cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// They are impossible.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The hotkey cannot be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The development key is none.
    #[error("[key] development: {0}")]
    Development(#[from] SignerError),
    /// What is called a development key has a secret in it.
    #[error("[key] development must be a development key like //Alice; a secret does not belong into a configuration")]
    Secret,
    /// This process could spend the money of a wallet.
    #[error("a worker must not be able to read a coldkey, and can read {}", .0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    Coldkey(Vec<PathBuf>),
    /// There is no place for wallets.
    #[error("there is no home directory; say `wallet_path` in [key]")]
    NoHome,
    /// The daemon does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The cache of fetched models cannot be used.
    #[error("the cache of models: {0}")]
    Models(#[from] transport::fetch::CacheError),
    /// The operating system refused something.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl DaemonError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Settings(_) | Self::Start(StartError::Settings(_)) => Class::Usage,
            Self::File(error) => error.class(),
            Self::Key(_) | Self::Development(_) | Self::Secret | Self::Coldkey(_) | Self::NoHome => Class::Key,
            Self::Start(_) | Self::Models(_) | Self::Io(_) => Class::File,
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(FileError::Toml { .. }) | Self::Settings(_) => "docs/worker.md describes the file".into(),
            Self::Key(error) => return error.hint(),
            Self::Coldkey(_) => {
                "move the coldkey to another machine, or to a user that the worker is not; the hotkey is all it needs"
                    .into()
            }
            Self::Start(StartError::Journal(_)) => "is another worker running on the same data folder?".into(),
            _ => return None,
        })
    }
}
