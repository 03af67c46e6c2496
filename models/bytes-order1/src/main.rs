//! Predicts a byte from the one before it; `text::ngram` says how.
#![no_std]
#![no_main]

use text::ngram::Ngram;

static TABLE: &[u8] = include_bytes!("../table.bin");

struct OrderOne(Ngram<1>);

impl model::Stream for OrderOne {
    const NEW: Self = Self(Ngram::NEW);

    fn step(&mut self, previous: Option<u8>, weights: &mut [u16; 256]) {
        self.0.step(TABLE, previous, weights);
    }
}

model::stream!(OrderOne);
