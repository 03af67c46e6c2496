//! Fixed-point arithmetic against arithmetic that is wide enough to be exact.

use consensus::fixed::I32F32;
use proptest::prelude::*;

/// Representations of every magnitude and sign, with the boundaries of the narrow paths.
fn bits() -> impl Strategy<Value = i64> {
    let edges = [0, 1, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, (1 << 48) - 1, 1 << 48, i64::MAX];
    let edge = proptest::sample::select(edges.to_vec());
    let magnitude = prop_oneof![edge, (any::<i64>(), 0..63_u32).prop_map(|(x, s)| (x >> s).abs())];
    (magnitude, any::<bool>()).prop_map(|(x, negative)| if negative { -x } else { x })
}

fn clamp(wide: i128) -> i64 {
    wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn product_is_floored_and_saturates(a in bits(), b in bits()) {
        let exact = (i128::from(a) * i128::from(b)).div_euclid(1 << 32);
        let product = I32F32::from_bits(a).saturating_mul(I32F32::from_bits(b));
        prop_assert_eq!(product.to_bits(), clamp(exact));
    }

    #[test]
    fn quotient_is_truncated_and_saturates(a in bits(), b in bits()) {
        let quotient = I32F32::from_bits(a).saturating_div(I32F32::from_bits(b));
        let exact = (i128::from(a) << 32).checked_div(b.into()).unwrap_or(0);
        let exact = clamp(exact).max(-i64::MAX);
        prop_assert_eq!(quotient.to_bits(), exact);
    }

    #[test]
    fn share_of_an_amount_is_floored(share in bits(), amount: u64) {
        let exact = i128::from(share.max(0)) * i128::from(amount) / (1 << 32);
        let expected = u64::try_from(exact).unwrap_or(u64::MAX);
        prop_assert_eq!(I32F32::from_bits(share).of(amount), expected);
    }

    #[test]
    fn proportion_survives_the_way_there_and_back_within_one(proportion: u16) {
        let back = I32F32::from_proportion(proportion).to_proportion();
        prop_assert!(back <= proportion && proportion - back <= 1);
    }

    #[test]
    fn proportion_is_cut_at_one(share in bits()) {
        let exact = (i128::from(share) * 65_535).div_euclid(1 << 32).clamp(0, 65_535);
        prop_assert_eq!(i128::from(I32F32::from_bits(share).to_proportion()), exact);
    }

    #[test]
    fn exponential_is_close_to_the_real_one(argument in -8.0..8.0_f64) {
        let argument = I32F32::from_bits((argument * 4_294_967_296.0) as i64);
        let real = (argument.to_bits() as f64 / 4_294_967_296.0).exp();
        let found = argument.exp().to_bits() as f64 / 4_294_967_296.0;
        prop_assert!((found - real).abs() < 1e-6 * real.max(1.0), "{found} for {real}");
    }

    #[test]
    fn exponential_never_falls(a in bits(), b in bits()) {
        let (low, high) = (a.min(b), a.max(b));
        // The constant that stands for e itself has only 23 fractional bits.
        let rounding = I32F32::from_bits(1 << 9);
        let below = I32F32::from_bits(low).exp();
        prop_assert!(below <= I32F32::from_bits(high).exp().saturating_add(rounding));
    }
}
