//! Keys that give way to others: a hotkey at once, a coldkey after an announcement.

use primitives::{
    staking::{coldkey_hash, ColdkeySwapAnnouncement, COLDKEY_SWAP_DELAY, COLDKEY_SWAP_REANNOUNCEMENT_DELAY},
    AccountId, Hash, ProtocolBlock, StakingError,
};

use crate::{page::place, stake::Stake, storage::Cells};

/// What a coldkey has done about giving way to another account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct ColdkeySwap {
    /// What it has announced and not done.
    pub announced: Option<ColdkeySwapAnnouncement>,
    /// Which account has taken its place.
    pub to: Option<AccountId>,
}

impl Cells {
    /// Puts hotkey `new` in the place of `old`, which is `coldkey`'s.
    ///
    /// # Errors
    /// In this order: `HotKeyAccountNotExists` or `HotKeySwapped`, `NonAssociatedColdKey`, `NewHotKeyIsSameWithOld`,
    /// `HotKeySwapped`, `NonAssociatedColdKey`, `HotKeyStaked`, `HotKeyAlreadyRegisteredInSubNet`.
    pub fn swap_hotkey(&mut self, coldkey: AccountId, old: AccountId, new: AccountId) -> Result<(), StakingError> {
        let record = self.hotkey(old)?;
        record.ensure_owner(coldkey)?;
        if new == old {
            return Err(StakingError::NewHotKeyIsSameWithOld);
        }
        if let Some(own) = self.find(new)? {
            own.ensure_owner(coldkey)?;
            let stake = self.stake_on(new)?;
            if !stake.is_zero() {
                return Err(StakingError::HotKeyStaked { stake });
            }
            if !own.seats.is_empty() {
                return Err(StakingError::HotKeyAlreadyRegisteredInSubNet);
            }
        }
        for &seat in &record.seats {
            let (key, place) = place(seat);
            let mut page = self.pages.get(key).unwrap_or_default();
            let mut slot = page.slot(place);
            slot.holder = Some(new);
            page.put(place, slot);
            self.pages.insert(key, &page);
        }
        self.hotkeys.insert(new, &record);
        self.hotkeys.remove(old);
        self.hotkey_swaps.insert(old, &new);
        Ok(())
    }

    /// Passes only for a coldkey that has not announced a swap.
    pub fn ensure_unannounced(&self, coldkey: AccountId) -> Result<(), StakingError> {
        match self.coldkey_swap(coldkey).announced {
            Some(ColdkeySwapAnnouncement { announced_at, .. }) => {
                Err(StakingError::ColdkeySwapAnnounced { from: announced_at.after(COLDKEY_SWAP_DELAY) })
            }
            None => Ok(()),
        }
    }

    /// Announces a coldkey's swap to the account with this hash.
    ///
    /// # Errors
    /// `ColdkeySwapReannouncedTooEarly`.
    pub fn announce_coldkey_swap(
        &mut self,
        coldkey: AccountId,
        hash: Hash,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let swap = self.coldkey_swap(coldkey);
        if let Some(announced) = &swap.announced {
            ensure_replaceable(announced, now)?;
        }
        let announced = Some(ColdkeySwapAnnouncement { hash, announced_at: now });
        self.coldkey_swaps.insert(coldkey, &ColdkeySwap { announced, ..swap });
        Ok(())
    }

    /// Forgets what a coldkey has announced.
    ///
    /// # Errors
    /// `ColdkeySwapAnnouncementNotFound`, `ColdkeySwapReannouncedTooEarly`.
    pub fn clear_coldkey_swap(&mut self, coldkey: AccountId, now: ProtocolBlock) -> Result<(), StakingError> {
        let swap = self.coldkey_swap(coldkey);
        ensure_replaceable(&swap.announced.ok_or(StakingError::ColdkeySwapAnnouncementNotFound)?, now)?;
        self.coldkey_swaps.insert(coldkey, &ColdkeySwap { announced: None, ..swap });
        Ok(())
    }

    /// Puts `new` in the place of a coldkey, as it has announced; a no-op if it is there already.
    ///
    /// # Errors
    /// In this order: `SameColdkey`, `ColdkeySwapAnnouncementNotFound`, `AnnouncedColdkeyHashDoesNotMatch`,
    /// `ColdkeySwapTooEarly`.
    pub fn swap_coldkey(&mut self, old: AccountId, new: AccountId, now: ProtocolBlock) -> Result<(), StakingError> {
        if old == new {
            return Err(StakingError::SameColdkey);
        }
        let ColdkeySwap { announced, to } = self.coldkey_swap(old);
        let Some(ColdkeySwapAnnouncement { hash, announced_at }) = announced else {
            return match to {
                Some(to) if to == new => Ok(()),
                _ => Err(StakingError::ColdkeySwapAnnouncementNotFound),
            };
        };
        if hash != coldkey_hash(&new) {
            return Err(StakingError::AnnouncedColdkeyHashDoesNotMatch);
        }
        let from = announced_at.after(COLDKEY_SWAP_DELAY);
        if now < from {
            return Err(StakingError::ColdkeySwapTooEarly { from });
        }
        self.coldkey_swaps.insert(old, &ColdkeySwap { announced: None, to: Some(new) });
        Ok(())
    }

    /// Makes all that is `old`'s on a hotkey `new`'s, the hotkey itself included.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `HotKeySwapped`, `Overflow`.
    pub fn hand_over(
        &mut self,
        hotkey: AccountId,
        old: AccountId,
        new: AccountId,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let mut open = self.open(hotkey, now)?;
        let record = &mut open.record;
        let (given, mut stake) = (self.stake(record, old), self.stake(record, new));
        self.put_stake(record, old, Stake::default());
        if record.owner == old {
            self.put_stake(record, new, Stake::default());
            record.owner = new;
        }
        stake.join(&given, &record.pool, now).ok_or(StakingError::Overflow)?;
        self.put_stake(record, new, stake);
        self.close(open)
    }

    /// What a coldkey has done about giving way.
    pub fn coldkey_swap(&self, coldkey: AccountId) -> ColdkeySwap {
        self.coldkey_swaps.get(coldkey).unwrap_or_default()
    }
}

fn ensure_replaceable(announced: &ColdkeySwapAnnouncement, now: ProtocolBlock) -> Result<(), StakingError> {
    let from = announced.announced_at.after(COLDKEY_SWAP_REANNOUNCEMENT_DELAY);
    if now < from {
        return Err(StakingError::ColdkeySwapReannouncedTooEarly { from });
    }
    Ok(())
}
