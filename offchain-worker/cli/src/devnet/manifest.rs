//! What a worker, a miner or a test must know of a devnet, as one JSON file.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use chain::{Contracts, ss58};
use serde::Serialize;

use super::config::Key;

/// The manifest. Its keys are development keys, which everybody has.
#[derive(Debug, Serialize)]
pub(super) struct Manifest {
    /// Where the chain is.
    pub(super) endpoint: String,
    /// The hash of the chain's first block, which tells it from others.
    pub(super) genesis: String,
    /// The newest block when the devnet was ready.
    pub(super) block: u32,
    /// Length of a protocol block, in ms of the chain's time.
    pub(super) block_ms: u64,
    /// How many times faster than the wall clock the chain's time runs.
    pub(super) speed: u32,
    /// The contracts' addresses.
    pub(super) contracts: Addresses,
    /// Accounts with native currency and TAO; the first has deployed and owns the contracts and the subnets.
    pub(super) accounts: Vec<Account>,
    pub(super) subnets: Vec<Subnet>,
}

/// The addresses of a deployment, in SS58.
#[derive(Debug, Serialize)]
pub(super) struct Addresses {
    tao: String,
    staking: String,
    registry: String,
    settlement: String,
    root: String,
}

impl From<&Contracts> for Addresses {
    fn from(contracts: &Contracts) -> Self {
        let Contracts { tao, staking, registry, settlement, root } = contracts;
        Self {
            tao: ss58(tao),
            staking: ss58(staking),
            registry: ss58(registry),
            settlement: ss58(settlement),
            root: ss58(root),
        }
    }
}

/// A development key.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    pub(super) uri: String,
    pub(super) ss58: String,
}

impl From<&Key> for Account {
    fn from(key: &Key) -> Self {
        Self { uri: key.uri.clone(), ss58: ss58(&key.signer.account()) }
    }
}

/// A subnet.
#[derive(Debug, Serialize)]
pub(super) struct Subnet {
    pub(super) netuid: u16,
    pub(super) task: String,
    /// Protocol blocks per epoch.
    pub(super) tempo: u16,
    pub(super) owner_hotkey: Account,
    pub(super) neurons: Vec<Neuron>,
}

/// A neuron that the devnet has registered.
#[derive(Debug, Serialize)]
pub(super) struct Neuron {
    pub(super) name: String,
    pub(super) uid: u16,
    pub(super) hotkey: Account,
    pub(super) coldkey: Account,
    pub(super) stake_rao: u64,
    pub(super) model: Option<String>,
}

impl Manifest {
    /// Writes the file so that whoever sees it sees all of it.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let draft = path.with_extension("json.partial");
        let mut file = File::create(&draft)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        writeln!(file)?;
        file.sync_all()?;
        fs::rename(&draft, path)
    }
}
