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
    children::{inherited, Gift},
    epochs::{Epoch, Epochs},
    page::{place, Dues, Slot, PAGE},
    part::part,
    pool::MAX_VALUE,
    storage::Cells,
    vesting::Span,
};

/// What a payment is for.
struct Payment {
    netuid: Netuid,
    /// `None` if it is the first and its epoch's end not known.
    epoch: Option<Epoch>,
    /// What parents gave to children in the epoch.
    gifts: Vec<Gift>,
    now: ProtocolBlock,
}

impl Cells {
    /// The stakes of `count` uids from `first` on: of an epoch that has ended and was not paid yet those of its end,
    /// else those of now.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn stakes(&self, netuid: Netuid, first: Uid, count: u16) -> Result<Stakes, StakingError> {
        let epoch = self.epochs.get(netuid).map(|epochs| epochs.current());
        let gifts = self.gifts(netuid, epoch)?;
        let (mut uid, end) = (first.get(), first.get().saturating_add(count));
        let mut of = Vec::with_capacity(usize::from(count));
        while uid < end {
            let (key, place) = place((netuid, Uid::new(uid)));
            let left = usize::from(end.saturating_sub(uid));
            let of_page = left.min(PAGE.saturating_sub(place));
            let page = self.page(key);
            for place in place..place.saturating_add(of_page) {
                of.push(self.stake_at(&page.slot(place), netuid, epoch, &gifts).ok_or(StakingError::Overflow)?);
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
        let epochs = self.epochs.get(netuid);
        let next = epochs.map_or(Epochs::first(now, next_epoch), |epochs| epochs.after_payment(next_epoch));
        let epoch = epochs.map(|_| next.paid());
        let payment = Payment { netuid, epoch, gifts: self.gifts(netuid, epoch)?, now };
        let (mut uid, mut rest) = (first, rewards);
        while !rest.is_empty() {
            let (_, place) = place((netuid, uid));
            let (of_page, others) = rest.split_at(rest.len().min(PAGE.saturating_sub(place)));
            self.pay_page(&payment, uid, of_page)?;
            rest = others;
            if !rest.is_empty() {
                let next = uid.index().saturating_add(of_page.len());
                uid = Uid::from_index(next).ok_or(StakingError::Overflow)?;
            }
        }
        self.epochs.insert(netuid, &next);
        self.total.set(&total);
        Ok(())
    }

    fn pay_page(&mut self, payment: &Payment, first: Uid, rewards: &[Reward]) -> Result<(), StakingError> {
        let &Payment { netuid, now, .. } = payment;
        let (key, start) = place((netuid, first));
        let mut page = self.page(key);
        page.begin(now);
        for (offset, reward) in rewards.iter().enumerate() {
            if reward.incentive.is_zero() && reward.dividends.is_zero() {
                continue;
            }
            let place = start.saturating_add(offset);
            let mut slot = page.slot(place);
            let uid = Uid::from_index(first.index().saturating_add(offset)).ok_or(StakingError::Overflow)?;
            let holder = slot.holder.ok_or(StakingError::EmptySeat(uid))?;
            let reward = self.pay_parents(payment, &slot, &holder, reward, &page.span)?;
            if slot.roams {
                self.pay_record(&holder, &reward, &page.span, now)?;
            } else {
                self.pay_slot(&mut slot, &holder, &reward)?;
                page.put(place, slot);
            }
        }
        if !page.is_empty() {
            self.pages.insert(key, &page);
        }
        Ok(())
    }

    /// Pays the parents of a hotkey what it has earned by their gifts, but for its take, and returns what is left for
    /// it. The take is its owner's.
    fn pay_parents(
        &mut self,
        payment: &Payment,
        slot: &Slot,
        holder: &AccountId,
        reward: &Reward,
        span: &Span,
    ) -> Result<Reward, StakingError> {
        let Payment { netuid, epoch, gifts, now } = payment;
        let mut left = *reward;
        if reward.dividends.is_zero() || !gifts.iter().any(|gift| gift.child == *holder) {
            return Ok(left);
        }
        let stake = self.stake_at(slot, *netuid, *epoch, gifts).ok_or(StakingError::Overflow)?;
        let child = self.hotkey(holder)?;
        for gift in gifts.iter().filter(|gift| gift.child == *holder) {
            let earned = part(reward.dividends, gift.amount.get(), stake.get());
            let mut record = self.hotkey(&gift.parent)?;
            let rate = if record.owner == child.owner { 0 } else { child.childkey_take };
            let take = part(earned, u64::from(rate), u64::from(u16::MAX));
            let parents = earned.checked_sub(take).ok_or(StakingError::Overflow)?;
            let dues = record.divide(Rao::ZERO, parents).ok_or(StakingError::Overflow)?;
            record.pay(dues, span, *now).ok_or(StakingError::Overflow)?;
            self.put(&gift.parent, &record);
            left.dividends = left.dividends.checked_sub(earned).ok_or(StakingError::Overflow)?;
            left.incentive = left.incentive.checked_add(take).ok_or(StakingError::Overflow)?;
        }
        Ok(left)
    }

    fn pay_slot(&self, slot: &mut Slot, holder: &AccountId, reward: &Reward) -> Result<(), StakingError> {
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
        holder: &AccountId,
        reward: &Reward,
        span: &Span,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        let mut record = self.hotkey(holder)?;
        let dues = record.divide(reward.incentive, reward.dividends).ok_or(StakingError::Overflow)?;
        record.pay(dues, span, now).ok_or(StakingError::Overflow)?;
        self.put(holder, &record);
        Ok(())
    }

    /// The stake of a seat's holder when an epoch ended, or now if nothing has touched it since, with what it is given
    /// and without what it gives.
    fn stake_at(&self, slot: &Slot, netuid: Netuid, epoch: Option<Epoch>, gifts: &[Gift]) -> Option<Rao> {
        let Some(holder) = slot.holder else {
            return Some(Rao::ZERO);
        };
        let kept = epoch.and_then(|epoch| slot.snapshot.of(epoch.until));
        let own = match kept {
            Some(stake) => stake,
            None if slot.roams => {
                let record = self.record(&holder)?;
                let kept = epoch.and_then(|epoch| record.kept(netuid, epoch.until));
                kept.or_else(|| record.held())?
            }
            None => slot.stake()?,
        };
        inherited(own, &holder, gifts)
    }
}
