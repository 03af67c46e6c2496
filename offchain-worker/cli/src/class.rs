//! Classes of failures: what a script can do about one without reading its text.

use chain::{ChainError, ConnectionFailure, Refusal};
use primitives::{RegistryError, RootError, SettlementError, StakingError, tao::TokenError};
use psp22::PSP22Error;
use serde::Serialize;

/// A class of failures; each has its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    /// Everything was looked at, and something of it is not as it must be.
    Check,
    /// What was asked for does not make sense.
    Usage,
    /// The chain or a peer cannot be reached.
    Network,
    /// A key is missing or cannot be used.
    Key,
    /// What was asked for is impossible as things are: no such uid, too large an amount, over a limit.
    Validation,
    /// The contracts or their host refused.
    Chain,
    /// A file cannot be read or written, or is not what it must be.
    File,
    /// An answer did not come in time.
    Timeout,
    /// This machine cannot do it.
    Machine,
}

impl Class {
    /// The exit code of a command that fails so.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Check => 1,
            Self::Usage => 2,
            Self::Network => 10,
            Self::Key => 11,
            Self::Validation => 12,
            Self::Chain => 13,
            Self::File => 14,
            Self::Timeout | Self::Machine => 15,
        }
    }

    /// The class of what a chain says.
    pub(crate) fn of(error: &ChainError) -> Self {
        match error {
            ChainError::Connection { failure: ConnectionFailure::Deadline(_), .. }
            | ChainError::OutcomeUnknown { .. } => Self::Timeout,
            ChainError::Connection {
                failure: ConnectionFailure::OtherChain | ConnectionFailure::Version { .. },
                ..
            } => Self::Chain,
            ChainError::Connection { .. } => Self::Network,
            ChainError::Refused { refusal, .. } if is_about_the_request(refusal) => Self::Validation,
            _ => Self::Chain,
        }
    }
}

/// Whether a contract refused because of what was named or how much, rather than of when or by whom.
fn is_about_the_request(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Psp22(error) => matches!(error, PSP22Error::InsufficientBalance | PSP22Error::ZeroRecipientAddress),
        Refusal::Staking(error) => staking(error),
        Refusal::Registry(error) => registry(error),
        Refusal::Settlement(error) => settlement(error),
        Refusal::Root(RootError::Settlement(error)) => settlement(error),
        Refusal::Root(error) => matches!(
            error,
            RootError::HotKeyNotRegistered(_)
                | RootError::HotKeyAlreadyRegistered
                | RootError::DuplicateNetuids
                | RootError::SubnetNotExists(_)
        ),
        Refusal::Tao(_) | Refusal::Guard(_) => false,
    }
}

fn staking(error: &StakingError) -> bool {
    use StakingError as E;
    matches!(
        error,
        E::Token(TokenError::InsufficientBalance)
            | E::HotKeyAccountNotExists(_)
            | E::AmountTooLow { .. }
            | E::NotEnoughStakeToWithdraw { .. }
            | E::SameStake
            | E::DelegateTakeTooLow { .. }
            | E::DelegateTakeTooHigh { .. }
            | E::SubnetNotExists(_)
    )
}

fn registry(error: &RegistryError) -> bool {
    use RegistryError as E;
    match error {
        E::Staking(error) => staking(error),
        error => matches!(
            error,
            E::Token(TokenError::InsufficientBalance)
                | E::SubnetNotExists(_)
                | E::HotKeyAlreadyRegisteredInSubNet { .. }
                | E::HotKeyNotRegisteredInSubNet(_)
                | E::PriceAboveLimit { .. }
                | E::Hyperparameter(_)
                | E::Axon(_)
                | E::InvalidIdentity
        ),
    }
}

fn settlement(error: &SettlementError) -> bool {
    use SettlementError as E;
    match error {
        E::Registry(error) => registry(error),
        E::Staking(error) => staking(error),
        error => matches!(
            error,
            E::HotKeyNotRegisteredInSubNet(_)
                | E::DuplicateUids
                | E::UidVecContainInvalidOne
                | E::WeightVecLengthIsLow
                | E::MaxWeightExceeded
                | E::UidsLengthExceedUidsInSubNet
                | E::InputLengthsUnequal
        ),
    }
}
