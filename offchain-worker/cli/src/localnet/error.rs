//! What can go wrong with a local network.

use std::{io, path::PathBuf};

use chain::local_node::LocalNodeError;
use thiserror::Error;

use crate::{class::Class, error::variant, population::PopulationError, toml_file::FileError};

/// Why there is no local network, or not all of it.
#[derive(Debug, Error)]
pub(crate) enum LocalnetError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] FileError),
    /// It names subnets and neurons that cannot be.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// Time would stand still.
    #[error("block_ms must be at least 1")]
    NoTime,
    /// Nobody can deploy.
    #[error("no account is named; the first one deploys the contracts")]
    NoAccount,
    /// Two processes would have the same name.
    #[error("the name {0:?} is there twice, or is that of another process")]
    NameTwice(String),
    /// There is no node to be started.
    #[error(transparent)]
    Node(#[from] LocalNodeError),
    /// A file of the network cannot be read or written.
    #[error("cannot access {}: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file of the network is not what it was.
    #[error("{} is malformed: {what}", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// How.
        what: String,
    },
    /// There is none.
    #[error("there is no local network in {}", .0.display())]
    Nowhere(PathBuf),
    /// A process ended before it was ready.
    #[error("{name} ended before it was ready; its log ends with:\n{tail}")]
    Ended {
        /// Which.
        name: String,
        /// What it said last.
        tail: String,
    },
    /// A process is not ready in time.
    #[error("{} not ready after {seconds} s", names.join(", "))]
    NotReady {
        /// Which.
        names: Vec<String>,
        /// How long was waited.
        seconds: u64,
    },
    /// A process cannot be started or ended.
    #[error("cannot start or end {name}: {source}")]
    Process {
        /// Which.
        name: String,
        /// Why not.
        source: io::Error,
    },
    /// There is no such process.
    #[error("there is no process {name:?}; choose one of: {}", known.join(", "))]
    NoSuchProcess {
        /// What was named.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// It was told to stop while it waited.
    #[error("stopped before everything was ready")]
    Stopped,
}

impl LocalnetError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Config(error) => error.class(),
            Self::Population(_) | Self::NoTime | Self::NoAccount | Self::NameTwice(_) => Class::Usage,
            Self::Nowhere(_) | Self::NoSuchProcess { .. } => Class::Validation,
            Self::File { .. } | Self::Malformed { .. } => Class::File,
            Self::NotReady { .. } => Class::Timeout,
            Self::Node(_) | Self::Ended { .. } | Self::Process { .. } | Self::Stopped => Class::Machine,
        }
    }

    /// Its name for programs.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Config(error) => variant(error),
            Self::Population(error) => variant(error),
            Self::Node(error) => variant(error),
            error => variant(error),
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Config(FileError::Toml { .. }) => "docs/localnet.md describes the file",
            Self::Node(LocalNodeError::Missing) => "`yarrow devnet` runs the market without a node",
            Self::Nowhere(_) => "`yarrow localnet up` starts one; name another directory with --dir",
            Self::Malformed { .. } => "`yarrow localnet reset` removes the network, and `up` starts it anew",
            Self::NotReady { .. } => "`yarrow localnet logs NAME` says more; `up` goes on waiting",
            Self::Ended { .. } | Self::Stopped => "`yarrow localnet up` goes on where it stopped",
            _ => return None,
        })
    }
}
