//! The interface of `registry`: subnets and their hyperparameters, neurons, registration, model commitments.

mod error;
mod events;
mod stewardship;

pub use error::*;
pub use events::*;
pub use stewardship::*;

use ink::prelude::vec::Vec;

use crate::{
    axon::{Axon, Endpoints, ServedAxon},
    model::{CommittedModel, ModelCommitment},
    work::WorkTarget,
    AccountId, Cycle, Hash, Hyperparameter, Hyperparameters, Netuid, ProtocolBlock, Rao, Uid,
};

/// Most subnets that governance may allow, and how many there may be at first. Source: subtensor `DefaultSubnetLimit`.
pub const SUBNET_LIMIT: u16 = 128;
/// Blocks for which a subnet is not pruned. Source: subtensor v1.2.5 `InitialNetworkImmunityPeriod`.
pub const NETWORK_IMMUNITY: u64 = 50_400;
/// Blocks between two trimmings by a subnet's owner. Source: subtensor `MaxUidsTrimming`.
pub const TRIMMING_INTERVAL: u64 = 216_000;
/// Most neurons that go in one trimming: what takes a full subnet of the default size to its default smallest.
pub const MAX_TRIMMED: u16 = 192;
/// Most neurons that get another uid in one trimming, which is what costs most of it.
pub const MAX_MOVED: usize = 48;
/// Most neurons of a dissolved subnet that one sweep forgets.
pub const MAX_SWEPT: u16 = 256;
/// What swapping a hotkey costs: 0.1 TAO. Source: subtensor `KeySwapCost`.
pub const KEY_SWAP_COST: Rao = Rao::new(100_000_000);
/// What swapping a hotkey on one subnet costs: 0.001 TAO. Source: subtensor `KeySwapOnSubnetCost`.
pub const KEY_SWAP_ON_SUBNET_COST: Rao = Rao::new(1_000_000);
/// Blocks between two swaps of hotkeys on one subnet by one coldkey: a day. Source: subtensor
/// `HotkeySwapOnSubnetInterval`.
pub const KEY_SWAP_ON_SUBNET_INTERVAL: u64 = 7_200;
/// Blocks between two swaps of hotkeys by one coldkey. Source: subtensor `InitialTxRateLimit`.
pub const KEY_SWAP_INTERVAL: u64 = 1_000;
/// Most subnets that the constructor names.
pub const MAX_GENESIS_SUBNETS: usize = 8;
/// Most initial hyperparameters of a genesis subnet.
pub const MAX_GENESIS_PARAMETERS: usize = 40;
/// Blocks between two registrations of subnets. Source: subtensor `InitialNetworkRateLimit`.
pub const SUBNET_RATE_LIMIT: u64 = 7_200;
/// Lowest lock of a subnet: 1000 TAO. Source: subtensor `InitialNetworkMinLockCost`.
pub const MIN_LOCK: Rao = Rao::new(1_000_000_000_000);
/// Blocks in which the lock falls by the last one paid: 14 days. Source: subtensor
/// `InitialNetworkLockReductionInterval`.
pub const LOCK_REDUCTION_INTERVAL: u64 = 100_800;
/// The burn of a new subnet: 1 TAO. Source: subtensor `init_new_network`.
pub const INITIAL_BURN: Rao = Rao::ONE_TAO;
/// The difficulty of work on a new subnet. Source: subtensor `InitialDifficulty`.
pub const INITIAL_DIFFICULTY: u64 = 10_000_000;
/// Longest text of a subnet's identity, in bytes.
pub const MAX_IDENTITY_TEXT: usize = 256;
/// Most neurons that `neurons` returns in one call.
pub const MAX_NEURONS_PER_PAGE: u16 = 128;
/// Most uids whose registration blocks are read, or whose emission is recorded, in one call.
pub const UIDS_PER_PAGE: u16 = 1_024;

/// What a subnet says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct SubnetIdentity {
    /// Name, UTF-8.
    pub name: Vec<u8>,
    /// Address of a page, UTF-8.
    pub url: Vec<u8>,
    /// Description, UTF-8.
    pub description: Vec<u8>,
    /// Name of the task its miners are measured by, UTF-8.
    pub task: Vec<u8>,
    /// Hash of the task's specification; zero if there is none.
    pub task_hash: Hash,
}

/// A subnet that exists from deployment on, without a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct GenesisSubnet {
    /// The coldkey that owns it.
    pub owner: AccountId,
    /// The hotkey whose neuron is never pruned and always has a permit.
    pub owner_hotkey: AccountId,
    /// What it says of itself.
    pub identity: SubnetIdentity,
    /// Hyperparameters other than the defaults, with governance's bounds.
    pub hyperparameters: Vec<Hyperparameter>,
}

/// A subnet, without its hyperparameters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Subnet {
    /// The coldkey that owns it.
    pub owner: AccountId,
    /// The hotkey whose neuron is never pruned and always has a permit.
    pub owner_hotkey: AccountId,
    /// When it was registered.
    pub registered_at: ProtocolBlock,
    /// What was locked for it.
    pub locked: Rao,
    /// Its epochs, once it was started.
    pub cycle: Option<Cycle>,
    /// When it was started.
    pub started_at: Option<ProtocolBlock>,
    /// How many neurons it has.
    pub neurons: u16,
}

/// A neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Neuron {
    /// Its hotkey.
    pub hotkey: AccountId,
    /// When that hotkey took the uid.
    pub registered_at: ProtocolBlock,
}

/// A subnet that takes part in emission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct RunningSubnet {
    /// Which.
    pub netuid: Netuid,
    /// Since when.
    pub started_at: ProtocolBlock,
}

/// What holds for all subnets of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Settings {
    /// How many subnets there may be before a new one takes another's place: 1..=[`SUBNET_LIMIT`].
    pub subnet_limit: u16,
    /// Which endpoints neurons may announce.
    pub endpoints: Endpoints,
}

impl Default for Settings {
    fn default() -> Self {
        Self { subnet_limit: SUBNET_LIMIT, endpoints: Endpoints::Public }
    }
}

/// What `settlement` needs of a subnet for a commitment or a reveal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct WeightsContext {
    /// Its hyperparameters.
    pub hyperparameters: Hyperparameters,
    /// Its epochs.
    pub cycle: Cycle,
    /// How many neurons it has.
    pub neurons: u16,
    /// The uid of the hotkey asked about and the block at which it took it, if it is registered.
    pub seat: Option<(Uid, ProtocolBlock)>,
    /// Whether that hotkey is the subnet owner's.
    pub is_owner_hotkey: bool,
    /// Registration blocks of the uids from 0 on, as many as were asked for.
    pub registered_at: Vec<ProtocolBlock>,
}

/// What `settlement` needs of a subnet for an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct EpochContext {
    /// Its hyperparameters.
    pub hyperparameters: Hyperparameters,
    /// Its epochs.
    pub cycle: Cycle,
    /// The coldkey that owns it.
    pub owner: AccountId,
    /// The uid of the owner's hotkey, if it is registered.
    pub owner_uid: Option<Uid>,
    /// How many neurons it has.
    pub neurons: u16,
    /// Registration blocks of the first [`UIDS_PER_PAGE`] uids; `registration_blocks` tells the others.
    pub registered_at: Vec<ProtocolBlock>,
    /// All subnets that take part in emission, in the order in which they were started.
    pub running: Vec<RunningSubnet>,
}

/// The end of an epoch for `registry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct EpochEnd {
    /// All epochs before this one are settled.
    pub epoch: u64,
    /// What work must be made for from now on.
    pub challenge: Hash,
}

/// What `registry` does itself; the rest is [`Stewardship`].
#[ink::trait_definition]
pub trait Registry {
    /// Registers `hotkey` for a burn that the caller allows to this contract beforehand; the burn is recycled.
    ///
    /// Who: anyone; the caller must own the hotkey or nobody.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `SubNetRegistrationDisabled`,
    /// `HotKeyAlreadyRegisteredInSubNet`, `TooManyRegistrationsThisBlock`, `PriceAboveLimit`, `EpochNotSettled` if it
    /// would replace a neuron, `NoNeuronIdAvailable`, `Staking(NonAssociatedColdKey)`, `Token`.
    /// # Events
    /// `NeuronRegistered`.
    #[ink(message)]
    fn register_by_burn(&mut self, netuid: Netuid, hotkey: AccountId, limit: Rao) -> Result<Uid, RegistryError>;

    /// Registers `hotkey` for work: a nonce whose seal (see [`crate::work`]) for `challenge`, the hotkey and the caller
    /// meets the difficulty. The challenge must be the one in force. Needs no TAO.
    ///
    /// Who: anyone; the caller must own the hotkey or nobody.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `SubNetRegistrationDisabled`,
    /// `HotKeyAlreadyRegisteredInSubNet`, `TooManyRegistrationsThisBlock`, `TooManyRegistrationsThisInterval`,
    /// `InvalidWorkBlock`, `InvalidDifficulty`, `WorkRepeated`, `EpochNotSettled` if it would replace a neuron,
    /// `NoNeuronIdAvailable`, `Staking(NonAssociatedColdKey)`.
    /// # Events
    /// `NeuronRegistered`.
    #[ink(message)]
    fn register_by_work(
        &mut self,
        netuid: Netuid,
        hotkey: AccountId,
        challenge: Hash,
        nonce: u64,
    ) -> Result<Uid, RegistryError>;

    /// Commits the caller's model on a subnet; replaces an earlier commitment. Repeated for the same content, for
    /// instance with another location, it keeps its block.
    ///
    /// Who: a registered hotkey.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`, `InvalidModel`.
    /// # Events
    /// `ModelCommitted`.
    #[ink(message)]
    fn commit_model(&mut self, netuid: Netuid, model: ModelCommitment) -> Result<(), RegistryError>;

    /// Announces where the caller's neuron serves; replaces what it announced before.
    ///
    /// Who: a registered hotkey, at most once per the subnet's `serving_rate_limit`.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`, `Axon` with `InvalidIpType`,
    /// `InvalidIpAddress` or `InvalidPort`, `ServingRateLimitExceeded`.
    /// # Events
    /// `AxonServed`.
    #[ink(message)]
    fn serve_axon(&mut self, netuid: Netuid, axon: Axon) -> Result<(), RegistryError>;

    /// Keeps the emission of an epoch, by which full subnets prune: of the uids from `first` on, which begins a page of
    /// [`UIDS_PER_PAGE`]. With the last page, `end` tells that all epochs before that one are settled, and the next
    /// challenge for work.
    ///
    /// Who: `settlement`.
    /// # Errors
    /// In this order: `CallerNotSettlement`, `InvalidPage`, `SubnetNotExists`.
    #[ink(message)]
    fn record_epoch(
        &mut self,
        netuid: Netuid,
        first: Uid,
        emission: Vec<Rao>,
        end: Option<EpochEnd>,
    ) -> Result<(), RegistryError>;

    /// Keeps the shares of all emission of at most [`SUBNET_LIMIT`] subnets, on any scale.
    ///
    /// Who: `settlement`.
    /// # Errors
    /// `CallerNotSettlement`.
    #[ink(message)]
    fn record_shares(&mut self, shares: Vec<(Netuid, u64)>) -> Result<(), RegistryError>;

    /// Has the messages of [`Stewardship`] done by the code of the contract `steward` from now on.
    ///
    /// Who: the owner.
    /// # Errors
    /// In this order: `Guard(CallerNotOwner)`, `StewardMissing`, `Guard(CodeRefused)` and `Guard(StorageMismatch)` if its
    /// code does not work with this contract's storage.
    /// # Events
    /// `StewardSet`.
    #[ink(message)]
    fn set_steward(&mut self, steward: AccountId) -> Result<(), RegistryError>;

    /// The subnets there are.
    #[ink(message)]
    fn netuids(&self) -> Vec<Netuid>;

    /// All subnets that take part in emission, in the order in which they were started.
    #[ink(message)]
    fn running_subnets(&self) -> Vec<RunningSubnet>;

    /// A subnet.
    #[ink(message)]
    fn subnet(&self, netuid: Netuid) -> Option<Subnet>;

    /// What holds for all subnets.
    #[ink(message)]
    fn settings(&self) -> Settings;

    /// The subnet that the next one would replace if there were as many as there may be: of those past their immunity
    /// ([`NETWORK_IMMUNITY`]) the one with the lowest share of emission, the oldest of equals.
    #[ink(message)]
    fn subnet_to_prune(&self) -> Option<Netuid>;

    /// What a subnet says of itself.
    #[ink(message)]
    fn identity(&self, netuid: Netuid) -> Option<SubnetIdentity>;

    /// The hyperparameters of a subnet.
    #[ink(message)]
    fn hyperparameters(&self, netuid: Netuid) -> Option<Hyperparameters>;

    /// What registering a subnet costs now, in RAO.
    #[ink(message)]
    fn subnet_lock_cost(&self) -> Rao;

    /// What registering by burn costs now, in RAO.
    #[ink(message)]
    fn burn_cost(&self, netuid: Netuid) -> Option<Rao>;

    /// What registering by work takes now.
    #[ink(message)]
    fn work_target(&self, netuid: Netuid) -> Option<WorkTarget>;

    /// The uid of a hotkey.
    #[ink(message)]
    fn uid(&self, netuid: Netuid, hotkey: AccountId) -> Option<Uid>;

    /// Up to `limit` (at most [`MAX_NEURONS_PER_PAGE`]) neurons from uid `start` on.
    #[ink(message)]
    fn neurons(&self, netuid: Netuid, start: Uid, limit: u16) -> Vec<Neuron>;

    /// The model that a hotkey committed on a subnet since it registered there.
    #[ink(message)]
    fn model(&self, netuid: Netuid, hotkey: AccountId) -> Option<CommittedModel>;

    /// Where a hotkey of a subnet serves.
    #[ink(message)]
    fn axon(&self, netuid: Netuid, hotkey: AccountId) -> Option<ServedAxon>;

    /// What `settlement` needs for a commitment or a reveal of `hotkey`, with the registration blocks of the first `blocks`
    /// uids (at most [`UIDS_PER_PAGE`]).
    ///
    /// # Errors
    /// `SubnetNotExists`, `SubnetNotStarted`.
    #[ink(message)]
    fn weights_context(&self, netuid: Netuid, hotkey: AccountId, blocks: u16) -> Result<WeightsContext, RegistryError>;

    /// The registration blocks of up to `limit` (at most [`UIDS_PER_PAGE`]) uids from `first` on.
    #[ink(message)]
    fn registration_blocks(&self, netuid: Netuid, first: Uid, limit: u16) -> Vec<ProtocolBlock>;

    /// What `settlement` needs for an epoch.
    ///
    /// # Errors
    /// `SubnetNotExists`, `SubnetNotStarted`.
    #[ink(message)]
    fn epoch_context(&self, netuid: Netuid) -> Result<EpochContext, RegistryError>;
}
