//! The tables of `bytes-order1` to `bytes-order3`: absolute discounting, of which the most useful entries are kept.

use std::collections::BTreeMap;

use crate::texts;

/// Taken off each entry's count and given to the shorter contexts.
const DISCOUNT: f64 = 0.7;

/// A context and its next byte, `context << 8 | byte`, with what it is worth and its share before the discount's rest.
struct Entry {
    key: u64,
    probability: f64,
    own: f64,
    worth: f64,
}

/// `kept` says how many entries of each order from 1 are kept.
pub(crate) fn table(texts: &[Vec<u8>], kept: &[usize]) -> Vec<u8> {
    let frequencies = texts::frequencies(texts);
    let mut lower: Vec<(u64, f64)> = (0..256).map(|byte| (byte, frequencies[byte as usize])).collect();
    let mut orders = Vec::new();
    for (index, kept) in kept.iter().enumerate() {
        let entries = entries(texts, index + 1, &lower);
        lower = entries.iter().map(|entry| (entry.key, entry.probability)).collect();
        orders.push(most_useful(entries, *kept));
    }
    write(&frequencies, &orders)
}

fn entries(texts: &[Vec<u8>], order: usize, lower: &[(u64, f64)]) -> Vec<Entry> {
    let mut keys = Vec::new();
    texts::visit(texts, order, |context, byte| keys.push(context << 8 | u64::from(byte)));
    let counts = texts::count(keys);
    let mut entries = Vec::with_capacity(counts.len());
    for context in counts.chunk_by(|left, right| left.0 >> 8 == right.0 >> 8) {
        let sum: f64 = context.iter().map(|(_, count)| f64::from(*count) / texts::COVERAGE).sum();
        let discounted = |count: u32| (f64::from(count) / texts::COVERAGE - DISCOUNT).max(0.0);
        let rest = 1.0 - context.iter().map(|(_, count)| discounted(*count)).sum::<f64>() / sum;
        for (key, count) in context {
            let shorter = key & ((1 << (8 * order)) - 1);
            let at = lower.binary_search_by_key(&shorter, |(key, _)| *key).expect("counted with the shorter contexts");
            let own = discounted(*count) / sum;
            let probability = own + rest * lower[at].1;
            let worth = f64::from(*count) / texts::COVERAGE * (probability / lower[at].1).ln();
            entries.push(Entry { key: *key, probability, own, worth });
        }
    }
    entries
}

/// The `kept` entries that save most, in the order of their keys.
fn most_useful(mut entries: Vec<Entry>, kept: usize) -> Vec<Entry> {
    entries.retain(|entry| entry.own >= 1.0 / 256.0);
    entries.sort_unstable_by(|left, right| right.worth.total_cmp(&left.worth).then(left.key.cmp(&right.key)));
    entries.truncate(kept);
    entries.sort_unstable_by_key(|entry| entry.key);
    entries
}

fn write(frequencies: &[f64; 256], orders: &[Vec<Entry>]) -> Vec<u8> {
    let (mut counts, mut contexts, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for order in orders {
        let mut starts = BTreeMap::new();
        for entry in order {
            starts.entry(entry.key >> 8).or_insert(entries.len() as u32 / 2);
            entries.extend([entry.key as u8, (entry.own * 256.0) as u8]);
        }
        counts.extend((starts.len() as u32).to_le_bytes());
        contexts
            .extend(starts.iter().flat_map(|(key, start)| [(*key as u32).to_le_bytes(), start.to_le_bytes()].concat()));
    }
    contexts.extend((entries.len() as u32 / 2).to_le_bytes());
    let shares = frequencies.map(|share| ((share * 65_535.0) as u16).to_le_bytes());
    [shares.concat(), counts, contexts, entries].concat()
}
