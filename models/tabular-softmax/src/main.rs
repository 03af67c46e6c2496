//! Multinomial logistic regression: one weighted sum of the standardised columns for each class.
//!
//! `table.bin` is the table of `model::linear`.
#![no_std]
#![no_main]

use model::{fixed, linear, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

const COLUMNS: usize = 11;

struct Softmax;

impl Classifier for Softmax {
    const CLASSES: usize = 4;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let scores = linear::scores::<{ Self::CLASSES }>(TABLE, COLUMNS, input);
        fixed::softmax(&scores, weights);
    }
}

model::classifier!(Softmax);
