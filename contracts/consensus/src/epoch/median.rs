//! The stake-weighted median of one column.

use crate::fixed::I32F32;
use alloc::vec::Vec;

/// A score with the stake behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The score.
    pub score: I32F32,
    /// The stake behind it.
    pub stake: I32F32,
}

/// The smallest score at or below which more than `minority` of the stake lies, or the largest
/// score if there is none such; 0 without candidates. `base` is the stake that lies below all
/// candidates.
///
/// The rule that the partitioning of `weighted_median` in epoch/math.rs comes to: it keeps the
/// exact stake below and above the candidates left, and every sum here is exact too. Like there
/// the pivot is the candidate in the middle of the list, whatever the order. Consumes the list.
pub fn weighted_median(candidates: &mut Vec<Candidate>, mut base: I32F32, minority: I32F32) -> I32F32 {
    let mut median = I32F32::ZERO;
    while let Some(pivot) = candidates.get(candidates.len() >> 1).map(|middle| middle.score) {
        median = pivot;
        let (mut below, mut at) = (base, I32F32::ZERO);
        for candidate in candidates.iter() {
            if candidate.score < pivot {
                below = below.saturating_add(candidate.stake);
            } else if candidate.score == pivot {
                at = at.saturating_add(candidate.stake);
            }
        }
        let through = below.saturating_add(at);
        if minority < below {
            candidates.retain(|candidate| candidate.score < pivot);
        } else if through <= minority {
            candidates.retain(|candidate| candidate.score > pivot);
            base = through;
        } else {
            break;
        }
    }
    median
}
