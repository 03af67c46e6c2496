//! The table of `bytes-mixer`: for each order the nodes at which it knows better than the next shorter one, as many as there
//! are slots; and the weights, learnt on other streams than the contexts. See `text::mixer` for its form.

use std::ops::Range;

use text::mixer::{BUCKET, Context, INPUT_BIT, INPUTS, LAST_FREE_ORDER, Mixer, ORDERS, SLOTS_AT, Weights};

use crate::rows::{put_i16, put_i32};
use crate::texts;

/// Slots of the table.
const SLOTS: usize = 96_000;

/// Items from which contexts are counted before the weights learn: few enough to draw hardly a passage twice.
const FIRST_ITEMS: usize = 4_000;

/// Items on which the weights learn; none is among those that contexts are counted from.
const LEARNING_ITEMS: Range<u32> = texts::ITEMS..texts::ITEMS + 6_000;

/// How many occurrences the probability of the shorter context counts for.
const TRUST: f64 = 0.7;

/// Bits of a node in a key.
const NODE_BITS: u32 = 8;

/// A node in a context, `context << 8 | node`.
struct Node {
    key: u64,
    order: usize,
    /// Probability of a 1.
    one: f64,
    /// Nats saved in the texts by knowing this.
    worth: f64,
}

impl Node {
    /// In the unit of the table.
    fn log_odds(&self) -> i32 {
        ((self.one / (1.0 - self.one)).log2() * f64::from(INPUT_BIT)).round() as i32
    }

    /// The key of the same node in the next shorter context.
    fn shorter(&self) -> u64 {
        self.key & ((1 << (8 * self.order)) - 1)
    }
}

pub(crate) fn table(texts: &[Vec<u8>]) -> Vec<u8> {
    // Before anything is learnt, the longest context found decides.
    let mut weights = [[0; INPUTS]; ORDERS];
    weights.iter_mut().for_each(|set| set[ORDERS - 1] = model::fixed::ONE as i32);
    let first = write(&nodes(&texts[..FIRST_ITEMS], 1.0), &weights);
    write(&nodes(texts, texts::COVERAGE), &learn(&first))
}

fn learn(table: &[u8]) -> Weights {
    let mut mixer = Mixer::NEW;
    mixer.start(table);
    for text in texts::draw(LEARNING_ITEMS) {
        mixer.forget();
        text.iter().for_each(|byte| mixer.learn(table, *byte));
    }
    mixer.weights
}

/// The nodes of all orders, order 0 first.
fn nodes(texts: &[Vec<u8>], coverage: f64) -> Vec<Node> {
    let mut all = Vec::new();
    let mut lower: Vec<(u64, f64)> = Vec::new();
    for order in 0..ORDERS {
        let nodes = nodes_of_order(texts, order, coverage, &lower);
        lower = nodes.iter().map(|node| (node.key, node.one)).collect();
        all.extend(nodes);
    }
    all
}

fn nodes_of_order(texts: &[Vec<u8>], order: usize, coverage: f64, lower: &[(u64, f64)]) -> Vec<Node> {
    let mut answers = Vec::new();
    texts::visit(texts, order, |context, byte| {
        for depth in 0..NODE_BITS {
            let node = (256 | u64::from(byte)) >> (NODE_BITS - depth);
            let bit = u64::from(byte) >> (NODE_BITS - 1 - depth) & 1;
            answers.push((context << NODE_BITS | node) << 1 | bit);
        }
    });
    let counts = texts::count(answers);
    let mut nodes = Vec::new();
    for node in counts.chunk_by(|left, right| left.0 >> 1 == right.0 >> 1) {
        let key = node[0].0 >> 1;
        let of = |bit| {
            node.iter().filter(|(key, _)| key & 1 == bit).map(|(_, count)| f64::from(*count)).sum::<f64>() / coverage
        };
        let (zeros, ones) = (of(0), of(1));
        let shorter = key & ((1 << (8 * order)) - 1);
        let before = lower.binary_search_by_key(&shorter, |(key, _)| *key).map_or(0.5, |at| lower[at].1);
        let one = (ones + TRUST * before) / (zeros + ones + TRUST);
        let worth = ones * (one / before).ln() + zeros * ((1.0 - one) / (1.0 - before)).ln();
        nodes.push(Node { key, order, one, worth });
    }
    nodes
}

fn write(nodes: &[Node], weights: &Weights) -> Vec<u8> {
    let mut base = [0; 256];
    let without_context = nodes.iter().filter(|node| node.order == 0);
    without_context.for_each(|node| base[node.key as usize] = node.log_odds());
    let mut table = Vec::with_capacity(SLOTS_AT + SLOTS * 2);
    put_i16(&mut table, &base);
    put_i32(&mut table, weights.as_flattened());
    table.extend(most_useful(nodes).iter().flat_map(|slot| slot.to_le_bytes()));
    table
}

/// Fills the slots with the nodes that are worth most, each after those that it is only found behind.
fn most_useful(nodes: &[Node]) -> Vec<u16> {
    let mut slots = Slots { slots: vec![0; SLOTS], left: SLOTS, placed: vec![None; nodes.len()] };
    let mut ranked: Vec<usize> = (0..nodes.len()).filter(|index| nodes[*index].order > 0).collect();
    ranked.sort_unstable_by(|left, right| nodes[*right].worth.total_cmp(&nodes[*left].worth).then(left.cmp(right)));
    for index in ranked {
        if slots.left == 0 {
            break;
        }
        slots.place(nodes, index);
    }
    slots.slots
}

struct Slots {
    slots: Vec<u16>,
    left: usize,
    /// Whether each node found a slot, once that was tried.
    placed: Vec<Option<bool>>,
}

impl Slots {
    /// Whether the node is in the table, after an attempt to put it there.
    fn place(&mut self, nodes: &[Node], index: usize) -> bool {
        if let Some(placed) = self.placed[index] {
            return placed;
        }
        let node = &nodes[index];
        let reachable = node.order <= LAST_FREE_ORDER || {
            let shorter = (node.order - 1, node.shorter());
            let before = nodes.binary_search_by_key(&shorter, |node| (node.order, node.key));
            before.is_ok_and(|before| self.place(nodes, before))
        };
        let placed = reachable && self.take(node);
        self.placed[index] = Some(placed);
        placed
    }

    /// Takes a slot; there is none where the bucket is full or the check another node's.
    fn take(&mut self, node: &Node) -> bool {
        let address = Context::new(node.order, node.key >> NODE_BITS).address(node.key as u32 & 255);
        let first = address.first_slot(SLOTS);
        let slot = address.slot(node.log_odds());
        let bucket = &mut self.slots[first..first + BUCKET];
        let Some(place) = bucket.iter_mut().find(|place| **place == 0 || **place >> 6 == slot >> 6) else {
            return false;
        };
        if *place != 0 || self.left == 0 {
            return false;
        }
        *place = slot;
        self.left -= 1;
        true
    }
}
