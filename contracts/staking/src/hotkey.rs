//! A hotkey: its owner, its take, its pool, the owner's stake, and where epochs have left it dues.
//!
//! The owner's stake is kept here and not beside the nominators', so that dues, which go to the owner and the pool
//! together, touch one storage cell.

use ink::prelude::vec::Vec;
use primitives::{
    staking::{Delegate, MAX_TAKE, MIN_STAKE, TAKE_RAISE_INTERVAL},
    AccountId, Netuid, ProtocolBlock, Rao, StakingError,
};

use crate::{
    page::{Dues, Seat, Slot},
    pool::Pool,
    snapshot::Snapshot,
    stake::Stake,
    vesting::{Span, Vesting},
};

/// What a hotkey has coming that is in no slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
struct Waiting {
    to_owner: Rao,
    to_pool: Vesting,
    span: Span,
}

/// A hotkey as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Hotkey {
    /// The coldkey that owns it.
    pub owner: AccountId,
    /// The hotkey with which the pool began and under which nominators' stakes are kept: another one than this if
    /// this one took its place.
    pub founder: AccountId,
    /// Everything staked on it but its dues, the owner's stake included.
    pub pool: Pool,
    /// The owner's stake.
    pub owner_stake: Stake,
    /// Its seats; each slot names it.
    pub seats: Vec<Seat>,
    /// Whether it has had several seats at once. From then on it is paid here and not in a slot, so that no message
    /// has to look for its dues in all its subnets.
    pub roams: bool,
    take: u16,
    take_changed_at: ProtocolBlock,
    /// Due from seats that it has lost and, if it roams, from those that it has.
    waiting: Waiting,
    /// If it roams, its stakes when epochs of its subnets ended.
    kept: Vec<(Netuid, Snapshot)>,
}

impl Hotkey {
    /// A hotkey that becomes `owner`'s at block `now`, with the highest take and nothing staked. Source of the take:
    /// subtensor `DefaultDelegateTake`.
    pub fn new(hotkey: AccountId, owner: AccountId, now: ProtocolBlock) -> Self {
        Self {
            owner,
            founder: hotkey,
            pool: Pool::default(),
            owner_stake: Stake::default(),
            seats: Vec::new(),
            roams: false,
            take: MAX_TAKE,
            take_changed_at: now,
            waiting: Waiting::default(),
            kept: Vec::new(),
        }
    }

    /// The same hotkey, with nothing staked on it, in the hands of another owner at block `now`.
    pub fn passed_to(&self, owner: AccountId, now: ProtocolBlock) -> Self {
        let (seats, kept) = (self.seats.clone(), self.kept.clone());
        Self { pool: self.pool, seats, roams: self.roams, kept, ..Self::new(self.founder, owner, now) }
    }

    /// Passes only for the owner.
    pub fn ensure_owner(&self, coldkey: AccountId) -> Result<(), StakingError> {
        if coldkey == self.owner {
            return Ok(());
        }
        Err(StakingError::NonAssociatedColdKey { owner: self.owner })
    }

    /// Raises the take to `take` at block `now`.
    pub fn increase_take(&mut self, take: u16, now: ProtocolBlock) -> Result<(), StakingError> {
        if take > MAX_TAKE {
            return Err(StakingError::DelegateTakeTooHigh { max: MAX_TAKE });
        }
        if take <= self.take {
            return Err(StakingError::DelegateTakeTooLow { take: self.take });
        }
        let from = self.take_changed_at.after(TAKE_RAISE_INTERVAL);
        if now < from {
            return Err(StakingError::DelegateTxRateLimitExceeded { from });
        }
        self.take = take;
        self.take_changed_at = now;
        Ok(())
    }

    /// Lowers the take to `take` at block `now`.
    pub fn decrease_take(&mut self, take: u16, now: ProtocolBlock) -> Result<(), StakingError> {
        if take >= self.take {
            return Err(StakingError::DelegateTakeTooHigh { max: self.take.saturating_sub(1) });
        }
        self.take = take;
        self.take_changed_at = now;
        Ok(())
    }

    /// Divides what an epoch pays: the incentive and the take to the owner, the rest of the dividends to the pool.
    /// If nobody has staked it all goes to the owner.
    pub fn divide(&self, incentive: Rao, dividends: Rao) -> Option<Dues> {
        let to_pool = if self.pool.is_empty() { Rao::ZERO } else { dividends.checked_sub(self.take_of(dividends))? };
        Some(Dues { to_owner: incentive.checked_add(dividends)?.checked_sub(to_pool)?, to_pool })
    }

    /// Takes in dues: first the pool rises, then the owner's part buys shares. If nobody has staked it all goes to
    /// the owner.
    pub fn credit(&mut self, dues: Dues) -> Result<(), StakingError> {
        let Dues { mut to_owner, to_pool } = dues;
        if self.pool.is_empty() {
            to_owner = to_owner.checked_add(to_pool).ok_or(StakingError::Overflow)?;
        } else {
            self.pool.reward(to_pool).ok_or(StakingError::Overflow)?;
        }
        self.pool.deposit(&mut self.owner_stake.holding, to_owner).ok_or(StakingError::Overflow)
    }

    /// Takes over all that a slot holds at block `now`, with which the slot's `span` may but need not begin. None of it
    /// comes into the pool by that: dues come there all at once or the owner's part would earn on what others have
    /// coming.
    pub fn take_over(&mut self, slot: &Slot, span: &Span, now: ProtocolBlock) -> Option<()> {
        let mut to_pool = slot.to_pool;
        to_pool.rebase(span, now);
        self.wait(slot.to_owner, &to_pool, span, now)
    }

    /// Takes in dues of block `now`; what is for the pool becomes due over what is left of `span`, or of the span over
    /// which what waits already does, whichever is longer.
    pub fn pay(&mut self, dues: Dues, span: &Span, now: ProtocolBlock) -> Option<()> {
        let mut to_pool = Vesting::default();
        to_pool.add(dues.to_pool)?;
        self.wait(dues.to_owner, &to_pool, span, now)
    }

    fn wait(&mut self, owners: Rao, pools: &Vesting, span: &Span, now: ProtocolBlock) -> Option<()> {
        let Waiting { to_owner, to_pool, span: own } = &mut self.waiting;
        *to_owner = to_owner.checked_add(owners)?;
        if pools.held().is_zero() {
            return Some(());
        }
        to_pool.rebase(own, now);
        *own = own.renewed(now, span.left(now));
        to_pool.join(pools)
    }

    /// Takes out what is due at block `now` of what waits in no slot.
    pub fn release(&mut self, now: ProtocolBlock) -> Dues {
        let Waiting { to_owner, to_pool, span } = &mut self.waiting;
        Dues { to_owner: core::mem::take(to_owner), to_pool: to_pool.release(span, now) }
    }

    /// Keeps the stake of a hotkey that roams, which it had when the epoch of a subnet before `boundary` ended, unless
    /// that was kept already.
    pub fn keep(&mut self, netuid: Netuid, boundary: ProtocolBlock, stake: Rao) {
        match self.kept.iter_mut().find(|(kept, _)| *kept == netuid) {
            Some((_, snapshot)) => snapshot.keep(boundary, stake),
            None => {
                let mut snapshot = Snapshot::default();
                snapshot.keep(boundary, stake);
                self.kept.push((netuid, snapshot));
            }
        }
    }

    /// The stake of a hotkey that roams when the epoch of a subnet before `boundary` ended, if it was kept.
    pub fn kept(&self, netuid: Netuid, boundary: ProtocolBlock) -> Option<Rao> {
        let (_, snapshot) = self.kept.iter().find(|(kept, _)| *kept == netuid)?;
        snapshot.of(boundary)
    }

    /// Gives up a seat.
    pub fn leave(&mut self, seat: Seat) {
        self.seats.retain(|&other| other != seat);
        let (netuid, _) = seat;
        if !self.seats.iter().any(|(other, _)| *other == netuid) {
            self.kept.retain(|(kept, _)| *kept != netuid);
        }
    }

    /// The pool and what waits in no slot, due or not; `None` if it is beyond what can be counted.
    pub fn held(&self) -> Option<Rao> {
        let Waiting { to_owner, to_pool, .. } = &self.waiting;
        self.pool.value().checked_add(*to_owner)?.checked_add(to_pool.held())
    }

    /// How much leaves `coldkey`'s stake at block `now` if `amount` is asked for: a rest below [`MIN_STAKE`] that
    /// anyone but the owner would keep goes with it.
    ///
    /// # Errors
    /// `NotEnoughStakeToWithdraw`, then `StakingOperationRateLimitExceeded`.
    pub fn withdrawal(
        &self,
        coldkey: AccountId,
        stake: &Stake,
        amount: Rao,
        now: ProtocolBlock,
    ) -> Result<Rao, StakingError> {
        let available = self.pool.stake(&stake.holding);
        let not_enough = StakingError::NotEnoughStakeToWithdraw { available };
        let rest = available.checked_sub(amount).ok_or(not_enough)?;
        let rest = if coldkey != self.owner && rest < MIN_STAKE { Rao::ZERO } else { rest };
        if rest < stake.hold.held(now) {
            return Err(StakingError::StakingOperationRateLimitExceeded { from: stake.hold.until() });
        }
        available.checked_sub(rest).ok_or(StakingError::Overflow)
    }

    /// The hotkey as its nominators see it, with `total_stake` on it.
    pub fn delegate(&self, total_stake: Rao) -> Delegate {
        Delegate { owner: self.owner, take: self.take, take_changed_at: self.take_changed_at, total_stake }
    }

    /// The owner's part of dividends, rounded down.
    fn take_of(&self, dividends: Rao) -> Rao {
        let product = u128::from(dividends.get()).saturating_mul(u128::from(self.take));
        // The take is below 1, so it is less than the dividends.
        let take = product.checked_div(u128::from(u16::MAX)).unwrap_or(0);
        Rao::new(u64::try_from(take).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use primitives::staking::STAKE_HOLD;

    use super::*;
    use crate::pool::Holding;

    fn owner() -> AccountId {
        AccountId::from([1; 32])
    }

    fn nominator() -> AccountId {
        AccountId::from([2; 32])
    }

    fn block(number: u64) -> ProtocolBlock {
        ProtocolBlock::new(number)
    }

    fn hotkey() -> Hotkey {
        Hotkey::new(AccountId::from([9; 32]), owner(), block(0))
    }

    fn dues(to_owner: u64, to_pool: u64) -> Dues {
        Dues { to_owner: Rao::new(to_owner), to_pool: Rao::new(to_pool) }
    }

    #[test]
    fn a_reward_pays_the_take_and_the_incentive_to_the_owner_and_the_rest_to_all() {
        let mut hotkey = hotkey();
        let mut nominated = Holding::default();
        hotkey.pool.deposit(&mut hotkey.owner_stake.holding, Rao::new(1_000_000)).expect("small");
        hotkey.pool.deposit(&mut nominated, Rao::new(3_000_000)).expect("small");
        // The take of 65,535 is 11,796; of the other 53,739 the nominator has three quarters, 40,304.25.
        let divided = hotkey.divide(Rao::new(500), Rao::new(65_535)).expect("small");
        assert_eq!(divided, dues(12_296, 53_739));
        hotkey.credit(divided).expect("small");
        assert_eq!(hotkey.pool.stake(&nominated), Rao::new(3_040_304));
        assert_eq!(hotkey.pool.stake(&hotkey.owner_stake.holding), Rao::new(1_000_000 + 13_434 + 11_796 + 500));
        assert_eq!(hotkey.pool.value(), Rao::new(4_066_035));
    }

    #[test]
    fn all_goes_to_the_owner_when_nobody_has_staked() {
        let mut hotkey = hotkey();
        assert_eq!(hotkey.divide(Rao::new(2), Rao::new(5)), Some(dues(7, 0)));
        hotkey.credit(dues(2, 5)).expect("small");
        assert_eq!(hotkey.pool.stake(&hotkey.owner_stake.holding), Rao::new(7));
    }

    #[test]
    fn what_a_slot_held_becomes_due_over_the_span_of_its_page_and_what_joins_it_delays_it() {
        let mut hotkey = hotkey();
        let span = |from, blocks| Span::default().renewed(block(from), blocks);
        let slot = |to_owner, to_pool| {
            let mut slot = Slot::of(owner(), Rao::ZERO);
            slot.to_owner = Rao::new(to_owner);
            slot.to_pool.add(Rao::new(to_pool)).expect("small");
            slot
        };
        hotkey.take_over(&slot(7, 100), &span(10, 10), block(10)).expect("small");
        assert_eq!(hotkey.release(block(15)), dues(7, 50));
        hotkey.take_over(&slot(0, 20), &span(15, 3), block(15)).expect("small");
        assert_eq!((hotkey.release(block(19)), hotkey.held()), (dues(0, 56), Some(Rao::new(14))));
        // The 14 that are not due at block 19 wait 4 more blocks from there, as do the 6.
        hotkey.pay(dues(3, 6), &span(19, 4), block(19)).expect("small");
        assert_eq!(hotkey.release(block(22)), dues(3, 15));
        assert_eq!(hotkey.release(block(23)), dues(0, 5));
    }

    #[test]
    fn a_stake_is_kept_for_a_subnet_until_its_last_seat_there_is_left() {
        let mut hotkey = hotkey();
        let seats = [(1, 0), (1, 9), (2, 0)].map(|(netuid, uid)| (Netuid::new(netuid), primitives::Uid::new(uid)));
        hotkey.seats.extend(seats);
        for (netuid, rao) in [(1, 5), (2, 6), (1, 7)] {
            hotkey.keep(Netuid::new(netuid), block(10), Rao::new(rao));
        }
        let kept = |hotkey: &Hotkey| [1, 2].map(|netuid| hotkey.kept(Netuid::new(netuid), block(10)));
        hotkey.leave(seats[0]);
        assert_eq!(kept(&hotkey), [Some(Rao::new(5)), Some(Rao::new(6))]);
        hotkey.leave(seats[1]);
        assert_eq!(kept(&hotkey), [None, Some(Rao::new(6))]);
    }

    #[test]
    fn a_hold_keeps_what_came_lately_and_nothing_else() {
        let mut hotkey = hotkey();
        let mut stake = Stake::default();
        hotkey.pool.deposit(&mut stake.holding, Rao::new(8_000_000)).expect("small");
        stake.hold.renew(Rao::new(5_000_000), block(7)).expect("small");
        let ask = |rao, now| hotkey.withdrawal(nominator(), &stake, Rao::new(rao), block(now));
        let held = Err(StakingError::StakingOperationRateLimitExceeded { from: block(7 + STAKE_HOLD) });
        assert_eq!(ask(3_000_000, 7), Ok(Rao::new(3_000_000)));
        assert_eq!(ask(3_000_001, 6 + STAKE_HOLD), held);
        let available = Rao::new(8_000_000);
        assert_eq!(ask(8_000_001, 7), Err(StakingError::NotEnoughStakeToWithdraw { available }));
        assert_eq!(ask(8_000_000, 7 + STAKE_HOLD), Ok(available));
    }

    #[test]
    fn another_owner_begins_with_the_highest_take_and_keeps_the_seats() {
        let mut hotkey = hotkey();
        hotkey.seats.push((Netuid::new(1), primitives::Uid::new(2)));
        hotkey.decrease_take(5, block(9)).expect("it is lower");
        let passed = hotkey.passed_to(nominator(), block(20));
        assert_eq!(passed.seats, hotkey.seats);
        let expected =
            Delegate { owner: nominator(), take: MAX_TAKE, take_changed_at: block(20), total_stake: Rao::ZERO };
        assert_eq!(passed.delegate(Rao::ZERO), expected);
    }
}
