//! The stake-weighted median of one column.

use crate::fixed::I32F32;
use core::cmp::Ordering;

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
/// candidates. Stakes are shares of 1.
///
/// The rule that the partitioning of `weighted_median` in epoch/math.rs comes to: it keeps the
/// exact stake below and above the candidates left, and every sum here is exact too. Like there
/// the pivot is the candidate in the middle of the list, whatever the order, which changes.
pub fn weighted_median(candidates: &mut [Candidate], mut base: I32F32, minority: I32F32) -> I32F32 {
    let mut median = I32F32::ZERO;
    let mut rest = candidates;
    while let Some(pivot) = rest.get(rest.len() >> 1).map(|middle| middle.score) {
        median = pivot;
        let parts = Parts::around(pivot, rest);
        let below = base.saturating_add(parts.below);
        let through = below.saturating_add(parts.at);
        if minority < below {
            rest = rest.get_mut(..parts.lower).unwrap_or_default();
        } else if through <= minority {
            rest = rest.get_mut(parts.upper..).unwrap_or_default();
            base = through;
        } else {
            break;
        }
    }
    median
}

/// A list that was put in the order: scores below the pivot, equal to it, above it.
struct Parts {
    /// How many are below.
    lower: usize,
    /// Where those above begin.
    upper: usize,
    /// Stake of those below.
    below: I32F32,
    /// Stake of those that equal it.
    at: I32F32,
}

impl Parts {
    fn around(pivot: I32F32, candidates: &mut [Candidate]) -> Self {
        let mut parts = Self { lower: 0, upper: candidates.len(), below: I32F32::ZERO, at: I32F32::ZERO };
        let mut next = 0_usize;
        while next < parts.upper {
            let Some(&Candidate { score, stake }) = candidates.get(next) else {
                break;
            };
            match score.cmp(&pivot) {
                Ordering::Less => {
                    parts.below = parts.below.plus(stake);
                    candidates.swap(parts.lower, next);
                    parts.lower = parts.lower.saturating_add(1);
                    next = next.saturating_add(1);
                }
                Ordering::Equal => {
                    parts.at = parts.at.plus(stake);
                    next = next.saturating_add(1);
                }
                Ordering::Greater => {
                    parts.upper = parts.upper.saturating_sub(1);
                    candidates.swap(next, parts.upper);
                }
            }
        }
        parts
    }
}
