//! What can go wrong with a deployment and its record.

use std::{borrow::Cow, io, path::PathBuf};

use chain::{Advise as _, ArtifactError, DeployError};
use thiserror::Error;

use crate::{
    class::Class,
    connect::ConnectError,
    error::{chain_name, variant},
    population::PopulationError,
    toml_file::FileError,
};

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
    #[error("{} was changed: what it says of {contract} does not fit together", path.display())]
    Tampered {
        /// Which file.
        path: PathBuf,
        /// Of which contract.
        contract: &'static str,
    },
}

impl DeploymentError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::File(error) => error.class(),
            Self::Connect(error) => error.class(),
            Self::Population(_) | Self::UnknownProfile { .. } | Self::NoNode | Self::OtherRecord { .. } => Class::Usage,
            Self::Deploy(DeployError::Chain(error)) => Class::of(error),
            Self::Deploy(DeployError::Artifact(error)) if !is_about_integrity(error) => Class::File,
            Self::Deploy(DeployError::BalanceTooLow { .. }) => Class::Validation,
            Self::Deploy(_) | Self::Integrity(_) | Self::Tampered { .. } => Class::Chain,
            Self::Record { .. } | Self::NoRecord { .. } => Class::File,
        }
    }

    /// Its name for programs.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(error) => variant(error),
            Self::Population(error) => variant(error),
            Self::Connect(ConnectError::Chain(error)) => chain_name(error),
            Self::Connect(error) => variant(error),
            Self::Deploy(DeployError::Artifact(error)) => variant(error),
            Self::Deploy(DeployError::Chain(error)) => chain_name(error),
            Self::Deploy(error) => variant(error),
            error => variant(error),
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
            Self::Connect(error) => return error.hint().map(Cow::from),
            _ => return None,
        })
    }
}

/// Whether a file of the artifacts is not the one that was built.
fn is_about_integrity(error: &ArtifactError) -> bool {
    matches!(error, ArtifactError::WrongChecksum { .. } | ArtifactError::WrongCodeHash { .. })
}
