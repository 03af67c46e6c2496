//! Binary logarithm and its inverse in fixed point with 32 fractional bits (Q32).
//!
//! Tables are computed at compile time from integers, so every build on every machine has the same.

/// One, in Q32.
pub(crate) const ONE: u64 = 1 << 32;

/// Segments per octave; linear interpolation within one errs by at most 1.8e-7 < 2^-22.
const SEGMENTS: usize = 1024;

/// `log2(1 + i / SEGMENTS)` in Q32.
const LOG2: [u64; SEGMENTS + 1] = {
    let mut table = [0; SEGMENTS + 1];
    let mut i = 0;
    while i <= SEGMENTS {
        table[i] = log2_of_mantissa(ONE + i as u64 * (ONE / SEGMENTS as u64));
        i += 1;
    }
    table
};

/// `2^-(2^-(i+1))` in Q62: each the square root of the one before, the first that of one half.
const HALVINGS: [u128; 32] = {
    let mut table = [0; 32];
    let mut value: u128 = 1 << 61;
    let mut i = 0;
    while i < 32 {
        value = (value << 62).isqrt();
        table[i] = value;
        i += 1;
    }
    table
};

/// Bit by bit: squaring doubles the logarithm, and its integer part is the next bit.
const fn log2_of_mantissa(mantissa: u64) -> u64 {
    if mantissa >= 2 * ONE {
        return ONE;
    }
    let mut x = (mantissa as u128) << 30;
    let mut bits = 0;
    let mut i = 0;
    while i < 32 {
        x = (x * x) >> 62;
        bits <<= 1;
        if x >= 1 << 63 {
            x >>= 1;
            bits |= 1;
        }
        i += 1;
    }
    bits
}

/// `log2(x)` in Q32, rounded down; monotone, and less than 2^-20 off. `log2(0)` is taken as 0.
pub(crate) const fn log2(x: u64) -> u64 {
    if x == 0 {
        return 0;
    }
    let exponent = x.ilog2();
    // The mantissa without its leading one, in Q64.
    let fraction = if exponent == 0 { 0 } else { x << (64 - exponent) };
    let segment = (fraction >> 54) as usize;
    let within = (fraction << 10) >> 32;
    let low = LOG2[segment];
    let high = LOG2[segment + 1];
    ((exponent as u64) << 32) + low + (((high - low) * within) >> 32)
}

/// `2^-x` in Q32 for `x` in Q32.
pub(crate) fn exp2_neg(x: u64) -> u64 {
    let mut value: u128 = 1 << 62;
    for (i, halving) in HALVINGS.iter().enumerate() {
        if x & (1 << (31 - i)) != 0 {
            value = (value * halving) >> 62;
        }
    }
    let shift = (x >> 32).min(64) as u32;
    (value >> 30).checked_shr(shift).unwrap_or(0) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2^-20 in Q32.
    const TOLERANCE: u64 = 1 << 12;

    #[test]
    fn log2_of_powers_of_two_is_exact() {
        for exponent in 0_u32..64 {
            assert_eq!(log2(1 << exponent), u64::from(exponent) << 32);
        }
    }

    #[test]
    fn log2_of_three_and_ten_matches_known_digits() {
        // 1.584962500721156 and 3.321928094887362, times 2^32.
        assert!(log2(3).abs_diff(6_807_362_106) <= TOLERANCE);
        assert!(log2(10).abs_diff(14_267_572_527) <= TOLERANCE);
    }

    #[test]
    fn exp2_neg_of_one_half_matches_the_square_root() {
        // sqrt(1/2) = 0.7071067811865476, times 2^32.
        assert!(exp2_neg(ONE / 2).abs_diff(3_037_000_500) <= 2);
        assert_eq!(exp2_neg(0), ONE);
        assert_eq!(exp2_neg(3 * ONE), ONE / 8);
        assert_eq!(exp2_neg(200 * ONE), 0);
    }

    proptest! {
        #[test]
        fn log2_never_falls(x in 1..u64::MAX) {
            prop_assert!(log2(x) <= log2(x + 1));
        }

        #[test]
        fn log2_of_a_product_is_the_sum(a in 1..u64::from(u32::MAX), b in 1..u64::from(u32::MAX)) {
            prop_assert!(log2(a * b).abs_diff(log2(a) + log2(b)) < 2 * TOLERANCE);
        }

        #[test]
        fn log2_errs_by_less_than_two_to_the_minus_twenty(x in 1..u64::MAX) {
            // The reference is the platform's double precision, good to 2^-47 here.
            let exact = (x as f64).log2();
            let error = (log2(x) as f64 / ONE as f64 - exact).abs();
            prop_assert!(error < 2f64.powi(-20), "{error}");
        }

        #[test]
        fn exp2_neg_inverts_log2(x in 1_u64 << 31..1 << 63) {
            let value = exp2_neg((63 << 32) - log2(x));
            prop_assert!(value.abs_diff(x >> 31) <= (x >> 51) + 2);
        }
    }
}
