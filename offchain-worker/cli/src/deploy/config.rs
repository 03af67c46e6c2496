//! What is to be deployed: `deploy.toml`.

use std::path::Path;

use chain::{DeploymentConfig, Profile};
use primitives::{AccountId, clock::DEFAULT_BLOCK_MS};
use serde::Deserialize;

use super::DeploymentError;
use crate::{
    population::{self, Subnet, account, whole_tao},
    toml_file,
};

/// A deployment. Accounts are SS58 addresses, or URIs of development keys.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Config {
    /// The chain: `ws://` or `wss://` URLs of its nodes, separated by commas.
    pub(super) node: Option<String>,
    /// The development key that deploys; the coldkey of a wallet if none is named.
    pub(super) deployer: Option<String>,
    /// Length of a protocol block, in ms; fixed for ever.
    ///
    /// Default: 12,000
    block_ms: u64,
    /// Who is offered ownership of the contracts; the deployer keeps it if nobody is named.
    owner: Option<String>,
    /// Who may pause the contracts, beside their owner.
    guardian: Option<String>,
    /// Tells apart deployments of one deployer with the same configuration.
    salt: String,
    /// The build for this kind of chain: `standard`, `u64` or `v1`; the one that the chain takes if none is named.
    profile: Option<String>,
    /// TAO that is minted at deployment.
    #[serde(rename = "allocation")]
    allocations: Vec<Allocation>,
    /// Subnets that exist from the start, numbered from 1 in their order.
    #[serde(rename = "subnet")]
    subnets: Vec<Subnet>,
}

/// TAO that is minted at deployment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allocation {
    /// To whom.
    account: String,
    /// Whole TAO.
    tao: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            node: None,
            deployer: None,
            block_ms: DEFAULT_BLOCK_MS,
            owner: None,
            guardian: None,
            salt: String::new(),
            profile: None,
            allocations: Vec::new(),
            subnets: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<Self, DeploymentError> {
        Ok(toml_file::read(path)?)
    }

    /// What a deployer deploys by it.
    pub(super) fn deployment(&self, deployer: AccountId) -> Result<DeploymentConfig, DeploymentError> {
        population::check(&self.subnets)?;
        let optional = |text: &Option<String>| text.as_deref().map(account).transpose();
        let allocation = self.allocations.iter().map(|given| Ok((account(&given.account)?, whole_tao(given.tao))));
        let profile = self.profile.as_deref().map(|name| {
            Profile::from_name(name).ok_or_else(|| DeploymentError::UnknownProfile { name: name.to_owned() })
        });
        Ok(DeploymentConfig {
            block_ms: self.block_ms,
            allocation: allocation.collect::<Result<_, DeploymentError>>()?,
            genesis: self.subnets.iter().map(|subnet| subnet.for_anybody(deployer)).collect::<Result<_, _>>()?,
            guardian: optional(&self.guardian)?,
            owner: optional(&self.owner)?,
            salt: self.salt.as_bytes().to_vec(),
            profile: profile.transpose()?,
        })
    }
}
