//! Cases replayed through the deployed contracts, on a chain inside this process.
//!
//! Nothing but messages changes the chain: neurons register by work, stakes are brought to the case's numbers before
//! each epoch by staking and unstaking, weights are set directly, and time is moved. Beside each epoch the native
//! engine runs with the blocks and stakes that the contract saw, and must give the same to the bit. A case that
//! messages cannot replay is named with the reason.

mod check;
mod plan;
mod reason;
mod replay;
mod rules;
mod stage;
mod stakes;
mod timetable;

use chain::Artifacts;

pub use self::reason::NativeOnly;
use self::{
    plan::Plan,
    replay::{Replay, Stop},
    stage::Stage,
};
use crate::{Case, CaseReport, SimulateError, simulate};

/// Replays cases through the contracts of `artifacts`.
///
/// # Errors
/// [`SimulateError::TooMuch`] as [`simulate`], and whatever stops the contracts.
pub fn simulate_by_contract(cases: &[Case], artifacts: &Artifacts) -> Result<Vec<CaseReport>, SimulateError> {
    let natively = simulate(cases.to_vec())?;
    cases.iter().zip(&natively).map(|(case, natively)| replay(case, natively, artifacts)).collect()
}

fn replay(case: &Case, natively: &CaseReport, artifacts: &Artifacts) -> Result<CaseReport, SimulateError> {
    let native_only = |reason: NativeOnly| CaseReport::native_only(case.name.clone(), case.rao, &reason);
    let plan = match Plan::of(case, natively) {
        Ok(plan) => plan,
        Err(reason) => return Ok(native_only(reason)),
    };
    match Replay::run(case, &plan, Stage::open(artifacts, &plan)?) {
        Ok(report) => Ok(report),
        Err(Stop::NativeOnly(reason)) => Ok(native_only(reason)),
        Err(Stop::Failed(error)) => Err(error),
    }
}
