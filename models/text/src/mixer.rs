//! Context mixing. A byte is eight yes-or-no questions, from its highest bit down; for each, the contexts of 0 to 6 bytes
//! say their log odds, and a weighted sum of them is the answer. The weights go on learning while the stream is read.
//!
//! A question is a node: 1 for the first bit, then twice the node plus the bit. A context that is not in the table repeats
//! what the next shorter one said; above order 3, contexts are in the table only if the next shorter one is. Which set of
//! weights is used depends on the longest context that was found.
//!
//! A table: the log odds (i16, 1/64 bit) of the 256 nodes without context; 7 sets of 8 weights (i32, 65,536ths), the last
//! for an input that is always one bit; then buckets of four slots (u16). A slot holds a check of 10 bits, not 0, and log
//! odds of 6 bits in quarters of a bit, 32 meaning none.

use model::fixed::{squash, BIT, ONE};
use model::wire::{i16_at, i32_at};

/// Orders 0 to 6.
pub const ORDERS: usize = 7;

/// The orders and the constant.
pub const INPUTS: usize = ORDERS + 1;

/// The highest order that is looked up whether or not the next lower one was found.
pub const LAST_FREE_ORDER: usize = 3;

/// Where the weights start in a table.
pub const WEIGHTS_AT: usize = 512;

/// Where the slots start in a table.
pub const SLOTS_AT: usize = WEIGHTS_AT + ORDERS * INPUTS * 4;

/// Slots of a bucket.
pub const BUCKET: usize = 4;

/// One bit in the unit of inputs.
pub const INPUT_BIT: i32 = 64;

/// A quarter of a bit, the unit of slots.
const SLOT_UNIT: i32 = INPUT_BIT / 4;

/// Below this probability, in 65,536ths, a branch is no longer divided by the contexts: that saves most of the work for
/// two hundredths of a bit.
const SMALLEST_BRANCH: u32 = 2_048;

/// How fast the weights follow: error times input is divided by this power of two. 6 would be a learning rate of 1.
const LEARNING_SHIFT: u32 = 14;

/// Sets of weights, by the longest order found.
pub type Weights = [[i32; INPUTS]; ORDERS];

/// The state of a stream.
#[derive(Debug)]
pub struct Mixer {
    /// The weights, as far as they have learnt.
    pub weights: Weights,
    history: u64,
    seen: usize,
    contexts: [Context; ORDERS],
    /// Probability of reaching each node, and behind them each byte, without context; in 2^24ths.
    reach: [u32; 512],
}

/// What the contexts say at one node.
struct Opinion {
    inputs: [i32; INPUTS],
    longest: usize,
}

impl Mixer {
    /// The model before its table is read.
    pub const NEW: Self =
        Self { weights: [[0; INPUTS]; ORDERS], history: 0, seen: 0, contexts: [Context(0); ORDERS], reach: [0; 512] };

    /// Writes the weights of the next byte.
    pub fn step(&mut self, table: &[u8], previous: Option<u8>, weights: &mut [u16; 256]) {
        match previous {
            None => self.start(table),
            Some(byte) => self.learn(table, byte),
        }
        self.branch(table, 1, ONE - 1, weights);
    }

    /// Takes the weights from the table and forgets the stream.
    pub fn start(&mut self, table: &[u8]) {
        for (index, weight) in self.weights.iter_mut().flatten().enumerate() {
            *weight = i32_at(&table[WEIGHTS_AT..], index);
        }
        self.reach[1] = ONE << 8;
        for node in 1..256 {
            let one = squash(i32::from(i16_at(table, node)) * (BIT / INPUT_BIT));
            let reach = u64::from(self.reach[node]);
            self.reach[2 * node + 1] = ((reach * u64::from(one)) >> 16) as u32;
            self.reach[2 * node] = self.reach[node] - self.reach[2 * node + 1];
        }
        self.forget();
    }

    /// Forgets the stream but not the weights.
    pub fn forget(&mut self) {
        (self.history, self.seen) = (0, 0);
    }

    /// Moves the weights towards what would have predicted `byte`, and reads it.
    pub fn learn(&mut self, table: &[u8], byte: u8) {
        let mut node = 1;
        for shift in (0..8).rev() {
            let bit = u32::from((byte >> shift) & 1);
            let opinion = self.opinion(table, node);
            let error = (bit * ONE) as i32 - self.probability(&opinion) as i32;
            for (weight, input) in self.weights[opinion.longest].iter_mut().zip(opinion.inputs) {
                *weight += (error * input) >> LEARNING_SHIFT;
            }
            node = 2 * node + bit;
        }
        self.history = (self.history << 8) | u64::from(byte);
        self.seen += 1;
        self.contexts = core::array::from_fn(|order| Context::new(order, self.history));
    }

    /// Divides `probability` among the bytes below `node`.
    fn branch(&self, table: &[u8], node: u32, probability: u32, weights: &mut [u16; 256]) {
        if node >= 256 {
            weights[node as usize - 256] = probability as u16;
        } else if probability < SMALLEST_BRANCH {
            self.spread(node, probability, weights);
        } else {
            let one = self.probability(&self.opinion(table, node));
            let one = ((u64::from(probability) * u64::from(one)) >> 16) as u32;
            self.branch(table, 2 * node, probability - one, weights);
            self.branch(table, 2 * node + 1, one, weights);
        }
    }

    /// Divides `probability` among the bytes below `node` as without context.
    fn spread(&self, node: u32, probability: u32, weights: &mut [u16; 256]) {
        let below = 8 - node.ilog2();
        let bytes = (node << below) as usize..((node + 1) << below) as usize;
        let share = (u64::from(probability) << 24) / u64::from(self.reach[node as usize].max(1));
        let reach = &self.reach[bytes.clone()];
        for (weight, reach) in weights[bytes.start - 256..bytes.end - 256].iter_mut().zip(reach) {
            *weight = ((share * u64::from(*reach)) >> 24) as u16;
        }
    }

    #[expect(clippy::needless_range_loop, reason = "the order is compared and kept as well")]
    fn opinion(&self, table: &[u8], node: u32) -> Opinion {
        let slots = &table[SLOTS_AT..];
        let mut said = i32::from(i16_at(table, node as usize));
        let mut inputs = [said; INPUTS];
        let (mut longest, mut open) = (0, true);
        for order in 1..ORDERS {
            open &= order <= self.seen;
            if open {
                match self.contexts[order].address(node).find(slots) {
                    Some(found) => (said, longest) = (found, order),
                    None => open = order < LAST_FREE_ORDER,
                }
            }
            inputs[order] = said;
        }
        inputs[ORDERS] = INPUT_BIT;
        Opinion { inputs, longest }
    }

    fn probability(&self, opinion: &Opinion) -> u32 {
        let terms = self.weights[opinion.longest].iter().zip(opinion.inputs);
        let sum = terms.fold(0_i32, |sum, (weight, input)| sum.wrapping_add(weight.wrapping_mul(input)));
        squash(sum >> 14)
    }
}

/// A hash of the last bytes of a stream.
#[derive(Clone, Copy, Debug)]
pub struct Context(u64);

impl Context {
    /// The context of the last `order` bytes of `history`.
    pub fn new(order: usize, history: u64) -> Self {
        let bytes = history & ((1 << (8 * order)) - 1);
        let mixed = (bytes ^ ((order as u64) << 56)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(mixed ^ (mixed >> 29))
    }

    /// Where the context's slot for `node` is.
    pub fn address(self, node: u32) -> Address {
        let mixed = (self.0 ^ (u64::from(node) << 7)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        Address { place: mixed >> 32, check: ((mixed >> 20) & 1023).max(1) as u16 }
    }
}

/// The place of a slot.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    /// Which part of all buckets, in 2^32ths.
    place: u64,
    /// 1..=1023
    check: u16,
}

impl Address {
    /// The number of the first of the bucket's slots in a table with `slots` slots.
    pub fn first_slot(self, slots: usize) -> usize {
        ((self.place * (slots / BUCKET) as u64) >> 32) as usize * BUCKET
    }

    /// The slot that says `log_odds` (1/64 bit) here.
    pub fn slot(self, log_odds: i32) -> u16 {
        let quarters = (log_odds + SLOT_UNIT / 2).div_euclid(SLOT_UNIT).clamp(-32, 31);
        (self.check << 6) | (quarters + 32) as u16
    }

    fn find(self, slots: &[u8]) -> Option<i32> {
        let first = self.first_slot(slots.len() / 2) * 2;
        let bucket = u64::from_le_bytes(slots.get(first..first + BUCKET * 2)?.try_into().ok()?);
        for index in 0..BUCKET {
            let slot = (bucket >> (16 * index)) as u16;
            if slot >> 6 == self.check {
                return Some((i32::from(slot & 63) - 32) * SLOT_UNIT);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One bucket, and weights that believe the longest context found.
    fn table() -> [u8; SLOTS_AT + 8] {
        let mut table = [0; SLOTS_AT + 8];
        for set in 0..ORDERS {
            table[WEIGHTS_AT + (set * INPUTS + ORDERS - 1) * 4 + 2] = 1;
        }
        table
    }

    #[test]
    fn empty_table_finds_every_byte_equally_likely() {
        let (mut model, mut weights) = (Mixer::NEW, [0; 256]);
        model.step(&table(), None, &mut weights);
        assert!(weights.iter().all(|weight| (250..=262).contains(weight)), "{weights:?}");
    }

    #[test]
    fn slot_of_a_context_decides_its_bit() {
        let mut table = table();
        // After `a` the first bit is 1 with odds of 16:1.
        let slot = Context::new(1, u64::from(b'a')).address(1).slot(4 * INPUT_BIT);
        table[SLOTS_AT..SLOTS_AT + 2].copy_from_slice(&slot.to_le_bytes());
        let (mut model, mut weights) = (Mixer::NEW, [0; 256]);
        model.step(&table, None, &mut weights);
        model.step(&table, Some(b'a'), &mut weights);
        let upper: u32 = weights[128..].iter().map(|weight| u32::from(*weight)).sum();
        assert!((61_000..62_500).contains(&upper), "{upper}");
    }

    #[test]
    fn weights_move_towards_what_came_true() {
        let mut table = table();
        table[2..4].copy_from_slice(&128_i16.to_le_bytes());
        let mut model = Mixer::NEW;
        model.start(&table);
        let before = model.weights[0][0];
        model.learn(&table, 0x80);
        assert!(model.weights[0][0] > before);
        model.start(&table);
        model.learn(&table, 0x00);
        assert!(model.weights[0][0] < before);
    }
}
