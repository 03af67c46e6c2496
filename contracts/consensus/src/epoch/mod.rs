//! The sparse Yuma epoch of subtensor (`epoch_mechanism` in `epoch/run_epoch.rs`), bit-compatible.
//!
//! An epoch turns the weights that validators gave to neurons, the validators' stake and their
//! bonds so far into consensus, incentive, dividends, new permits and new bonds. It runs in passes
//! that later callers may run one by one:
//!
//! 1. `standing`: per uid. Activity, normalised stake, the permits now in force and the next ones.
//! 2. `ledger`: per row. What the masks leave of weights and bonds, arranged by column.
//! 3. `consensus`: per column. The stake-weighted median, clipping, ranks, validator trust.
//! 4. `bonds`: per column. The moving average of bonds, and what they earn.
//!
//! A column is one neuron as seen by all validators, and passes 3 and 4 need nothing of another
//! column, so memory beyond inputs and results is six bytes per (validator, neuron) pair.
//!
//! Rows may list their uids in any order. subtensor's liquid alpha reads a weight as 0 where a row
//! is not sorted by uid; here the order never matters.

mod bonds;
mod consensus;
mod entry;
mod input;
mod ledger;
mod liquid_alpha;
mod median;
mod outcome;
mod permits;
mod standing;

pub use entry::{pack, unpack};
pub use input::{Inputs, Neuron, Parameters, Row, StakeBasis};
pub use median::{weighted_median, Candidate};
pub use outcome::{BondsRow, Outcome, Shares};
pub use permits::top_nonzero;

use crate::fixed::normalise;
use ledger::Ledger;
use standing::Standing;

/// Runs one epoch.
///
/// Entries and rows of unknown uids are ignored; of several entries of a row for one uid the first
/// counts.
pub fn run(inputs: &Inputs) -> Outcome {
    let standing = Standing::of(inputs);
    let ledger = Ledger::load(inputs, &standing);
    let agreement = consensus::agree(inputs.parameters.kappa, &standing, &ledger);
    let mut incentive = agreement.ranks;
    normalise(&mut incentive);
    let bonding = bonds::update(inputs, &ledger, &agreement.consensus, &incentive);

    let per_uid = |values: &[_]| ledger.per_uid(values, incentive.len());
    let validator_trust = per_uid(&agreement.trust);
    let mut dividends = per_uid(&bonding.earned);
    normalise(&mut dividends);
    let bonds = outcome::rows_of_permitted(&ledger, bonding.rows, &standing.next_permits);

    Outcome {
        consensus: outcome::proportions(&agreement.consensus),
        incentive: outcome::proportions(&incentive),
        dividends: outcome::proportions(&dividends),
        validator_trust: outcome::proportions(&validator_trust),
        stake_weight: outcome::proportions(&standing.stake),
        permits: standing.next_permits,
        active: standing.active,
        bonds,
        shares: Shares {
            incentive,
            dividends,
            stake: standing.stake,
            active_stake: standing.active_stake,
            basis: inputs.basis,
        },
    }
}
