//! The interface of `root`: the root network, whose validators vote on how emission is divided over the subnets.

use ink::prelude::vec::Vec;

use crate::{AccountId, GuardError, Netuid, ProtocolBlock, Rao, SettlementError};

/// Most root validators. Source: subtensor v1.2.5, `MaxAllowedUids` of the root network.
pub const MAX_ROOT_VALIDATORS: usize = 64;
/// Blocks from one root epoch to the next at least. Source: subtensor `DefaultTempo`.
pub const ROOT_TEMPO: u64 = 360;
/// Blocks between two votes of a hotkey. Source: subtensor `DefaultWeightsSetRateLimit`.
pub const ROOT_WEIGHTS_RATE_LIMIT: u64 = 100;

/// A subnet and its weight in a vote.
pub type RootWeight = (Netuid, u16);
/// A subnet and its share of the emission, in parts of 10^9 (`consensus::root::WHOLE`).
pub type Share = (Netuid, u64);

/// How a root validator votes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct RootWeights {
    /// Its weights, on a scale of its own.
    pub weights: Vec<RootWeight>,
    /// When it set them.
    pub updated_at: ProtocolBlock,
}

/// Why `root` refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum RootError {
    /// Refused by ownership or pause.
    Guard(GuardError),
    /// `settlement` refused the shares.
    Settlement(SettlementError),
    /// The hotkey is not the caller's.
    NonAssociatedColdKey,
    /// The hotkey is a root validator already.
    HotKeyAlreadyRegistered,
    /// There are [`MAX_ROOT_VALIDATORS`], and none of them has less stake than the hotkey.
    StakeTooLowForRoot {
        /// The hotkey needs more than this, in RAO.
        lowest: Rao,
    },
    /// The hotkey is no root validator.
    HotKeyNotRegistered(AccountId),
    /// The last vote is too recent.
    SettingWeightsTooFast {
        /// From when a vote is taken.
        from: ProtocolBlock,
    },
    /// A subnet stands twice in the vote.
    DuplicateNetuids,
    /// There is no such subnet.
    SubnetNotExists(Netuid),
    /// The last root epoch is too recent.
    RootEpochNotDue {
        /// Now.
        now: ProtocolBlock,
        /// When the next may be.
        next_epoch: ProtocolBlock,
    },
}

impl From<GuardError> for RootError {
    fn from(error: GuardError) -> Self {
        Self::Guard(error)
    }
}

impl From<SettlementError> for RootError {
    fn from(error: SettlementError) -> Self {
        Self::Settlement(error)
    }
}

/// What `root` does.
#[ink::trait_definition]
pub trait RootNetwork {
    /// Makes a hotkey of the caller's a root validator. Of more than [`MAX_ROOT_VALIDATORS`] the one with the least stake
    /// goes, with its vote; of equals the one that came first.
    ///
    /// Who: the coldkey of the hotkey.
    /// # Errors
    /// In this order: `Guard(Paused)`, `NonAssociatedColdKey`, `HotKeyAlreadyRegistered`, `StakeTooLowForRoot`.
    /// # Events
    /// `RootRegistered`.
    #[ink(message)]
    fn root_register(&mut self, hotkey: AccountId) -> Result<(), RootError>;

    /// Votes for a hotkey of the caller's. Only the proportion of its weights counts; a weight towards a subnet that does not
    /// run counts from when it does. A vote without weights takes the last one back.
    ///
    /// Who: the coldkey of a root validator.
    /// # Errors
    /// In this order: `Guard(Paused)`, `NonAssociatedColdKey`, `HotKeyNotRegistered`, `SettingWeightsTooFast`,
    /// `DuplicateNetuids`, `SubnetNotExists`. Source of the order: subtensor v1.2.5 `do_set_root_weights`.
    /// # Events
    /// `RootWeightsSet`.
    #[ink(message)]
    fn set_root_weights(&mut self, hotkey: AccountId, weights: Vec<RootWeight>) -> Result<(), RootError>;

    /// Computes the shares by the votes and stakes of now, by which emission is divided until the next root epoch. Where
    /// no stake is behind any vote for a subnet that runs, all that run have the same.
    ///
    /// Who: anyone, once in [`ROOT_TEMPO`] blocks.
    /// # Errors
    /// In this order: `Guard(Paused)`, `RootEpochNotDue`, `Settlement`.
    /// # Events
    /// `RootEpoch`.
    #[ink(message)]
    fn root_epoch(&mut self) -> Result<(), RootError>;

    /// The root validators, in the order in which they came.
    #[ink(message)]
    fn root_validators(&self) -> Vec<AccountId>;

    /// How a root validator votes.
    #[ink(message)]
    fn root_weights(&self, hotkey: AccountId) -> Option<RootWeights>;

    /// The shares of the last root epoch; none if all subnets that run have the same.
    #[ink(message)]
    fn shares(&self) -> Vec<Share>;

    /// The shares that a root epoch would give now.
    #[ink(message)]
    fn preview_shares(&self) -> Vec<Share>;

    /// When the next root epoch may be.
    #[ink(message)]
    fn next_root_epoch(&self) -> ProtocolBlock;
}

/// A hotkey became a root validator.
#[ink::event]
pub struct RootRegistered {
    /// Which.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// Who made room.
    pub replaced: Option<AccountId>,
}

/// A root validator has voted.
#[ink::event]
pub struct RootWeightsSet {
    /// Which.
    #[ink(topic)]
    pub hotkey: AccountId,
}

/// Emission is divided anew.
#[ink::event]
pub struct RootEpoch {
    /// The shares; none if all subnets that run have the same.
    pub shares: Vec<Share>,
}
