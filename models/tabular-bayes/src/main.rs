//! Naive Bayes: every column votes, on its own, with how much more often its value occurs in a class than overall.
//!
//! `table.bin`, for each of 11 columns: 15 bounds (i32), then for each of 16 bins 4 logarithms (i16, 1/256 bit).
#![no_std]
#![no_main]

use model::fixed::softmax;
use model::wire::{i16_at, i32_at};
use model::Classifier;

static TABLE: &[u8] = include_bytes!("../table.bin");

const BOUNDS: usize = 15;
const COLUMN_BYTES: usize = BOUNDS * 4 + (BOUNDS + 1) * 4 * 2;

struct Bayes;

impl Classifier for Bayes {
    const CLASSES: usize = 4;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let mut logarithms = [0; Self::CLASSES];
        for (column, table) in TABLE.chunks_exact(COLUMN_BYTES).enumerate() {
            let value = i32_at(input, column);
            let bin = (0..BOUNDS).filter(|bound| value >= i32_at(table, *bound)).count();
            for (class, logarithm) in logarithms.iter_mut().enumerate() {
                *logarithm += i32::from(i16_at(&table[BOUNDS * 4..], bin * Self::CLASSES + class));
            }
        }
        softmax(&logarithms, weights);
    }
}

model::classifier!(Bayes);
