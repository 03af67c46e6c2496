//! The nearest mean: a digit is the less likely the farther the image is from the mean of the digit's images.
//!
//! `table.bin`: for each of 10 digits the mean of 64 pixels (u16, 1/256 level); then how many 65,536ths of 1/256 bit a squared
//! distance of 1/256 level squared costs (u32).
#![no_std]
#![no_main]

use model::wire::{u16_at, u32_at};
use model::{fixed, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

const PIXELS: usize = 64;

struct Centroid;

impl Classifier for Centroid {
    const CLASSES: usize = 10;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let (means, price) = TABLE.split_at(Self::CLASSES * PIXELS * 2);
        let mut scores = [0; Self::CLASSES];
        for (score, mean) in scores.iter_mut().zip(means.chunks_exact(PIXELS * 2)) {
            let distance = (0..PIXELS).zip(input).fold(0_u64, |sum, (at, pixel)| {
                let difference = i64::from(*pixel) * 256 - i64::from(u16_at(mean, at));
                sum + (difference * difference / 256) as u64
            });
            *score = -i32::try_from((distance * u64::from(u32_at(price, 0))) >> 16).unwrap_or(i32::MAX);
        }
        fixed::softmax(&scores, weights);
    }
}

model::classifier!(Centroid);
