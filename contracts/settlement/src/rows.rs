//! The weights of validators: two places for a row each, see [`crate::activity`], in pages of 256 uids.

use primitives::{settlement::WeightsRow, Hash, Netuid, ProtocolBlock, Uid};

use crate::{
    activity::{self, Place},
    entries::Entries,
    storage::{Cells, RowKey, Seat},
};

/// The first page of a row of weights, with what belongs to all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct StoredRow {
    /// Whose.
    pub seat: Seat,
    /// When they were committed, or set directly.
    pub committed_at: ProtocolBlock,
    /// When they were revealed, or set directly.
    pub updated_at: ProtocolBlock,
    /// Hash of the evidence behind them.
    pub evidence: Hash,
    /// The weights towards the first 256 uids, max-upscaled with the others.
    pub entries: Entries,
    /// Which other pages there are, a bit each.
    pub pages: u16,
}

/// Weights that come.
pub struct NewRow {
    /// Whose.
    pub seat: Seat,
    /// The weights, max-upscaled.
    pub entries: Entries,
    /// When they were committed, or set directly.
    pub committed_at: ProtocolBlock,
    /// Now.
    pub updated_at: ProtocolBlock,
    /// Hash of the evidence behind them.
    pub evidence: Hash,
}

impl Cells {
    /// The first page of the row of a neuron that is in `place`; whatever another one left there does not count.
    pub fn row(&self, netuid: Netuid, seat: Seat, place: Place) -> Option<StoredRow> {
        self.rows.get((netuid, seat.uid, place)).filter(|row| row.seat == seat)
    }

    /// Another page of a row.
    pub fn row_page(&self, row: RowKey, page: u8) -> Entries {
        self.row_pages.get((row, page)).unwrap_or_default()
    }

    /// The row of a neuron as callers of the contract see it.
    pub fn weights(&self, netuid: Netuid, seat: Seat, place: Place) -> Option<WeightsRow> {
        let StoredRow { committed_at, updated_at, evidence, entries, pages, .. } = self.row(netuid, seat, place)?;
        let mut weights = entries.weights();
        for page in pages_of(pages) {
            weights.extend(self.row_page((netuid, seat.uid, place), page).weights());
        }
        Some(WeightsRow { weights, committed_at, updated_at, evidence })
    }

    /// Puts a row into `place`, where it replaces what was there.
    pub fn put_row(&mut self, netuid: Netuid, row: NewRow, place: Place) {
        let NewRow { seat, entries, committed_at, updated_at, evidence } = row;
        let key = (netuid, seat.uid, place);
        let towards = |page: u8| entries.filtered(|uid| activity::place(Uid::new(uid)).0 == page);
        let pages = entries.uids().fold(0, |pages, uid| pages | bit(activity::place(Uid::new(uid)).0));
        let old = self.rows.get(key).map_or(0, |row| row.pages);
        for page in pages_of(pages | old) {
            if pages & bit(page) == 0 {
                self.row_pages.remove((key, page));
            } else {
                self.row_pages.insert((key, page), &towards(page));
            }
        }
        let first = StoredRow { seat, committed_at, updated_at, evidence, entries: towards(0), pages };
        self.rows.insert(key, &first);
    }
}

/// The pages, but for the first, that have their bit.
pub fn pages_of(pages: u16) -> impl Iterator<Item = u8> {
    (1..PAGES).filter(move |&page| pages & bit(page) != 0)
}

/// Pages of a row: 4,096 uids.
const PAGES: u8 = 16;

/// The bit of a page; none for one that no row has, and for the first, which always is there.
fn bit(page: u8) -> u16 {
    1_u16.checked_shl(u32::from(page)).unwrap_or(0) & !1
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETUID: Netuid = Netuid::new(1);

    fn seat() -> Seat {
        Seat { uid: Uid::new(0), registered_at: ProtocolBlock::new(3) }
    }

    fn put(cells: &mut Cells, place: Place, pairs: &[(u16, u16)]) {
        let block = ProtocolBlock::new(9);
        let entries = Entries::pack(pairs.iter().copied());
        let row = NewRow { seat: seat(), entries, committed_at: block, updated_at: block, evidence: [0; 32] };
        cells.put_row(NETUID, row, place);
    }

    fn weights(cells: &Cells, place: Place) -> Vec<(u16, u16)> {
        let row = cells.weights(NETUID, seat(), place).map(|row| row.weights).unwrap_or_default();
        row.into_iter().map(|(uid, value)| (uid.get(), value)).collect()
    }

    #[ink::test]
    fn a_row_comes_back_page_by_page() {
        let mut cells = Cells::default();
        put(&mut cells, Place::First, &[(4_095, 1), (7, 2), (300, 3), (299, 4), (255, 5)]);
        assert_eq!(weights(&cells, Place::First), [(7, 2), (255, 5), (300, 3), (299, 4), (4_095, 1)]);
        assert_eq!(weights(&cells, Place::Second), []);
    }

    #[ink::test]
    fn a_row_leaves_no_page_of_the_one_that_it_replaces() {
        let mut cells = Cells::default();
        put(&mut cells, Place::Second, &[(300, 3), (600, 4)]);
        put(&mut cells, Place::Second, &[(600, 5)]);
        assert_eq!(weights(&cells, Place::Second), [(600, 5)]);
        assert_eq!(cells.row_page((NETUID, Uid::new(0), Place::Second), 1), Entries::default());
    }

    #[ink::test]
    fn a_row_is_nobody_elses() {
        let mut cells = Cells::default();
        put(&mut cells, Place::First, &[(1, 1)]);
        let newcomer = Seat { registered_at: ProtocolBlock::new(4), ..seat() };
        assert_eq!(cells.row(NETUID, newcomer, Place::First), None);
        assert_eq!(cells.row(NETUID, Seat { uid: Uid::new(1), ..seat() }, Place::First), None);
    }
}
