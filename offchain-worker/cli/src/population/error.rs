//! Why subnets and neurons cannot be as a file says.

use chain::{AccountError, SignerError};
use evaluator::tasks::TASKS;
use thiserror::Error;

/// Why subnets and neurons cannot be as a file says.
#[derive(Debug, Error)]
pub(crate) enum PopulationError {
    /// A subnet's number is not that of its place.
    #[error("a subnet says netuid = {said} and is number {netuid} of the file")]
    Netuid {
        /// What the file says.
        said: u16,
        /// What it will be.
        netuid: u16,
    },
    /// No such task.
    #[error("there is no task {task:?}; choose one of: {}", TASKS.each_ref().map(|task| task.spec().id).join(", "))]
    UnknownTask {
        /// What was named.
        task: String,
    },
    /// A key that may be a secret.
    #[error(
        "only development keys may stand here, such as //Alice: whatever else is written in a file may be a secret"
    )]
    NotADevelopmentKey,
    /// A text is no account.
    #[error("{text:?} is no account: {error}; write an SS58 address, or //NAME for a development key")]
    Account {
        /// The text.
        text: String,
        /// Why not.
        error: AccountError,
    },
    /// A subnet of a deployment names no hotkey.
    #[error("the subnet {0} names no owner_hotkey")]
    NoOwnerHotkey(String),
    /// A deployment registers nobody.
    #[error("the subnet {0} names neurons, and a deployment registers none; `yarrow localnet` and `yarrow devnet` do")]
    Neurons(String),
    /// A development key that does not parse.
    #[error(transparent)]
    Key(SignerError),
}
