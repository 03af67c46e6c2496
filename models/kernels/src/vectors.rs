//! Sums of products, four floats or eight integers at a time, with eight such vectors in a turn of the loop.
#![allow(clippy::float_arithmetic, reason = "floats are what is measured")]

#[cfg(target_arch = "wasm32")]
pub(crate) use guest::{dot_f32, dot_i16};
#[cfg(target_arch = "x86_64")]
pub(crate) use host::{dot_f32, dot_i16};
#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
pub(crate) use plain::{dot_f32, dot_i16};

/// The loop over whole turns, for both kinds of vectors; what is left over is not part of any layer.
macro_rules! dot {
    ($left:ident, $right:ident, $lanes:literal, $zero:expr, $load:expr, $multiply:expr, $add:expr) => {{
        let mut sums = [$zero; 8];
        for (left, right) in $left.chunks_exact($lanes * 8).zip($right.chunks_exact($lanes * 8)) {
            for (at, sum) in sums.iter_mut().enumerate() {
                // A chunk has eight vectors, and these loads need no alignment.
                let left = $load(left.as_ptr().add(at * $lanes).cast());
                let right = $load(right.as_ptr().add(at * $lanes).cast());
                *sum = $add(*sum, $multiply(left, right));
            }
        }
        let [a, b, c, d, e, f, g, h] = sums;
        $add($add($add(a, b), $add(c, d)), $add($add(e, f), $add(g, h)))
    }};
}

#[cfg(target_arch = "wasm32")]
mod guest {
    use core::arch::wasm32::{
        f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane,
        i32x4_splat, v128_load,
    };

    #[target_feature(enable = "simd128")]
    pub(crate) fn dot_f32(left: &[f32], right: &[f32]) -> f32 {
        // SAFETY: the macro loads what is in the slices.
        let sum = unsafe { dot!(left, right, 4, f32x4_splat(0.0), v128_load, f32x4_mul, f32x4_add) };
        f32x4_extract_lane::<0>(sum)
            + f32x4_extract_lane::<1>(sum)
            + f32x4_extract_lane::<2>(sum)
            + f32x4_extract_lane::<3>(sum)
    }

    #[target_feature(enable = "simd128")]
    pub(crate) fn dot_i16(left: &[i16], right: &[i16]) -> i32 {
        // SAFETY: as above.
        let sum = unsafe { dot!(left, right, 8, i32x4_splat(0), v128_load, i32x4_dot_i16x8, i32x4_add) };
        let lanes = [i32x4_extract_lane::<0>(sum), i32x4_extract_lane::<1>(sum)];
        let others = [i32x4_extract_lane::<2>(sum), i32x4_extract_lane::<3>(sum)];
        lanes.into_iter().chain(others).fold(0, i32::wrapping_add)
    }
}

#[cfg(target_arch = "x86_64")]
mod host {
    use core::arch::x86_64::{
        __m128i, _mm_add_epi32, _mm_add_ps, _mm_loadu_ps, _mm_loadu_si128, _mm_madd_epi16, _mm_mul_ps, _mm_setzero_ps,
        _mm_setzero_si128, _mm_storeu_ps, _mm_storeu_si128,
    };

    pub(crate) fn dot_f32(left: &[f32], right: &[f32]) -> f32 {
        let mut lanes = [0.0; 4];
        // SAFETY: every x86-64 processor has SSE2, the macro loads what is in the slices, and four floats are a vector.
        unsafe {
            let sum = dot!(left, right, 4, _mm_setzero_ps(), _mm_loadu_ps, _mm_mul_ps, _mm_add_ps);
            _mm_storeu_ps(lanes.as_mut_ptr(), sum);
        }
        lanes.into_iter().sum()
    }

    pub(crate) fn dot_i16(left: &[i16], right: &[i16]) -> i32 {
        let mut lanes = [0_i32; 4];
        // SAFETY: as above, and four integers of 32 bits are a vector.
        unsafe {
            let sum: __m128i =
                dot!(left, right, 8, _mm_setzero_si128(), _mm_loadu_si128, _mm_madd_epi16, _mm_add_epi32);
            _mm_storeu_si128(lanes.as_mut_ptr().cast(), sum);
        }
        lanes.into_iter().fold(0, i32::wrapping_add)
    }
}

#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
mod plain {
    pub(crate) fn dot_f32(left: &[f32], right: &[f32]) -> f32 {
        left.iter().zip(right).map(|(left, right)| left * right).sum()
    }

    pub(crate) fn dot_i16(left: &[i16], right: &[i16]) -> i32 {
        left.iter().zip(right).map(|(left, right)| i32::from(*left) * i32::from(*right)).fold(0, i32::wrapping_add)
    }
}
