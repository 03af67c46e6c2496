//! Where the weights of validators are: a row in force, and beside it one that waits.
//!
//! Weights that arrive while an epoch is due belong to the next one, see [`crate::staged`]. They wait in a cell of their
//! own, and the state of the subnet says which rows do, so that settling decodes nothing but the rows that it counts.

use ink::prelude::vec::Vec;
use primitives::{settlement::WeightsRow, Hash, Netuid, ProtocolBlock, Uid};

use crate::{
    entries::Entries,
    storage::{Cells, Seat},
};

/// The weights of a neuron.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct StoredRow {
    /// Whose.
    pub(crate) seat: Seat,
    /// The weights, max-upscaled.
    pub(crate) entries: Entries,
    /// When they were committed, or set directly.
    pub(crate) committed_at: ProtocolBlock,
    /// When they were revealed, or set directly.
    pub(crate) updated_at: ProtocolBlock,
    /// Hash of the evidence behind them.
    pub(crate) evidence: Hash,
}

impl StoredRow {
    /// The row as callers of the contract see it.
    pub(crate) fn view(&self) -> WeightsRow {
        let Self { committed_at, updated_at, evidence, .. } = *self;
        WeightsRow { weights: self.entries.weights(), committed_at, updated_at, evidence }
    }
}

/// The rows of a subnet that wait in cells of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Waiting(Vec<(Uid, u64)>);

impl Waiting {
    /// The epoch in which the waiting row of a uid came; the epochs after that one count it.
    fn since(&self, uid: Uid) -> Option<u64> {
        self.0.iter().find(|(waiting, _)| *waiting == uid).map(|&(_, epoch)| epoch)
    }

    fn remove(&mut self, uid: Uid) {
        self.0.retain(|(waiting, _)| *waiting != uid);
    }

    fn insert(&mut self, uid: Uid, epoch: u64) {
        self.remove(uid);
        self.0.push((uid, epoch));
    }
}

impl Cells {
    /// The row of a neuron that the settling of `epoch` counts; whatever another one left at its uid does not count.
    pub(crate) fn row(&self, netuid: Netuid, waiting: &Waiting, seat: Seat, epoch: u64) -> Option<StoredRow> {
        let is_due = waiting.since(seat.uid).is_some_and(|came_in| came_in < epoch);
        let key = (netuid, seat.uid);
        let row = if is_due { self.waiting_rows.get(key) } else { self.rows.get(key) };
        row.filter(|row| row.seat == seat)
    }

    /// Takes a row that comes in `epoch`, when all epochs before `settled_until` are settled.
    pub(crate) fn put_row(
        &mut self,
        netuid: Netuid,
        waiting: &mut Waiting,
        row: &StoredRow,
        (epoch, settled_until): (u64, u64),
    ) {
        let uid = row.seat.uid;
        let key = (netuid, uid);
        let since = waiting.since(uid);
        if settled_until >= epoch {
            if since.is_some() {
                self.waiting_rows.remove(key);
                waiting.remove(uid);
            }
            self.rows.insert(key, row);
            return;
        }
        if since.is_some_and(|came_in| came_in < epoch) {
            if let Some(due) = self.waiting_rows.get(key) {
                self.rows.insert(key, &due);
            }
        }
        self.waiting_rows.insert(key, row);
        waiting.insert(uid, epoch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::AccountId;

    const NETUID: Netuid = Netuid::new(1);

    fn seat(uid: u16) -> Seat {
        Seat { uid: Uid::new(uid), hotkey: AccountId::from([1; 32]), registered_at: ProtocolBlock::new(3) }
    }

    fn row(tag: u16) -> StoredRow {
        let block = ProtocolBlock::new(u64::from(tag));
        let entries = Entries::pack([(tag, 65_535)]);
        StoredRow { seat: seat(0), entries, committed_at: block, updated_at: block, evidence: [0; 32] }
    }

    /// Puts rows `(tag, came in, settled until)` and returns what the settling of each of `epochs` counts.
    fn counted<const N: usize>(puts: &[(u16, u64, u64)], epochs: [u64; N]) -> [Option<u64>; N] {
        let (mut cells, mut waiting) = (Cells::default(), Waiting::default());
        for &(tag, epoch, settled_until) in puts {
            cells.put_row(NETUID, &mut waiting, &row(tag), (epoch, settled_until));
        }
        epochs.map(|epoch| cells.row(NETUID, &waiting, seat(0), epoch).map(|row| row.updated_at.get()))
    }

    #[ink::test]
    fn a_row_counts_for_every_later_epoch_when_nothing_is_due() {
        assert_eq!(counted(&[(1, 4, 4), (2, 4, 4)], [5, 9]), [Some(2), Some(2)]);
    }

    #[ink::test]
    fn a_row_that_comes_before_a_due_epoch_is_settled_waits_for_the_next_epoch() {
        assert_eq!(counted(&[(1, 4, 4), (2, 5, 4), (3, 5, 4)], [5, 6]), [Some(1), Some(3)]);
    }

    #[ink::test]
    fn a_first_row_that_comes_before_a_due_epoch_is_settled_does_not_count_in_it() {
        assert_eq!(counted(&[(2, 5, 4)], [5, 6]), [None, Some(2)]);
    }

    #[ink::test]
    fn a_row_of_a_skipped_epoch_counts_for_the_one_that_is_settled() {
        assert_eq!(counted(&[(1, 4, 4), (2, 5, 4), (3, 6, 4)], [6, 7]), [Some(2), Some(3)]);
    }

    #[ink::test]
    fn a_row_replaces_a_waiting_one_when_the_due_epoch_was_settled() {
        assert_eq!(counted(&[(1, 4, 4), (2, 5, 4), (3, 5, 5)], [6, 9]), [Some(3), Some(3)]);
    }

    #[ink::test]
    fn a_row_is_nobody_elses() {
        let (mut cells, mut waiting) = (Cells::default(), Waiting::default());
        cells.put_row(NETUID, &mut waiting, &row(1), (4, 4));
        cells.put_row(NETUID, &mut waiting, &row(2), (5, 4));
        let newcomer = Seat { registered_at: ProtocolBlock::new(4), ..seat(0) };
        assert_eq!([5, 6].map(|epoch| cells.row(NETUID, &waiting, newcomer, epoch)), [None, None]);
        assert_eq!(cells.row(NETUID, &waiting, seat(1), 6), None);
    }
}
