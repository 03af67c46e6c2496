//! The randomness of items: ChaCha20 keyed by the task, the round's seed and the item's number, so
//! that any item can be drawn alone and drawn again on any machine.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::hash::Digest;

/// Random numbers for one item.
#[derive(Debug)]
pub struct ItemRandom(ChaCha20Rng);

impl ItemRandom {
    /// The numbers of item `index` of the sequence under `seed`.
    pub fn new(task: &str, seed: &[u8; 32], index: u32) -> Self {
        let mut digest = Digest::new("yarrow/item");
        digest.bytes(task.as_bytes()).raw(seed).number(index.into());
        Self(ChaCha20Rng::from_seed(*digest.finish().as_bytes()))
    }

    /// A number below `bound`, all equally likely; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        // Lemire's method: the high half of a product, rejecting the few low halves that are too many.
        let threshold = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
        loop {
            let product = u64::from(self.0.next_u32()) * u64::from(bound);
            if product as u32 >= threshold {
                return (product >> 32) as u32;
            }
        }
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True once in `times`.
    pub fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_reaches_every_number_about_equally_often() {
        let mut random = ItemRandom::new("t", &[1; 32], 0);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[random.below(6) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }

    #[test]
    fn below_zero_is_zero() {
        assert_eq!(ItemRandom::new("t", &[1; 32], 0).below(0), 0);
    }

    #[test]
    fn numbers_differ_by_task_seed_and_index() {
        let first = |task, seed, index| ItemRandom::new(task, &[seed; 32], index).below(u32::MAX);
        let all = [first("t", 1, 0), first("u", 1, 0), first("t", 2, 0), first("t", 1, 1)];
        for (at, number) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(number));
        }
        assert_eq!(first("t", 1, 0), all[0]);
    }
}
