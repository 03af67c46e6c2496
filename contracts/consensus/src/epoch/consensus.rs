//! Per column: consensus, clipping, ranks and validator trust.

use super::block::{Block, Cell};
use super::line::Line;
use super::median::{weighted_median, Candidate};
use crate::fixed::I32F32;
use alloc::vec::Vec;

/// The votes on consensus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Electorate {
    pub(super) total: I32F32,
    /// The largest part of the votes that can be outvoted.
    pub(super) minority: I32F32,
}

impl Electorate {
    pub(super) fn new(kappa: u16, total: I32F32) -> Self {
        Self { total, minority: total.saturating_sub(I32F32::from_proportion(kappa)) }
    }

    /// Sections "Consensus, Validator Trust" and "Ranks, Trust, Incentive" of `epoch_mechanism`,
    /// epoch/run_epoch.rs, for the columns of a block: writes consensus and ranks of its uids and adds to the trust of
    /// the lines.
    pub(super) fn agree<'a>(
        &self,
        lines: &mut [Line],
        block: &Block,
        results: impl Iterator<Item = (&'a mut I32F32, &'a mut I32F32)>,
    ) {
        let mut candidates = Vec::with_capacity(lines.len());
        for (column, (consensus, rank)) in block.weights().zip(results) {
            *consensus = self.consensus(lines, column, &mut candidates);
            *rank = rank_of(*consensus, lines, column);
        }
    }

    /// The weighted median of a column over all votes; a voter without weight says 0
    /// (`weighted_median_col_sparse`, epoch/math.rs).
    fn consensus(&self, lines: &[Line], column: &[Cell], candidates: &mut Vec<Candidate>) -> I32F32 {
        candidates.clear();
        let mut silent = self.total;
        for (line, cell) in lines.iter().zip(column) {
            let Some(score) = cell.share() else {
                continue;
            };
            if score > I32F32::ZERO && line.vote > I32F32::ZERO {
                silent = silent.saturating_sub(line.vote);
                candidates.push(Candidate { score, stake: line.vote });
            }
        }
        if silent > I32F32::ZERO && silent > self.minority {
            return I32F32::ZERO;
        }
        weighted_median(candidates, silent, self.minority)
    }
}

/// A weight that does not exceed consensus stays, a higher one is cut down to it; where consensus
/// is 0 a positive weight disappears and an explicit 0 stays (`col_clip_sparse`, epoch/math.rs).
#[inline(always)]
pub(super) fn clip(weight: I32F32, consensus: I32F32) -> Option<I32F32> {
    if weight <= consensus {
        Some(weight)
    } else if consensus > I32F32::ZERO {
        Some(consensus)
    } else {
        None
    }
}

/// The rank of a column; adds each line's clipped weight to its trust.
fn rank_of(consensus: I32F32, lines: &mut [Line], column: &[Cell]) -> I32F32 {
    let mut rank = I32F32::ZERO;
    if consensus == I32F32::ZERO {
        return rank;
    }
    for (line, cell) in lines.iter_mut().zip(column) {
        let Some(share) = cell.share() else {
            continue;
        };
        let clipped = share.min(consensus);
        line.trust = line.trust.plus(clipped);
        rank = rank.plus(line.active_stake.saturating_mul(clipped));
    }
    rank
}
