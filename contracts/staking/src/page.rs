//! The seats of a subnet, packed: 32 uids to a page.
//!
//! A slot has what epochs have paid to its holder and nobody has moved into the pool yet, and mirrors the stake on the
//! holder, so that an epoch reads and writes eight pages for 256 uids and not a record for each. Whoever touches a
//! hotkey later moves its dues into its pool and renews the mirror. That needs the hotkey to have one seat: one that
//! has had several roams, is paid in its record, and its slots hold nothing but its name.
//!
//! A slot also keeps the stake that its holder had when the epoch ended, from the first touch after that until the
//! next epoch: what is staked and withdrawn before the epoch is settled changes nothing about it.
//!
//! 32 to a page and not more, because a message may have to write one page for each of the 128 subnets there can be,
//! for two hotkeys, within a heap of 1 MiB that never frees.

use ink::prelude::vec::Vec;
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

/// The stake that a hotkey had when an epoch ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
struct Snapshot {
    /// The block at which the next epoch began. No epoch begins at block 0.
    boundary: ProtocolBlock,
    stake: Rao,
}

/// The seat of a uid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Slot {
    /// The hotkey that has the seat; its record names it. `None` if nobody has.
    pub holder: Option<AccountId>,
    /// Whether the holder is paid in its record. The three amounts that follow are 0 then.
    pub roams: bool,
    /// Due to the hotkey's owner.
    pub to_owner: Rao,
    /// Due to the hotkey's pool, over the page's span.
    pub to_pool: Vesting,
    /// All that the hotkey's record holds.
    pub mirror: Rao,
    snapshot: Snapshot,
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
    /// The seat of a hotkey that has no other and has just come with `stake`.
    pub fn of(holder: AccountId, stake: Rao) -> Self {
        Self { holder: Some(holder), mirror: stake, ..Self::default() }
    }

    /// The seat of a hotkey that roams.
    pub fn of_roaming(holder: AccountId) -> Self {
        Self { holder: Some(holder), roams: true, ..Self::default() }
    }

    /// The same seat after its holder has begun to roam.
    pub fn set_roaming(&self) -> Self {
        Self { holder: self.holder, roams: true, snapshot: self.snapshot, ..Self::default() }
    }

    /// Takes out what is due at block `now`.
    pub fn release(&mut self, span: &Span, now: ProtocolBlock) -> Dues {
        let to_owner = core::mem::take(&mut self.to_owner);
        Dues { to_owner, to_pool: self.to_pool.release(span, now) }
    }

    /// All that is staked on a holder that does not roam, due or not; `None` if it is beyond what can be counted.
    pub fn stake(&self) -> Option<Rao> {
        self.mirror.checked_add(self.to_owner)?.checked_add(self.to_pool.held())
    }

    /// The stake of the holder when the epoch before `boundary` ended, if it was kept.
    pub fn snapshot(&self, boundary: ProtocolBlock) -> Option<Rao> {
        (self.snapshot.boundary == boundary).then_some(self.snapshot.stake)
    }

    /// Keeps `stake` as what the holder had when the epoch before `boundary` ended, unless one was kept already.
    /// Whether that changed anything.
    pub fn keep(&mut self, boundary: ProtocolBlock, stake: Rao) -> bool {
        let is_first = self.snapshot.boundary != boundary;
        if is_first {
            self.snapshot = Snapshot { boundary, stake };
        }
        is_first
    }
}

/// Some uids of a subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Page {
    /// From when the page was paid last, until when what goes to pools is due.
    pub span: Span,
    /// The seats.
    pub slots: Vec<Slot>,
}

impl Page {
    /// Begins a payment at block `now`: what is paid becomes due over as many blocks as have passed since the last
    /// payment.
    pub fn begin(&mut self, now: ProtocolBlock) {
        let is_first = self.span == Span::default();
        let earned_in = if is_first { FIRST_VESTING } else { now.since(self.span.from()) };
        for slot in &mut self.slots {
            slot.to_pool.rebase(&self.span, now);
        }
        self.span = self.span.renewed(now, earned_in.min(MAX_VESTING));
    }

    /// A slot; an empty one if nobody has ever sat there.
    pub fn slot(&self, slot: usize) -> Slot {
        self.slots.get(slot).copied().unwrap_or_default()
    }

    /// Puts a slot in its place.
    pub fn put(&mut self, place: usize, slot: Slot) {
        if self.slots.len() <= place {
            self.slots.resize(place.saturating_add(1), Slot::default());
        }
        if let Some(old) = self.slots.get_mut(place) {
            *old = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use ink::scale::Encode;

    use super::*;

    fn block(number: u64) -> ProtocolBlock {
        ProtocolBlock::new(number)
    }

    fn page() -> Page {
        let mut page = Page::default();
        page.put(1, Slot::of(AccountId::from([1; 32]), Rao::ZERO));
        page
    }

    fn paid(page: &mut Page, now: u64, rao: u64) {
        page.begin(block(now));
        page.slots[1].to_pool.add(Rao::new(rao)).expect("small");
    }

    fn release(page: &mut Page, now: u64) -> Dues {
        let span = page.span;
        page.slots[1].release(&span, block(now))
    }

    #[test]
    fn a_payment_becomes_due_in_the_time_it_was_earned_in_and_the_first_in_360_blocks() {
        let mut page = page();
        paid(&mut page, 1_000, 360);
        assert_eq!(release(&mut page, 1_036), Dues { to_owner: Rao::ZERO, to_pool: Rao::new(36) });
        paid(&mut page, 1_720, 720);
        assert_eq!(release(&mut page, 1_720).to_pool, Rao::new(324));
        assert_eq!(release(&mut page, 1_820).to_pool, Rao::new(100));
        assert_eq!(release(&mut page, 2_440).to_pool, Rao::new(620));
    }

    #[test]
    fn no_payment_takes_longer_than_a_week_to_become_due() {
        let mut page = page();
        paid(&mut page, 0, 0);
        paid(&mut page, 1_000_000, 50_400);
        assert_eq!(release(&mut page, 1_000_001).to_pool, Rao::new(1));
        assert_eq!(release(&mut page, 1_050_400).to_pool, Rao::new(50_399));
    }

    #[test]
    fn a_page_in_two_payments_of_one_block_is_paid_as_in_one() {
        let mut page = page();
        paid(&mut page, 0, 0);
        paid(&mut page, 400, 50);
        paid(&mut page, 400, 50);
        assert_eq!(release(&mut page, 440).to_pool, Rao::new(10));
    }

    #[test]
    fn the_first_stake_that_is_kept_for_a_boundary_stays_until_the_next() {
        let mut slot = Slot::of(AccountId::from([1; 32]), Rao::new(5));
        assert_eq!(slot.snapshot(block(10)), None);
        assert!(slot.keep(block(10), Rao::new(5)) && !slot.keep(block(10), Rao::new(6)));
        assert_eq!((slot.snapshot(block(10)), slot.snapshot(block(20))), (Some(Rao::new(5)), None));
        assert!(slot.keep(block(20), Rao::new(6)));
        assert_eq!(slot.snapshot(block(20)), Some(Rao::new(6)));
    }

    #[test]
    fn a_full_page_stays_far_below_the_limit_of_a_cell() {
        let page = Page { span: Span::default(), slots: vec![Slot::of(AccountId::from([1; 32]), Rao::ZERO); PAGE] };
        assert!(page.encode().len() < 3_072);
    }

    #[test]
    fn uids_are_placed_in_pages_of_32() {
        let netuid = Netuid::new(3);
        let placed = [0, 31, 32, 255, u16::MAX].map(|uid| place((netuid, Uid::new(uid))));
        let expected = [(0, 0), (0, 31), (1, 0), (7, 31), (2_047, 31)];
        assert_eq!(placed, expected.map(|(page, slot)| ((netuid, page), slot)));
    }
}
