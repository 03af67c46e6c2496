//! Scaling and quantisation of weights.

use crate::fixed::I32F32;
use alloc::vec::Vec;

const U16_MAX: u64 = u16::MAX as u64;

/// Scales weights in place so that the largest becomes 65535 (`vec_u16_max_upscale_to_u16`,
/// epoch/math.rs): every submitted weight vector is stored this way. All zero stays all zero.
pub fn max_upscale(weights: &mut [u16]) {
    let Some(scale) = Scale::of(weights.iter().copied().map(integer).max()) else {
        return;
    };
    for weight in weights {
        *weight = scale.apply(integer(*weight));
    }
}

/// [`max_upscale`] for non-negative fixed-point weights (`vec_max_upscale_to_u16`, epoch/math.rs).
pub fn max_upscale_fixed(weights: &[I32F32]) -> Vec<u16> {
    let scale = Scale::of(weights.iter().copied().max());
    weights.iter().map(|&weight| scale.as_ref().map_or(0, |scale| scale.apply(weight))).collect()
}

/// Scores of any unit as weights: proportional, the largest becomes 65535, rounded to the nearest
/// (half up). All zero stays all zero.
pub fn quantise(scores: &[u64]) -> Vec<u16> {
    let largest = u128::from(scores.iter().copied().max().unwrap_or(0));
    let weight = |&score: &u64| {
        u128::from(score)
            .saturating_mul(u128::from(U16_MAX))
            .saturating_add(largest >> 1)
            .checked_div(largest)
            .and_then(|weight| u16::try_from(weight).ok())
            .unwrap_or(0)
    };
    scores.iter().map(weight).collect()
}

/// Weights as the shares of their sum that an epoch reckons with; all zero stays all zero
/// (`inplace_row_normalize_sparse`, epoch/math.rs).
pub fn fractions(weights: &[u16]) -> Vec<I32F32> {
    let sum = sum_of(weights);
    weights.iter().map(|&weight| I32F32::ratio(u64::from(weight), sum)).collect()
}

/// Whether no weight's share of the sum exceeds `limit / 65535` (`check_vec_max_limited`,
/// epoch/math.rs).
pub fn within_limit(weights: &[u16], limit: u16) -> bool {
    let largest = u64::from(weights.iter().copied().max().unwrap_or(0));
    I32F32::ratio(largest, sum_of(weights)) <= I32F32::from_proportion(limit)
}

fn sum_of(weights: &[u16]) -> u64 {
    weights.iter().fold(0, |sum, &weight| sum.saturating_add(u64::from(weight)))
}

fn integer(weight: u16) -> I32F32 {
    I32F32::from_integer(i32::from(weight))
}

/// Scaling to a largest weight of 65535, rounded half away from zero. subtensor divides before it
/// multiplies where the product would overflow, and that rounding is part of the rule.
struct Scale {
    largest: I32F32,
    /// `65535 / largest` where it is multiplied as a whole.
    factor: Option<I32F32>,
}

impl Scale {
    /// `None` if there is nothing to scale by.
    fn of(largest: Option<I32F32>) -> Option<Self> {
        let largest = largest.filter(|&largest| largest > I32F32::ZERO)?;
        let overflows = largest > I32F32::from_integer(32_768);
        let factor = overflows.then(|| integer(u16::MAX).saturating_div(largest));
        Some(Self { largest, factor })
    }

    fn apply(&self, weight: I32F32) -> u16 {
        let scaled = match self.factor {
            Some(factor) => weight.saturating_mul(factor),
            None => weight.saturating_mul(integer(u16::MAX)).saturating_div(self.largest),
        };
        let rounded = scaled.saturating_add(I32F32::HALF).to_bits() >> 32;
        u16::try_from(rounded.max(0)).unwrap_or(u16::MAX)
    }
}
