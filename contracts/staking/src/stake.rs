//! What one coldkey has on one hotkey: shares of the pool, and how much of it is held for how long.

use primitives::{staking::STAKE_HOLD, ProtocolBlock, Rao};

use crate::pool::Holding;

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
}
