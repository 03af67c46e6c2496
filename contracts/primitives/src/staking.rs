//! The interface of `staking`: who owns which hotkey, and the share pool behind each hotkey.
//!
//! A hotkey's pool has a value and shares; a reward raises the value, so it reaches every nominator in one
//! write. A nominator's stake is `shares * value / all shares`, rounded down: rounding favours the pool.

use ink::prelude::vec::Vec;

use crate::{tao::TokenError, AccountId, Clock, GuardError, ProtocolBlock, Rao};

/// Smallest amount that may be staked at once, and smallest stake a nominator may keep: 0.002 TAO.
/// Source: subtensor `DefaultMinStake`.
pub const MIN_STAKE: Rao = Rao::new(2_000_000);
/// Largest take, as u16 fraction: 18 %. Source: subtensor `MaxDelegateTake`.
pub const MAX_TAKE: u16 = 11_796;
/// Blocks between two raises of a take: 30 days of 12 s blocks.
/// Source: subtensor `InitialTxDelegateTakeRateLimit`.
pub const TAKE_RAISE_INTERVAL: u64 = 216_000;
/// Most hotkeys that `stakes` answers for and `pay` credits in one call.
pub const MAX_HOTKEYS_PER_CALL: usize = 256;

/// A hotkey as its nominators see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Delegate {
    /// The coldkey that owns the hotkey.
    pub owner: AccountId,
    /// The owner's part of dividends, as u16 fraction.
    pub take: u16,
    /// When the take was last raised.
    pub take_raised_at: Option<ProtocolBlock>,
    /// Everything staked on the hotkey, the owner's stake included.
    pub total_stake: Rao,
}

/// The stakes of several hotkeys at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Stakes {
    /// Total stake of each hotkey asked for, in the order asked; 0 for an unknown one.
    pub of: Vec<Rao>,
    /// Staked on all hotkeys together.
    pub total: Rao,
}

/// What an epoch pays to one hotkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct Reward {
    /// The hotkey.
    pub hotkey: AccountId,
    /// For mining: all of it to the owner's stake.
    pub incentive: Rao,
    /// For validating: the take to the owner's stake, the rest to the pool.
    pub dividends: Rao,
}

/// Why `staking` refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum StakingError {
    /// Refused by ownership or pause.
    Guard(GuardError),
    /// The token refused; most often the allowance for this contract or the balance is too small.
    Token(TokenError),
    /// No coldkey owns this hotkey.
    HotKeyAccountNotExists(AccountId),
    /// The hotkey belongs to another coldkey.
    NonAssociatedColdKey {
        /// The coldkey that owns it.
        owner: AccountId,
    },
    /// The amount, or what it would leave behind or bring a nominator to, is below [`MIN_STAKE`].
    AmountTooLow {
        /// The smallest that is possible.
        min: Rao,
    },
    /// There is less stake than is to be withdrawn.
    NotEnoughStakeToWithdraw {
        /// What may be withdrawn.
        available: Rao,
    },
    /// The take must be higher than it is to raise it.
    DelegateTakeTooLow {
        /// The take in force.
        take: u16,
    },
    /// The take is above [`MAX_TAKE`], or not lower than the one to be lowered.
    DelegateTakeTooHigh {
        /// The highest that is possible.
        max: u16,
    },
    /// The take was raised less than [`TAKE_RAISE_INTERVAL`] blocks ago.
    DelegateTxRateLimitExceeded {
        /// From when it may be raised again.
        from: ProtocolBlock,
    },
    /// Only `registry` may do this.
    CallerNotRegistry(AccountId),
    /// Only `settlement` may do this.
    CallerNotSettlement(AccountId),
    /// More hotkeys than [`MAX_HOTKEYS_PER_CALL`].
    TooManyHotkeys,
    /// An amount is beyond what the protocol can count.
    Overflow,
    /// A protocol block must last at least 1 ms.
    InvalidBlockTime,
}

impl From<GuardError> for StakingError {
    fn from(error: GuardError) -> Self {
        Self::Guard(error)
    }
}

impl From<TokenError> for StakingError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

/// What `staking` does.
#[ink::trait_definition]
pub trait Staking {
    /// The deployment's protocol clock.
    #[ink(message)]
    fn clock(&self) -> Clock;

    /// Names the contracts that may associate hotkeys and pay rewards.
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
    /// `NonAssociatedColdKey`, `Guard(Paused)`.
    /// # Events
    /// `HotkeyAssociated`.
    #[ink(message)]
    fn associate_hotkey(&mut self, hotkey: AccountId) -> Result<(), StakingError>;

    /// Like `associate_hotkey`, for `coldkey`.
    ///
    /// Who: `registry`.
    /// # Errors
    /// `CallerNotRegistry`, `NonAssociatedColdKey`, `Guard(Paused)`.
    /// # Events
    /// `HotkeyAssociated`.
    #[ink(message)]
    fn associate_hotkey_for(&mut self, coldkey: AccountId, hotkey: AccountId) -> Result<(), StakingError>;

    /// Stakes `amount` RAO of the caller on `hotkey`; the caller allows it to this contract beforehand.
    ///
    /// Who: anyone.
    /// # Errors
    /// `HotKeyAccountNotExists`, `AmountTooLow`, `Token`, `Guard(Paused)`.
    /// # Events
    /// `StakeAdded`.
    #[ink(message)]
    fn add_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<(), StakingError>;

    /// Withdraws `amount` RAO of the caller's stake on `hotkey` as PSP22 TAO, and returns what was paid. A rest
    /// below [`MIN_STAKE`] that a nominator would leave is withdrawn with it.
    ///
    /// Who: anyone.
    /// # Errors
    /// `HotKeyAccountNotExists`, `AmountTooLow` for 0, `NotEnoughStakeToWithdraw`, `Guard(Paused)`.
    /// # Events
    /// `StakeRemoved`.
    #[ink(message)]
    fn remove_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<Rao, StakingError>;

    /// Raises the take of `hotkey`; at most once per [`TAKE_RAISE_INTERVAL`] blocks.
    ///
    /// Who: the coldkey that owns it.
    /// # Errors
    /// `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooHigh`, `DelegateTakeTooLow`,
    /// `DelegateTxRateLimitExceeded`, `Guard(Paused)`.
    /// # Events
    /// `TakeSet`.
    #[ink(message)]
    fn increase_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError>;

    /// Lowers the take of `hotkey`, at once.
    ///
    /// Who: the coldkey that owns it.
    /// # Errors
    /// `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `DelegateTakeTooHigh`, `Guard(Paused)`.
    /// # Events
    /// `TakeSet`.
    #[ink(message)]
    fn decrease_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError>;

    /// The hotkey as its nominators see it.
    #[ink(message)]
    fn delegate(&self, hotkey: AccountId) -> Option<Delegate>;

    /// What `coldkey` could withdraw from `hotkey` now.
    #[ink(message)]
    fn stake_of(&self, hotkey: AccountId, coldkey: AccountId) -> Rao;

    /// Staked on all hotkeys together.
    #[ink(message)]
    fn total_stake(&self) -> Rao;

    /// The stakes of up to [`MAX_HOTKEYS_PER_CALL`] hotkeys.
    ///
    /// # Errors
    /// `TooManyHotkeys`.
    #[ink(message)]
    fn stakes(&self, hotkeys: Vec<AccountId>) -> Result<Stakes, StakingError>;

    /// Credits an epoch's rewards, whose sum has just been minted to this contract.
    ///
    /// Who: `settlement`.
    /// # Errors
    /// `CallerNotSettlement`, `TooManyHotkeys`, `HotKeyAccountNotExists`, `Overflow`.
    #[ink(message)]
    fn pay(&mut self, rewards: Vec<Reward>) -> Result<(), StakingError>;
}

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

/// A take was raised or lowered.
#[ink::event]
pub struct TakeSet {
    /// Of which hotkey.
    #[ink(topic)]
    pub hotkey: AccountId,
    /// The take from now on, as u16 fraction.
    pub take: u16,
}
