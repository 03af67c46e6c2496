//! An epoch's end: the stakes that decide it, page by page, and its rewards, each page read and written once.
//!
//! A hotkey's record is read only where dividends have to be divided or the hotkey roams, and written only in the
//! latter case: that is what makes an epoch cheap.

use ink::prelude::vec::Vec;
use primitives::{
    staking::{Reward, Stakes},
    AccountId, Netuid, ProtocolBlock, Rao, StakingError, Uid,
};

use crate::{
    page::{place, Dues, Slot, PAGE},
    pool::MAX_VALUE,
    storage::Cells,
    vesting::Span,
};

impl Cells {
    /// The stakes of `count` uids from `first` on: of an epoch that has ended and was not paid yet those of its end,
    /// else those of now.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn stakes(&self, netuid: Netuid, first: Uid, count: u16) -> Result<Stakes, StakingError> {
        let boundary = self.boundaries.get(netuid);
        let (mut uid, end) = (first.get(), first.get().saturating_add(count));
        let mut of = Vec::with_capacity(usize::from(count));
        while uid < end {
            let (key, place) = place((netuid, Uid::new(uid)));
            let left = usize::from(end.saturating_sub(uid));
            let of_page = left.min(PAGE.saturating_sub(place));
            let page = self.pages.get(key).unwrap_or_default();
            for place in place..place.saturating_add(of_page) {
                of.push(self.stake_at(&page.slot(place), netuid, boundary).ok_or(StakingError::Overflow)?);
            }
            uid = uid.saturating_add(u16::try_from(of_page).unwrap_or(u16::MAX));
        }
        of.resize(usize::from(count), Rao::ZERO);
        Ok(Stakes { of, total: self.total() })
    }

    /// Credits `rewards` to the uids of a subnet from `first` on, at block `now`; its next epoch begins at
    /// `next_epoch`.
    ///
    /// # Errors
    /// `EmptySeat`, `Overflow`.
    pub fn pay(
        &mut self,
        netuid: Netuid,
        first: Uid,
        rewards: &[Reward],
        next_epoch: ProtocolBlock,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let total = rewards.iter().try_fold(self.total(), |total, reward| {
            total.checked_add(reward.incentive)?.checked_add(reward.dividends).filter(|&total| total <= MAX_VALUE)
        });
        let total = total.ok_or(StakingError::Overflow)?;
        let (mut uid, mut rest) = (first, rewards);
        while !rest.is_empty() {
            let (_, place) = place((netuid, uid));
            let (of_page, others) = rest.split_at(rest.len().min(PAGE.saturating_sub(place)));
            self.pay_page(netuid, uid, of_page, now)?;
            rest = others;
            if !rest.is_empty() {
                let next = uid.index().saturating_add(of_page.len());
                uid = Uid::from_index(next).ok_or(StakingError::Overflow)?;
            }
        }
        self.boundaries.insert(netuid, &next_epoch);
        self.total.set(&total);
        Ok(())
    }

    fn pay_page(
        &mut self,
        netuid: Netuid,
        first: Uid,
        rewards: &[Reward],
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let (key, start) = place((netuid, first));
        let mut page = self.pages.get(key).unwrap_or_default();
        page.begin(now);
        for (offset, reward) in rewards.iter().enumerate() {
            if reward.incentive.is_zero() && reward.dividends.is_zero() {
                continue;
            }
            let place = start.saturating_add(offset);
            let mut slot = page.slot(place);
            let uid = Uid::from_index(first.index().saturating_add(offset)).ok_or(StakingError::Overflow)?;
            let holder = slot.holder.ok_or(StakingError::EmptySeat(uid))?;
            if slot.roams {
                self.pay_record(holder, reward, &page.span, now)?;
            } else {
                self.pay_slot(&mut slot, holder, reward)?;
                page.put(place, slot);
            }
        }
        if !page.is_empty() {
            self.pages.insert(key, &page);
        }
        Ok(())
    }

    fn pay_slot(&self, slot: &mut Slot, holder: AccountId, reward: &Reward) -> Result<(), StakingError> {
        let &Reward { incentive, dividends } = reward;
        let dues = if dividends.is_zero() {
            Some(Dues { to_owner: incentive, to_pool: Rao::ZERO })
        } else {
            self.hotkey(holder)?.divide(incentive, dividends)
        };
        let Dues { to_owner, to_pool } = dues.ok_or(StakingError::Overflow)?;
        slot.to_owner = slot.to_owner.checked_add(to_owner).ok_or(StakingError::Overflow)?;
        slot.to_pool.add(to_pool).ok_or(StakingError::Overflow)
    }

    fn pay_record(
        &mut self,
        holder: AccountId,
        reward: &Reward,
        span: &Span,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let mut record = self.hotkey(holder)?;
        let dues = record.divide(reward.incentive, reward.dividends).ok_or(StakingError::Overflow)?;
        record.pay(dues, span, now).ok_or(StakingError::Overflow)?;
        self.hotkeys.insert(holder, &record);
        Ok(())
    }

    /// The stake of a seat's holder when the epoch before `boundary` ended, or now if nothing has touched it since.
    fn stake_at(&self, slot: &Slot, netuid: Netuid, boundary: Option<ProtocolBlock>) -> Option<Rao> {
        let Some(holder) = slot.holder else {
            return Some(Rao::ZERO);
        };
        let kept = boundary.and_then(|boundary| slot.snapshot.of(boundary));
        if kept.is_some() {
            return kept;
        }
        if !slot.roams {
            return slot.stake();
        }
        let record = self.hotkeys.get(holder)?;
        let kept = boundary.and_then(|boundary| record.kept(netuid, boundary));
        kept.or_else(|| record.held())
    }
}
