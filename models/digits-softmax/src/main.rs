//! Multinomial logistic regression: one weighted sum of the pixels for each digit.
//!
//! `table.bin` is the table of `model::dense`; the outputs are logarithms (1/256 bit).
#![no_std]
#![no_main]

use model::{dense, fixed, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

const PIXELS: usize = 64;

struct Softmax;

impl Classifier for Softmax {
    const CLASSES: usize = 10;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let scores = dense::forward::<{ Self::CLASSES }>(TABLE, &dense::pixels::<PIXELS>(input));
        fixed::softmax(&scores, weights);
    }
}

model::classifier!(Softmax);
