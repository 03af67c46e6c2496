//! Where everything is kept: one fixed key per field, and how a hotkey is taken out and put back.
//!
//! A key spells its field in ASCII and never changes once deployed. What has a fixed size and no part in calls to
//! other contracts (guard, clock, addresses) is in the contract's root cell, which ink! loads with every message and
//! stores after it. Everything else has its own cell, because it must be stored before the token is called.
//!
//! Invariants: the total is all records and all slots together; a hotkey's record names a seat exactly if that seat's
//! slot names the hotkey; a hotkey that does not roam has at most one seat, whose mirror is what its record holds;
//! the slots of one that roams hold nothing.

use ink::{
    prelude::vec::Vec,
    storage::{traits::ManualKey, Lazy, Mapping},
};
use primitives::{AccountId, Netuid, ProtocolBlock, Rao, StakingError};

use crate::{
    hotkey::Hotkey,
    page::{place, Page, PageKey, Seat, Slot},
    stake::Stake,
    swaps::ColdkeySwap,
};

/// The key of each field.
pub mod key {
    use ink::primitives::Key;

    /// Staked on all hotkeys together.
    pub const TOTAL: Key = Key::from_be_bytes(*b"TOTL");
    /// Hotkeys with their pools and their owners' stakes.
    pub const HOTKEYS: Key = Key::from_be_bytes(*b"HOTK");
    /// Stakes of nominators by founder and coldkey.
    pub const NOMINATIONS: Key = Key::from_be_bytes(*b"NOMI");
    /// Seats, by subnet and page.
    pub const PAGES: Key = Key::from_be_bytes(*b"PAGE");
    /// When the next epoch of a subnet begins.
    pub const BOUNDARIES: Key = Key::from_be_bytes(*b"BOUN");
    /// Which hotkey has taken which one's place.
    pub const HOTKEY_SWAPS: Key = Key::from_be_bytes(*b"HOSW");
    /// Which coldkey is to take which one's place, or has.
    pub const COLDKEY_SWAPS: Key = Key::from_be_bytes(*b"COSW");
}

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub struct Cells {
    /// Staked on all hotkeys together, dues included.
    pub total: Lazy<Rao, ManualKey<{ key::TOTAL }>>,
    /// Each hotkey.
    pub hotkeys: Mapping<AccountId, Hotkey, ManualKey<{ key::HOTKEYS }>>,
    /// The stakes of everyone but the owner, by the pool's founder and coldkey.
    pub nominations: Mapping<(AccountId, AccountId), Stake, ManualKey<{ key::NOMINATIONS }>>,
    /// The seats of subnets.
    pub pages: Mapping<PageKey, Page, ManualKey<{ key::PAGES }>>,
    /// The block at which the next epoch of a subnet begins, as of its last payment.
    pub boundaries: Mapping<Netuid, ProtocolBlock, ManualKey<{ key::BOUNDARIES }>>,
    /// The hotkey that has taken the place of another.
    pub hotkey_swaps: Mapping<AccountId, AccountId, ManualKey<{ key::HOTKEY_SWAPS }>>,
    /// The swaps of coldkeys.
    pub coldkey_swaps: Mapping<AccountId, ColdkeySwap, ManualKey<{ key::COLDKEY_SWAPS }>>,
}

/// A hotkey that was taken out of storage with everything that is due to it in its pool.
pub struct Open {
    /// Which.
    pub hotkey: AccountId,
    /// The hotkey, to be changed.
    pub record: Hotkey,
    now: ProtocolBlock,
    /// All that was staked on it before, due or not.
    stake: Rao,
    /// The page of its only seat and the slot in it, if it does not roam.
    slot: Option<(PageKey, usize, Page)>,
}

impl Cells {
    /// Staked on all hotkeys together.
    pub fn total(&self) -> Rao {
        self.total.get().unwrap_or_default()
    }

    /// A hotkey as it is stored: without its dues. `None` if nobody has associated it.
    ///
    /// # Errors
    /// `HotKeySwapped`.
    pub fn find(&self, hotkey: AccountId) -> Result<Option<Hotkey>, StakingError> {
        let record = self.hotkeys.get(hotkey);
        if record.is_some() {
            return Ok(record);
        }
        match self.hotkey_swaps.get(hotkey) {
            Some(to) => Err(StakingError::HotKeySwapped { to }),
            None => Ok(None),
        }
    }

    /// A hotkey as it is stored: without its dues.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `HotKeySwapped`.
    pub fn hotkey(&self, hotkey: AccountId) -> Result<Hotkey, StakingError> {
        self.find(hotkey)?.ok_or(StakingError::HotKeyAccountNotExists(hotkey))
    }

    /// Takes a hotkey out, at block `now`. What is due to it is in its pool then, and in storage where it was until
    /// [`Self::close`].
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `Overflow`.
    pub fn open(&self, hotkey: AccountId, now: ProtocolBlock) -> Result<Open, StakingError> {
        let mut record = self.hotkey(hotkey)?;
        let mut slot = self.slot_of(&record);
        let stake = stake_on(&record, &slot).ok_or(StakingError::Overflow)?;
        let mut dues = record.release(now);
        if let Some((_, place, page)) = &mut slot {
            let mut changed = page.slot(*place);
            dues = dues.checked_add(changed.release(&page.span, now)).ok_or(StakingError::Overflow)?;
            page.put(*place, changed);
        }
        if !dues.is_nothing() {
            record.credit(dues)?;
        }
        Ok(Open { hotkey, record, now, stake, slot })
    }

    /// Puts a hotkey back. Two that share a page must not be open at once.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn close(&mut self, open: Open) -> Result<(), StakingError> {
        let Open { hotkey, mut record, now, stake, slot } = open;
        match slot {
            Some((key, place, mut page)) => {
                let (netuid, _) = key;
                let mut changed = page.slot(place);
                changed.mirror = record.held().ok_or(StakingError::Overflow)?;
                if let Some(boundary) = self.passed_boundary(netuid, now) {
                    changed.snapshot.keep(boundary, stake);
                }
                page.put(place, changed);
                self.pages.insert(key, &page);
            }
            None => {
                let ended = |&(netuid, _): &Seat| Some((netuid, self.passed_boundary(netuid, now)?));
                let ended: Vec<_> = record.seats.iter().filter_map(ended).collect();
                ended.into_iter().for_each(|(netuid, boundary)| record.keep(netuid, boundary, stake));
            }
        }
        self.hotkeys.insert(hotkey, &record);
        Ok(())
    }

    /// The block at which the epoch of a subnet ended that has not been paid yet; `None` if it has not ended.
    pub fn passed_boundary(&self, netuid: Netuid, now: ProtocolBlock) -> Option<ProtocolBlock> {
        self.boundaries.get(netuid).filter(|&boundary| boundary <= now)
    }

    /// All that is staked on a hotkey, due or not; 0 for an unknown one.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn stake_on(&self, hotkey: AccountId) -> Result<Rao, StakingError> {
        let Some(record) = self.hotkeys.get(hotkey) else {
            return Ok(Rao::ZERO);
        };
        stake_on(&record, &self.slot_of(&record)).ok_or(StakingError::Overflow)
    }

    /// The slot in which a hotkey is paid.
    fn slot_of(&self, record: &Hotkey) -> Option<(PageKey, usize, Page)> {
        let &seat = record.seats.first().filter(|_| !record.roams)?;
        let (key, place) = place(seat);
        Some((key, place, self.pages.get(key).unwrap_or_default()))
    }

    /// The stake of a coldkey on a hotkey, without dues.
    pub fn stake(&self, record: &Hotkey, coldkey: AccountId) -> Stake {
        if coldkey == record.owner {
            return record.owner_stake;
        }
        self.nominations.get((record.founder, coldkey)).unwrap_or_default()
    }

    /// Puts the stake of a coldkey beside the others of its hotkey, whose record is not stored by that if the
    /// coldkey owns it.
    pub fn put_stake(&mut self, record: &mut Hotkey, coldkey: AccountId, stake: Stake) {
        if coldkey == record.owner {
            record.owner_stake = stake;
        } else if stake.holding.is_empty() {
            self.nominations.remove((record.founder, coldkey));
        } else {
            self.nominations.insert((record.founder, coldkey), &stake);
        }
    }
}

/// All that is staked on a hotkey, given the slot in which it is paid.
fn stake_on(record: &Hotkey, slot: &Option<(PageKey, usize, Page)>) -> Option<Rao> {
    let Some((_, place, page)) = slot else {
        return record.held();
    };
    let Slot { to_owner, to_pool, .. } = page.slot(*place);
    record.held()?.checked_add(to_owner)?.checked_add(to_pool.held())
}

#[cfg(test)]
mod tests {
    use super::key::*;

    #[test]
    fn keys_differ_from_each_other_and_from_the_root() {
        let root = 0;
        let mut keys = vec![root, TOTAL, HOTKEYS, NOMINATIONS, PAGES, BOUNDARIES, HOTKEY_SWAPS, COLDKEY_SWAPS];
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 8);
    }
}
