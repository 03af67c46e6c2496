//! Naive Bayes: every letter votes, on its own, with how much more often a language has it than the others.
//!
//! `table.bin` is the table of `language::ngrams`.
#![no_std]
#![no_main]

use language::{ngrams, text};
use model::{fixed, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

struct Letters;

impl Classifier for Letters {
    const CLASSES: usize = 50;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let scores = ngrams::scores::<{ Self::CLASSES }>(TABLE, text(input), 1..=1);
        fixed::softmax(&scores, weights);
    }
}

model::classifier!(Letters);
