//! A decision stump: one question about one column, and the class counts on either side of it.
//!
//! `table.bin`: the column (i32) and the bound (i32), then 4 weights (u16) below it and 4 from it on.
#![no_std]
#![no_main]

use model::wire::{i32_at, u16_at};
use model::Classifier;

static TABLE: &[u8] = include_bytes!("../table.bin");

struct Stump;

impl Classifier for Stump {
    const CLASSES: usize = 4;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let value = i32_at(input, i32_at(TABLE, 0) as usize);
        let side = usize::from(value >= i32_at(TABLE, 1));
        for (class, weight) in weights.iter_mut().enumerate() {
            *weight = u16_at(&TABLE[8..], side * Self::CLASSES + class);
        }
    }
}

model::classifier!(Stump);
