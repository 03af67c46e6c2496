//! Configurations: TOML files with known fields.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::class::Class;

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub(crate) enum FileError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is not TOML, or not what it must be.
    #[error("{}: {source}", path.display())]
    Toml {
        /// Where it is.
        path: PathBuf,
        /// What is wrong, and in which line.
        source: Box<toml::de::Error>,
    },
}

impl FileError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Toml { .. } => Class::Usage,
            Self::Unreadable { .. } => Class::File,
        }
    }
}

/// Reads a configuration.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, FileError> {
    let text = fs::read_to_string(path).map_err(|source| FileError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|source| FileError::Toml { path: path.to_owned(), source: source.into() })
}
