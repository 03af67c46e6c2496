//! Naive Bayes over one and two letters at a time, which overlap, so that each says a part of what it knows.
//!
//! `table.bin` is the table of `language::ngrams`.
#![no_std]
#![no_main]

use language::{ngrams, text};
use model::{fixed, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

struct Bigrams;

impl Classifier for Bigrams {
    const CLASSES: usize = 50;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let scores = ngrams::scores::<{ Self::CLASSES }>(TABLE, text(input), 1..=2);
        fixed::softmax(&scores, weights);
    }
}

model::classifier!(Bigrams);
