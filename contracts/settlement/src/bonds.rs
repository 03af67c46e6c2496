//! The bonds of a subnet: by block of 256 neurons, and in each block the rows of validators, several to a cell.

use ink::prelude::vec::Vec;

use crate::{
    entries::Entries,
    storage::{BlockKey, Cells, Seat},
};

/// Most bytes of bonds in a cell.
const PAGE: usize = 11 * 1024;
/// Bytes of the holder of a row.
const HOLDER: usize = 10;

/// The bonds of one validator towards the neurons of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct StoredBonds {
    /// Whose.
    pub holder: Seat,
    /// Towards whom, as u16 fractions.
    pub entries: Entries,
}

/// The bonds of some validators.
pub type BondsPage = Vec<StoredBonds>;

impl Cells {
    /// A page of the bonds of a block.
    pub fn bonds_page(&self, block: BlockKey, page: u8) -> BondsPage {
        self.bonds.get((block, page)).unwrap_or_default()
    }

    /// Replaces the bonds of a block that had `pages` pages; returns how many it has now.
    pub fn store_bonds(&mut self, block: BlockKey, bonds: impl Iterator<Item = StoredBonds>, pages: u8) -> u8 {
        let mut page = 0_u8;
        let (mut rows, mut size) = (Vec::new(), 0_usize);
        for row in bonds {
            let added = row.entries.size().saturating_add(HOLDER);
            if size.saturating_add(added) > PAGE {
                self.bonds.insert((block, page), &rows);
                page = page.saturating_add(1);
                rows.clear();
                size = 0;
            }
            size = size.saturating_add(added);
            rows.push(row);
        }
        if !rows.is_empty() {
            self.bonds.insert((block, page), &rows);
            page = page.saturating_add(1);
        }
        (page..pages).for_each(|old| self.bonds.remove((block, old)));
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use primitives::{Netuid, ProtocolBlock, Uid};

    const KEY: BlockKey = (Netuid::new(1), 3);

    fn rows(count: u16) -> impl Iterator<Item = StoredBonds> {
        let entries = Entries::pack((768..1_024).map(|uid| (uid, 9)));
        let holder = |uid| Seat { uid: Uid::new(uid), registered_at: ProtocolBlock::new(1) };
        (0..count).map(move |uid| StoredBonds { holder: holder(uid), entries: entries.clone() })
    }

    #[ink::test]
    fn bonds_come_back_from_as_many_pages_as_they_take() {
        let mut cells = Cells::default();
        let pages = cells.store_bonds(KEY, rows(64), 0);
        assert_eq!(pages, 7);
        let stored: Vec<_> = (0..pages).flat_map(|page| cells.bonds_page(KEY, page)).collect();
        assert_eq!(stored, rows(64).collect::<Vec<_>>());
    }

    #[ink::test]
    fn fewer_bonds_leave_no_page_of_those_before() {
        let mut cells = Cells::default();
        let pages = cells.store_bonds(KEY, rows(64), 0);
        assert_eq!(cells.store_bonds(KEY, rows(3), pages), 1);
        assert_eq!(cells.bonds_page(KEY, 1), []);
    }
}
