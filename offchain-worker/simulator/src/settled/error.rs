//! Why a settled epoch cannot be explained.

use chain::ChainError;
use primitives::{Netuid, Uid};
use thiserror::Error;

/// Why a settled epoch cannot be explained.
#[derive(Debug, Error)]
pub enum SettledError {
    /// The chain could not be read.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no result.
    #[error("no epoch of subnet {0} was settled yet")]
    NothingSettled(Netuid),
    /// There is no such uid in the result.
    #[error("there is no uid {uid} among the {known} of the last settled epoch")]
    NoSuchUid {
        /// Which.
        uid: Uid,
        /// How many uids there are.
        known: usize,
    },
    /// A validator has other weights by now.
    #[error(
        "the weights of validator {uid} that epoch {epoch} counted were replaced since and are no longer on the chain"
    )]
    Replaced {
        /// Whose.
        uid: Uid,
        /// The settled epoch.
        epoch: u64,
        /// The epoch in which they were committed, if they were.
        committed_in: Option<u64>,
    },
    /// The epoch comes out otherwise.
    #[error(
        "what the chain says now does not lead to the result of epoch {epoch}: neurons or rules have changed since"
    )]
    DoesNotFit {
        /// The settled epoch.
        epoch: u64,
    },
}

impl SettledError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Chain(error) => error.hint().into_owned(),
            Self::NothingSettled(_) => "Wait for the end of its first epoch, or settle it: anyone may.".into(),
            Self::NoSuchUid { .. } => "`yarrow weights show` lists those who have weights.".into(),
            Self::Replaced { committed_in: Some(epoch), .. } => {
                format!(
                    "Give that validator's evidence of epoch {epoch} with --bundle, or ask again after the next epoch is settled and before weights are revealed."
                )
            }
            Self::Replaced { committed_in: None, .. } | Self::DoesNotFit { .. } => {
                "Ask again after the next epoch is settled and before weights change.".into()
            }
        })
    }
}
