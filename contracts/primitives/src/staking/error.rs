//! Why `staking` refuses a call.

use crate::{tao::TokenError, AccountId, GuardError, Netuid, ProtocolBlock, Rao, Uid};

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
    /// The amount to be staked, moved or transferred is below [`super::MIN_STAKE`], or nothing is to be withdrawn.
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
    /// The take is above [`super::MAX_TAKE`], or not lower than the one to be lowered.
    DelegateTakeTooHigh {
        /// The highest that is possible.
        max: u16,
    },
    /// The take was changed, or the hotkey associated, less than [`super::TAKE_RAISE_INTERVAL`] blocks ago.
    DelegateTxRateLimitExceeded {
        /// From when it may be raised again.
        from: ProtocolBlock,
    },
    /// Only `registry` may do this.
    CallerNotRegistry(AccountId),
    /// Only `settlement` may do this.
    CallerNotSettlement(AccountId),
    /// More seats than [`super::MAX_SEATS_PER_CALL`], or [`super::MAX_STAKES_PER_CALL`] for `stakes`.
    TooManySeats,
    /// An amount is beyond what the protocol can count.
    Overflow,
    /// A protocol block must last at least 1 ms.
    InvalidBlockTime,
    /// What would remain is less than what came in the last [`super::STAKE_HOLD`] blocks and has to stay.
    StakingOperationRateLimitExceeded {
        /// From when nothing of it has to stay, unless more comes.
        from: ProtocolBlock,
    },
    /// The stake would end where it is.
    SameStake,
    /// The hotkey has stake, so it cannot pass to another coldkey.
    HotKeyStaked {
        /// Everything staked on it.
        stake: Rao,
    },
    /// Something was to be paid where no hotkey has a seat.
    EmptySeat(Uid),
    /// Another hotkey has taken this one's place for good.
    HotKeySwapped {
        /// That hotkey.
        to: AccountId,
    },
    /// A hotkey cannot take its own place.
    NewHotKeyIsSameWithOld,
    /// The hotkey that shall take another's place has a uid of its own.
    HotKeyAlreadyRegisteredInSubNet,
    /// The coldkey has announced a swap, and until that is done or taken back it takes no stake out.
    ColdkeySwapAnnounced {
        /// From when the swap is possible.
        from: ProtocolBlock,
    },
    /// The coldkey has announced no swap.
    ColdkeySwapAnnouncementNotFound,
    /// The coldkey announced its swap less than [`super::COLDKEY_SWAP_REANNOUNCEMENT_DELAY`] blocks ago.
    ColdkeySwapReannouncedTooEarly {
        /// From when it may announce another, or take this one back.
        from: ProtocolBlock,
    },
    /// The coldkey announced its swap less than [`super::COLDKEY_SWAP_DELAY`] blocks ago.
    ColdkeySwapTooEarly {
        /// From when the swap is possible.
        from: ProtocolBlock,
    },
    /// The coldkey has announced a swap to another account.
    AnnouncedColdkeyHashDoesNotMatch,
    /// A coldkey cannot take its own place.
    SameColdkey,
    /// More hotkeys than [`super::MAX_HOTKEYS_PER_SWAP`].
    TooManyHotkeys,
    /// More children than [`super::MAX_CHILDREN`].
    TooManyChildren,
    /// The subnet has [`super::MAX_PARENTS`] hotkeys with children, and none with less stake than this one.
    TooManyParents,
    /// A hotkey cannot be its own child, nor the child of its child.
    InvalidChild,
    /// A child is named twice.
    DuplicateChild,
    /// The proportions are more than the whole.
    ProportionOverflow,
    /// The hotkey has less stake than a parent needs.
    NotEnoughStakeToSetChildkeys {
        /// The least that is possible.
        min: Rao,
    },
    /// Nobody is registered on the subnet.
    SubnetNotExists(Netuid),
    /// Children were set less than [`super::SET_CHILDREN_INTERVAL`] blocks ago.
    TxRateLimitExceeded {
        /// From when they may be set again.
        from: ProtocolBlock,
    },
    /// The childkey take is above [`super::MAX_CHILDKEY_TAKE`].
    InvalidChildkeyTake {
        /// The highest that is possible.
        max: u16,
    },
    /// The childkey take was changed less than [`super::TAKE_RAISE_INTERVAL`] blocks ago and would rise.
    TxChildkeyTakeRateLimitExceeded {
        /// From when it may be raised again.
        from: ProtocolBlock,
    },
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
