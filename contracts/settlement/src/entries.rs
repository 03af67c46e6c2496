//! Weights or bonds towards neurons as they are stored: one number each.
//!
//! The codec copies a list of numbers in one block, where it would take a list of pairs apart. The bytes are the
//! same.

use ink::prelude::vec::Vec;
use primitives::{settlement::Weight, Uid};

/// A row of weights or bonds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Entries(Vec<u32>);

impl Entries {
    /// Packs pairs of uid and value.
    pub fn pack(pairs: impl IntoIterator<Item = (u16, u16)>) -> Self {
        Self(pairs.into_iter().map(|(uid, value)| (u32::from(value) << 16) | u32::from(uid)).collect())
    }

    /// The pairs of uid and value.
    pub fn pairs(&self) -> Vec<(u16, u16)> {
        self.iter().collect()
    }

    /// The pairs as callers of the contract see them.
    pub fn weights(&self) -> Vec<Weight> {
        self.iter().map(|(uid, value)| (Uid::new(uid), value)).collect()
    }

    /// Bytes that they take in storage, at most.
    pub fn size(&self) -> usize {
        self.0.len().saturating_mul(4).saturating_add(4)
    }

    fn iter(&self) -> impl ExactSizeIterator<Item = (u16, u16)> + '_ {
        self.0.iter().map(|packed| {
            let [low, high, value_low, value_high] = packed.to_le_bytes();
            (u16::from_le_bytes([low, high]), u16::from_le_bytes([value_low, value_high]))
        })
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
        assert_eq!(entries.pairs(), pairs);
        assert!(entries.encode().len() <= entries.size());
    }
}
