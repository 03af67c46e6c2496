//! The interface of `staking`: who owns which hotkey, and the share pool behind each hotkey.
//!
//! A hotkey's pool has a value and shares; a reward raises the value, so it reaches every nominator in one
//! write. A nominator's stake is `shares * value / all shares`, rounded down: rounding favours the pool.
//!
//! A hotkey has a seat at each of its uids. What an epoch pays there is first noted beside the subnet's other uids, or
//! with the hotkey itself once it has had several seats at a time. The owner's part is due at once, the
//! pool's part block by block, over as many blocks as it was earned in (at most [`MAX_VESTING`]; the first payment
//! of a subnet over [`FIRST_VESTING`]), so that coming just before an epoch is settled and leaving after it gains
//! nothing. Every message that touches a hotkey first moves what is due into its pool, and every view counts it.
//! What several subnets pay to one hotkey becomes due together: each payment makes the rest wait anew.
//!
//! An epoch counts stakes as they were when it ended, however late it is settled: from then until its rewards are
//! paid, the first change to a hotkey's stake leaves the stake before it at the hotkey's seat. Of epochs that are settled
//! together, the first one's end counts. What other subnets pay in that time to a hotkey with several seats counts
//! already, unless its stake has changed.
//!
//! A deliberate limit of "withdrawn at once": a deposit has to stay on its hotkey for [`STAKE_HOLD`] blocks, because
//! stake that is borrowed, counted by an epoch and given back within one transaction would give power without risk.
//! A move to another hotkey begins that time anew there. What was there before, rewards, and stake that somebody
//! else transfers are never held.

mod error;
mod events;

pub use error::*;
pub use events::*;

use ink::{
    env::hash::{Blake2x256, HashOutput},
    prelude::vec::Vec,
};

use crate::{AccountId, Clock, Hash, Netuid, ProtocolBlock, Rao, Uid};

/// Smallest amount that may be staked at once, and smallest stake a nominator may keep: 0.002 TAO.
/// Source: subtensor `DefaultMinStake`.
pub const MIN_STAKE: Rao = Rao::new(2_000_000);
/// Largest take, as u16 fraction: 18 %. Source: subtensor `MaxDelegateTake`.
pub const MAX_TAKE: u16 = 11_796;
/// Blocks between two raises of a take: 30 days of 12 s blocks.
/// Source: subtensor `InitialTxDelegateTakeRateLimit`.
pub const TAKE_RAISE_INTERVAL: u64 = 216_000;
/// Blocks for which a deposit stays on its hotkey: one epoch of the default tempo. Source: subtensor's
/// `TargetStakesPerInterval` counts in series of as many blocks.
pub const STAKE_HOLD: u64 = 360;
/// Most blocks over which a payment to pools becomes due: 7 days of 12 s blocks.
pub const MAX_VESTING: u64 = 50_400;
/// Blocks over which the first payment to the pools of a subnet becomes due: one epoch of the default tempo.
pub const FIRST_VESTING: u64 = 360;
/// Most seats that `pay` credits or `leave_seats` empties in one call.
pub const MAX_SEATS_PER_CALL: usize = 256;
/// Most seats that `stakes` answers for in one call.
pub const MAX_STAKES_PER_CALL: usize = 1_024;

/// Blocks between the announcement of a coldkey's swap and the swap: 5 days of 12 s blocks.
/// Source: subtensor `InitialColdkeySwapAnnouncementDelay`.
pub const COLDKEY_SWAP_DELAY: u64 = 36_000;
/// Blocks for which an announcement of a coldkey's swap can be neither replaced nor taken back: a day of 12 s blocks.
/// Source: subtensor `InitialColdkeySwapReannouncementDelay`.
pub const COLDKEY_SWAP_REANNOUNCEMENT_DELAY: u64 = 7_200;
/// Most hotkeys whose stakes one call of `swap_coldkey` hands over.
pub const MAX_HOTKEYS_PER_SWAP: usize = 16;

/// Most children of a hotkey on a subnet. Source: subtensor `do_schedule_children`.
pub const MAX_CHILDREN: usize = 5;
/// Most hotkeys with children on a subnet.
pub const MAX_PARENTS: usize = 24;
/// Least stake of a hotkey that sets children: 1000 TAO. Source: the stake threshold of Bittensor's main network.
pub const MIN_PARENT_STAKE: Rao = Rao::new(1_000_000_000_000);
/// Blocks until children count, from the next epoch on that begins then: a day of 12 s blocks.
/// Source: subtensor `PendingChildKeyCooldown`.
pub const CHILDREN_COOLDOWN: u64 = 7_200;
/// Blocks between two calls of `set_children`. Source: subtensor `TransactionType::SetChildren`.
pub const SET_CHILDREN_INTERVAL: u64 = 150;
/// Largest childkey take, as u16 fraction: 18 %. Source: subtensor `MaxChildkeyTake`.
pub const MAX_CHILDKEY_TAKE: u16 = 11_796;

/// A hotkey as its nominators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Delegate {
    /// The coldkey that owns the hotkey.
    pub owner: AccountId,
    /// The owner's part of dividends, as u16 fraction.
    pub take: u16,
    /// When the take was last raised or lowered, or the hotkey associated.
    pub take_changed_at: ProtocolBlock,
    /// Everything staked on the hotkey, the owner's stake and what is not due yet included.
    pub total_stake: Rao,
}

/// The stakes of several seats at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Stakes {
    /// Total stake of the hotkey in each seat, what is not due yet included; 0 for an empty one.
    pub of: Vec<Rao>,
    /// Staked on all hotkeys together.
    pub total: Rao,
}

/// What an epoch pays to the hotkey at one uid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Reward {
    /// For mining: all of it to the owner's stake.
    pub incentive: Rao,
    /// For validating: the take in force to the owner's stake, the rest to the pool; all of it to the owner if
    /// nobody has staked.
    pub dividends: Rao,
}

/// An announced swap of a coldkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct ColdkeySwapAnnouncement {
    /// [`coldkey_hash`] of the account that takes the coldkey's place.
    pub hash: Hash,
    /// When it was announced.
    pub announced_at: ProtocolBlock,
}

/// A child and what it is given, as a fraction of 2^64 - 1 of the parent's stake; or a parent and what it gives.
pub type Kin = (u64, AccountId);

/// The children of a hotkey on a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Children {
    /// Those that count in the current epoch.
    pub in_force: Vec<Kin>,
    /// Those that will, if they were set lately: in epochs that begin at this block or later.
    pub pending: Option<(ProtocolBlock, Vec<Kin>)>,
}

/// The hash by which a coldkey announces the account that takes its place: blake2b-256 of its 32 bytes.
pub fn coldkey_hash(account: &AccountId) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Blake2x256>(account.as_ref(), &mut hash);
    hash
}

/// What `staking` does.
#[ink::trait_definition]
pub trait Staking {
    /// The deployment's protocol clock.
    #[ink(message)]
    fn clock(&self) -> Clock;

    /// Names the contracts that may give seats and pay rewards.
    ///
    /// Who: the owner.
    /// # Errors
    /// `Guard(CallerNotOwner)`.
    #[ink(message)]
    fn connect(&mut self, registry: AccountId, settlement: AccountId) -> Result<(), StakingError>;

    /// Makes `hotkey` the caller's, so that it can be registered and staked on. No-op if it is already.
    ///
    /// Who: any coldkey.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeySwapped`, `NonAssociatedColdKey`.
    /// # Events
    /// `HotkeyAssociated`.
    #[ink(message)]
    fn associate_hotkey(&mut self, hotkey: AccountId) -> Result<(), StakingError>;

    /// Like `associate_hotkey`, for `coldkey`.
    ///
    /// Who: `registry`.
    /// # Errors
    /// In this order: `CallerNotRegistry`, `Guard(Paused)`, `HotKeySwapped`, `NonAssociatedColdKey`.
    /// # Events
    /// `HotkeyAssociated`.
    #[ink(message)]
    fn associate_hotkey_for(&mut self, coldkey: AccountId, hotkey: AccountId) -> Result<(), StakingError>;

    /// Like `associate_hotkey_for`, and gives the hotkey the seat of `uid`. Whoever had the seat leaves it with all
    /// that was paid there. In an epoch that ended before, the seat has no stake. No-op if the seat is the hotkey's.
    ///
    /// Who: `registry`.
    /// # Errors
    /// In this order: `CallerNotRegistry`, `Guard(Paused)`, `HotKeySwapped`, `NonAssociatedColdKey`, `Overflow`.
    /// # Events
    /// `HotkeyAssociated`.
    #[ink(message)]
    fn take_seat(
        &mut self,
        netuid: Netuid,
        uid: Uid,
        coldkey: AccountId,
        hotkey: AccountId,
    ) -> Result<(), StakingError>;

    /// Gives seats of a subnet to hotkeys that have an owner, whoever that is, like `take_seat` does.
    ///
    /// Who: `registry`, also during a pause.
    /// # Errors
    /// In this order: `CallerNotRegistry`, `HotKeyAccountNotExists`, `Overflow`.
    #[ink(message)]
    fn take_seats(&mut self, netuid: Netuid, seats: Vec<(Uid, AccountId)>) -> Result<(), StakingError>;

    /// Empties up to [`MAX_SEATS_PER_CALL`] seats of a subnet, from `first` on; their hotkeys leave with all that was
    /// paid there. From uid 0 on it also ends the subnet, whose number the next one may have: its epochs are over.
    ///
    /// Who: `registry`, also during a pause.
    /// # Errors
    /// In this order: `CallerNotRegistry`, `TooManySeats`, `Overflow`.
    #[ink(message)]
    fn leave_seats(&mut self, netuid: Netuid, first: Uid, count: u16) -> Result<(), StakingError>;

    /// Makes the caller, a hotkey, `coldkey`'s, whoever associated it before: a coldkey that took a hotkey which is
    /// not its own can be put out as long as nothing is staked there. No-op if it is `coldkey`'s already.
    ///
    /// Who: the hotkey itself.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeySwapped`, `HotKeyStaked`.
    /// # Events
    /// `HotkeyAssociated`.
    #[ink(message)]
    fn claim_hotkey(&mut self, coldkey: AccountId) -> Result<(), StakingError>;

    /// Stakes `amount` RAO of the caller on `hotkey`; the caller allows it to this contract beforehand. The amount
    /// has to stay on the hotkey for [`STAKE_HOLD`] blocks, and so long has what still had to stay there before.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeyAccountNotExists`, `AmountTooLow` below [`MIN_STAKE`], `Overflow`,
    /// `Token` if the allowance or the balance is too small or the token is paused.
    /// # Events
    /// `StakeAdded`.
    #[ink(message)]
    fn add_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<(), StakingError>;

    /// Withdraws `amount` RAO of the caller's stake on `hotkey` as PSP22 TAO, and returns what was paid. A rest
    /// below [`MIN_STAKE`] that anyone but the hotkey's owner would leave is withdrawn with it. A pause of this
    /// contract does not stop it, only one of the token: staggered pauses lock nobody's TAO.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `ColdkeySwapAnnounced`, `HotKeyAccountNotExists`, `AmountTooLow` for 0,
    /// `NotEnoughStakeToWithdraw`, `StakingOperationRateLimitExceeded`, `Overflow`, `Token` if the token is paused.
    /// # Events
    /// `StakeRemoved`.
    #[ink(message)]
    fn remove_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<Rao, StakingError>;

    /// Moves `amount` RAO of the caller's stake on hotkey `from` to hotkey `to`, and returns what was moved; a rest
    /// goes with it as in `remove_stake`. What arrives has to stay on `to` as in `add_stake`.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `Guard(Paused)`, `ColdkeySwapAnnounced`, `SameStake` if `from` is `to`, `HotKeyAccountNotExists`
    /// for `from`, then for `to`, `AmountTooLow` below [`MIN_STAKE`], `NotEnoughStakeToWithdraw`,
    /// `StakingOperationRateLimitExceeded`, `Overflow`.
    /// # Events
    /// `StakeMoved`.
    #[ink(message)]
    fn move_stake(&mut self, from: AccountId, to: AccountId, amount: Rao) -> Result<Rao, StakingError>;

    /// Makes `amount` RAO of the caller's stake on `hotkey` the stake of coldkey `to`, and returns what was
    /// transferred; a rest goes with it as in `remove_stake`. What arrives is not held.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `Guard(Paused)`, `ColdkeySwapAnnounced`, `SameStake` if `to` is the caller,
    /// `HotKeyAccountNotExists`, `AmountTooLow` below [`MIN_STAKE`], `NotEnoughStakeToWithdraw`,
    /// `StakingOperationRateLimitExceeded`, `Overflow`.
    /// # Events
    /// `StakeTransferred`.
    #[ink(message)]
    fn transfer_stake(&mut self, hotkey: AccountId, to: AccountId, amount: Rao) -> Result<Rao, StakingError>;

    /// Raises the take of `hotkey`; not before [`TAKE_RAISE_INTERVAL`] blocks after it was last raised or lowered,
    /// or after the hotkey was associated. Dividends that were paid before are divided by the take of their time.
    ///
    /// Who: the coldkey that owns it.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooHigh`,
    /// `DelegateTakeTooLow`, `DelegateTxRateLimitExceeded`.
    /// # Events
    /// `TakeSet`.
    #[ink(message)]
    fn increase_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError>;

    /// Lowers the take of `hotkey`, at once.
    ///
    /// Who: the coldkey that owns it.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooHigh`.
    /// # Events
    /// `TakeSet`.
    #[ink(message)]
    fn decrease_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError>;

    /// Gives parts of `hotkey`'s stake to other hotkeys on a subnet: an epoch counts them there as the children's, who
    /// may be where `hotkey` is not. What a child earns by them is `hotkey`'s as dividends, but for the child's take.
    /// They count from the first epoch on that begins [`CHILDREN_COOLDOWN`] blocks later; on a subnet that has not been
    /// paid yet, at once. No children end the gift. The hotkey of the subnet with the least stake makes room where
    /// [`MAX_PARENTS`] have children, so that nobody can shut out those with more.
    ///
    /// A child that gives way to another hotkey takes the gift along only where it is registered.
    ///
    /// Who: the coldkey that owns `hotkey`.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `TooManyChildren`,
    /// `InvalidChild` for itself, `DuplicateChild`, `ProportionOverflow`, `HotKeyAccountNotExists` for a child,
    /// `SubnetNotExists`, `InvalidChild` for a parent, and unless there are no children
    /// `NotEnoughStakeToSetChildkeys`; `TxRateLimitExceeded`, `TooManyParents`.
    /// # Events
    /// `ChildrenSet`.
    #[ink(message)]
    fn set_children(&mut self, hotkey: AccountId, netuid: Netuid, children: Vec<Kin>) -> Result<(), StakingError>;

    /// Sets what `hotkey` takes as a child of what it earns for parents of other coldkeys. Not to be raised before
    /// [`TAKE_RAISE_INTERVAL`] blocks after it was last changed.
    ///
    /// Who: the coldkey that owns it.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `InvalidChildkeyTake`,
    /// `TxChildkeyTakeRateLimitExceeded`.
    /// # Events
    /// `ChildkeyTakeSet`.
    #[ink(message)]
    fn set_childkey_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError>;

    /// The children of a hotkey on a subnet.
    #[ink(message)]
    fn children(&self, hotkey: AccountId, netuid: Netuid) -> Children;

    /// The parents whose gifts to a hotkey count in the current epoch of a subnet.
    #[ink(message)]
    fn parents(&self, hotkey: AccountId, netuid: Netuid) -> Vec<Kin>;

    /// What a hotkey takes of what it earns for its parents, as u16 fraction.
    #[ink(message)]
    fn childkey_take(&self, hotkey: AccountId) -> u16;

    /// Puts hotkey `to` in the place of `from`: everything staked on `from`, by whomever, its take and its seats are
    /// `to`'s. `from` can never be associated again.
    ///
    /// Who: `registry`.
    /// # Errors
    /// In this order: `CallerNotRegistry`, `Guard(Paused)`, `HotKeyAccountNotExists` or `HotKeySwapped` for `from`,
    /// `NonAssociatedColdKey` if it is not `coldkey`'s, `NewHotKeyIsSameWithOld`, and for `to`: `HotKeySwapped`,
    /// `NonAssociatedColdKey`, `HotKeyStaked`, `HotKeyAlreadyRegisteredInSubNet`.
    /// # Events
    /// `HotkeySwapped`.
    #[ink(message)]
    fn swap_hotkey(&mut self, coldkey: AccountId, from: AccountId, to: AccountId) -> Result<(), StakingError>;

    /// Announces that another account takes the caller's place, [`COLDKEY_SWAP_DELAY`] blocks later at the earliest:
    /// `hash` is its [`coldkey_hash`]. Until the swap is done or taken back, the caller takes no stake out:
    /// whoever gets hold of a coldkey cannot empty it behind an announcement, and its owner has the time to notice one.
    /// Replaces an announcement that is [`COLDKEY_SWAP_REANNOUNCEMENT_DELAY`] blocks old.
    ///
    /// Who: any coldkey.
    /// # Errors
    /// In this order: `Guard(Paused)`, `ColdkeySwapReannouncedTooEarly`.
    /// # Events
    /// `ColdkeySwapAnnounced`.
    #[ink(message)]
    fn announce_coldkey_swap(&mut self, hash: Hash) -> Result<(), StakingError>;

    /// Takes the caller's announcement back; not before [`COLDKEY_SWAP_REANNOUNCEMENT_DELAY`] blocks after it.
    ///
    /// Who: the coldkey that announced it.
    /// # Errors
    /// In this order: `Guard(Paused)`, `ColdkeySwapAnnouncementNotFound`, `ColdkeySwapReannouncedTooEarly`.
    /// # Events
    /// `ColdkeySwapCleared`.
    #[ink(message)]
    fn clear_coldkey_swap(&mut self) -> Result<(), StakingError>;

    /// Puts `to` in the place of the caller on up to [`MAX_HOTKEYS_PER_SWAP`] hotkeys: stakes, what has to stay of
    /// them, and ownership. The first call uses up the announcement; later ones hand over further hotkeys to the same
    /// account. Whoever has hotkeys in very many subnets whose epochs are to be settled hands over one at a time.
    ///
    /// Who: the coldkey that announced it.
    /// # Errors
    /// In this order: `Guard(Paused)`, `TooManyHotkeys`, `SameColdkey`, `ColdkeySwapAnnouncementNotFound`,
    /// `AnnouncedColdkeyHashDoesNotMatch`, `ColdkeySwapTooEarly`, `HotKeyAccountNotExists`, `Overflow`.
    /// # Events
    /// `ColdkeySwapped`.
    #[ink(message)]
    fn swap_coldkey(&mut self, to: AccountId, hotkeys: Vec<AccountId>) -> Result<(), StakingError>;

    /// The swap that `coldkey` has announced and neither done nor taken back.
    #[ink(message)]
    fn announced_coldkey_swap(&self, coldkey: AccountId) -> Option<ColdkeySwapAnnouncement>;

    /// The account that has taken `coldkey`'s place, last if it has been swapped several times.
    #[ink(message)]
    fn swapped_to(&self, coldkey: AccountId) -> Option<AccountId>;

    /// The hotkey that has taken `hotkey`'s place.
    #[ink(message)]
    fn hotkey_swapped_to(&self, hotkey: AccountId) -> Option<AccountId>;

    /// The hotkey as its nominators see it.
    #[ink(message)]
    fn delegate(&self, hotkey: AccountId) -> Option<Delegate>;

    /// The stake on each of these hotkeys, its own and others', in RAO; what hotkeys lend to their children stays theirs here.
    #[ink(message)]
    fn total_stakes(&self, hotkeys: Vec<AccountId>) -> Vec<Rao>;

    /// What is `coldkey`'s on `hotkey` now. It can be withdrawn but for what has to stay because it came lately.
    #[ink(message)]
    fn stake_of(&self, hotkey: AccountId, coldkey: AccountId) -> Rao;

    /// Staked on all hotkeys together.
    #[ink(message)]
    fn total_stake(&self) -> Rao;

    /// The stakes of up to [`MAX_STAKES_PER_CALL`] uids of a subnet from `first` on, with what parents give and without
    /// what children are given: of an epoch that has ended and was not paid yet those of its end, else those of now.
    ///
    /// # Errors
    /// `TooManySeats`, `Overflow`.
    #[ink(message)]
    fn stakes(&self, netuid: Netuid, first: Uid, count: u16) -> Result<Stakes, StakingError>;

    /// Credits an epoch's rewards to up to [`MAX_SEATS_PER_CALL`] uids of a subnet from `first` on, one after the other
    /// and those that get nothing included; the sum has just been minted to this contract. Also when there are no
    /// rewards: it makes `next_epoch` the block from which on changes of stake count for a later epoch only.
    ///
    /// Who: `settlement`, also during a pause.
    /// # Errors
    /// In this order: `CallerNotSettlement`, `TooManySeats`, `Overflow`, `EmptySeat` for a uid without a hotkey that
    /// gets something.
    #[ink(message)]
    fn pay(
        &mut self,
        netuid: Netuid,
        first: Uid,
        rewards: Vec<Reward>,
        next_epoch: ProtocolBlock,
    ) -> Result<(), StakingError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coldkey_is_announced_by_the_blake2b_256_of_its_bytes() {
        // From Python: hashlib.blake2b(bytes(32), digest_size=32).hexdigest().
        let expected = "89eb0d6a8a691dae2cd15ed0369931ce0a949ecafa5c3f93f8121833646e15c3";
        let hash = coldkey_hash(&AccountId::from([0; 32]));
        assert_eq!(hash.map(|byte| format!("{byte:02x}")).concat(), expected);
    }
}
