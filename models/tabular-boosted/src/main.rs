//! Gradient-boosted trees on top of logistic regression: many small decision trees, each correcting what the sums of
//! `tabular-softmax` and the trees before it left, and adding to one class's score.
//!
//! `table.bin`: the table of `model::linear`; for each of 11 columns 63 bounds (i32); then the trees, for class 0, 1, 2, 3,
//! 0, 1 and so on. A tree has 7 nodes (column u8, bin u8: left when the value's bin is below it) and 8 leaves (i16, 1/256
//! bit).
#![no_std]
#![no_main]

use model::wire::{i16_at, i32_at};
use model::{fixed, linear, Classifier};

static TABLE: &[u8] = include_bytes!("../table.bin");

const CLASSES: usize = 4;
const COLUMNS: usize = 11;
const BOUNDS: usize = 63;
const BOUNDS_AT: usize = linear::table_bytes(COLUMNS, CLASSES);
const TREES_AT: usize = BOUNDS_AT + COLUMNS * BOUNDS * 4;
const DEPTH: usize = 3;
const NODES: usize = (1 << DEPTH) - 1;
const TREE_BYTES: usize = NODES * 2 + (NODES + 1) * 2;

struct Boosted;

impl Classifier for Boosted {
    const CLASSES: usize = CLASSES;
    const NEW: Self = Self;

    fn predict(&mut self, input: &[u8], weights: &mut [u16]) {
        let bins: [u8; COLUMNS] = core::array::from_fn(|column| {
            let bounds = &TABLE[BOUNDS_AT + column * BOUNDS * 4..];
            let value = i32_at(input, column);
            (0..BOUNDS).filter(|bound| value >= i32_at(bounds, *bound)).count() as u8
        });
        let mut scores = linear::scores::<CLASSES>(TABLE, COLUMNS, input);
        for (index, tree) in TABLE[TREES_AT..].chunks_exact(TREE_BYTES).enumerate() {
            scores[index % CLASSES] += leaf(tree, &bins);
        }
        fixed::softmax(&scores, weights);
    }
}

/// The value of the leaf that the bins lead to. The children of node n are 2n + 1 and 2n + 2.
fn leaf(tree: &[u8], bins: &[u8; COLUMNS]) -> i32 {
    let mut node = 0;
    for _ in 0..DEPTH {
        let right = bins[usize::from(tree[node * 2])] >= tree[node * 2 + 1];
        node = 2 * node + 1 + usize::from(right);
    }
    i32::from(i16_at(&tree[NODES * 2..], node - NODES))
}

model::classifier!(Boosted);
