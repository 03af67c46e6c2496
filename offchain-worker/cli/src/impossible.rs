//! What is impossible as things are on the chain, and was found out without asking a contract to do it.

use std::fmt;

use chain::{parameters::ParameterError, ss58};
use primitives::AccountId;
use thiserror::Error;

use crate::weights::RowError;

/// Why something cannot be done now.
#[derive(Debug, Error)]
pub(crate) enum Impossible {
    /// A hotkey has no owner.
    #[error("no coldkey owns the hotkey {}", ss58(.0))]
    HotKeyAccountNotExists(AccountId),
    /// A hotkey does not vote.
    #[error("{} is no root validator", ss58(.0))]
    HotKeyNotRegistered(AccountId),
    /// No commitment is known whose weights are known as well.
    #[error(
        "there is nothing to reveal: of {made} commitments on subnet {netuid} none is to weights that are known here"
    )]
    NothingToReveal {
        /// The subnet.
        netuid: u16,
        /// Unrevealed commitments on the chain.
        made: usize,
    },
    /// A row of weights cannot be one of the subnet.
    #[error(transparent)]
    Row(#[from] RowError),
    /// A hyperparameter cannot be set so.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
}

impl Impossible {
    /// Its name for programs.
    pub(crate) fn name(&self) -> String {
        let variant =
            |error: &dyn fmt::Debug| format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect();
        match self {
            Self::Row(error) => error.name(),
            Self::Parameter(error) => variant(error),
            error => variant(error),
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::HotKeyAccountNotExists(_) => {
                Some("it gets an owner when it is registered: `yarrow subnets register`")
            }
            Self::HotKeyNotRegistered(_) => {
                Some("`yarrow root list` shows who is; `yarrow root register` makes it one")
            }
            Self::NothingToReveal { .. } => Some(
                "commit first with `yarrow weights commit`; what was committed elsewhere is revealed with --uids, --weights \
                 and --salt as they were",
            ),
            Self::Row(error) => error.hint(),
            Self::Parameter(ParameterError::GovernanceOnly { .. }) => Some("propose the change to governance"),
            Self::Parameter(_) => Some("`yarrow sudo get --param NAME` shows what it may be"),
        }
    }
}
