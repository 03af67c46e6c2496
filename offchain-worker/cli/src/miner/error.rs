//! What can go wrong with a miner.

use std::path::PathBuf;

use evaluator::Outcome;
use miner::server::ServeError;
use thiserror::Error;

use crate::{class::Class, toml_file::FileError};

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
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::NotLive { .. } => Class::Usage,
            Self::Serve(_) => Class::Network,
            Self::Model { .. } => Class::Validation,
            Self::File(error) => error.class(),
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
