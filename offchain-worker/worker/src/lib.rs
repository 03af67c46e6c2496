//! The validator's round, as a library.
//!
//! `plan -> evaluate -> score -> average -> commit -> reveal -> settle`: each arrow is one function call or one
//! contract message. [`Plan`] reads everything of a round at one block; [`Validator`] owns what only the
//! validator knows (its secret, its averages, the payloads it has yet to reveal); [`settle_if_due`] turns the
//! crank for everybody. When may be done what comes from the contract's schedule, never from a clock here.

mod draw;
mod error;
mod keeper;
mod metagraph;
mod models;
mod plan;
mod validator;

pub use draw::Secret;
pub use error::WorkerError;
pub use keeper::settle_if_due;
pub use metagraph::{Metagraph, MetagraphNeuron};
pub use models::{ModelSource, Unavailable};
pub use plan::{Miner, Plan};
pub use validator::{Assessed, Assessment, Committed, Round, Validator};

use chain::{Chain, Contracts};
use evaluator::Evaluator;

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
}
