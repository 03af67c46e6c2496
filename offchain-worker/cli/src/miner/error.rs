//! What can go wrong with a miner.

use std::path::PathBuf;

use evaluator::Outcome;
use miner::server::ServeError;
use thiserror::Error;

use crate::toml_file::FileError;

/// Why a command of a miner failed.
#[derive(Debug, Error)]
pub(crate) enum MinerError {
    /// A model does not do the task.
    #[error("{} would be worth nothing: {outcome}", path.display())]
    Model {
        /// The model.
        path: PathBuf,
        /// How it ended.
        outcome: Outcome,
    },
    /// Models of streams are not asked live.
    #[error("the task {task} has no live miners: to ask for the next byte is to show those before it")]
    NotLive {
        /// The task.
        task: &'static str,
    },
    /// The configuration cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The endpoint cannot serve.
    #[error(transparent)]
    Serve(#[from] ServeError),
}

impl MinerError {
    /// 2 wrong input, 10 the network, 12 the model, 14 files.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::NotLive { .. } => 2,
            Self::Serve(_) => 10,
            Self::Model { .. } => 12,
            Self::File(error) => error.exit_code(),
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Model { .. } => Some("nothing was sent; `yarrow eval` says more about the model"),
            Self::NotLive { .. } => Some("publish the model instead: `yarrow miner publish`"),
            Self::File(FileError::Toml { .. }) => Some("docs/miner.md lists the settings"),
            Self::File(FileError::Unreadable { .. }) | Self::Serve(_) => None,
        }
    }
}
