//! A validator whose row of weights or bonds an epoch counts.

use crate::fixed::I32F32;

/// A line of the matrices of weights and bonds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The validator.
    pub uid: u16,
    pub(super) active_stake: I32F32,
    /// Its share of the votes on consensus.
    pub(super) vote: I32F32,
    /// Weights towards neurons registered at or after this block do not count.
    pub(super) horizon: u64,
    pub(super) keeps_bonds: bool,
    /// Sum of its raw weights that count.
    pub(super) weight_sum: u64,
    /// Sum of its clipped weights.
    pub(super) trust: I32F32,
    /// Its dividends before normalisation.
    pub(super) earned: I32F32,
}

impl Line {
    /// Whether the validator keeps its bonds: it will hold a permit.
    pub fn keeps_bonds(&self) -> bool {
        self.keeps_bonds
    }

    /// A raw weight as a share of the row (`inplace_row_normalize_sparse`, epoch/math.rs).
    #[inline(always)]
    pub(super) fn share(&self, weight: u16) -> I32F32 {
        I32F32::ratio(u64::from(weight), self.weight_sum)
    }
}
