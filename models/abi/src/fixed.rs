//! Fixed-point logarithms, exponentials and the logistic function. Logarithms are to base 2 in units of 1/256 bit,
//! probabilities in 65,536ths.

/// One bit in the unit of logarithms.
pub const BIT: i32 = 256;

/// The probability 1.
pub const ONE: u32 = 65_536;

/// 65,536 times 2 to the power of `exponent`, for an exponent of 0 or less; at most 0.3 % off.
pub fn exp2(exponent: i32) -> u32 {
    let exponent = exponent.min(0);
    let whole = (exponent >> 8).unsigned_abs();
    let part = (exponent & 255) as u32;
    // 2^x is near 1 + 0.6565 x + 0.3435 x^2 between 0 and 1, and exact at both ends.
    let mantissa = ONE + ((43_024 * part) >> 8) + ((22_512 * part * part) >> 16);
    mantissa.checked_shr(whole).unwrap_or(0)
}

/// The probability in 65,536ths, 1..=65,535, whose log odds are `stretched`.
pub fn squash(stretched: i32) -> u32 {
    let odds = exp2(-stretched.saturating_abs());
    let larger = (u64::from(ONE) * u64::from(ONE) / u64::from(ONE + odds)) as u32;
    let probability = if stretched < 0 { ONE - larger } else { larger };
    probability.clamp(1, ONE - 1)
}

/// Weights in proportion to 2 to the power of each logarithm; the largest is 65,535.
pub fn softmax(logarithms: &[i32], weights: &mut [u16]) {
    let largest = logarithms.iter().copied().max().unwrap_or(0);
    for (weight, logarithm) in weights.iter_mut().zip(logarithms) {
        *weight = exp2(logarithm.saturating_sub(largest)).min(ONE - 1) as u16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp2_is_exact_at_whole_bits() {
        assert_eq!([exp2(0), exp2(-BIT), exp2(-4 * BIT), exp2(-16 * BIT)], [65_536, 32_768, 4_096, 1]);
    }

    #[test]
    fn exp2_is_zero_when_nothing_is_left() {
        assert_eq!([exp2(-17 * BIT), exp2(-33 * BIT), exp2(i32::MIN)], [0, 0, 0]);
    }

    #[test]
    fn squash_of_opposite_odds_adds_up_to_one() {
        for stretched in [0, 1, 255, 256, 1_000, 3_000] {
            assert_eq!(squash(stretched) + squash(-stretched), ONE);
        }
        // Odds of 2:1 and 8:1.
        assert_eq!([squash(BIT), squash(3 * BIT)], [43_690, 58_254]);
    }

    #[test]
    fn squash_stays_a_probability_at_the_extremes() {
        assert_eq!([squash(i32::MIN), squash(i32::MAX)], [1, ONE - 1]);
    }

    #[test]
    fn softmax_halves_with_every_bit() {
        let mut weights = [0; 3];
        softmax(&[-BIT, -2 * BIT, 0], &mut weights);
        assert_eq!(weights, [32_768, 16_384, 65_535]);
    }
}
