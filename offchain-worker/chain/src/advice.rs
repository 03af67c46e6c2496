//! What to do about an error.
//!
//! Every variant of every contract's error has its line here, by matches without a wildcard: a new variant does not
//! compile until somebody has said what its reader should do.

mod registry;
mod root;
mod settlement;
mod staking;
mod tao;

use std::borrow::Cow;

use primitives::{GuardError, ProtocolBlock, StorageVersion, guard::PAUSE_MS};

use crate::ss58;

/// What to do about an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// In words.
    pub text: Cow<'static, str>,
    /// Whether the same call can pass later without anybody changing it.
    pub retry: bool,
}

impl Advice {
    /// Something must be changed first.
    pub(crate) fn change(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), retry: false }
    }

    /// Time alone helps.
    pub(crate) fn wait(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), retry: true }
    }

    /// Time alone helps, until a protocol block.
    fn wait_until(block: &ProtocolBlock) -> Self {
        Self::wait(format!("Wait until protocol block {block}."))
    }
}

/// An error that can say what to do about it.
pub trait Advise {
    /// What to do about it.
    fn advice(&self) -> Advice;
}

/// The amounts that the protocol can count are far beyond the supply of TAO.
fn overflow() -> Advice {
    Advice::change("No amount in circulation comes near this limit: check the amount, and report it if it is right.")
}

/// A layout as its contract's name and a number.
pub(crate) fn layout(version: &StorageVersion) -> String {
    format!("{}{}", String::from_utf8_lossy(&version.contract), version.number)
}

impl Advise for GuardError {
    fn advice(&self) -> Advice {
        match self {
            Self::CallerNotOwner(caller) => Advice::change(format!(
                "{} is not the owner of this contract: sign with the owner's key, or propose the change to governance.",
                ss58(caller)
            )),
            Self::CallerNotPendingOwner(caller) => {
                Advice::change(format!("{} was not offered ownership: the owner has to offer it first.", ss58(caller)))
            }
            Self::CallerNotGuardian(caller) => Advice::change(format!(
                "{} is neither the guardian nor the owner of this contract: sign with one of their keys.",
                ss58(caller)
            )),
            Self::Paused { until_ms } => Advice::wait(format!(
                "The contract is paused until {until_ms} ms of host time at the latest; the pause lapses by itself."
            )),
            Self::PausedTooSoon { from_ms } => Advice::wait(format!(
                "Contracts must run for {} days between two pauses: the next is possible from {from_ms} ms of host time on.",
                PAUSE_MS / (24 * 3600 * 1000)
            )),
            Self::NotPaused => Advice::change("Nothing to do: the contract is running."),
            Self::CodeRefused => Advice::change(
                "Upload the new code first, and check that it is the hash of a newer version of this very contract.",
            ),
            Self::StorageMismatch { stored, code } => Advice::change(format!(
                "The contract's storage has layout {} and the code works with layout {}: convert the storage first.",
                layout(stored),
                layout(code)
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use primitives::{AccountId, Rao, RegistryError, SettlementError, StakingError, tao::TokenError};

    use super::*;
    use crate::Refusal;

    #[test]
    fn windows_and_rate_limits_are_worth_another_try_and_mistakes_are_not() {
        let block = ProtocolBlock::new;
        let later: [Refusal; 4] = [
            SettlementError::RevealTooEarly { now: block(1), opens: block(360), closes: block(720) }.into(),
            SettlementError::EpochNotDue { now: block(1), next_epoch: block(360) }.into(),
            RegistryError::TooManyRegistrationsThisBlock.into(),
            GuardError::Paused { until_ms: 7 }.into(),
        ];
        for refusal in later {
            assert!(refusal.advice().retry, "{refusal}");
        }
        let never: [Refusal; 3] = [
            SettlementError::ExpiredWeightCommit { now: block(721), opens: block(360), closes: block(720) }.into(),
            RegistryError::PriceAboveLimit { price: Rao::new(2), limit: Rao::new(1) }.into(),
            SettlementError::InvalidSalt.into(),
        ];
        for refusal in never {
            assert!(!refusal.advice().retry, "{refusal}");
        }
    }

    #[test]
    fn advice_has_the_values_of_the_error() {
        let window = SettlementError::RevealTooEarly {
            now: ProtocolBlock::new(1),
            opens: ProtocolBlock::new(360),
            closes: ProtocolBlock::new(720),
        };
        assert_eq!(window.advice().text, "Reveal from protocol block 360 on and before block 720.");
        let price = RegistryError::PriceAboveLimit { price: Rao::new(1_500_000_000), limit: Rao::ONE_TAO };
        assert!(price.advice().text.starts_with("The price is τ1.5 and the limit was τ1:"), "{}", price.advice().text);
    }

    #[test]
    fn advice_for_an_error_that_was_passed_on_is_that_of_its_cause() {
        let owner = AccountId::from([7; 32]);
        let cause = StakingError::NonAssociatedColdKey { owner };
        let passed_on = SettlementError::Registry(RegistryError::Staking(cause.clone()));
        assert_eq!(passed_on.advice(), cause.advice());
        assert!(cause.advice().text.contains(&ss58(&owner)));
        let token = TokenError::InsufficientAllowance;
        assert_eq!(RegistryError::Staking(StakingError::Token(token)).advice(), token.advice());
    }
}
