//! Why a round could not go on.

use chain::ChainError;
use primitives::Netuid;
use thiserror::Error;

/// Why a round could not go on.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// The chain could not be read, or refused a message.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no such subnet.
    #[error("there is no subnet {0}")]
    NoSuchSubnet(Netuid),
    /// This program has no such task.
    #[error("subnet {netuid} measures by the task `{task}`, which this program does not know; update it")]
    UnknownTask {
        /// The subnet.
        netuid: Netuid,
        /// The task that the subnet names.
        task: String,
    },
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
            Self::NoSuchSubnet(_) | Self::UnknownTask { .. } | Self::Score(_) => false,
            Self::Sandbox(_) => true,
        }
    }
}
