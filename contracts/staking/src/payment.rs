//! Crediting an epoch: a dense run of uids into their pages, each page read and written once.
//!
//! A hotkey's record is read only where dividends have to be divided, or where the hotkey is new to its seat, and
//! written only in the latter case and when it loses a seat: that is what makes an epoch cheap.

use primitives::{staking::Reward, Netuid, ProtocolBlock, StakingError, Uid};

use crate::{
    page::{place, Page, PageKey, Seat, Slot, PAGE},
    pool::MAX_VALUE,
    storage::Cells,
    vesting::Span,
};

impl Cells {
    /// Credits `rewards` to the uids of a subnet from `first` on, at block `now`.
    ///
    /// # Errors
    /// `HotKeyAccountNotExists`, `Overflow`.
    pub fn pay(
        &mut self,
        netuid: Netuid,
        first: Uid,
        rewards: &[Reward],
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let total = rewards.iter().try_fold(self.total(), |total, reward| {
            total.checked_add(reward.incentive)?.checked_add(reward.dividends).filter(|&total| total <= MAX_VALUE)
        });
        let total = total.ok_or(StakingError::Overflow)?;
        let (mut uid, mut rest) = (first, rewards);
        while !rest.is_empty() {
            let (key, slot) = place((netuid, uid));
            let (of_page, others) = rest.split_at(rest.len().min(PAGE.saturating_sub(slot)));
            self.pay_page(key, uid, of_page, now)?;
            rest = others;
            if !rest.is_empty() {
                let next = uid.index().saturating_add(of_page.len());
                uid = Uid::from_index(next).ok_or(StakingError::Overflow)?;
            }
        }
        self.total.set(&total);
        Ok(())
    }

    fn pay_page(
        &mut self,
        key: PageKey,
        first: Uid,
        rewards: &[Reward],
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let (netuid, _) = key;
        let (_, start) = place((netuid, first));
        let mut page = self.pages.get(key).unwrap_or_default();
        page.begin(now, start.saturating_add(rewards.len()));
        let Page { span, slots } = &mut page;
        for ((index, slot), reward) in slots.iter_mut().enumerate().skip(start).zip(rewards) {
            let offset = index.saturating_sub(start);
            let uid = Uid::from_index(first.index().saturating_add(offset)).ok_or(StakingError::Overflow)?;
            self.vacate(slot, (netuid, uid), reward, span, now)?;
            self.pay_slot(slot, (netuid, uid), reward)?;
        }
        self.pages.insert(key, &page);
        Ok(())
    }

    /// Empties a slot for another hotkey; what its holder has there goes with the holder.
    fn vacate(
        &mut self,
        slot: &mut Slot,
        seat: Seat,
        reward: &Reward,
        span: &Span,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let Some(holder) = slot.holder.filter(|&holder| holder != reward.hotkey) else {
            return Ok(());
        };
        let mut record = self.hotkey(holder)?;
        record.seats.retain(|&other| other != seat);
        record.leave_behind(slot, span, now).ok_or(StakingError::Overflow)?;
        self.hotkeys.insert(holder, &record);
        *slot = Slot::default();
        Ok(())
    }

    /// Pays the holder of a slot, or whoever takes it because nobody holds it.
    fn pay_slot(&mut self, slot: &mut Slot, seat: Seat, reward: &Reward) -> Result<(), StakingError> {
        let &Reward { hotkey, incentive, dividends } = reward;
        let mut to_owner = incentive;
        if !dividends.is_zero() || (slot.holder.is_none() && !incentive.is_zero()) {
            let mut record = self.hotkey(hotkey)?;
            let dues = record.divide(incentive, dividends).ok_or(StakingError::Overflow)?;
            to_owner = dues.to_owner;
            slot.to_pool.add(dues.to_pool).ok_or(StakingError::Overflow)?;
            if slot.holder.is_none() {
                slot.holder = Some(hotkey);
                record.seats.push(seat);
                self.hotkeys.insert(hotkey, &record);
            }
        }
        slot.to_owner = slot.to_owner.checked_add(to_owner).ok_or(StakingError::Overflow)?;
        Ok(())
    }
}
