//! From what a user names to a chain: the one place where a URL becomes a backend.
//!
//! A place is the endpoint of a devnet, one or several of a node, or a file that names one of these: the manifest of a devnet
//! or a localnet, the record of a deployment. Behind a devnet's endpoint is the market alone; on a node it is one contract
//! among others, and the record of its deployment says where. A chain that is not the file's is refused.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use chain::{
    Chain, ChainError, Contracts,
    node::Node,
    remote::{EndpointError, Remote},
};
use primitives::Hash;
use serde::Deserialize;
use thiserror::Error;

use crate::{
    class::Class,
    deploy::{DeploymentError, RECORD, Record},
    population::Addresses,
};

/// Names the record of the deployment on a node's chain.
const VARIABLE: &str = "YARROW_DEPLOYMENT";

/// Why there is no chain.
#[derive(Debug, Error)]
pub(crate) enum ConnectError {
    /// The text is neither an endpoint nor a file.
    #[error("{0}; a node has a ws:// or wss:// URL")]
    Endpoint(#[from] EndpointError),
    /// The file cannot be read.
    #[error("{} is no endpoint (ws://HOST:PORT, tcp://127.0.0.1:PORT, unix:///PATH), and cannot be read as a manifest: {source}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file is not a manifest.
    #[error("{} is neither the manifest of a devnet or a localnet nor the record of a deployment: {error}", path.display())]
    NoManifest {
        /// Which.
        path: PathBuf,
        /// Why not.
        error: serde_json::Error,
    },
    /// The file is of another chain than the one that listens.
    #[error("{} is of another chain than the one at {endpoint}", path.display())]
    Stale {
        /// Which.
        path: PathBuf,
        /// Where the other chain is.
        endpoint: String,
    },
    /// A node's chain has many contracts, and nobody says which ones.
    #[error("which contracts on {endpoint}? there is no record of a deployment at {}", path.display())]
    NoDeployment {
        /// Where the chain is.
        endpoint: String,
        /// Where the record was looked for.
        path: PathBuf,
    },
    /// The record of the deployment cannot be used.
    #[error(transparent)]
    Record(Box<DeploymentError>),
    /// The chain does not answer.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl ConnectError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Endpoint(_) | Self::NoDeployment { .. } => Class::Usage,
            Self::Stale { .. } => Class::Chain,
            Self::Chain(error) => Class::of(error),
            Self::Unreadable { .. } | Self::NoManifest { .. } => Class::File,
            Self::Record(error) => error.class(),
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Chain(error) => Some(error.hint().into_owned()),
            Self::Stale { .. } => Some("start the devnet or the localnet anew, or name the file of this chain".into()),
            Self::NoDeployment { .. } => {
                Some(format!("name the record that `yarrow deploy` wrote: --deployment FILE, or {VARIABLE}=FILE"))
            }
            Self::Record(error) => error.hint().map(Into::into),
            Self::Endpoint(_) | Self::Unreadable { .. } | Self::NoManifest { .. } => None,
        }
    }
}

/// What must be known of a manifest to find its chain.
#[derive(Deserialize)]
struct Manifest {
    endpoint: String,
    genesis: String,
    contracts: Addresses,
}

/// A file that names a chain.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Manifest(Manifest),
    Record(Record),
}

/// Connects to a chain with a market on it: to an endpoint, or to that of a file.
///
/// # Errors
/// [`ConnectError`]; a scheme that no backend has is named with those that there are.
pub(crate) fn connect(place: &str) -> Result<(Box<dyn Chain>, Contracts), ConnectError> {
    let named = env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
    connect_to(place, named.as_deref())
}

/// Connects like [`connect`] to the contracts of a deployment that somebody named, where the chain is a node's.
///
/// # Errors
/// [`ConnectError`].
pub(crate) fn connect_to(place: &str, deployment: Option<&Path>) -> Result<(Box<dyn Chain>, Contracts), ConnectError> {
    if !place.contains("://") {
        return by_file(Path::new(place));
    }
    if !is_node(place) {
        let remote = Remote::connect(place.parse()?)?;
        let contracts = remote.contracts();
        return Ok((Box::new(remote), contracts));
    }
    let path = deployment.map_or_else(|| RECORD.into(), Path::to_owned);
    let no_deployment = || ConnectError::NoDeployment { endpoint: place.to_owned(), path: path.clone() };
    let record = Record::find(&path).map_err(record_error)?.ok_or_else(no_deployment)?;
    let chain = of_genesis(place, &record.genesis, &path)?;
    Ok((chain, record.contracts(&path).map_err(record_error)?))
}

/// Connects to a chain, whatever is on it.
///
/// # Errors
/// [`ConnectError`].
pub(crate) fn chain(endpoint: &str) -> Result<Box<dyn Chain>, ConnectError> {
    if is_node(endpoint) {
        let endpoints: Vec<String> = endpoint.split(',').map(|url| url.trim().to_owned()).collect();
        return Ok(Box::new(Node::connect(&endpoints)?));
    }
    Ok(Box::new(Remote::connect(endpoint.parse()?)?))
}

fn is_node(place: &str) -> bool {
    ["ws://", "wss://"].iter().any(|scheme| place.starts_with(scheme))
}

fn by_file(path: &Path) -> Result<(Box<dyn Chain>, Contracts), ConnectError> {
    let text = fs::read(path).map_err(|source| ConnectError::Unreadable { path: path.into(), source })?;
    let no_manifest = |error| ConnectError::NoManifest { path: path.into(), error };
    match serde_json::from_slice(&text).map_err(no_manifest)? {
        File::Manifest(manifest) => {
            let chain = of_genesis(&manifest.endpoint, &manifest.genesis, path)?;
            let malformed = || no_manifest(serde::de::Error::custom("an address is malformed"));
            Ok((chain, Contracts::try_from(&manifest.contracts).map_err(|_| malformed())?))
        }
        File::Record(record) => {
            let chain = of_genesis(&record.nodes.join(","), &record.genesis, path)?;
            Ok((chain, record.contracts(path).map_err(record_error)?))
        }
    }
}

/// The chain at an endpoint, if it is the one of a file.
fn of_genesis(endpoint: &str, genesis: &str, path: &Path) -> Result<Box<dyn Chain>, ConnectError> {
    let chain = chain(endpoint)?;
    let found: Hash = chain.host()?.genesis;
    if crate::format::hash(&found) == genesis {
        Ok(chain)
    } else {
        Err(ConnectError::Stale { path: path.into(), endpoint: endpoint.to_owned() })
    }
}

fn record_error(error: DeploymentError) -> ConnectError {
    ConnectError::Record(Box::new(error))
}
