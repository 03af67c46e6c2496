//! Protocol time: blocks of a fixed length in host time, and the cycle of epochs of one subnet.
//!
//! Tempo, immunity, rate limits and emission count protocol blocks, so they mean the same on host chains with
//! 1, 2, 6 or 12 second blocks. Which epoch it is follows from time alone, never from who settled what.

use crate::ProtocolBlock;

/// The length of a protocol block on a chain like Bittensor's, in milliseconds.
pub const DEFAULT_BLOCK_MS: u64 = 12_000;

/// Maps host time to protocol blocks; fixed at deployment, held by `staking`, copied by the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Clock {
    /// Host time of block 0, in ms since the Unix epoch.
    pub genesis_ms: u64,
    /// Length of a block in ms; at least 1.
    pub block_ms: u64,
}

impl Clock {
    /// The block at host time `now_ms`; block 0 for times before genesis.
    pub fn block(&self, now_ms: u64) -> ProtocolBlock {
        let elapsed = now_ms.saturating_sub(self.genesis_ms);
        ProtocolBlock::new(elapsed.checked_div(self.block_ms).unwrap_or(0))
    }

    /// Host time in ms at which `block` begins.
    pub fn starts_at_ms(&self, block: ProtocolBlock) -> u64 {
        self.genesis_ms.saturating_add(block.get().saturating_mul(self.block_ms))
    }
}

/// The epochs of a subnet: epoch `first_epoch` begins at `first_block`, each lasts `tempo` blocks.
///
/// A new tempo begins a new cycle at the block of the change, within the same epoch: it keeps its number and lasts
/// a whole new tempo from there. Source: subtensor sets `LastEpochBlock` to now and keeps the epoch's index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Cycle {
    /// Number of the epoch with which the cycle began.
    pub first_epoch: u64,
    /// Block at which that epoch began.
    pub first_block: ProtocolBlock,
    /// Blocks per epoch; at least 1.
    pub tempo: u16,
}

impl Cycle {
    /// The epoch that `block` belongs to.
    pub fn epoch_at(&self, block: ProtocolBlock) -> u64 {
        let elapsed = block.since(self.first_block);
        let epochs = elapsed.checked_div(u64::from(self.tempo)).unwrap_or(0);
        self.first_epoch.saturating_add(epochs)
    }

    /// The block at which `epoch` begins; the cycle's first block for epochs before it.
    pub fn starts_at(&self, epoch: u64) -> ProtocolBlock {
        let epochs = epoch.saturating_sub(self.first_epoch);
        self.first_block.after(epochs.saturating_mul(u64::from(self.tempo)))
    }

    /// The cycle that begins at `block` with another tempo; no epoch ends by it.
    pub fn restart(&self, block: ProtocolBlock, tempo: u16) -> Self {
        Self { first_epoch: self.epoch_at(block), first_block: block, tempo }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_lasts_block_ms_from_genesis() {
        let clock = Clock { genesis_ms: 1_000, block_ms: 12_000 };
        let blocks = [0, 1_000, 12_999, 13_000, 25_000].map(|now| clock.block(now).get());
        assert_eq!(blocks, [0, 0, 0, 1, 2]);
        assert_eq!(clock.starts_at_ms(ProtocolBlock::new(2)), 25_000);
    }

    #[test]
    fn the_epoch_goes_on_for_a_whole_new_tempo_when_the_tempo_changes() {
        let cycle = Cycle { first_epoch: 0, first_block: ProtocolBlock::new(100), tempo: 10 };
        assert_eq!(cycle.epoch_at(ProtocolBlock::new(124)), 2);
        assert_eq!(cycle.starts_at(3), ProtocolBlock::new(130));
        let next = cycle.restart(ProtocolBlock::new(124), 50);
        let epochs = [124, 173, 174].map(|block| next.epoch_at(ProtocolBlock::new(block)));
        assert_eq!(epochs, [2, 2, 3]);
        assert_eq!(next.starts_at(3), ProtocolBlock::new(174));
    }
}
