//! Pass 3, per column: consensus, clipping, ranks and validator trust.

use super::ledger::{Ledger, Validator};
use super::median::{weighted_median, Candidate};
use super::standing::Standing;
use crate::fixed::I32F32;
use alloc::{vec, vec::Vec};

/// What validators agree on.
pub(super) struct Agreement {
    /// Per uid: the highest weight that a majority of stake supports.
    pub(super) consensus: Vec<I32F32>,
    /// Per uid: the stake-weighted sum of clipped weights.
    pub(super) ranks: Vec<I32F32>,
    /// Per line of the ledger: the sum of the validator's clipped weights.
    pub(super) trust: Vec<I32F32>,
}

/// Sections "Consensus, Validator Trust" and "Ranks, Trust, Incentive" of `epoch_mechanism`,
/// epoch/run_epoch.rs.
pub(super) fn agree(kappa: u16, standing: &Standing, ledger: &Ledger) -> Agreement {
    let electorate = Electorate::new(kappa, &standing.votes);
    let (width, height) = (standing.stake.len(), ledger.validators.len());
    let mut candidates = Vec::with_capacity(height);
    let mut agreement = Agreement {
        consensus: vec![I32F32::ZERO; width],
        ranks: vec![I32F32::ZERO; width],
        trust: vec![I32F32::ZERO; height],
    };
    let per_uid = agreement.consensus.iter_mut().zip(&mut agreement.ranks);
    for (column, (consensus, rank)) in ledger.weights.columns().zip(per_uid) {
        *consensus = electorate.consensus(&ledger.validators, column, &mut candidates);
        *rank = rank_of(*consensus, &ledger.validators, column, &mut agreement.trust);
    }
    agreement
}

/// A weight that does not exceed consensus stays, a higher one is cut down to it; where consensus
/// is 0 a positive weight disappears and an explicit 0 stays (`col_clip_sparse`, epoch/math.rs).
pub(super) fn clip(weight: I32F32, consensus: I32F32) -> Option<I32F32> {
    if weight <= consensus {
        Some(weight)
    } else if consensus > I32F32::ZERO {
        Some(consensus)
    } else {
        None
    }
}

/// The votes on consensus.
struct Electorate {
    total: I32F32,
    /// The largest part of the votes that can be outvoted.
    minority: I32F32,
}

impl Electorate {
    fn new(kappa: u16, votes: &[I32F32]) -> Self {
        let total: I32F32 = votes.iter().copied().sum();
        Self { total, minority: total.saturating_sub(I32F32::from_proportion(kappa)) }
    }

    /// The weighted median of a column over all votes; a voter without weight says 0
    /// (`weighted_median_col_sparse`, epoch/math.rs).
    fn consensus(&self, validators: &[Validator], column: &[Option<u16>], candidates: &mut Vec<Candidate>) -> I32F32 {
        candidates.clear();
        let mut silent = self.total;
        for (validator, weight) in validators.iter().zip(column) {
            let Some(weight) = *weight else {
                continue;
            };
            let candidate = Candidate { score: validator.share(weight), stake: validator.vote };
            if candidate.score > I32F32::ZERO && candidate.stake > I32F32::ZERO {
                silent = silent.saturating_sub(candidate.stake);
                candidates.push(candidate);
            }
        }
        if silent > I32F32::ZERO && silent > self.minority {
            return I32F32::ZERO;
        }
        weighted_median(candidates, silent, self.minority)
    }
}

/// The rank of a column; adds each validator's clipped weight to its trust.
fn rank_of(consensus: I32F32, validators: &[Validator], column: &[Option<u16>], trust: &mut [I32F32]) -> I32F32 {
    let mut rank = I32F32::ZERO;
    if consensus == I32F32::ZERO {
        return rank;
    }
    for ((validator, weight), trust) in validators.iter().zip(column).zip(trust) {
        let Some(weight) = *weight else {
            continue;
        };
        let clipped = validator.share(weight).min(consensus);
        *trust = trust.saturating_add(clipped);
        rank = rank.saturating_add(validator.active_stake.saturating_mul(clipped));
    }
    rank
}
