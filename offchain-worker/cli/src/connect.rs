//! From what a user names to a chain: the one place where a URL becomes a backend.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chain::{
    Chain, ChainError, Contracts,
    remote::{EndpointError, Remote},
};
use serde::Deserialize;
use thiserror::Error;

use crate::class::Class;

/// Why there is no chain.
#[derive(Debug, Error)]
pub(crate) enum ConnectError {
    /// The text is neither an endpoint nor a file.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The file cannot be read.
    #[error("{} is no endpoint (tcp://127.0.0.1:PORT, unix:///PATH), and cannot be read as a manifest: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not a manifest.
    #[error("{} is not the manifest of a devnet: {error}", path.display())]
    NoManifest {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: serde_json::Error,
    },
    /// The manifest is of another chain than the one that listens.
    #[error("{} is the manifest of another chain than the one at {endpoint}; start the devnet anew", path.display())]
    Stale {
        /// Which.
        path: PathBuf,
        /// Where the other chain is.
        endpoint: String,
    },
    /// The chain does not answer.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl ConnectError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Endpoint(_) => Class::Usage,
            Self::Stale { .. } => Class::Chain,
            Self::Chain(error) => Class::of(error),
            Self::Unreadable { .. } | Self::NoManifest { .. } => Class::File,
        }
    }
}

/// What must be known of a manifest to find its chain.
#[derive(Deserialize)]
struct Manifest {
    endpoint: String,
    genesis: String,
}

/// Connects to the chain at an endpoint (`tcp://127.0.0.1:PORT`, `unix:///PATH`) or to that of a devnet's manifest.
///
/// # Errors
/// [`ConnectError`]; a scheme that no backend has is named with those that there are.
pub(crate) fn connect(place: &str) -> Result<(Box<dyn Chain>, Contracts), ConnectError> {
    let remote = if place.contains("://") { Remote::connect(place.parse()?)? } else { by_manifest(Path::new(place))? };
    let contracts = remote.contracts();
    Ok((Box::new(remote), contracts))
}

fn by_manifest(path: &Path) -> Result<Remote, ConnectError> {
    let text = fs::read(path).map_err(|source| ConnectError::Unreadable { path: path.into(), source })?;
    let no_manifest = |error| ConnectError::NoManifest { path: path.into(), error };
    let Manifest { endpoint, genesis } = serde_json::from_slice(&text).map_err(no_manifest)?;
    let remote = Remote::connect(endpoint.parse()?)?;
    if crate::format::hash(&remote.genesis()) == genesis {
        Ok(remote)
    } else {
        Err(ConnectError::Stale { path: path.into(), endpoint })
    }
}
