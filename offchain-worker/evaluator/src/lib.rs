#![doc = include_str!("../README.md")]

mod backoff;
mod cache;
mod counters;
mod evaluation;
mod evaluator;
mod hash;
mod limits;
mod merkle;
mod outcome;
mod referee;
mod sandbox;
mod scoring;
pub mod tasks;

pub use cache::CacheError;
pub use counters::Counters;
pub use evaluation::{Evaluation, Origin, evidence};
pub use evaluator::predict::PredictError;
pub use evaluator::{EvaluationResult, Evaluator};
pub use hash::Hash256;
pub use limits::{ENGINE_VERSION, FuelBudget, Limits};
pub use merkle::LossProof;
pub use outcome::{
    AbiExport, BadOutput, Declaration, EngineFault, Inconclusive, Invalid, NoAnswer, Outcome, RunnerEnd, TrapKind,
};
pub use referee::{Alarm, Difference, RefereeRule};
pub use sandbox::confine::{Confinement, Weakness};
pub use sandbox::precheck::{CheckedModule, check_module};
pub use sandbox::probe::{Attempt, Probe, probe};
pub use sandbox::protocol::{Answer, Interface};
pub use sandbox::runner::{RunnerConfig, StartError};
pub use sandbox::serve::serve_stdio;
pub use scoring::Hotkey;
pub use scoring::average::{AverageRule, Miner, MovingAverage};
pub use scoring::bits::{Bits, Score};
pub use scoring::copies::CopyKind;
pub use scoring::score::{Candidate, ScoreError, Scored, ZeroReason, score};
pub use tasks::{Sample, Task};
