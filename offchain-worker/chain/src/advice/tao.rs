//! What to do when the token refuses.

use primitives::tao::{MAX_ALLOCATIONS, TaoError, TokenError};
use psp22::PSP22Error;

use super::{Advice, Advise};
use crate::{amount::tao, ss58};

const BALANCE: &str = "The account that pays has less TAO than that: send it TAO, or ask for a smaller amount.";
const ALLOWANCE: &str =
    "Approve at least the amount for the contract that takes it (PSP22 approve), then repeat the call.";

impl Advise for TokenError {
    fn advice(&self) -> Advice {
        Advice::change(match self {
            Self::InsufficientBalance => BALANCE,
            Self::InsufficientAllowance => ALLOWANCE,
            Self::Refused => {
                "The token is paused, or the contract that asked is not the one the token was connected to: look at the token's guard and minter."
            }
        })
    }
}

impl Advise for PSP22Error {
    fn advice(&self) -> Advice {
        match self {
            Self::Custom(reason) => Advice::change(format!(
                "The token gives the reason {reason:?}; most often it is paused: look at its guard."
            )),
            Self::InsufficientBalance => Advice::change(BALANCE),
            Self::InsufficientAllowance => Advice::change(ALLOWANCE),
            Self::ZeroRecipientAddress => Advice::change("Name a recipient other than the zero account."),
            Self::ZeroSenderAddress => Advice::change("Name a sender other than the zero account."),
            Self::SafeTransferCheckFailed(reason) => {
                Advice::change(format!("The receiving contract does not take the token: {reason:?}."))
            }
        }
    }
}

impl Advise for TaoError {
    fn advice(&self) -> Advice {
        match self {
            Self::Guard(error) => error.advice(),
            Self::Token(error) => error.advice(),
            Self::CallerNotMinter(caller) => Advice::change(format!(
                "{} is not the minter; only settlement mints, once the owner has appointed it with set_minter.",
                ss58(caller)
            )),
            Self::CapExceeded { left } => {
                Advice::change(format!("No more than {} can still be minted: ask for less.", tao(*left)))
            }
            Self::TooManyAllocations => Advice::change(format!(
                "Allocate to at most {MAX_ALLOCATIONS} accounts at deployment and transfer to the others afterwards."
            )),
        }
    }
}
