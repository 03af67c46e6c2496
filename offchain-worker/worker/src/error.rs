//! Why a round could not go on.

use std::{borrow::Cow, io};

use chain::ChainError;
use evaluator::tasks::TaskError;
use primitives::Netuid;
use thiserror::Error;

use crate::JournalError;

/// Why a round could not go on.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// The chain could not be read, or refused a message.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no such subnet.
    #[error("there is no subnet {0}")]
    NoSuchSubnet(Netuid),
    /// This program does not know the subnet's task, or has not its data.
    #[error("subnet {netuid} cannot be measured: {source}")]
    Task {
        /// The subnet.
        netuid: Netuid,
        /// Why its task is not to be had.
        source: TaskError,
    },
    /// An epoch has ended and nobody has settled it: until then the seed is that of the epoch before, which whoever
    /// committed a model since then may have known.
    #[error("epoch {epoch} of subnet {netuid} has not begun for validators: the one before it is not settled")]
    NotSettled {
        /// The subnet.
        netuid: Netuid,
        /// The epoch.
        epoch: u64,
    },
    /// What was sent is not on the chain.
    #[error("the weights of epoch {epoch} of subnet {netuid} were sent, but the chain does not have them")]
    NotOnChain {
        /// The subnet.
        netuid: Netuid,
        /// The epoch.
        epoch: u64,
    },
    /// The hotkey has no seat.
    #[error("the hotkey is not registered on subnet {0}")]
    NotRegistered(Netuid),
    /// The journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The evidence of a round cannot be kept.
    #[error("the evidence of a round cannot be written: {0}")]
    Evidence(#[source] io::Error),
    /// No model can be run on this machine.
    #[error(transparent)]
    Sandbox(#[from] evaluator::StartError),
    /// The evaluations of a round do not belong together.
    #[error(transparent)]
    Score(#[from] evaluator::ScoreError),
}

impl WorkerError {
    /// Whether trying again later can help.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Chain(error) => error.is_retryable(),
            Self::NoSuchSubnet(_) | Self::Score(_) | Self::Journal(_) => false,
            Self::Task { source, .. } => matches!(source, TaskError::Data { .. }),
            Self::Sandbox(_)
            | Self::NotSettled { .. }
            | Self::NotOnChain { .. }
            | Self::NotRegistered(_)
            | Self::Evidence(_) => true,
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Chain(error) => error.hint(),
            Self::NoSuchSubnet(_) => "Check the netuid and that the deployment is the one you mean.".into(),
            Self::NotSettled { .. } => "Settle it first: anyone may.".into(),
            Self::NotOnChain { .. } => "They are sent again as long as the epoch lasts.".into(),
            Self::NotRegistered(_) => "Register it, with `yarrow subnets register` or by work with `yarrow miner register`.".into(),
            Self::Evidence(_) => "Check the disk and the rights on the data folder.".into(),
            Self::Journal(_) => {
                "Check the disk, and that no other worker uses the same folder. Without its journal a validator cannot reveal what it committed.".into()
            }
            Self::Sandbox(_) => {
                "Check that this program may start child processes and that the machine has memory left.".into()
            }
            Self::Score(_) => {
                "This is a defect of the worker: report it with the versions of worker and contracts.".into()
            }
            Self::Task { source: TaskError::Unknown(_), .. } => {
                "A newer version of this program may know the task: update it.".into()
            }
            Self::Task { source: TaskError::Data { .. }, .. } => return None,
        })
    }
}
