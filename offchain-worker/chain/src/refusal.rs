//! The error of any contract as one type, so that callers can match on it across contracts.

use std::fmt;

use primitives::{GuardError, RegistryError, RootError, SettlementError, StakingError, tao::TaoError};
use psp22::PSP22Error;

use crate::{Advice, Advise, readable::Readable};

/// Why a contract refused. Written with accounts in SS58.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// By a rule of PSP22.
    Psp22(PSP22Error),
    /// By `tao`.
    Tao(TaoError),
    /// By `staking`.
    Staking(StakingError),
    /// By `registry`.
    Registry(RegistryError),
    /// By `settlement`.
    Settlement(SettlementError),
    /// By `root`.
    Root(RootError),
    /// By ownership or pause.
    Guard(GuardError),
}

/// Variants that only say that another interface's error follows.
const PASSED_ON: [&str; 7] = ["Guard", "Token", "Staking", "Registry", "Settlement", "Hyperparameter", "Axon"];

impl Refusal {
    /// The error's name without its values, as subtensor's users know it: `NotEnoughStakeToWithdraw`.
    pub fn name(&self) -> String {
        let text = self.to_string();
        let mut names = text.split(|next: char| !next.is_ascii_alphanumeric()).filter(|name| !name.is_empty());
        names.find(|name| !PASSED_ON.contains(name)).unwrap_or_default().to_owned()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Psp22(error) => Readable(error).fmt(f),
            Self::Tao(error) => Readable(error).fmt(f),
            Self::Staking(error) => Readable(error).fmt(f),
            Self::Registry(error) => Readable(error).fmt(f),
            Self::Settlement(error) => Readable(error).fmt(f),
            Self::Root(error) => Readable(error).fmt(f),
            Self::Guard(error) => Readable(error).fmt(f),
        }
    }
}

impl Advise for Refusal {
    fn advice(&self) -> Advice {
        match self {
            Self::Psp22(error) => error.advice(),
            Self::Tao(error) => error.advice(),
            Self::Staking(error) => error.advice(),
            Self::Registry(error) => error.advice(),
            Self::Settlement(error) => error.advice(),
            Self::Root(error) => error.advice(),
            Self::Guard(error) => error.advice(),
        }
    }
}

macro_rules! refusal_from {
    ($($variant:ident($error:ty)),* $(,)?) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

refusal_from!(
    Psp22(PSP22Error),
    Tao(TaoError),
    Staking(StakingError),
    Registry(RegistryError),
    Settlement(SettlementError),
    Root(RootError),
    Guard(GuardError),
);

#[cfg(test)]
mod tests {
    use primitives::{Rao, tao::TokenError};

    use super::*;

    #[test]
    fn an_error_is_named_by_its_innermost_variant() {
        let named: [(Refusal, &str); 4] = [
            (StakingError::NotEnoughStakeToWithdraw { available: Rao::new(5) }.into(), "NotEnoughStakeToWithdraw"),
            (StakingError::HotKeyAccountNotExists([7; 32].into()).into(), "HotKeyAccountNotExists"),
            (RegistryError::Staking(StakingError::Token(TokenError::Refused)).into(), "Refused"),
            (PSP22Error::InsufficientBalance.into(), "InsufficientBalance"),
        ];
        for (refusal, name) in named {
            assert_eq!(refusal.name(), name);
        }
    }
}
