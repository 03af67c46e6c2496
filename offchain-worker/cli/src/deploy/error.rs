//! What can go wrong with a deployment and its record.

use std::{borrow::Cow, io, path::PathBuf};

use chain::{Advise as _, ArtifactError, DeployError};
use thiserror::Error;

use crate::{connect::ConnectError, population::PopulationError, toml_file::FileError};

/// Why there is no deployment, or not the one that there should be.
#[derive(Debug, Error)]
pub(crate) enum DeploymentError {
    /// The configuration cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// It names accounts or subnets that are none.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// It names no such build.
    #[error("there is no profile {name:?}; choose one of: {}", chain::Profile::ALL.map(chain::Profile::name).join(", "))]
    UnknownProfile {
        /// The name.
        name: String,
    },
    /// Nobody says where the chain is.
    #[error("where is the chain? name it with --node, or as `node` in the file")]
    NoNode,
    /// The chain is not to be had.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The deployment failed, or cannot be looked at.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// The record cannot be read or written.
    #[error("cannot access {}: {source}", path.display())]
    Record {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is no record.
    #[error("{} is not the record of a deployment: {what}", path.display())]
    NoRecord {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The record is of another deployment.
    #[error("{} is the record of another deployment, with {what}", path.display())]
    OtherRecord {
        /// Which.
        path: PathBuf,
        /// How it differs.
        what: &'static str,
    },
    /// What is on the chain, in the record and in the artifacts is not the same.
    #[error("the deployment is not what it should be: {}", .0.join(", "))]
    Integrity(Vec<String>),
    /// The file contradicts itself.
    #[error("{} was changed: the arguments of {contract} are not those of its constructor's input", path.display())]
    Tampered {
        /// Which file.
        path: PathBuf,
        /// Of which contract.
        contract: &'static str,
    },
}

impl DeploymentError {
    /// 2 wrong input, 12 too little to pay with, 13 the chain or integrity, 14 files.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::File(error) => error.exit_code(),
            Self::Connect(error) => error.exit_code(),
            Self::Population(_) | Self::UnknownProfile { .. } | Self::NoNode | Self::OtherRecord { .. } => 2,
            Self::Deploy(error) => deploy_exit_code(error),
            Self::Integrity(_) | Self::Tampered { .. } => 13,
            Self::Record { .. } | Self::NoRecord { .. } => 14,
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::File(FileError::Toml { .. }) => "docs/deploy.md describes the file".into(),
            Self::Deploy(error) => error.advice().text,
            Self::OtherRecord { .. } => "name another file with --deployment, or give this deployment a `salt`".into(),
            Self::NoRecord { .. } => "`yarrow deploy` writes it; docs/deploy.md describes it".into(),
            Self::Integrity(_) => {
                "do not use it until you know why: another release deployed it, its owner has upgraded it, or somebody has changed a file".into()
            }
            Self::Tampered { .. } => "restore the file from where it was published; do not use its addresses".into(),
            Self::Connect(ConnectError::Chain(error)) => error.hint(),
            _ => return None,
        })
    }
}

/// 12 too little to pay with, 13 the chain or integrity, 14 files.
pub(crate) fn deploy_exit_code(error: &DeployError) -> u8 {
    match error {
        DeployError::Artifact(ArtifactError::WrongChecksum { .. } | ArtifactError::WrongCodeHash { .. }) => 13,
        DeployError::Artifact(_) => 14,
        DeployError::BalanceTooLow { .. } => 12,
        _ => 13,
    }
}
