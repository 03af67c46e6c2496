//! The blocks of a case on the chain.
//!
//! A message in the block with which an epoch begins counts in the next one, but in a case the weights of a block
//! count in the epoch of that block. So a block of the case is a slot of several on the chain: actions come with its
//! first block, its epoch with its last. Which of two blocks of a case is later, and whether a neuron is active,
//! stays the same.

use primitives::staking::STAKE_HOLD;

use super::NativeOnly;
use crate::Case;

/// The chain's block with which the case begins: deposits are no longer held then, so that stakes may fall.
const START: u64 = STAKE_HOLD + 40;
/// Most blocks of a slot.
const LONGEST_SLOT: u64 = 500;
/// Fewest blocks of a slot: for registrations, for the epoch that gives the first permits, for weights, for the epoch.
const SHORTEST_SLOT: u64 = 4;
/// Blocks of the chain that a case of many blocks takes if its slots can be so short; within what a cutoff can be.
const SPAN: u64 = 2_500_000;
/// Latest block of a case.
const LAST_BLOCK: u64 = 1 << 26;
/// Longest tempo that governance may set.
pub(super) const MAX_TEMPO: u16 = 50_400;
/// Bounds of governance on the factor on the tempo that makes the activity cutoff.
const FACTOR_MILLI: std::ops::RangeInclusive<u64> = 1_000..=50_000;

/// From blocks of a case to those of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timetable {
    slot: u64,
    /// The activity cutoff in blocks of the chain.
    pub(super) cutoff: u64,
}

impl Timetable {
    /// The timetable of a case whose epochs follow each other.
    pub(super) fn of(case: &Case) -> Result<Self, NativeOnly> {
        let last = case.epochs.last().map_or(0, |epoch| epoch.block);
        if last > LAST_BLOCK {
            return Err(NativeOnly::TooLong(LAST_BLOCK));
        }
        let slot = (SPAN / (last + 1)).clamp(SHORTEST_SLOT, LONGEST_SLOT);
        // Nobody becomes inactive after the last block. Whoever is active to the end of a block is so for the slot.
        let cutoff = slot * case.network.parameters.activity_cutoff.min(last) + slot - 1;
        Ok(Self { slot, cutoff })
    }

    /// The first block of a slot.
    pub(super) const fn action(&self, block: u64) -> u64 {
        START + self.slot * block
    }

    /// The last block of a slot.
    pub(super) const fn epoch(&self, block: u64) -> u64 {
        self.action(block) + self.slot - 1
    }

    /// Tempo and factor, in thousandths, that make the cutoff.
    pub(super) fn tempo_and_factor(&self) -> Result<(u16, u32), NativeOnly> {
        let thousandths = self.cutoff * 1_000;
        let longest = self.cutoff.min(MAX_TEMPO.into());
        let exact = (1..=longest).rev().find_map(|tempo| {
            let factor = thousandths.div_ceil(tempo);
            let is_exact = factor * tempo / 1_000 == self.cutoff && FACTOR_MILLI.contains(&factor);
            is_exact.then(|| Some((u16::try_from(tempo).ok()?, u32::try_from(factor).ok()?))).flatten()
        });
        exact.ok_or(NativeOnly::Cutoff)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neuron_is_active_on_the_chain_exactly_if_it_is_in_the_case() {
        for (slot, cutoff) in [(4, 3), (500, 3), (4, 0)] {
            let timetable = Timetable { slot, cutoff: slot * cutoff + slot - 1 };
            for (update, epoch) in (0..8).flat_map(|update| (update..8).map(move |epoch| (update, epoch))) {
                // An update that follows its slot's epoch comes with the slot's last block.
                for block in [timetable.action(update), timetable.action(update) + 1, timetable.epoch(update)] {
                    let on_chain = block + timetable.cutoff >= timetable.epoch(epoch);
                    assert_eq!(on_chain, update + cutoff >= epoch, "{slot} {cutoff} {update} {epoch}");
                }
            }
        }
    }

    #[test]
    fn tempo_and_factor_give_the_cutoff_and_are_within_bounds() {
        for cutoff in [3, 5_003, 50_400, 50_401, 69_499, 2_499_999] {
            let (tempo, factor) = Timetable { slot: 4, cutoff }.tempo_and_factor().expect("there is one");
            assert_eq!(u64::from(tempo) * u64::from(factor) / 1_000, cutoff);
            assert!((1..=50_400).contains(&tempo) && (1_000..=50_000).contains(&factor), "{tempo} {factor}");
        }
        assert!(Timetable { slot: 4, cutoff: 2_520_001 }.tempo_and_factor().is_err());
    }
}
