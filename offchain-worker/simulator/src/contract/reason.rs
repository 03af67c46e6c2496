//! Why a case cannot be replayed by messages alone.

use chain::ChainError;
use primitives::{Hyperparameter, Rao};
use thiserror::Error;

/// Why only the native engine can replay a case. Epochs count from 1.
#[derive(Debug, Error)]
pub enum NativeOnly {
    /// An action without a message that does it.
    #[error("epoch {epoch}: no message does {name}")]
    Action {
        /// The epoch before which it stands.
        epoch: usize,
        /// Its name in files.
        name: &'static str,
    },
    /// The case starts with bonds.
    #[error("no message sets the bonds it starts with")]
    InitialBonds,
    /// The case starts with commits.
    #[error("no message sets the commit_blocks it starts with")]
    InitialCommits,
    /// The case starts with weights that a message would scale.
    #[error("no message sets the weights that uid {0} starts with, the largest of which is not 65535")]
    InitialWeights(u16),
    /// There is no such rule on chain.
    #[error("governance may not set {0:?}")]
    Rule(Hyperparameter),
    /// No hyperparameters give this activity cutoff.
    #[error("no tempo and factor give its activity cutoff")]
    Cutoff,
    /// Blocks so far from each other that passing them takes too long.
    #[error("its epochs go on after block {0}")]
    TooLong(u64),
    /// Epochs of a subnet follow each other.
    #[error("epoch {0}: its block is not after the one of the epoch before")]
    EpochOrder(usize),
    /// An action that comes after its epoch.
    #[error("epoch {0}: an action comes after the epoch's block")]
    LateAction(usize),
    /// Uids are given in the order of registration.
    #[error("uid {0} registers before the uid below it")]
    RegistrationOrder(u16),
    /// The first epoch counts a neuron before it registers, or its weights before they are set.
    #[error("uid {0} registers or updates after the first epoch")]
    LateNeuron(u16),
    /// A registration counts as an update.
    #[error("uid {0} starts with an update older than its registration")]
    OldUpdate(u16),
    /// A stake is so small beside the others that no message makes it.
    #[error("the stake of uid {uid} is too small beside the others: {scaled} RAO of the supply")]
    SmallStake {
        /// Whose.
        uid: u16,
        /// What it would be.
        scaled: Rao,
    },
    /// Two blocks that are the same in the case cannot be the same on the chain.
    #[error("epoch {0}: an update and a registration of one block are in two on the chain")]
    OneBlock(usize),
    /// On chain all bonds count towards a neuron that registered before the last epoch, in a case those towards a
    /// neuron that registered a tempo before.
    #[error("epoch {epoch}: bonds towards uid {uid} do not count yet, and would on the chain")]
    Bonds {
        /// In which epoch.
        epoch: usize,
        /// Towards whom.
        uid: u16,
    },
    /// The contracts refuse a message that the case needs.
    #[error("epoch {epoch}: {source}")]
    Refused {
        /// The epoch before which it was sent.
        epoch: usize,
        /// What they say.
        source: ChainError,
    },
}
