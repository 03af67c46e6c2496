//! A neural network: a layer of units that are active or silent (rectifiers), and logistic regression on them.
//!
//! `table.bin`: two tables of `model::dense`; the outputs of the second are logarithms (1/256 bit).
#![no_std]
#![no_main]

use model::{dense, fixed, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

const PIXELS: usize = 64;
const HIDDEN: usize = 64;

struct Network;

impl Classifier for Network {
    const CLASSES: usize = 10;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let (first, second) = TABLE.split_at(dense::table_bytes(PIXELS, HIDDEN));
        let hidden = dense::forward::<HIDDEN>(first, &dense::pixels::<PIXELS>(input)).map(|value| value.max(0));
        fixed::softmax(&dense::forward::<{ Self::CLASSES }>(second, &hidden), weights);
    }
}

model::classifier!(Network);
