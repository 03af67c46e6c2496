//! An interpolated n-gram model: the distribution after the last n bytes is what was counted there, and for the rest of the
//! probability the distribution after the last n - 1 bytes.
//!
//! A table: 256 weights (u16) for order 0; one count of contexts (u32) for each order; the contexts, order by order and
//! sorted within, each its bytes (u32, the latest lowest) and the number of its first entry (u32); one more such number, of
//! all entries; the entries, each a byte and its probability in 256ths. A context's entries add up to less than 256.

use model::wire::u32_at;

/// Where the counts of contexts start in a table.
const COUNTS_AT: usize = 512;

/// The last `ORDER` bytes.
#[derive(Debug)]
pub struct Ngram<const ORDER: usize> {
    history: u32,
    seen: usize,
}

impl<const ORDER: usize> Ngram<ORDER> {
    /// The model at the start of a stream.
    pub const NEW: Self = Self { history: 0, seen: 0 };

    /// Writes the weights of the next byte.
    pub fn step(&mut self, table: &[u8], previous: Option<u8>, weights: &mut [u16; 256]) {
        match previous {
            None => *self = Self::NEW,
            Some(byte) => {
                self.history = (self.history << 8) | u32::from(byte);
                self.seen += 1;
            }
        }
        for (weight, pair) in weights.iter_mut().zip(table.chunks_exact(2)) {
            *weight = u16::from_le_bytes([pair[0], pair[1]]);
        }
        let contexts_at = COUNTS_AT + ORDER * 4;
        let count = |order: usize| u32_at(&table[COUNTS_AT..], order - 1) as usize;
        let all: usize = (1..=ORDER).map(count).sum();
        let contexts = &table[contexts_at..contexts_at + all * 8 + 4];
        let entries = &table[contexts_at + all * 8 + 4..];
        let mut first = 0;
        for order in 1..=ORDER.min(self.seen) {
            let key = self.history & (u32::MAX >> (32 - 8 * order));
            // Without this context there is no longer one either.
            let Some(found) = find(contexts, first, count(order), key) else {
                return;
            };
            let start = u32_at(contexts, found * 2 + 1) as usize;
            // After the last context stands the number of all entries.
            let end = if found + 1 == all { u32_at(contexts, all * 2) } else { u32_at(contexts, found * 2 + 3) };
            interpolate(&entries[start * 2..end as usize * 2], weights);
            first += count(order);
        }
    }
}

/// The number of the context with these bytes among `count` from `first` on.
fn find(contexts: &[u8], first: usize, count: usize, key: u32) -> Option<usize> {
    let (mut low, mut high) = (first, first + count);
    while low < high {
        let middle = (low + high) / 2;
        let there = u32_at(contexts, middle * 2);
        if there == key {
            return Some(middle);
        }
        if there < key {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    None
}

/// Gives the entries their probabilities and leaves the rest to the distribution so far.
fn interpolate(entries: &[u8], weights: &mut [u16; 256]) {
    let listed: u32 = entries.chunks_exact(2).map(|entry| u32::from(entry[1])).sum();
    let rest = 256_u32.saturating_sub(listed);
    for weight in weights.iter_mut() {
        *weight = ((u32::from(*weight) * rest) >> 8) as u16;
    }
    for entry in entries.chunks_exact(2) {
        let weight = &mut weights[usize::from(entry[0])];
        *weight = weight.saturating_add(u16::from(entry[1]) << 8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After `a`, `b` has 3/4; order 0 gives 32,768 to each of `a` and `b`.
    fn table() -> [u8; 512 + 4 + 8 + 4 + 2] {
        let mut table = [0; 530];
        table[usize::from(b'a') * 2 + 1] = 128;
        table[usize::from(b'b') * 2 + 1] = 128;
        table[512] = 1;
        table[516] = b'a';
        table[524] = 1;
        table[528..].copy_from_slice(&[b'b', 192]);
        table
    }

    #[test]
    fn stream_starts_with_order_0() {
        let (mut model, mut weights) = (Ngram::<1>::NEW, [0; 256]);
        model.step(&table(), None, &mut weights);
        assert_eq!([weights[97], weights[98], weights[99]], [32_768, 32_768, 0]);
    }

    #[test]
    fn known_context_adds_its_entries_to_a_share_of_order_0() {
        let (mut model, mut weights) = (Ngram::<1>::NEW, [0; 256]);
        model.step(&table(), None, &mut weights);
        model.step(&table(), Some(b'a'), &mut weights);
        assert_eq!([weights[97], weights[98], weights[99]], [8_192, 8_192 + 49_152, 0]);
    }

    #[test]
    fn unknown_context_leaves_order_0() {
        let (mut model, mut weights) = (Ngram::<1>::NEW, [0; 256]);
        model.step(&table(), None, &mut weights);
        model.step(&table(), Some(b'z'), &mut weights);
        assert_eq!([weights[97], weights[98]], [32_768, 32_768]);
    }
}
