//! Why there is no devnet.

use std::{io, path::PathBuf};

use chain::remote::{Endpoint, EndpointError};
use thiserror::Error;

use crate::{population::PopulationError, toml_file::FileError};

/// Why there is no devnet.
#[derive(Debug, Error)]
pub(crate) enum DevnetError {
    /// The configuration cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The endpoint is none.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Nobody can listen there.
    #[error("cannot listen at {endpoint}: {source}")]
    Listen {
        /// Where.
        endpoint: Endpoint,
        /// Why not.
        source: io::Error,
    },
    /// The manifest cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Manifest {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Time would stand still.
    #[error("block_ms and speed must be at least 1")]
    NoTime,
    /// Nobody can deploy.
    #[error("no account is named; the first one deploys the contracts")]
    NoAccount,
    /// The subnets and neurons cannot be as the file says.
    #[error(transparent)]
    Population(#[from] PopulationError),
}

impl DevnetError {
    /// Whether files or sockets are to blame and not what was asked for.
    pub(crate) fn is_about_files(&self) -> bool {
        matches!(self, Self::File(FileError::Unreadable { .. }) | Self::Listen { .. } | Self::Manifest { .. })
    }
}
