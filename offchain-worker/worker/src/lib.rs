//! The validator's round, as a library.
//!
//! `plan -> evaluate -> score -> average -> commit -> reveal -> settle`: each arrow is one durable write in the
//! [`Journal`], and at most one contract message. [`Plan`] reads everything of a round at one block; [`Validator`] takes a
//! round on from wherever the journal and the chain say it is, so that it does not matter when the process last ended;
//! [`settle_if_due`] and [`root_epoch_if_due`] turn the crank for everybody. When may be done what comes from the
//! contract's schedule, never from a clock here.

mod assessment;
pub mod daemon;
mod draw;
mod error;
pub mod evidence;
mod journal;
mod keeper;
mod metagraph;
pub mod metrics;
mod models;
mod plan;
mod validator;

pub use assessment::{Assessed, Assessment, Unobserved};
pub use draw::Secret;
pub use error::WorkerError;
pub use journal::{
    Change, Journal, JournalError, Memory, MemoryStorage, Missed, RedbStorage, Repair, RoundRecord, ScoredRound, Stage,
    Storage, StorageError,
};
pub use keeper::{root_epoch_if_due, settle_if_due};
pub use metagraph::{Metagraph, MetagraphNeuron};
pub use models::{ModelSource, Unavailable};
pub use plan::{Miner, Offer, Plan};
pub use validator::{Committed, Coverage, Round, Validator};

use chain::{Chain, Contracts};
use evaluator::Evaluator;
use transport::live::LiveClient;

/// What a round works with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The chain.
    pub chain: &'a dyn Chain,
    /// The protocol's contracts on it.
    pub contracts: &'a Contracts,
    /// The sandbox in which models are evaluated.
    pub evaluator: &'a Evaluator,
    /// Where models are fetched from.
    pub models: &'a dyn ModelSource,
    /// What asks live miners; without it they are not observed.
    pub live: Option<&'a LiveClient>,
    /// Called whenever the work has got on: after each model.
    pub progress: &'a (dyn Fn() + Sync),
}
