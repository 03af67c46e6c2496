//! What `staking` tells the world.

use ink::prelude::vec::Vec;

use super::Kin;
use crate::{AccountId, Hash, Netuid, ProtocolBlock, Rao};

/// A hotkey has an owner.
#[ink::event]
pub struct HotkeyAssociated {
    /// The hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// Its owner.
    #[ink(topic)]
    pub coldkey: AccountId,
}

/// TAO was staked.
#[ink::event]
pub struct StakeAdded {
    /// On which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// By whom.
    #[ink(topic)]
    pub coldkey: AccountId,
    /// How much, in RAO.
    pub amount: Rao,
}

/// Stake was withdrawn.
#[ink::event]
pub struct StakeRemoved {
    /// From which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// By whom.
    #[ink(topic)]
    pub coldkey: AccountId,
    /// How much was paid out, in RAO.
    pub amount: Rao,
}

/// Stake went from one hotkey to another.
#[ink::event]
pub struct StakeMoved {
    /// From which hotkey.
    #[ink(topic)]
    pub from: AccountId,
    /// To which hotkey.
    #[ink(topic)]
    pub to: AccountId,
    /// Whose.
    #[ink(topic)]
    pub coldkey: AccountId,
    /// How much, in RAO.
    pub amount: Rao,
}

/// Stake went from one coldkey to another.
#[ink::event]
pub struct StakeTransferred {
    /// On which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// From whom.
    #[ink(topic)]
    pub from: AccountId,
    /// To whom.
    #[ink(topic)]
    pub to: AccountId,
    /// How much, in RAO.
    pub amount: Rao,
}

/// A take was raised or lowered.
#[ink::event]
pub struct TakeSet {
    /// Of which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// The take from now on, as u16 fraction.
    pub take: u16,
}

/// A hotkey has taken another's place.
#[ink::event]
pub struct HotkeySwapped {
    /// Which hotkey is no more.
    #[ink(topic)]
    pub from: AccountId,
    /// Which took its place.
    #[ink(topic)]
    pub to: AccountId,
    /// Whose they are.
    pub coldkey: AccountId,
}

/// A coldkey has announced that another account takes its place.
#[ink::event]
pub struct ColdkeySwapAnnounced {
    /// Which coldkey.
    #[ink(topic)]
    pub coldkey: AccountId,
    /// [`super::coldkey_hash`] of the account.
    pub hash: Hash,
}

/// A coldkey has taken its announcement back.
#[ink::event]
pub struct ColdkeySwapCleared {
    /// Which coldkey.
    #[ink(topic)]
    pub coldkey: AccountId,
}

/// An account has taken a coldkey's place on some hotkeys.
#[ink::event]
pub struct ColdkeySwapped {
    /// Which coldkey.
    #[ink(topic)]
    pub from: AccountId,
    /// Which account.
    #[ink(topic)]
    pub to: AccountId,
    /// On which hotkeys.
    pub hotkeys: Vec<AccountId>,
}

/// A hotkey has given parts of its stake to others.
#[ink::event]
pub struct ChildrenSet {
    /// Which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// On which subnet.
    pub netuid: Netuid,
    /// To whom how much.
    pub children: Vec<Kin>,
    /// In epochs that begin at this block or later.
    pub from: ProtocolBlock,
}

/// A childkey take was set.
#[ink::event]
pub struct ChildkeyTakeSet {
    /// Of which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// The take from now on, as u16 fraction.
    pub take: u16,
}
