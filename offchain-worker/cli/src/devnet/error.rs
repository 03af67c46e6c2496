//! Why there is no devnet.

use std::{io, path::PathBuf};

use chain::{
    SignerError,
    remote::{Endpoint, EndpointError},
};
use evaluator::tasks::TASKS;
use thiserror::Error;

use crate::toml_file::FileError;

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
    /// A subnet's number is not that of its place.
    #[error("a subnet says netuid = {said} and is number {netuid} of the file")]
    Netuid {
        /// What the file says.
        said: u16,
        /// What it will be.
        netuid: u16,
    },
    /// No such task.
    #[error("there is no task {task:?}; choose one of: {}", TASKS.each_ref().map(|task| task.spec().id).join(", "))]
    UnknownTask {
        /// What was named.
        task: String,
    },
    /// A key that may be a secret.
    #[error(
        "a devnet takes development keys only, such as //Alice: whatever else is written in its file may be a secret"
    )]
    NotADevelopmentKey,
    /// A development key that does not parse.
    #[error(transparent)]
    Key(SignerError),
}

impl DevnetError {
    /// Whether files or sockets are to blame and not what was asked for.
    pub(crate) fn is_about_files(&self) -> bool {
        matches!(self, Self::File(FileError::Unreadable { .. }) | Self::Listen { .. } | Self::Manifest { .. })
    }
}
