//! The stake that a hotkey had when an epoch ended: kept by the first touch after that, until the next epoch.
//!
//! So what is staked and withdrawn before the epoch is settled changes nothing about it, and nobody has to note the
//! stakes of hotkeys that nobody touches.

use primitives::{ProtocolBlock, Rao};

/// A stake as it was when an epoch ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Snapshot {
    /// The block at which the next epoch began. No epoch begins at block 0.
    boundary: ProtocolBlock,
    stake: Rao,
}

impl Snapshot {
    /// The snapshot of these numbers.
    pub fn from_words([boundary, stake]: [u64; 2]) -> Self {
        Self { boundary: ProtocolBlock::new(boundary), stake: Rao::new(stake) }
    }

    /// Boundary and stake as numbers.
    pub fn to_words(self) -> [u64; 2] {
        [self.boundary.get(), self.stake.get()]
    }

    /// The stake when the epoch before `boundary` ended, if it was kept.
    pub fn of(&self, boundary: ProtocolBlock) -> Option<Rao> {
        (self.boundary == boundary).then_some(self.stake)
    }

    /// Keeps `stake` as what there was when the epoch before `boundary` ended, unless that was kept already.
    pub fn keep(&mut self, boundary: ProtocolBlock, stake: Rao) {
        if self.boundary != boundary {
            *self = Self { boundary, stake };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stake_that_is_kept_for_a_boundary_stays_until_the_next() {
        let [first, next] = [10, 20].map(ProtocolBlock::new);
        let mut snapshot = Snapshot::default();
        assert_eq!(snapshot.of(first), None);
        snapshot.keep(first, Rao::new(5));
        snapshot.keep(first, Rao::new(6));
        assert_eq!((snapshot.of(first), snapshot.of(next)), (Some(Rao::new(5)), None));
        snapshot.keep(next, Rao::new(6));
        assert_eq!((snapshot.of(first), snapshot.of(next)), (None, Some(Rao::new(6))));
    }
}
