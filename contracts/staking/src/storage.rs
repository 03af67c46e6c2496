//! Where everything is kept: one fixed key per field, and how dues find their way from pages into pools.
//!
//! A key spells its field in ASCII and never changes once deployed. What has a fixed size and no part in calls to
//! other contracts (guard, clock, addresses) is in the contract's root cell, which ink! loads with every message and
//! stores after it. Everything else has its own cell, because it must be stored before the token is called.
//!
//! Invariants: the total is all pools, all slots and all that was left behind, together; a hotkey's record names a
//! seat exactly if that seat's slot names the hotkey.

use ink::{
    prelude::vec::Vec,
    storage::{traits::ManualKey, Lazy, Mapping},
};
use primitives::{staking::Stakes, AccountId, ProtocolBlock, Rao, StakingError, StorageVersion};

use crate::{
    hotkey::Hotkey,
    page::{place, Page, PageKey, PageTotals},
    stake::Stake,
};

/// The layout of this contract's storage; raised with every change of it.
pub const STORAGE: StorageVersion = StorageVersion::new(*b"STAK", 1);

/// The key of each field.
pub mod key {
    use ink::primitives::Key;

    /// Staked on all hotkeys together.
    pub const TOTAL: Key = Key::from_be_bytes(*b"TOTL");
    /// Hotkeys with their pools and their owners' stakes.
    pub const HOTKEYS: Key = Key::from_be_bytes(*b"HOTK");
    /// Stakes of nominators by hotkey and coldkey.
    pub const NOMINATIONS: Key = Key::from_be_bytes(*b"NOMI");
    /// What epochs have paid, by subnet and page.
    pub const PAGES: Key = Key::from_be_bytes(*b"PAGE");
}

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub struct Cells {
    /// Staked on all hotkeys together, dues included.
    pub total: Lazy<Rao, ManualKey<{ key::TOTAL }>>,
    /// Each hotkey.
    pub hotkeys: Mapping<AccountId, Hotkey, ManualKey<{ key::HOTKEYS }>>,
    /// The stakes of everyone but the owner, by hotkey and coldkey.
    pub nominations: Mapping<(AccountId, AccountId), Stake, ManualKey<{ key::NOMINATIONS }>>,
    /// What epochs have paid.
    pub pages: Mapping<PageKey, Page, ManualKey<{ key::PAGES }>>,
}

impl Cells {
    /// Staked on all hotkeys together.
    pub fn total(&self) -> Rao {
        self.total.get().unwrap_or_default()
    }

    /// A hotkey as it is stored: without its dues.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`.
    pub fn hotkey(&self, hotkey: AccountId) -> Result<Hotkey, StakingError> {
        self.hotkeys.get(hotkey).ok_or(StakingError::HotKeyAccountNotExists(hotkey))
    }

    /// A hotkey with everything that is due to it at block `now` in its pool, and the pages from which it came, which
    /// are not stored.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `Overflow`.
    pub fn with_dues(
        &self,
        hotkey: AccountId,
        now: ProtocolBlock,
    ) -> Result<(Hotkey, Vec<(PageKey, Page)>), StakingError> {
        let mut record = self.hotkey(hotkey)?;
        let mut dues = record.release_left_behind(now);
        let mut pages: Vec<(PageKey, Page)> = Vec::new();
        for &seat in &record.seats {
            let (key, slot) = place(seat);
            let changed = pages.iter_mut().find(|(changed, _)| *changed == key);
            let released = match changed {
                Some((_, page)) => page.release(slot, now),
                None => {
                    let mut page = self.pages.get(key).unwrap_or_default();
                    let released = page.release(slot, now);
                    if !released.is_nothing() {
                        pages.push((key, page));
                    }
                    released
                }
            };
            dues = dues.checked_add(released).ok_or(StakingError::Overflow)?;
        }
        if !dues.is_nothing() {
            record.credit(dues)?;
        }
        Ok((record, pages))
    }

    /// Takes everything that is due to a hotkey at block `now` out of its pages, and returns the hotkey with it,
    /// which is to be stored.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `Overflow`.
    pub fn drain(&mut self, hotkey: AccountId, now: ProtocolBlock) -> Result<Hotkey, StakingError> {
        let (record, pages) = self.with_dues(hotkey, now)?;
        for (key, page) in &pages {
            self.pages.insert(key, page);
        }
        Ok(record)
    }

    /// The stake of a coldkey on a hotkey, without dues.
    pub fn stake(&self, hotkey: AccountId, record: &Hotkey, coldkey: AccountId) -> Stake {
        if coldkey == record.owner {
            return record.owner_stake;
        }
        self.nominations.get((hotkey, coldkey)).unwrap_or_default()
    }

    /// Puts the stake of a coldkey beside the others of its hotkey, whose record is not stored by that if the
    /// coldkey owns it.
    pub fn put_stake(&mut self, hotkey: AccountId, record: &mut Hotkey, coldkey: AccountId, stake: Stake) {
        if coldkey == record.owner {
            record.owner_stake = stake;
        } else if stake.holding.is_empty() {
            self.nominations.remove((hotkey, coldkey));
        } else {
            self.nominations.insert((hotkey, coldkey), &stake);
        }
    }

    /// All that is staked on a hotkey, due or not; 0 for an unknown one.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn stake_on(&self, hotkey: AccountId) -> Result<Rao, StakingError> {
        TotalsRead::new(self).of(hotkey).ok_or(StakingError::Overflow)
    }

    /// All that is staked on each hotkey, due or not; 0 for an unknown one.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn stakes(&self, hotkeys: &[AccountId]) -> Result<Stakes, StakingError> {
        let mut totals = TotalsRead::new(self);
        let of = hotkeys.iter().map(|&hotkey| totals.of(hotkey).ok_or(StakingError::Overflow));
        Ok(Stakes { of: of.collect::<Result<_, _>>()?, total: self.total() })
    }
}

/// Pages that were read in this message, in order: hotkeys of one subnet share them.
struct TotalsRead<'a> {
    cells: &'a Cells,
    /// The cells of `Cells::pages`.
    stored: Mapping<PageKey, PageTotals, ManualKey<{ key::PAGES }>>,
    read: Vec<(PageKey, PageTotals)>,
}

impl<'a> TotalsRead<'a> {
    fn new(cells: &'a Cells) -> Self {
        Self { cells, stored: Mapping::new(), read: Vec::new() }
    }

    /// All that is staked on a hotkey.
    fn of(&mut self, hotkey: AccountId) -> Option<Rao> {
        let Some(record) = self.cells.hotkeys.get(hotkey) else {
            return Some(Rao::ZERO);
        };
        record.seats.iter().try_fold(record.held()?, |sum, &seat| {
            let (key, slot) = place(seat);
            sum.checked_add(self.page(key)?.of(slot))
        })
    }

    fn page(&mut self, key: PageKey) -> Option<&PageTotals> {
        let found = self.read.binary_search_by_key(&key, |(key, _)| *key);
        let position = match found {
            Ok(position) => position,
            Err(position) => {
                self.read.insert(position, (key, self.stored.get(key)?));
                position
            }
        };
        self.read.get(position).map(|(_, page)| page)
    }
}

#[cfg(test)]
mod tests {
    use super::key::*;

    #[test]
    fn keys_differ_from_each_other_and_from_the_root() {
        let root = 0;
        let mut keys = vec![root, TOTAL, HOTKEYS, NOMINATIONS, PAGES];
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 5);
    }
}
