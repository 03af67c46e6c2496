//! When the neurons of a subnet last set weights, and which of their rows counts: 256 uids to a cell.
//!
//! An epoch may be settled late, and over several messages. Weights that arrive once it has begun belong to the next
//! one, so each neuron has two places for a row of weights: one is in force, and the other has the row that waits, if
//! any. Nothing is copied when a waiting row comes into force.

use ink::prelude::vec::Vec;
use primitives::{Netuid, ProtocolBlock, Uid};

use crate::storage::Cells;

/// Uids of a cell, and of a page of a row.
pub const PAGE: usize = 256;

/// One of the two places for a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum Place {
    /// Where a neuron's first row goes, unless it has to wait.
    #[default]
    First,
    /// The other one.
    Second,
}

impl Place {
    /// The other place.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// The page of a uid and its position there.
pub fn place(uid: Uid) -> (u8, usize) {
    let [page, position] = uid.get().to_be_bytes();
    (page, usize::from(position))
}

/// What a neuron last did, whoever held its uid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Activity {
    /// Where the row in force is.
    place: Place,
    /// The block of that row; 0 if there is none.
    updated_at: u64,
    /// The epoch in which the other row came, which the epochs after that one count; 0 if none waits.
    came_in: u64,
    /// The block of the other row.
    waiting_updated_at: u64,
}

/// When a row comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The epoch under way.
    pub epoch: u64,
    /// All epochs before this one are settled.
    pub settled_until: u64,
    /// The epoch whose settling has begun.
    pub settling: Option<u64>,
}

impl Activity {
    /// Where the row is that the settling of `epoch` counts, and its block; 0 if there is none.
    pub fn as_of(&self, epoch: u64) -> (Place, u64) {
        if self.came_in != 0 && self.came_in < epoch {
            (self.place.other(), self.waiting_updated_at)
        } else {
            (self.place, self.updated_at)
        }
    }

    /// Takes a row of block `now`; returns the place for it.
    ///
    /// The row that the epoch counts which is settled next, or is being settled, stays where it is. So of two rows that
    /// come while one epoch is being settled, the second takes the place of the first, even if it comes an epoch later.
    pub fn take(&mut self, now: ProtocolBlock, arrival: Arrival) -> Place {
        let Arrival { epoch, settled_until, settling } = arrival;
        if settled_until >= epoch {
            self.came_in = 0;
            self.updated_at = now.get();
            return self.place;
        }
        let due = settling.unwrap_or(epoch);
        if self.came_in != 0 && self.came_in < due {
            (self.place, self.updated_at) = self.as_of(due);
            self.came_in = 0;
        }
        if self.came_in == 0 {
            self.came_in = epoch;
        }
        self.waiting_updated_at = now.get();
        self.place.other()
    }
}

impl Cells {
    /// What the neurons of a page last did.
    pub fn activity_page(&self, netuid: Netuid, page: u8) -> Vec<Activity> {
        self.activity.get((netuid, page)).unwrap_or_default()
    }

    /// What a neuron last did.
    pub fn activity(&self, netuid: Netuid, uid: Uid) -> Activity {
        let (page, position) = place(uid);
        self.activity_page(netuid, page).get(position).copied().unwrap_or_default()
    }

    /// Notes that a row of a neuron comes at block `now`; returns the place for it.
    pub fn note_row(&mut self, netuid: Netuid, uid: Uid, now: ProtocolBlock, arrival: Arrival) -> Place {
        let (number, position) = place(uid);
        let mut page = self.activity_page(netuid, number);
        if page.len() <= position {
            page.resize(position.saturating_add(1), Activity::default());
        }
        let place = page.get_mut(position).map(|activity| activity.take(now, arrival)).unwrap_or_default();
        self.activity.insert((netuid, number), &page);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes rows `(block, came in, settled until)` and returns the block that the settling of each of `epochs` counts.
    fn counted<const N: usize>(rows: &[(u64, u64, u64)], epochs: [u64; N]) -> [u64; N] {
        let mut activity = Activity::default();
        for &(block, epoch, settled_until) in rows {
            let arrival = Arrival { epoch, settled_until, settling: None };
            activity.take(ProtocolBlock::new(block), arrival);
        }
        epochs.map(|epoch| activity.as_of(epoch).1)
    }

    #[test]
    fn a_row_counts_for_every_later_epoch_when_nothing_is_due() {
        assert_eq!(counted(&[(1, 4, 4), (2, 4, 4)], [5, 9]), [2, 2]);
    }

    #[test]
    fn a_row_that_comes_before_a_due_epoch_is_settled_waits_for_the_next_epoch() {
        assert_eq!(counted(&[(1, 4, 4), (2, 5, 4), (3, 5, 4)], [5, 6]), [1, 3]);
    }

    #[test]
    fn a_first_row_that_comes_before_a_due_epoch_is_settled_does_not_count_in_it() {
        assert_eq!(counted(&[(2, 5, 4)], [5, 6]), [0, 2]);
    }

    #[test]
    fn a_row_of_a_skipped_epoch_counts_for_the_one_that_is_settled() {
        assert_eq!(counted(&[(1, 4, 4), (2, 5, 4), (3, 6, 4)], [6, 7]), [2, 3]);
    }

    #[test]
    fn a_row_replaces_a_waiting_one_when_the_due_epoch_was_settled() {
        assert_eq!(counted(&[(1, 4, 4), (2, 5, 4), (3, 5, 5)], [6, 9]), [3, 3]);
    }

    /// Takes rows of blocks 2 and 3 in epochs 5 and 6 while epoch 5 is being settled; returns where they went.
    fn between_two_messages(activity: &mut Activity) -> [Place; 2] {
        [(2, 5), (3, 6)].map(|(block, epoch)| {
            activity.take(ProtocolBlock::new(block), Arrival { epoch, settled_until: 4, settling: Some(5) })
        })
    }

    #[test]
    fn rows_that_come_while_an_epoch_is_being_settled_leave_the_one_in_force() {
        let mut activity = Activity::default();
        let in_force = activity.take(ProtocolBlock::new(1), Arrival { epoch: 4, settled_until: 4, settling: None });
        assert_eq!(between_two_messages(&mut activity), [in_force.other(); 2]);
        assert_eq!((activity.as_of(5), activity.as_of(6)), ((in_force, 1), (in_force.other(), 3)));
    }

    #[test]
    fn rows_that_come_while_an_epoch_is_being_settled_leave_one_that_had_waited_for_it() {
        let mut activity = Activity::default();
        let waited = activity.take(ProtocolBlock::new(1), Arrival { epoch: 4, settled_until: 3, settling: None });
        assert_eq!(activity.as_of(5), (waited, 1));
        assert_eq!(between_two_messages(&mut activity), [waited.other(); 2]);
        assert_eq!((activity.as_of(5), activity.as_of(6)), ((waited, 1), (waited.other(), 3)));
    }

    #[test]
    fn uids_are_placed_in_pages_of_256() {
        assert_eq!([0, 255, 256, 4_095].map(|uid| place(Uid::new(uid))), [(0, 0), (0, 255), (1, 0), (15, 255)]);
    }
}
