//! What a worker, a miner, a test or a person must know of a local network, as one JSON file.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};

use super::LocalnetError;
use crate::{
    json_file,
    population::{Account, Addresses, Populated},
};

/// The manifest. Its keys are development keys, which everybody has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// Where the node is.
    pub(super) endpoint: String,
    /// The hash of the chain's first block, which tells it from others.
    pub(super) genesis: String,
    /// The newest block when all was there.
    pub(super) block: u32,
    /// Length of a protocol block, in ms.
    pub(super) block_ms: u64,
    /// The directory with a wallet for each account and neuron.
    pub(super) wallets: String,
    /// The contracts' addresses.
    pub(super) contracts: Addresses,
    /// Accounts with native currency and TAO; the first has deployed and owns everything.
    pub(super) accounts: Vec<Account>,
    /// The subnets.
    pub(super) subnets: Vec<Populated>,
    /// The ports that the miners' endpoints are announced with, by name.
    pub(super) ports: std::collections::BTreeMap<String, u16>,
}

impl Manifest {
    /// Reads it, if there is one.
    pub(super) fn find(path: &Path) -> Result<Option<Self>, LocalnetError> {
        match fs::read(path) {
            Ok(text) => serde_json::from_slice(&text)
                .map(Some)
                .map_err(|error| LocalnetError::Malformed { path: path.to_owned(), what: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(LocalnetError::File { path: path.to_owned(), source }),
        }
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<(), LocalnetError> {
        json_file::write(path, self).map_err(|source| LocalnetError::File { path: path.to_owned(), source })
    }
}
