//! Accounts, subnets and neurons as manifests have them, for whoever uses a chain for development.

use chain::{AccountError, Contracts, parse_ss58, ss58};
use serde::{Deserialize, Serialize};

use super::config::Key;

/// The addresses of a deployment, in SS58.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Addresses {
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

impl TryFrom<&Addresses> for Contracts {
    type Error = AccountError;

    fn try_from(addresses: &Addresses) -> Result<Self, AccountError> {
        let Addresses { tao, staking, registry, settlement, root } = addresses;
        Ok(Self {
            tao: parse_ss58(tao)?,
            staking: parse_ss58(staking)?,
            registry: parse_ss58(registry)?,
            settlement: parse_ss58(settlement)?,
            root: parse_ss58(root)?,
        })
    }
}

/// A development key.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Account {
    pub(crate) uri: String,
    pub(crate) ss58: String,
}

impl From<&Key> for Account {
    fn from(key: &Key) -> Self {
        Self { uri: key.uri.clone(), ss58: ss58(&key.signer.account()) }
    }
}

/// A subnet with its neurons.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Populated {
    pub(crate) netuid: u16,
    pub(crate) task: String,
    /// Protocol blocks per epoch.
    pub(crate) tempo: u16,
    pub(crate) owner_hotkey: Account,
    pub(crate) neurons: Vec<Settled>,
}

/// A neuron that is registered.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Settled {
    pub(crate) name: String,
    pub(crate) uid: u16,
    pub(crate) hotkey: Account,
    pub(crate) coldkey: Account,
    pub(crate) stake_rao: u64,
    pub(crate) model: Option<String>,
}
