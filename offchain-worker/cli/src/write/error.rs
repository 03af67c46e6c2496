//! Why a transaction was not sent, or is no success.

use chain::{Amount, ss58};
use primitives::AccountId;
use thiserror::Error;

use crate::class::Class;

/// Why a transaction was not sent, or is no success.
#[derive(Debug, Error)]
pub(crate) enum WriteError {
    /// Nobody can be asked, and nobody said yes beforehand.
    #[error("nothing was sent: there is nobody to confirm it")]
    NotConfirmed,
    /// The answer was no.
    #[error("nothing was sent: not confirmed")]
    Declined,
    /// It would spend more than may be spent at once.
    #[error("nothing was sent: it would spend {spends}, and the limit is {limit}")]
    SpendLimitExceeded {
        /// What it would spend.
        spends: Amount,
        /// What may be spent.
        limit: Amount,
    },
    /// There is not so much.
    #[error("nothing was sent: it needs {needed}, and {} has {free}", ss58(.account))]
    NotEnoughBalance {
        /// Who.
        account: AccountId,
        /// What it takes.
        needed: Amount,
        /// What is free.
        free: Amount,
    },
    /// A command has nothing to do.
    #[error("nothing was sent: {0}")]
    NothingToDo(&'static str),
    /// The wallet's public half is that of another key.
    #[error("nothing was sent: the key that was opened is {}, and {} was to sign", ss58(.opened), ss58(.named))]
    OtherKey {
        /// The account that the transaction was made for.
        named: AccountId,
        /// The account of the key.
        opened: AccountId,
    },
    /// The transaction is in a block, and something is not as it should be there.
    #[error("it is in block {block}, but {what} is {found} there instead of {predicted}")]
    NotAsPredicted {
        /// The block.
        block: u32,
        /// What was read back.
        what: String,
        /// What it should be.
        predicted: String,
        /// What it is.
        found: String,
    },
}

impl WriteError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::NotConfirmed => Class::Usage,
            Self::Declined => Class::Check,
            Self::SpendLimitExceeded { .. } | Self::NotEnoughBalance { .. } | Self::NothingToDo(_) => Class::Validation,
            Self::OtherKey { .. } => Class::Key,
            Self::NotAsPredicted { .. } => Class::Chain,
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotConfirmed => "add --yes to do it without being asked, or --dry-run to see what it would do",
            Self::SpendLimitExceeded { .. } => {
                "--spend-limit AMOUNT allows more for once, spend_limit in the configuration for good"
            }
            Self::NotEnoughBalance { .. } => "`yarrow wallet balance` shows what there is; ask for a smaller amount",
            Self::OtherKey { .. } => {
                "coldkeypub.txt of the wallet belongs to another coldkey: import one of them again"
            }
            Self::NotAsPredicted { .. } => {
                "somebody else's transaction may have changed it at the same time: look at it before you go on"
            }
            Self::Declined | Self::NothingToDo(_) => return None,
        })
    }
}
