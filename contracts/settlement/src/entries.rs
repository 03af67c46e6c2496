//! Weights or bonds towards neurons as they are stored: one number each.
//!
//! The codec copies a list of numbers in one block, where it would take a list of pairs apart. The bytes are the
//! same. `consensus` reads the numbers as they are.

use consensus::epoch::{pack, unpack};
use ink::prelude::vec::Vec;
use primitives::{settlement::Weight, Uid};

/// A row of weights or bonds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Entries(Vec<u32>);

impl From<Vec<u32>> for Entries {
    /// A row of numbers as `consensus` packs them.
    fn from(packed: Vec<u32>) -> Self {
        Self(packed)
    }
}

impl Entries {
    /// Packs pairs of uid and value.
    pub fn pack(pairs: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self(pairs.into_iter().map(|(uid, value)| pack(uid, value)).collect())
    }

    /// The numbers as `consensus` reads them.
    pub fn packed(&self) -> &[u32] {
        &self.0
    }

    /// The pairs as callers of the contract see them.
    pub fn weights(&self) -> Vec<Weight> {
        self.0.iter().copied().map(unpack).map(|(uid, value)| (Uid::new(uid), value)).collect()
    }

    /// The uids, in their order.
    pub fn uids(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().map(|&entry| unpack(entry).0)
    }

    /// The entries whose uid passes, in their order.
    pub fn filtered(&self, passes: impl Fn(u16) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|&entry| passes(unpack(entry).0)).collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes that they take in storage, at most.
    pub fn size(&self) -> usize {
        self.0.len().saturating_mul(4).saturating_add(4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ink::scale::Encode;

    #[test]
    fn the_stored_bytes_are_those_of_a_list_of_pairs() {
        let pairs = vec![(0, 65_535), (255, 1), (65_535, 0)];
        let entries = Entries::pack(pairs.clone());
        assert_eq!(entries.encode(), pairs.encode());
        let weights = pairs.into_iter().map(|(uid, value)| (Uid::new(uid), value));
        assert_eq!(entries.weights(), weights.collect::<Vec<_>>());
        assert!(entries.encode().len() <= entries.size());
    }
}
