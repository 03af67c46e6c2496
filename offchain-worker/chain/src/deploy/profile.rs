//! Which build of the contracts a host chain takes, found by asking it.
//!
//! Hosts differ in the width of their balances, their limits and the functions that they offer to contracts. What a chain
//! says of itself is looked at first; then it is asked to take each contract's code, without sending anything. Code that
//! is refused is looked at closer: for each host function that it uses the chain is asked whether it would take a contract
//! that uses only that one, so that what is missing has a name.

use std::fmt;

use ink::env::{DefaultEnvironment, Environment};
use primitives::{AccountId, Hash};

use super::{
    DeployError, DeploymentConfig,
    part::{Part, Parts, Place, places},
    wasm::Imports,
};
use crate::{ArtifactError, Artifacts, At, Bundle, Chain, ChainError, ContractLimits, DispatchFailure, Host};

/// Bytes that a storage value or an event of the contracts may have.
const PAYLOAD_BYTES: u32 = 12 * 1024;

/// A build of the contracts for a kind of host chains; `docs/building.md` tells more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Balances of 128 bits, and the second version of the host function `call`.
    Standard,
    /// Balances of 64 bits.
    U64,
    /// The first version of the host function `call`, of older pallets.
    V1,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Standard, Self::U64, Self::V1];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::U64 => "u64",
            Self::V1 => "v1",
        }
    }

    /// The profile of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// Bytes of the native balances that it works with.
    pub const fn balance_bytes(self) -> u8 {
        match self {
            Self::Standard | Self::V1 => 16,
            Self::U64 => 8,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The contracts of a profile that a chain takes.
#[derive(Clone, Debug)]
pub(super) struct Build {
    pub(super) profile: Profile,
    /// Why this profile, for people.
    pub(super) reason: String,
    pub(super) bundles: Parts<Bundle>,
    pub(super) places: Parts<Place>,
    /// Which contracts are on the chain already.
    pub(super) is_there: Parts<bool>,
    /// The deposit that the upload of each one's code takes, in the host's smallest unit.
    pub(super) code_deposits: Parts<u128>,
}

/// A chain that is asked what it takes from a deployer, at one block.
pub(super) struct Question<'a, C: ?Sized> {
    pub(super) chain: &'a C,
    pub(super) at: At,
    pub(super) host: &'a Host,
    pub(super) limits: &'a ContractLimits,
    pub(super) deployer: AccountId,
    pub(super) artifacts: &'a Artifacts,
    pub(super) config: &'a DeploymentConfig,
}

impl<C: Chain + ?Sized> Question<'_, C> {
    /// The build that the chain takes.
    pub(super) fn answer(&self) -> Result<Build, DeployError> {
        self.check_host()?;
        let bytes = self.host.currency.balance_bytes;
        let bits = u32::from(bytes) * 8;
        if let Some(profile) = self.config.profile {
            if profile.balance_bytes() != bytes {
                return Err(DeployError::BalanceWidth { bits, wanted: Some(profile) });
            }
            return self.build(profile, "the configuration asks for it".to_owned());
        }
        match bytes {
            8 => self.build(Profile::U64, "the chain's balances have 64 bits".to_owned()),
            16 => match self.build(Profile::Standard, "the chain takes it as it is".to_owned()) {
                Err(DeployError::MissingHostFunctions { functions, .. }) => {
                    self.build(Profile::V1, format!("the chain lacks {}", functions.join(", ")))
                }
                answer => answer,
            },
            _ => Err(DeployError::BalanceWidth { bits, wanted: None }),
        }
    }

    fn check_host(&self) -> Result<(), DeployError> {
        let topics = u32::try_from(DefaultEnvironment::MAX_EVENT_TOPICS).unwrap_or(u32::MAX);
        let needs = [
            ("bytes of a storage value", self.limits.payload_bytes, PAYLOAD_BYTES),
            ("topics of an event", self.limits.event_topics, topics),
        ];
        match needs.into_iter().find(|(_, has, needed)| has < needed) {
            Some((limit, has, needed)) => Err(DeployError::Limit { limit, has: has.into(), needs: needed.into() }),
            None => Ok(()),
        }
    }

    fn build(&self, profile: Profile, reason: String) -> Result<Build, DeployError> {
        let bundles = Parts::try_new(|part| self.artifacts.contract_of(profile, part.name()))?;
        let places = places(self.deployer, &bundles.map(|bundle| bundle.code_hash), self.config);
        let is_there = Parts::try_new(|part| self.is_there(places.of(part).address))?;
        let code_deposits = Parts::try_new(|part| match is_there.of(part) {
            true => Ok(0),
            false => self.code_deposit(profile, part, bundles.of(part)),
        })?;
        Ok(Build { profile, reason, bundles, places, is_there, code_deposits })
    }

    fn is_there(&self, address: AccountId) -> Result<bool, ChainError> {
        Ok(self.chain.code_hash(self.at, address)?.is_some())
    }

    /// What the chain holds for a contract's code, if it takes the code.
    fn code_deposit(&self, profile: Profile, part: Part, bundle: &Bundle) -> Result<u128, DeployError> {
        let bytes = u32::try_from(bundle.code.len()).unwrap_or(u32::MAX);
        if bytes > self.limits.code_bytes {
            let limit = "bytes of a contract's code";
            return Err(DeployError::Limit { limit, has: self.limits.code_bytes.into(), needs: bytes.into() });
        }
        let imports = Imports::read(&bundle.code).map_err(|_| ArtifactError::NotWasm { name: bundle.name.clone() })?;
        if imports.memory_pages > self.limits.memory_pages.into() {
            let (has, needs) = (self.limits.memory_pages.into(), imports.memory_pages);
            return Err(DeployError::Limit { limit: "pages of a contract's memory", has, needs });
        }
        match self.chain.check_code(self.deployer, &bundle.code) {
            Ok(deposit) => Ok(deposit),
            Err(ChainError::Dispatch { failure: DispatchFailure::DepositNotCovered(_), .. }) => {
                Ok(self.limits.deposit_of(u128::from(bytes), CODE_ITEMS))
            }
            Err(ChainError::Dispatch { failure: failure @ DispatchFailure::CodeRejected(_), .. }) => {
                let functions = self.missing(&imports)?;
                Err(match functions.is_empty() {
                    true => DeployError::CodeRejected { part, profile, failure },
                    false => DeployError::MissingHostFunctions { profile, functions },
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The host functions that the chain does not have.
    fn missing(&self, imports: &Imports) -> Result<Vec<String>, ChainError> {
        let mut missing = Vec::new();
        for function in &imports.functions {
            let Some(probe) = function.probe() else { continue };
            match self.chain.check_code(self.deployer, &probe) {
                Err(ChainError::Dispatch { failure: DispatchFailure::CodeRejected(_), .. }) => {
                    missing.push(function.name());
                }
                Ok(_) | Err(ChainError::Dispatch { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(missing)
    }
}

/// Items of storage that a chain counts for a contract's code.
const CODE_ITEMS: u128 = 2;

impl Build {
    /// The code hashes in the order of deployment.
    pub(super) fn code_hashes(&self) -> Parts<Hash> {
        self.bundles.map(|bundle| bundle.code_hash)
    }
}
