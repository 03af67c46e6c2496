//! Why `registry` refuses a call.

use crate::{
    axon::AxonError, hyperparameters::HyperparameterError, tao::TokenError, AccountId, GuardError, Netuid,
    ProtocolBlock, Rao, StakingError, Uid,
};

/// Why `registry` refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum RegistryError {
    /// Refused by ownership or pause.
    Guard(GuardError),
    /// The token refused; most often the allowance for this contract or the balance is too small.
    Token(TokenError),
    /// `staking` refused; most often because the hotkey belongs to another coldkey.
    Staking(StakingError),
    /// The hyperparameter cannot be set so.
    Hyperparameter(HyperparameterError),
    /// There is no such subnet.
    SubnetNotExists(Netuid),
    /// The caller does not own the subnet.
    NotSubnetOwner(AccountId),
    /// The subnet was started before.
    SubnetAlreadyStarted,
    /// The subnet was not started yet.
    SubnetNotStarted,
    /// There are as many subnets as there may be, and each is too young to be pruned.
    AllNetworksInImmunity,
    /// A subnet was registered less than [`super::SUBNET_RATE_LIMIT`] blocks ago.
    NetworkTxRateLimitExceeded {
        /// From when one may be registered again.
        from: ProtocolBlock,
    },
    /// The price is above the caller's limit.
    PriceAboveLimit {
        /// The price in force.
        price: Rao,
        /// The caller's limit.
        limit: Rao,
    },
    /// A text is too long or not UTF-8, or there are too many entries in a list.
    InvalidIdentity,
    /// The owner may not change hyperparameters so close to an epoch's end.
    AdminActionProhibitedDuringWeightsWindow {
        /// From when changes are possible again.
        from: ProtocolBlock,
    },
    /// The owner changed this hyperparameter less than two tempos ago.
    TxRateLimitExceeded {
        /// From when it may be changed again.
        from: ProtocolBlock,
    },
    /// The subnet has more neurons than that.
    MaxAllowedUidsTooLow {
        /// How many it has.
        neurons: u16,
    },
    /// An epoch has ended and was not settled yet: until then its rules and its neurons stay.
    EpochNotSettled {
        /// The current epoch, before which all must be settled.
        epoch: u64,
    },
    /// This kind of registration is closed on this subnet.
    SubNetRegistrationDisabled,
    /// The hotkey is registered on this subnet.
    HotKeyAlreadyRegisteredInSubNet {
        /// As this uid.
        uid: Uid,
    },
    /// The hotkey is not registered on this subnet.
    HotKeyNotRegisteredInSubNet(AccountId),
    /// There were as many registrations in this block as there may be.
    TooManyRegistrationsThisBlock,
    /// There were three times the target of registrations by work in this interval.
    TooManyRegistrationsThisInterval,
    /// The subnet is full and every neuron is protected.
    NoNeuronIdAvailable,
    /// The work was made for another challenge than the one in force.
    InvalidWorkBlock,
    /// The work is not hard enough.
    InvalidDifficulty {
        /// The difficulty in force.
        difficulty: u64,
    },
    /// This nonce was used before.
    WorkRepeated,
    /// The model's size is 0 or above [`crate::model::MAX_MODEL_SIZE`], or its location too long or not UTF-8.
    InvalidModel,
    /// Only `settlement` may do this.
    CallerNotSettlement(AccountId),
    /// An amount is beyond what the protocol can count.
    Overflow,
    /// The uids do not begin where a page does, or are more than a page holds.
    InvalidPage,
    /// The endpoint is none.
    Axon(AxonError),
    /// The endpoint was announced not long ago.
    ServingRateLimitExceeded {
        /// From when it may be announced again.
        from: ProtocolBlock,
    },
    /// The limit is not within 1..=[`super::SUBNET_LIMIT`].
    InvalidSubnetLimit,
    /// The immune neurons and the owner's are 80 % or more of those that would be left.
    TrimmingWouldExceedMaxImmunePercentage,
    /// More than [`super::MAX_TRIMMED`] neurons would go, or more than [`super::MAX_MOVED`] would move: trim in steps.
    TrimmingTooMuch,
    /// The coldkey swapped a hotkey less than [`super::KEY_SWAP_INTERVAL`] blocks ago.
    HotKeySetTxRateLimitExceeded {
        /// From when it may swap one again.
        from: ProtocolBlock,
    },
    /// No other coldkey has taken the place of this one.
    ColdkeyNotSwapped(AccountId),
    /// There is no contract with the steward's code.
    StewardMissing,
    /// The coldkey swapped a hotkey on this subnet less than [`super::KEY_SWAP_ON_SUBNET_INTERVAL`] blocks ago.
    HotKeySwapOnSubnetIntervalNotPassed {
        /// From when it may swap one there again.
        from: ProtocolBlock,
    },
}

impl From<GuardError> for RegistryError {
    fn from(error: GuardError) -> Self {
        Self::Guard(error)
    }
}

impl From<TokenError> for RegistryError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<StakingError> for RegistryError {
    fn from(error: StakingError) -> Self {
        Self::Staking(error)
    }
}

impl From<AxonError> for RegistryError {
    fn from(error: AxonError) -> Self {
        Self::Axon(error)
    }
}

impl From<HyperparameterError> for RegistryError {
    fn from(error: HyperparameterError) -> Self {
        Self::Hyperparameter(error)
    }
}
