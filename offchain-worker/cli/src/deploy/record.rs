//! The record of a deployment, `deployment.json`: all that others need to use it, and to check it.
//!
//! Each contract stands in it with what its constructor was given, as the chain had it (`input`) and for people
//! (`arguments`). The first proves, with deployer, code and salt, the address; the second must say the same.

use std::{collections::BTreeMap, fs, path::Path};

use chain::{
    Block, Contracts, Deployment, DeploymentConfig, DeploymentRecord, Host, Part, Parts, Profile, arguments,
    parse_ss58, places, ss58,
};
use primitives::{AccountId, Hash};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::DeploymentError;
use crate::{format, json_file};

/// `deployment.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// The version of Yarrow that deployed.
    pub(crate) yarrow: String,
    /// The name of the chain's runtime.
    pub(crate) chain: String,
    /// The hash of the chain's first block.
    pub(crate) genesis: String,
    /// Endpoints of the chain.
    pub(crate) nodes: Vec<String>,
    /// The block of the last step.
    pub(crate) block: u32,
    /// Its hash.
    pub(crate) block_hash: String,
    /// The build that was deployed.
    pub(crate) profile: String,
    /// Who deployed.
    pub(crate) deployer: String,
    /// Who was offered ownership, if anybody was.
    pub(crate) owner: Option<String>,
    /// Who may pause, if anybody may.
    pub(crate) guardian: Option<String>,
    /// The salt, in hex.
    pub(crate) salt: String,
    /// The contracts by their names.
    pub(crate) contracts: BTreeMap<String, Entry>,
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Where it is.
    pub(crate) address: String,
    /// Blake2b-256 of its code.
    pub(crate) code_hash: String,
    /// Selector and arguments of its constructor, in hex.
    input: String,
    /// The arguments, for people.
    arguments: Value,
}

impl Record {
    /// The record of a deployment.
    pub(super) fn new(
        host: &Host,
        nodes: Vec<String>,
        deployer: AccountId,
        config: &DeploymentConfig,
        deployment: &Deployment,
    ) -> Self {
        let Block { number, hash, .. } = deployment.block;
        let places = places(deployer, &deployment.code_hashes, config);
        let entry = |(part, address): (Part, &AccountId)| {
            let entry = Entry {
                address: ss58(address),
                code_hash: format::hash(deployment.code_hashes.of(part)),
                input: hex(&places.of(part).input),
                arguments: readable(part, config, &deployment.addresses),
            };
            (part.name().to_owned(), entry)
        };
        Self {
            yarrow: env!("CARGO_PKG_VERSION").to_owned(),
            chain: host.name.clone(),
            genesis: format::hash(&host.genesis),
            nodes,
            block: number,
            block_hash: format::hash(&hash),
            profile: deployment.profile.name().to_owned(),
            deployer: ss58(&deployer),
            owner: config.owner.as_ref().map(ss58),
            guardian: config.guardian.as_ref().map(ss58),
            salt: hex(&config.salt),
            contracts: deployment.addresses.iter().map(entry).collect(),
        }
    }

    /// Reads one; `None` if there is no file.
    pub(crate) fn find(path: &Path) -> Result<Option<Self>, DeploymentError> {
        match fs::read(path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| no_record(path, error.to_string())),
            Err(source) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(DeploymentError::Record { path: path.to_owned(), source }),
        }
    }

    /// Reads one.
    pub(crate) fn read(path: &Path) -> Result<Self, DeploymentError> {
        let missing = || DeploymentError::Record { path: path.to_owned(), source: std::io::ErrorKind::NotFound.into() };
        Self::find(path)?.ok_or_else(missing)
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, path: &Path) -> Result<(), DeploymentError> {
        json_file::write(path, self).map_err(|source| DeploymentError::Record { path: path.to_owned(), source })
    }

    /// The addresses that others call.
    pub(crate) fn contracts(&self, path: &Path) -> Result<Contracts, DeploymentError> {
        Ok(self.addresses(path)?.contracts())
    }

    /// All of it with its types. What it says for people is held against what the chain had.
    pub(super) fn typed(&self, path: &Path) -> Result<DeploymentRecord, DeploymentError> {
        let malformed = |what: &str| no_record(path, what.to_owned());
        let account = |text: &String| parse_ss58(text).map_err(|error| no_record(path, format!("{text}: {error}")));
        let inputs = Parts::try_new(|part| unhex(&self.entry(path, part)?.input).ok_or_else(|| malformed("input")))?;
        let (block_ms, allocation, genesis) = arguments(&inputs).ok_or_else(|| malformed("input"))?;
        let profile = Profile::from_name(&self.profile).ok_or_else(|| malformed("profile"))?;
        let config = DeploymentConfig {
            block_ms,
            allocation,
            genesis,
            guardian: self.guardian.as_ref().map(account).transpose()?,
            owner: self.owner.as_ref().map(account).transpose()?,
            salt: unhex(&self.salt).ok_or_else(|| malformed("salt"))?,
            profile: Some(profile),
        };
        let addresses = self.addresses(path)?;
        let code_hashes =
            Parts::try_new(|part| hash(&self.entry(path, part)?.code_hash).ok_or_else(|| malformed("code_hash")))?;
        let deployer = account(&self.deployer)?;
        let places = places(deployer, &code_hashes, &config);
        for part in Part::ALL {
            let entry = self.entry(path, part)?;
            let is_same =
                entry.arguments == readable(part, &config, &addresses) && *inputs.of(part) == places.of(part).input;
            if !is_same {
                return Err(DeploymentError::Tampered { path: path.to_owned(), contract: part.name() });
            }
        }
        let genesis = hash(&self.genesis).ok_or_else(|| malformed("genesis"))?;
        Ok(DeploymentRecord { genesis, deployer, profile, config, addresses, code_hashes })
    }

    fn addresses(&self, path: &Path) -> Result<Parts<AccountId>, DeploymentError> {
        Parts::try_new(|part| {
            let text = &self.entry(path, part)?.address;
            parse_ss58(text).map_err(|error| no_record(path, format!("{text}: {error}")))
        })
    }

    fn entry(&self, path: &Path, part: Part) -> Result<&Entry, DeploymentError> {
        self.contracts.get(part.name()).ok_or_else(|| no_record(path, format!("there is no {}", part.name())))
    }
}

fn no_record(path: &Path, what: String) -> DeploymentError {
    DeploymentError::NoRecord { path: path.to_owned(), what }
}

/// What the constructor of a contract was given, for people.
fn readable(part: Part, config: &DeploymentConfig, addresses: &Parts<AccountId>) -> Value {
    let address = |part| ss58(addresses.of(part));
    let (tao, staking, registry) = (address(Part::Tao), address(Part::Staking), address(Part::Registry));
    match part {
        Part::Tao => {
            let allocation = config.allocation.iter();
            let allocation =
                allocation.map(|(account, amount)| json!({ "account": ss58(account), "rao": amount.get() }));
            json!({ "allocation": allocation.collect::<Vec<_>>() })
        }
        Part::Staking => json!({ "tao": tao, "block_ms": config.block_ms }),
        Part::Steward | Part::Engine => json!({}),
        Part::Registry => {
            let genesis = config.genesis.iter().map(|subnet| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let identity = &subnet.identity;
                let parameters = subnet.hyperparameters.iter().map(|parameter| format!("{parameter:?}"));
                json!({
                    "owner": ss58(&subnet.owner),
                    "owner_hotkey": ss58(&subnet.owner_hotkey),
                    "name": text(&identity.name),
                    "url": text(&identity.url),
                    "description": text(&identity.description),
                    "task": text(&identity.task),
                    "task_hash": format::hash(&identity.task_hash),
                    "hyperparameters": parameters.collect::<Vec<_>>(),
                })
            });
            let genesis = genesis.collect::<Vec<_>>();
            json!({ "tao": tao, "staking": staking, "steward": address(Part::Steward), "genesis": genesis })
        }
        Part::Settlement => {
            json!({ "tao": tao, "staking": staking, "registry": registry, "engine": address(Part::Engine) })
        }
        Part::Root => json!({ "staking": staking, "registry": registry, "settlement": address(Part::Settlement) }),
    }
}

fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    hex::decode(text.strip_prefix("0x")?).ok()
}

fn hash(text: &str) -> Option<Hash> {
    unhex(text)?.try_into().ok()
}
