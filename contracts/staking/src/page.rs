//! What epochs have paid and nobody has moved into pools yet, packed: the uids of a subnet, 32 to a page.
//!
//! A record per hotkey would cost an epoch of 256 uids 256 reads and writes; pages cost it eight. Whoever touches a
//! hotkey later moves its dues from the page into its pool. 32 to a page and not more, because a message may have to
//! read one page for each of the 128 subnets there can be, for two hotkeys, within a heap of 1 MiB that never frees.

use ink::{
    prelude::vec::Vec,
    scale::{Compact, Decode, Error, Input},
};
use primitives::{
    staking::{FIRST_VESTING, MAX_VESTING},
    AccountId, Netuid, ProtocolBlock, Rao, Uid,
};

use crate::vesting::{Span, Vesting};

/// Uids of a page.
pub const PAGE: usize = 32;

/// The place of a neuron: its subnet and its uid.
pub type Seat = (Netuid, Uid);
/// The place of a page: its subnet and its number.
pub type PageKey = (Netuid, u16);

/// The page of a seat and the slot in it.
pub fn place((netuid, uid): Seat) -> (PageKey, usize) {
    let index = uid.index();
    let number = index.checked_div(PAGE).and_then(|number| u16::try_from(number).ok()).unwrap_or(u16::MAX);
    ((netuid, number), index.checked_rem(PAGE).unwrap_or(0))
}

/// What a uid was paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Slot {
    /// The hotkey that is paid here; its record names this seat. `None` if nobody ever was.
    pub holder: Option<AccountId>,
    /// Due to the hotkey's owner.
    pub to_owner: Rao,
    /// Due to the hotkey's pool, over the page's span.
    pub to_pool: Vesting,
}

/// Dues of a hotkey that are taken out of slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dues {
    /// For the owner.
    pub to_owner: Rao,
    /// For the pool.
    pub to_pool: Rao,
}

impl Dues {
    /// Whether there are none.
    pub fn is_nothing(&self) -> bool {
        self.to_owner.is_zero() && self.to_pool.is_zero()
    }

    /// Both amounts together with `other`; `None` if one is beyond what can be counted.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            to_owner: self.to_owner.checked_add(other.to_owner)?,
            to_pool: self.to_pool.checked_add(other.to_pool)?,
        })
    }
}

impl Slot {
    /// Takes out what is due at block `now`.
    pub fn release(&mut self, span: &Span, now: ProtocolBlock) -> Dues {
        let to_owner = core::mem::take(&mut self.to_owner);
        Dues { to_owner, to_pool: self.to_pool.release(span, now) }
    }
}

/// Some uids of a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Page {
    /// From when the page was paid last, until when what goes to pools is due.
    pub span: Span,
    /// What each uid was paid.
    pub slots: Vec<Slot>,
}

impl Page {
    /// Begins a payment at block `now` to slots below `end`: what is paid becomes due over as many blocks as have
    /// passed since the last payment.
    pub fn begin(&mut self, now: ProtocolBlock, end: usize) {
        let earned_in = if self.slots.is_empty() { FIRST_VESTING } else { now.since(self.span.from()) };
        for slot in &mut self.slots {
            slot.to_pool.rebase(&self.span, now);
        }
        self.span = self.span.renewed(now, earned_in.min(MAX_VESTING));
        if self.slots.len() < end {
            self.slots.resize(end, Slot::default());
        }
    }

    /// Takes out what is due to a slot at block `now`.
    pub fn release(&mut self, slot: usize, now: ProtocolBlock) -> Dues {
        let span = self.span;
        self.slots.get_mut(slot).map(|slot| slot.release(&span, now)).unwrap_or_default()
    }
}

/// A page as whoever only asks for totals reads it, in a quarter of the memory: all that each slot holds, due or not.
/// It has an encoding only because a type of storage needs one: nothing writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode)]
pub struct PageTotals(Vec<Rao>);

impl PageTotals {
    /// What a slot holds.
    pub fn of(&self, slot: usize) -> Rao {
        self.0.get(slot).copied().unwrap_or(Rao::ZERO)
    }
}

impl Decode for PageTotals {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Span::decode(input)?;
        let count = usize::try_from(Compact::<u32>::decode(input)?.0).map_err(|_| "too many slots")?;
        let mut totals = Vec::with_capacity(count.min(PAGE));
        for _ in 0..count {
            let Slot { to_owner, to_pool, .. } = Slot::decode(input)?;
            totals.push(to_owner.checked_add(to_pool.held()).ok_or("no slot holds more than there is")?);
        }
        Ok(Self(totals))
    }
}

#[cfg(test)]
mod tests {
    use ink::scale::Encode;

    use super::*;

    fn block(number: u64) -> ProtocolBlock {
        ProtocolBlock::new(number)
    }

    fn paid(page: &mut Page, now: u64, rao: u64) {
        page.begin(block(now), 2);
        page.slots[1].to_pool.add(Rao::new(rao)).expect("small");
    }

    #[test]
    fn a_payment_becomes_due_in_the_time_it_was_earned_in_and_the_first_in_360_blocks() {
        let mut page = Page::default();
        paid(&mut page, 1_000, 360);
        assert_eq!(page.release(1, block(1_036)), Dues { to_owner: Rao::ZERO, to_pool: Rao::new(36) });
        paid(&mut page, 1_720, 720);
        assert_eq!(page.release(1, block(1_720)).to_pool, Rao::new(324));
        assert_eq!(page.release(1, block(1_820)).to_pool, Rao::new(100));
        assert_eq!(page.release(1, block(2_440)).to_pool, Rao::new(620));
    }

    #[test]
    fn no_payment_takes_longer_than_a_week_to_become_due() {
        let mut page = Page::default();
        paid(&mut page, 0, 0);
        paid(&mut page, 1_000_000, 50_400);
        assert_eq!(page.release(1, block(1_000_001)).to_pool, Rao::new(1));
        assert_eq!(page.release(1, block(1_050_400)).to_pool, Rao::new(50_399));
    }

    #[test]
    fn a_page_in_two_payments_of_one_block_is_paid_as_in_one() {
        let mut page = Page::default();
        paid(&mut page, 0, 0);
        paid(&mut page, 400, 50);
        paid(&mut page, 400, 50);
        assert_eq!(page.release(1, block(440)).to_pool, Rao::new(10));
    }

    #[test]
    fn totals_are_read_from_the_encoding_of_a_page() {
        let mut page = Page::default();
        paid(&mut page, 7, 40);
        page.slots[1].to_owner = Rao::new(2);
        page.slots[1].holder = Some(AccountId::from([1; 32]));
        let totals = PageTotals::decode(&mut &page.encode()[..]).expect("it is a page");
        assert_eq!([0, 1, 2].map(|slot| totals.of(slot).get()), [0, 42, 0]);
    }

    #[test]
    fn a_full_page_stays_far_below_the_limit_of_a_cell() {
        let slot = Slot { holder: Some(AccountId::from([1; 32])), ..Slot::default() };
        let page = Page { span: Span::default(), slots: vec![slot; PAGE] };
        assert!(page.encode().len() < 2_048);
    }

    #[test]
    fn uids_are_placed_in_pages_of_32() {
        let netuid = Netuid::new(3);
        let placed = [0, 31, 32, 255, u16::MAX].map(|uid| place((netuid, Uid::new(uid))));
        let expected = [(0, 0), (0, 31), (1, 0), (7, 31), (2_047, 31)];
        assert_eq!(placed, expected.map(|(page, slot)| ((netuid, page), slot)));
    }
}
