//! Logistic regression over one to three letters at a time: votes that were learnt together.
//!
//! `table.bin` is the table of `language::ngrams`.
#![no_std]
#![no_main]

use language::{ngrams, text};
use model::{fixed, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

struct Linear;

impl Classifier for Linear {
    const CLASSES: usize = 50;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let scores = ngrams::scores::<{ Self::CLASSES }>(TABLE, text(input), 1..=3);
        fixed::softmax(&scores, weights);
    }
}

model::classifier!(Linear);
