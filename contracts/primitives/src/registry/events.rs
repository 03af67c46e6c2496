//! What `registry` tells the world.

use ink::prelude::vec::Vec;

use super::Settings;
use crate::{model::ModelCommitment, AccountId, Cycle, Hash, Hyperparameter, Netuid, Rao, Uid};

/// A subnet was registered.
#[ink::event]
pub struct SubnetRegistered {
    /// Its number.
    pub netuid: Netuid,
    /// Its owner.
    #[ink(topic)]
    pub owner: AccountId,
    /// What was locked; 0 for a subnet of the deployment.
    pub locked: Rao,
}

/// A subnet was started.
#[ink::event]
pub struct SubnetStarted {
    /// Its number.
    pub netuid: Netuid,
    /// Its epochs.
    pub cycle: Cycle,
}

/// A subnet says something else of itself.
#[ink::event]
pub struct SubnetIdentitySet {
    /// Which.
    pub netuid: Netuid,
}

/// A subnet was ended.
#[ink::event]
pub struct SubnetDissolved {
    /// Which.
    pub netuid: Netuid,
    /// Its owner.
    #[ink(topic)]
    pub owner: AccountId,
    /// The lock that went back to the owner.
    pub refund: Rao,
}

/// What holds for all subnets was set.
#[ink::event]
pub struct SettingsSet {
    /// What holds from now on.
    pub settings: Settings,
}

/// Another steward was set.
#[ink::event]
pub struct StewardSet {
    /// A contract with its code.
    #[ink(topic)]
    pub steward: AccountId,
    /// The hash of its code.
    pub code_hash: Hash,
}

/// A hyperparameter was set.
#[ink::event]
pub struct HyperparameterSet {
    /// Of which subnet.
    pub netuid: Netuid,
    /// To what.
    pub change: Hyperparameter,
}

/// How a neuron paid for its registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum Payment {
    /// TAO that was recycled.
    Burn(Rao),
    /// Work of a difficulty.
    Work(u64),
}

/// A hotkey took a uid.
#[ink::event]
pub struct NeuronRegistered {
    /// On which subnet.
    pub netuid: Netuid,
    /// Which uid.
    pub uid: Uid,
    /// Which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// Whose uid it was before.
    pub replaced: Option<AccountId>,
    /// How it was paid.
    pub payment: Payment,
}

/// A subnet has another owner.
#[ink::event]
pub struct SubnetOwnerChanged {
    /// Which.
    pub netuid: Netuid,
    /// The owner until now.
    pub from: AccountId,
    /// The owner from now on.
    pub to: AccountId,
}

/// A hotkey took another's place on one subnet.
#[ink::event]
pub struct HotkeySwappedOnSubnet {
    /// On which.
    pub netuid: Netuid,
    /// The coldkey of both.
    #[ink(topic)]
    pub coldkey: AccountId,
    /// The hotkey until now.
    pub old: AccountId,
    /// The hotkey from now on.
    pub new: AccountId,
}

/// A subnet was made smaller.
#[ink::event]
pub struct NeuronsTrimmed {
    /// Which.
    pub netuid: Netuid,
    /// The most uids from now on.
    pub max_allowed_uids: u16,
    /// The uids whose neurons went, in ascending order.
    pub evicted: Vec<Uid>,
    /// The neurons that stayed with another uid: the one before, and the one from now on.
    pub moved: Vec<(Uid, Uid)>,
}

/// A neuron announced where it serves.
#[ink::event]
pub struct AxonServed {
    /// On which subnet.
    pub netuid: Netuid,
    /// Its hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
}

/// A model was committed.
#[ink::event]
pub struct ModelCommitted {
    /// On which subnet.
    pub netuid: Netuid,
    /// By which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// The commitment.
    pub model: ModelCommitment,
}
