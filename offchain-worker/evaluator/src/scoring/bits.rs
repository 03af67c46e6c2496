//! Amounts of information and fractions of one, as integers.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::sandbox::protocol::{Answer, Interface};
use crate::scoring::log2::{ONE, log2};
use crate::tasks::Item;

/// An amount of information in bits, in fixed point with 32 fractional bits. Losses are not
/// negative; gains can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Bits(i64);

impl Bits {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// From an amount times 2^32.
    pub const fn from_q32(q32: i64) -> Self {
        Self(q32)
    }

    /// The amount times 2^32.
    pub const fn q32(self) -> i64 {
        self.0
    }

    /// What the true symbol cost: `-log2` of the probability that the answer gave it.
    pub const fn loss(answer: Answer) -> Self {
        let certainty = log2(answer.weight as u64);
        Self(log2(answer.total as u64).saturating_sub(certainty) as i64)
    }
}

/// Prints six decimals.
impl fmt::Display for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millionths = (i128::from(self.0) * 1_000_000) >> 32;
        let sign = if millionths < 0 { "-" } else { "" };
        let size = millionths.unsigned_abs();
        write!(f, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    }
}

/// A fraction of one, in fixed point with 32 fractional bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Score(u64);

impl Score {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(ONE);

    /// From a fraction times 2^32.
    pub const fn from_q32(q32: u64) -> Self {
        Self(q32)
    }

    /// The fraction times 2^32.
    pub const fn q32(self) -> u64 {
        self.0
    }

    /// `part / whole`, 0 where `part` is not positive.
    pub(crate) fn ratio(part: Bits, whole: Bits) -> Self {
        if part.0 <= 0 || whole.0 <= 0 {
            return Self::ZERO;
        }
        Self(((i128::from(part.0) << 32) / i128::from(whole.0)) as u64)
    }
}

/// Prints six decimals.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millionths = (u128::from(self.0) * 1_000_000) >> 32;
        write!(f, "{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
    }
}

/// The loss per prediction of each item: bits per label, or per byte of a stream.
pub(crate) fn item_losses(items: &[Item], answers: &[Answer]) -> Vec<Bits> {
    item_means(items, answers.iter().map(|answer| Bits::loss(*answer)))
}

/// The mean of each item's losses, given those of all predictions.
pub(crate) fn item_means(items: &[Item], mut losses: impl Iterator<Item = Bits>) -> Vec<Bits> {
    let mean = |item: &Item| {
        let count = item.predictions();
        let sum: i64 = losses.by_ref().take(count as usize).map(|loss| loss.0).sum();
        Bits(sum / i64::from(count.max(1)))
    };
    items.iter().map(mean).collect()
}

/// The answer of a model that knows nothing, for tests and documentation.
impl Answer {
    /// Equal weights for all symbols.
    pub const fn uniform(interface: Interface) -> Self {
        Self { weight: 1, total: interface.symbols() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_of_a_uniform_answer_is_the_logarithm_of_the_symbols() {
        assert_eq!(Bits::loss(Answer::uniform(Interface::Step)), Bits(8 << 32));
        assert_eq!(Bits::loss(Answer::uniform(Interface::Predict { classes: 4 })), Bits(2 << 32));
    }

    #[test]
    fn loss_of_a_sure_and_right_answer_is_small_and_of_a_sure_and_wrong_one_finite() {
        // A weight of 65,535 on one of two classes, 0 on the other; 1 is added to both.
        let right = Answer { weight: 65_536, total: 65_537 };
        let wrong = Answer { weight: 1, total: 65_537 };
        assert!(Bits::loss(right) < Bits(1 << 18));
        assert!(Bits::loss(wrong) > Bits(16 << 32) && Bits::loss(wrong) < Bits(17 << 32));
    }

    #[test]
    fn display_shows_six_decimals_and_the_sign() {
        assert_eq!(Bits((5 << 32) + (1 << 31)).to_string(), "5.500000");
        assert_eq!(Bits(-(1 << 30)).to_string(), "-0.250000");
        assert_eq!(Score(1 << 31).to_string(), "0.500000");
    }
}
