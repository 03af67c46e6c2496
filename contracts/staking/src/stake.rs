//! What one coldkey has on one hotkey: shares of the pool, and how much of it is held for how long.

use primitives::{staking::STAKE_HOLD, ProtocolBlock, Rao};

use crate::pool::{Holding, Pool};

/// The part of a stake that came lately and has to stay for a while.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Hold {
    amount: Rao,
    until: ProtocolBlock,
}

impl Hold {
    /// What has to stay at block `now`.
    pub fn held(&self, now: ProtocolBlock) -> Rao {
        if now < self.until {
            self.amount
        } else {
            Rao::ZERO
        }
    }

    /// From when on nothing has to stay.
    pub fn until(&self) -> ProtocolBlock {
        self.until
    }

    /// Holds `amount`, which comes at block `now`, and with it what is still held from before.
    #[must_use]
    pub fn renew(&mut self, amount: Rao, now: ProtocolBlock) -> Option<()> {
        *self = Self { amount: self.held(now).checked_add(amount)?, until: now.after(STAKE_HOLD) };
        Some(())
    }

    /// Holds what either of two holds holds at block `now`, as long as the longer of them.
    fn join(&mut self, other: &Self, now: ProtocolBlock) -> Option<()> {
        let until = [&*self, other].into_iter().filter(|hold| now < hold.until).map(|hold| hold.until).max();
        let amount = self.held(now).checked_add(other.held(now))?;
        *self = Self { amount, until: until.unwrap_or_default() };
        Some(())
    }
}

/// Somebody's stake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Stake {
    /// Shares of the pool.
    pub holding: Holding,
    /// What of it has to stay.
    pub hold: Hold,
}

impl Stake {
    /// Makes two stakes in a pool one, at block `now`.
    #[must_use]
    pub fn join(&mut self, other: &Self, pool: &Pool, now: ProtocolBlock) -> Option<()> {
        pool.join(&mut self.holding, &other.holding)?;
        self.hold.join(&other.hold, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deposit_during_a_hold_renews_it_and_one_after_it_begins_anew() {
        let block = ProtocolBlock::new;
        let mut hold = Hold::default();
        assert_eq!(hold.held(block(0)), Rao::ZERO);
        hold.renew(Rao::new(5), block(10)).expect("small");
        assert_eq!((hold.held(block(369)), hold.held(block(370))), (Rao::new(5), Rao::ZERO));
        hold.renew(Rao::new(2), block(369)).expect("small");
        assert_eq!((hold.held(block(728)), hold.until()), (Rao::new(7), block(729)));
        hold.renew(Rao::new(1), block(729)).expect("small");
        assert_eq!(hold.held(block(729)), Rao::new(1));
    }

    #[test]
    fn holds_join_to_the_sum_of_what_is_still_held_for_the_longer_time() {
        let block = ProtocolBlock::new;
        let hold = |amount, since| {
            let mut hold = Hold::default();
            hold.renew(Rao::new(amount), block(since)).expect("small");
            hold
        };
        let mut both = hold(5, 10);
        both.join(&hold(3, 100), block(200)).expect("small");
        assert_eq!((both.held(block(459)), both.until()), (Rao::new(8), block(460)));
        let mut one = hold(5, 10);
        one.join(&hold(3, 100), block(370)).expect("small");
        assert_eq!((one.held(block(370)), one.until()), (Rao::new(3), block(460)));
    }
}
