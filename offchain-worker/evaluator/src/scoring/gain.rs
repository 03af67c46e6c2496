//! How much better than the baseline a model is, and how sure that is.

use crate::scoring::bits::Bits;

/// One-sided 95 % quantile of the normal distribution, in thousandths.
const QUANTILE_THOUSANDTHS: i128 = 1_645;

/// The gain of a model over the baseline on the same items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gain {
    /// Mean bits saved per prediction.
    pub(crate) mean: Bits,
    /// Lower bound of the true mean at 95 % confidence, from the paired differences.
    pub(crate) lower_bound: Bits,
}

impl Gain {
    /// Compares item by item. Fewer than two items prove nothing: their lower bound is 0 at most.
    pub(crate) fn paired(baseline: &[Bits], model: &[Bits]) -> Self {
        let differences: Vec<i128> = baseline
            .iter()
            .zip(model)
            .map(|(baseline, model)| i128::from(baseline.q32()) - i128::from(model.q32()))
            .collect();
        let count = differences.len() as i128;
        if count == 0 {
            return Self { mean: Bits::ZERO, lower_bound: Bits::ZERO };
        }
        let mean = differences.iter().sum::<i128>() / count;
        if count == 1 {
            return Self { mean: bits(mean), lower_bound: bits(mean.min(0)) };
        }
        let squares: i128 = differences.iter().map(|difference| (difference - mean).pow(2)).sum();
        let error = (squares / (count - 1) / count).unsigned_abs().isqrt() as i128;
        Self { mean: bits(mean), lower_bound: bits(mean - error * QUANTILE_THOUSANDTHS / 1_000) }
    }
}

/// Means of differences of losses fit: a loss is below 2^6 bits.
fn bits(q32: i128) -> Bits {
    Bits::from_q32(q32.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bits: &[i64]) -> Vec<Bits> {
        bits.iter().map(|bits| Bits::from_q32(bits << 32)).collect()
    }

    #[test]
    fn lower_bound_equals_the_mean_when_every_item_gains_the_same() {
        let gain = Gain::paired(&whole(&[3, 5, 4]), &whole(&[1, 3, 2]));
        assert_eq!(gain, Gain { mean: Bits::from_q32(2 << 32), lower_bound: Bits::from_q32(2 << 32) });
    }

    #[test]
    fn lower_bound_matches_a_worked_example() {
        // Differences 0, 2, 4: mean 2, sample variance 4, standard error sqrt(4/3) = 1.154700538,
        // lower bound 2 - 1.645 * 1.154700538 = 0.100517614.
        let gain = Gain::paired(&whole(&[4, 4, 4]), &whole(&[4, 2, 0]));
        assert_eq!(gain.mean, Bits::from_q32(2 << 32));
        assert_eq!(gain.lower_bound.to_string(), "0.100517");
    }

    #[test]
    fn lower_bound_is_not_positive_when_there_is_one_item() {
        assert_eq!(Gain::paired(&whole(&[4]), &whole(&[1])).lower_bound, Bits::ZERO);
        assert_eq!(Gain::paired(&[], &[]).lower_bound, Bits::ZERO);
    }
}
