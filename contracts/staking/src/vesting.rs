//! Dividends on their way to a pool: they become due block by block, not all at once.
//!
//! Whoever stakes just before an epoch is settled and leaves just after it would otherwise take a part of what
//! others have earned in the blocks before. So dividends become due over as many blocks as they were earned in.
//! What is not due yet is rounded up: nothing is due too early, and at the end of the span everything is.

use primitives::{ProtocolBlock, Rao};

/// The blocks over which an amount becomes due, evenly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Span {
    from: ProtocolBlock,
    blocks: u64,
}

impl Span {
    /// The block with which it began.
    pub fn from(&self) -> ProtocolBlock {
        self.from
    }

    /// The span that begins at block `now` and lasts `blocks`, or longer if this one does: what waits from before
    /// becomes due no earlier because something joins it.
    pub fn renewed(&self, now: ProtocolBlock, blocks: u64) -> Self {
        Self { from: now, blocks: blocks.max(self.left(now)) }
    }

    /// How many of its blocks are to come at block `now`.
    pub fn left(&self, now: ProtocolBlock) -> u64 {
        self.blocks.saturating_sub(now.since(self.from))
    }

    /// How much of `amount` is not due yet at block `now`, rounded up.
    fn locked(&self, amount: Rao, now: ProtocolBlock) -> Rao {
        let left = self.left(now);
        // Most slots of a page hold nothing or nothing that is not due: they must not cost a division.
        if left == 0 || amount.is_zero() {
            return Rao::ZERO;
        }
        let product = u128::from(amount.get()).saturating_mul(u128::from(left));
        // No more than the amount, since no more blocks are to come than there are, of which there are some.
        let locked = product.div_ceil(u128::from(self.blocks.max(1)));
        Rao::new(u64::try_from(locked).unwrap_or(u64::MAX))
    }
}

/// What becomes due over a span that is kept beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Vesting {
    /// All that has not been released.
    held: Rao,
    /// What was not due yet when the span began.
    vests: Rao,
}

impl Vesting {
    /// What is made of these numbers.
    pub fn from_words([held, vests]: [u64; 2]) -> Self {
        Self { held: Rao::new(held), vests: Rao::new(vests) }
    }

    /// What is held and what was not due when the span began, as numbers.
    pub fn to_words(self) -> [u64; 2] {
        [self.held.get(), self.vests.get()]
    }

    /// All that has not been released, due or not.
    pub fn held(&self) -> Rao {
        self.held
    }

    /// Takes out what is due at block `now`.
    pub fn release(&mut self, span: &Span, now: ProtocolBlock) -> Rao {
        let locked = span.locked(self.vests, now).min(self.held);
        let due = self.held.checked_sub(locked).unwrap_or(Rao::ZERO);
        self.held = locked;
        due
    }

    /// Goes over from a span to the one that begins at block `now` in its place; nothing becomes due by that.
    pub fn rebase(&mut self, span: &Span, now: ProtocolBlock) {
        self.vests = span.locked(self.vests, now).min(self.held);
    }

    /// Takes over what another holds, after both have gone over to spans that begin at the same block; `None` if it
    /// is beyond what can be counted.
    #[must_use]
    pub fn join(&mut self, other: &Self) -> Option<()> {
        *self = Self { held: self.held.checked_add(other.held)?, vests: self.vests.checked_add(other.vests)? };
        Some(())
    }

    /// Adds an amount that becomes due over the span that has just begun; `None` if it is beyond what can be counted.
    #[must_use]
    pub fn add(&mut self, amount: Rao) -> Option<()> {
        self.join(&Self { held: amount, vests: amount })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(number: u64) -> ProtocolBlock {
        ProtocolBlock::new(number)
    }

    fn vesting(rao: u64) -> Vesting {
        let mut vesting = Vesting::default();
        vesting.add(Rao::new(rao)).expect("small");
        vesting
    }

    #[test]
    fn an_amount_becomes_due_block_by_block_and_to_the_last_rao() {
        let span = Span::default().renewed(block(100), 3);
        let mut vesting = vesting(10);
        // Of 10 RAO over 3 blocks, 3 1/3 become due with each; what is locked is rounded up.
        let due = [100, 101, 101, 102, 103, 104].map(|now| vesting.release(&span, block(now)).get());
        assert_eq!(due, [0, 3, 0, 3, 4, 0]);
        assert_eq!(vesting.held(), Rao::ZERO);
    }

    #[test]
    fn without_a_span_all_is_due_at_once() {
        assert_eq!(vesting(10).release(&Span::default(), block(0)), Rao::new(10));
    }

    #[test]
    fn a_new_span_keeps_what_is_due_and_does_not_hasten_the_rest() {
        let long = Span::default().renewed(block(0), 100);
        let mut vesting = vesting(1_000);
        // At block 10, 100 RAO are due and 90 blocks remain; 10 blocks have earned another 50 RAO.
        let next = long.renewed(block(10), 10);
        vesting.rebase(&long, block(10));
        vesting.add(Rao::new(50)).expect("small");
        assert_eq!(next.left(block(10)), 90);
        assert_eq!(vesting.release(&next, block(10)), Rao::new(100));
        assert_eq!(vesting.release(&next, block(55)), Rao::new(475));
        assert_eq!(vesting.release(&next, block(100)), Rao::new(475));
    }

    proptest! {
        #[test]
        fn whatever_joins_everything_is_released_once_and_never_early(
            steps in prop::collection::vec((0_u64..2_000, 0_u64..1_000, 0_u64..1_000_000_000), 1..30)
        ) {
            let (mut vesting, mut span, mut now) = (Vesting::default(), Span::default(), 0);
            let (mut added, mut released, mut end) = (0, 0, 0);
            for (passed, blocks, rao) in steps {
                now += passed;
                let before = vesting;
                vesting.rebase(&span, block(now));
                let (mut old, mut new) = (before, vesting);
                let next = span.renewed(block(now), blocks);
                prop_assert_eq!(old.release(&span, block(now)), new.release(&next, block(now)));
                vesting.add(Rao::new(rao)).expect("within 64 bits");
                span = next;
                end = end.max(now + blocks);
                added += rao;
                released += vesting.release(&span, block(now)).get();
                prop_assert_eq!(added, released + vesting.held().get());
            }
            released += vesting.release(&span, block(end)).get();
            prop_assert_eq!(added, released);
        }
    }
}
