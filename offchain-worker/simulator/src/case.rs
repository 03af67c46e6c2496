//! A sequence of epochs of one subnet, and its replay.

use consensus::emission;

use crate::{
    CaseReport, EpochReport, Expectation, SimulateError,
    limits::MAX_CELLS,
    network::{Action, Network},
};

/// Results of an epoch per neuron, beside bonds.
const COLUMNS: u64 = 10;

/// A sequence of epochs of one subnet.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is called; printable.
    pub name: String,
    /// The state before the first epoch.
    pub network: Network,
    /// RAO that each epoch emits.
    pub rao: u64,
    /// The epochs in their order.
    pub epochs: Vec<Epoch>,
}

/// Actions, then an epoch, then what it must give.
#[derive(Clone, Debug)]
pub struct Epoch {
    /// The block at which it runs.
    pub block: u64,
    /// What happens before it.
    pub actions: Vec<Action>,
    /// What it must give, if somebody said so.
    pub expect: Option<Expectation>,
}

/// Replays cases.
///
/// # Errors
/// [`SimulateError::TooMuch`] if they ask for more than [`MAX_CELLS`].
pub fn simulate(cases: Vec<Case>) -> Result<Vec<CaseReport>, SimulateError> {
    let mut cells_left = MAX_CELLS;
    cases.into_iter().map(|case| replay(case, &mut cells_left)).collect()
}

fn replay(case: Case, cells_left: &mut u64) -> Result<CaseReport, SimulateError> {
    let Case { name, mut network, rao, epochs } = case;
    let mut report = CaseReport::new(name, rao);
    for (index, epoch) in epochs.into_iter().enumerate() {
        epoch.actions.iter().for_each(|action| network.apply(action));
        let cells = network.neurons.len() as u64 * (COLUMNS + network.rows() as u64);
        *cells_left = cells_left.checked_sub(cells).ok_or(SimulateError::TooMuch { limit: MAX_CELLS })?;
        // The cases know of no epoch before.
        let outcome = network.run_epoch(epoch.block, None);
        let emission = emission::split(&outcome.shares, rao);
        let result = EpochReport::new(epoch.block, outcome, emission, network.bonds.clone());
        if let Some(expect) = &epoch.expect {
            for difference in expect.differences(index + 1, &result, rao) {
                report.note(difference);
            }
        }
        report.epochs.push(result);
    }
    Ok(report)
}
