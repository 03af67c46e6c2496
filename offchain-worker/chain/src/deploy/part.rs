//! What a deployment consists of, and where each contract of it will be.
//!
//! `pallet-contracts` derives the address of a contract from who deploys it, its code, what its constructor is given and
//! a salt. So the addresses of a whole deployment are known before anything is sent, a step that was made is found again,
//! and an address proves with which arguments its contract was made.

use ink::selector_bytes;
use primitives::{
    AccountId, Hash, Rao, RegistryError, RootError, SettlementError, StakingError, registry::GenesisSubnet,
    tao::TaoError,
};
use scale::{DecodeAll, Encode};
use sp_core::{Blake2Hasher, Hasher};

use super::DeploymentConfig;
use crate::{ChainError, Contracts, Label, Output, reply};

/// A contract of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The token.
    Tao,
    /// Hotkeys, stakes and the protocol clock.
    Staking,
    /// Keeps the steward of `registry` on the chain; nobody calls it.
    Steward,
    /// Subnets and neurons.
    Registry,
    /// Keeps the engine of `settlement` on the chain; nobody calls it.
    Engine,
    /// Weights, epochs and emission.
    Settlement,
    /// Votes on how emission is divided.
    Root,
}

impl Part {
    /// All of them in the order of deployment: each is told only of those before it.
    pub const ALL: [Self; 7] =
        [Self::Tao, Self::Staking, Self::Steward, Self::Registry, Self::Engine, Self::Settlement, Self::Root];

    /// Its name, which is that of its bundle.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tao => "tao",
            Self::Staking => "staking",
            Self::Steward => "steward",
            Self::Registry => "registry",
            Self::Engine => "engine",
            Self::Settlement => "settlement",
            Self::Root => "root",
        }
    }

    /// The name of its constructor for people: `tao.new`.
    pub(super) fn constructor(self) -> Label {
        format!("{}.new", self.name()).into()
    }

    /// What its constructor refused, if it did.
    pub(super) fn decode(self, contract: AccountId, output: &Output) -> Result<(), ChainError> {
        if !output.reverted {
            return Ok(());
        }
        let decode = match self {
            Self::Tao => reply::decode::<Result<(), TaoError>>,
            Self::Staking => reply::decode::<Result<(), StakingError>>,
            Self::Steward | Self::Registry => reply::decode::<Result<(), RegistryError>>,
            Self::Engine | Self::Settlement => reply::decode::<Result<(), SettlementError>>,
            Self::Root => reply::decode::<Result<(), RootError>>,
        };
        decode(self.constructor(), contract, output)
    }
}

/// A value for each contract of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts<T>([T; 7]);

impl<T> Parts<T> {
    /// Makes the values in the order of deployment.
    ///
    /// # Errors
    /// The first that `make` gives.
    pub fn try_new<E>(mut make: impl FnMut(Part) -> Result<T, E>) -> Result<Self, E> {
        let [tao, staking, steward, registry, engine, settlement, root] = Part::ALL;
        Ok(Self([
            make(tao)?,
            make(staking)?,
            make(steward)?,
            make(registry)?,
            make(engine)?,
            make(settlement)?,
            make(root)?,
        ]))
    }

    /// The value of one.
    pub fn of(&self, part: Part) -> &T {
        &self.0[part as usize]
    }

    /// All of them in the order of deployment.
    pub fn iter(&self) -> impl Iterator<Item = (Part, &T)> {
        Part::ALL.into_iter().zip(&self.0)
    }

    /// Another value for each.
    pub fn map<U>(&self, change: impl FnMut(&T) -> U) -> Parts<U> {
        Parts(self.0.each_ref().map(change))
    }
}

impl Parts<AccountId> {
    /// The addresses that others call.
    pub fn contracts(&self) -> Contracts {
        Contracts {
            tao: *self.of(Part::Tao),
            staking: *self.of(Part::Staking),
            registry: *self.of(Part::Registry),
            settlement: *self.of(Part::Settlement),
            root: *self.of(Part::Root),
        }
    }
}

/// A contract before it is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Selector and arguments of its constructor.
    pub input: Vec<u8>,
    /// The address that it will have.
    pub address: AccountId,
}

/// Where the contracts of a deployment will be, from their code and their constructors' arguments.
pub fn places(deployer: AccountId, code_hashes: &Parts<Hash>, config: &DeploymentConfig) -> Parts<Place> {
    let place = |part, arguments: Vec<u8>| {
        let input = [selector_bytes!("new").as_slice(), &arguments].concat();
        let address = contract_address(deployer, *code_hashes.of(part), &input, &config.salt);
        Place { input, address }
    };
    let tao = place(Part::Tao, config.allocation.encode());
    let staking = place(Part::Staking, (tao.address, config.block_ms).encode());
    let steward = place(Part::Steward, Vec::new());
    let registry = place(Part::Registry, (tao.address, staking.address, steward.address, &config.genesis).encode());
    let engine = place(Part::Engine, Vec::new());
    let settlement = place(Part::Settlement, (tao.address, staking.address, registry.address, engine.address).encode());
    let root = place(Part::Root, (staking.address, registry.address, settlement.address).encode());
    Parts([tao, staking, steward, registry, engine, settlement, root])
}

/// What constructors were told of a market: the length of a protocol block in ms, the allocation, the subnets.
pub type Arguments = (u64, Vec<(AccountId, Rao)>, Vec<GenesisSubnet>);

/// The arguments in the inputs of a deployment's constructors, which [`places`] made; `None` if they are none.
pub fn arguments(inputs: &Parts<Vec<u8>>) -> Option<Arguments> {
    let arguments = |part| inputs.of(part).strip_prefix(&selector_bytes!("new"));
    let allocation = DecodeAll::decode_all(&mut arguments(Part::Tao)?).ok()?;
    let (_, block_ms) = <(AccountId, u64)>::decode_all(&mut arguments(Part::Staking)?).ok()?;
    let (_, genesis) = <([AccountId; 3], Vec<GenesisSubnet>)>::decode_all(&mut arguments(Part::Registry)?).ok()?;
    Some((block_ms, allocation, genesis))
}

/// The address that `pallet-contracts` gives a contract (its `DefaultAddressGenerator`).
pub fn contract_address(deployer: AccountId, code_hash: Hash, input: &[u8], salt: &[u8]) -> AccountId {
    let origin = (b"contract_addr_v1", deployer, code_hash, input, salt);
    origin.using_encoded(Blake2Hasher::hash).0.into()
}
