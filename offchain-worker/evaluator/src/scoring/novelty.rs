//! What a model knows that no better one knows.
//!
//! A model's own gain is paid for that part alone: going from the best model to the worst, a saved bit
//! is paid to the first that saves it. So knowledge is paid once, however many hotkeys it is spread
//! over, and a model that is the better one in places is paid for these.

use crate::scoring::bits::Bits;
use crate::scoring::score::MILLION;

/// The part of each model's savings that no better model saves, in millionths. `models` are the losses
/// per prediction, the best model first.
pub(crate) fn novelties(baseline: &[Bits], models: &[&[Bits]]) -> Vec<u64> {
    let mut saved_before = vec![0_u64; baseline.len()];
    let mut novelties = Vec::with_capacity(models.len());
    for losses in models {
        let (mut saved, mut new) = (0_u128, 0_u128);
        for ((before, base), loss) in saved_before.iter_mut().zip(baseline).zip(*losses) {
            let gain = u64::try_from(base.q32() - loss.q32()).unwrap_or(0);
            saved += u128::from(gain);
            new += u128::from(gain.saturating_sub(*before));
            *before = gain.max(*before);
        }
        novelties.push((new * u128::from(MILLION)).checked_div(saved).unwrap_or(0) as u64);
    }
    novelties
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bits: &[i64]) -> Vec<Bits> {
        bits.iter().map(|bits| Bits::from_q32(bits << 32)).collect()
    }

    #[test]
    fn a_saved_bit_counts_for_the_first_that_saves_it() {
        // Savings of 2, 2, 0 bits; then of 2, 3, 1, of which 0, 1, 1 are new; a loss saves nothing.
        let models = [whole(&[2, 2, 4, 4]), whole(&[2, 1, 3, 9])];
        let models: Vec<&[Bits]> = models.iter().map(Vec::as_slice).collect();
        assert_eq!(novelties(&whole(&[4; 4]), &models), [1_000_000, 333_333]);
    }

    #[test]
    fn a_model_that_saves_nothing_has_no_novelty() {
        let model = whole(&[4, 5]);
        assert_eq!(novelties(&whole(&[4; 2]), &[&model]), [0]);
    }
}
