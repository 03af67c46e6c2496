//! What a later model adds to an earlier one: how much better than the earlier one alone it is, or a
//! mixture of both.
//!
//! The earlier model is taken at its best, alone or mixed with the baseline, since whoever copies it
//! can do that mixing too. What remains is knowledge that the earlier model does not have: answers
//! blurred, sharpened or left out at random only make a mixture worse.

use crate::evaluation::mean;
use crate::sandbox::protocol::Answer;
use crate::scoring::bits::{Bits, item_means};
use crate::scoring::gain::Gain;
use crate::scoring::log2::log2;
use crate::tasks::Item;

/// Fractional bits of a probability, as many as leave room for a sum of sixteen.
const PROBABILITY_BITS: u32 = 39;

/// Weights are sixteenths.
const WHOLE: u64 = 16;

/// Weights of the baseline beside an earlier model: up to a half.
const BASELINE_WEIGHTS: [u64; 9] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/// Weights of a later model beside an earlier one: alone, half, and a quarter.
const LATER_WEIGHTS: [u64; 3] = [WHOLE, 8, 4];

/// Probabilities of what came true.
pub(crate) type Probabilities = Vec<u64>;

pub(crate) fn probabilities(answers: &[Answer]) -> Probabilities {
    answers
        .iter()
        .map(|answer| (u64::from(answer.weight) << PROBABILITY_BITS) / u64::from(answer.total.max(1)))
        .collect()
}

/// `other` with this weight in `one`.
fn mixed(one: &[u64], other: &[u64], weight: u64) -> Probabilities {
    one.iter().zip(other).map(|(one, other)| (one * (WHOLE - weight) + other * weight) / WHOLE).collect()
}

fn losses(items: &[Item], probabilities: &[u64]) -> Vec<Bits> {
    let loss = |probability: &u64| {
        let certainty = log2(*probability) as i64;
        Bits::from_q32((i64::from(PROBABILITY_BITS) << 32) - certainty)
    };
    item_means(items, probabilities.iter().map(loss))
}

/// A model at its best.
pub(crate) struct Reference {
    probabilities: Probabilities,
    losses: Vec<Bits>,
}

impl Reference {
    /// The best mixture of a model with the baseline.
    pub(crate) fn new(items: &[Item], baseline: &[u64], model: &[u64]) -> Self {
        let mixtures = BASELINE_WEIGHTS.map(|weight| {
            let probabilities = mixed(model, baseline, weight);
            let losses = losses(items, &probabilities);
            Self { probabilities, losses }
        });
        // The array is not empty.
        mixtures.into_iter().min_by_key(|mixture| mean(&mixture.losses)).expect("several mixtures")
    }

    /// Its mean loss.
    pub(crate) fn mean_loss(&self) -> Bits {
        mean(&self.losses)
    }

    /// How much better a later model is, with at least this weight of this one in it: the lower bounds
    /// of the gain of the later model alone, and of the best of all mixtures.
    pub(crate) fn gained_by(&self, items: &[Item], later: &[u64]) -> Addition {
        let bounds = LATER_WEIGHTS.map(|weight| {
            let losses = losses(items, &mixed(&self.probabilities, later, weight));
            Gain::paired(&self.losses, &losses).lower_bound
        });
        Addition { alone: bounds[0], mixed: bounds.into_iter().fold(bounds[0], Bits::max) }
    }
}

/// Lower bounds, at 95 % confidence, of the bits per prediction that a later model saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Addition {
    /// In the place of the earlier model.
    pub(crate) alone: Bits,
    /// In its place or beside it, whichever is more.
    pub(crate) mixed: Bits,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(count: usize) -> Vec<Item> {
        (0..count).map(|_| Item::Labelled { input: Vec::new(), label: 0 }).collect()
    }

    /// Right with these percentages.
    fn percent(chances: &[u32]) -> Probabilities {
        probabilities(&chances.iter().map(|weight| Answer { weight: *weight, total: 100 }).collect::<Vec<_>>())
    }

    #[test]
    fn a_model_that_knows_other_items_adds_by_mixing_though_it_is_not_better() {
        let (base, one, other) =
            (percent(&[25; 8]), [90, 90, 90, 90, 25, 25, 25, 25], [25, 25, 25, 25, 90, 90, 90, 90]);
        let addition = Reference::new(&items(8), &base, &percent(&one)).gained_by(&items(8), &percent(&other));
        assert!(addition.alone < Bits::ZERO, "{addition:?}");
        // A half of each: 57.5 % everywhere, a loss of 0.798 bits instead of (0.152 + 2) / 2 = 1.076.
        assert!(addition.mixed > addition.alone, "{addition:?}");
    }

    #[test]
    fn a_model_that_left_items_out_adds_nothing() {
        let base = percent(&[25; 8]);
        let (one, other) = (percent(&[80, 85, 90, 70, 80, 85, 90, 70]), percent(&[80, 85, 25, 70, 80, 25, 90, 70]));
        let addition = Reference::new(&items(8), &base, &one).gained_by(&items(8), &other);
        assert!(addition.mixed < Bits::ZERO, "{addition:?}");
    }

    #[test]
    fn blurring_a_model_that_is_too_sure_adds_nothing() {
        // Right seven times in eight, but sure beyond that: mixing with the baseline helps, and is not
        // the copier's merit.
        let base = percent(&[25; 8]);
        let sure = percent(&[99, 99, 99, 99, 99, 99, 99, 1]);
        let blurred = mixed(&sure, &base, 2);
        let addition = Reference::new(&items(8), &base, &sure).gained_by(&items(8), &blurred);
        assert!(addition.mixed <= Bits::ZERO, "{addition:?}");
    }
}
