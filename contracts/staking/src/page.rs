//! The seats of a subnet, packed: 64 uids to a page.
//!
//! A slot has what epochs have paid to its holder and nobody has moved into the pool yet, and mirrors the stake on the
//! holder, so that an epoch reads and writes four pages for 256 uids and not a record for each. Whoever touches a
//! hotkey later moves its dues into its pool and renews the mirror. That needs the hotkey to have one seat: one that
//! has had several roams, is paid in its record, and its slots hold nothing but its name.
//!
//! 64 to a page and not more, because a page is read and written to move the dues of one of its hotkeys.

use ink::prelude::vec::Vec;
use primitives::{
    staking::{FIRST_VESTING, MAX_VESTING},
    AccountId, Netuid, ProtocolBlock, Rao, Uid,
};

use crate::{
    snapshot::Snapshot,
    vesting::{Span, Vesting},
};

/// Uids of a page.
pub const PAGE: usize = 64;

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

/// The seat of a uid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    /// What the holder had when an epoch ended, unless it roamed already.
    pub snapshot: Snapshot,
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
}

/// Bytes of a hotkey in a page.
const HOTKEY: usize = 32;
/// Numbers of a slot in a page.
const WORDS: usize = 6;

/// What a page says of a slot besides its hotkey and its numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Empty = 0,
    Settled = 1,
    Roaming = 2,
}

/// Some uids of a subnet, column by column, and not slot by slot: columns of bytes and of numbers are decoded and encoded
/// as they lie in memory, where 64 slots would be most of what a message costs that touches one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Page {
    /// From when the page was paid last, until when what goes to pools is due.
    pub span: Span,
    /// Of each slot 0 if it is empty, 1, or 2 if its hotkey roams.
    states: Vec<u8>,
    /// Of each slot the 32 bytes of its hotkey.
    hotkeys: Vec<u8>,
    /// Of each slot what is due to the owner, what is held for the pool and what of it was not due, the mirror, and
    /// the boundary and stake of the snapshot.
    words: Vec<u64>,
}

impl Page {
    /// Begins a payment at block `now`: what is paid becomes due over as many blocks as have passed since the last
    /// payment.
    pub fn begin(&mut self, now: ProtocolBlock) {
        let is_first = self.span == Span::default();
        let earned_in = if is_first { FIRST_VESTING } else { now.since(self.span.from()) };
        for slot in self.words.chunks_exact_mut(WORDS) {
            if let [_, held, vests, ..] = slot {
                let mut to_pool = Vesting::from_words([*held, *vests]);
                to_pool.rebase(&self.span, now);
                [*held, *vests] = to_pool.to_words();
            }
        }
        self.span = self.span.renewed(now, earned_in.min(MAX_VESTING));
    }

    /// Whether nobody has a seat.
    pub fn is_empty(&self) -> bool {
        self.states.iter().all(|&state| state == State::Empty as u8)
    }

    /// A slot; an empty one if nobody has ever sat there.
    pub fn slot(&self, place: usize) -> Slot {
        let state = self.states.get(place).copied().unwrap_or_default();
        let hotkey =
            self.hotkeys.chunks_exact(HOTKEY).nth(place).and_then(|hotkey| <[u8; HOTKEY]>::try_from(hotkey).ok());
        let words = self.words.chunks_exact(WORDS).nth(place);
        let (Some(hotkey), Some(&[to_owner, held, vests, mirror, boundary, stake])) = (hotkey, words) else {
            return Slot::default();
        };
        Slot {
            holder: (state != State::Empty as u8).then_some(AccountId::from(hotkey)),
            roams: state == State::Roaming as u8,
            to_owner: Rao::new(to_owner),
            to_pool: Vesting::from_words([held, vests]),
            mirror: Rao::new(mirror),
            snapshot: Snapshot::from_words([boundary, stake]),
        }
    }

    /// Puts a slot in its place.
    pub fn put(&mut self, place: usize, slot: Slot) {
        if self.states.len() <= place {
            let slots = place.saturating_add(1);
            self.states.resize(slots, State::Empty as u8);
            self.hotkeys.resize(slots.saturating_mul(HOTKEY), 0);
            self.words.resize(slots.saturating_mul(WORDS), 0);
        }
        let state = match slot.holder {
            None => State::Empty,
            Some(_) if slot.roams => State::Roaming,
            Some(_) => State::Settled,
        };
        if let Some(old) = self.states.get_mut(place) {
            *old = state as u8;
        }
        let hotkey = self.hotkeys.chunks_exact_mut(HOTKEY).nth(place);
        if let Some(Ok(hotkey)) = hotkey.map(<&mut [u8; HOTKEY]>::try_from) {
            *hotkey = slot.holder.map_or([0; HOTKEY], |holder| holder.0);
        }
        let ([held, vests], [boundary, stake]) = (slot.to_pool.to_words(), slot.snapshot.to_words());
        let words = self.words.chunks_exact_mut(WORDS).nth(place);
        if let Some(Ok(words)) = words.map(<&mut [u64; WORDS]>::try_from) {
            *words = [slot.to_owner.get(), held, vests, slot.mirror.get(), boundary, stake];
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
        let mut slot = page.slot(1);
        slot.to_pool.add(Rao::new(rao)).expect("small");
        page.put(1, slot);
    }

    fn release(page: &mut Page, now: u64) -> Dues {
        let mut slot = page.slot(1);
        let dues = slot.release(&page.span, block(now));
        page.put(1, slot);
        dues
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
    fn a_slot_is_read_as_it_was_written_between_its_neighbours() {
        let mut snapshot = Snapshot::default();
        snapshot.keep(block(9), Rao::new(8));
        let mut to_pool = Vesting::default();
        to_pool.add(Rao::new(u64::MAX)).expect("it is the first");
        let (to_owner, mirror) = (Rao::new(3), Rao::new(256));
        let holder = Some(AccountId::from([7; 32]));
        let settled = Slot { holder, roams: false, to_owner, to_pool, mirror, snapshot };
        let roaming = Slot::of_roaming(AccountId::from([0; 32]));
        let mut page = Page::default();
        page.put(2, settled);
        page.put(0, roaming);
        let expected = [roaming, Slot::default(), settled, Slot::default()];
        assert_eq!([0, 1, 2, 3].map(|place| page.slot(place)), expected);
    }

    #[test]
    fn a_page_is_empty_when_nobody_has_a_seat() {
        let mut page = page();
        assert!(!page.is_empty());
        page.put(1, Slot::default());
        assert!(page.is_empty());
    }

    #[test]
    fn a_full_page_stays_far_below_the_limit_of_a_cell() {
        let mut page = Page::default();
        page.put(PAGE - 1, Slot::default());
        assert!(page.encode().len() < 6_144);
    }

    #[test]
    fn uids_are_placed_in_pages_of_64() {
        let netuid = Netuid::new(3);
        let placed = [0, 63, 64, 255, u16::MAX].map(|uid| place((netuid, Uid::new(uid))));
        let expected = [(0, 0), (0, 63), (1, 0), (3, 63), (1_023, 63)];
        assert_eq!(placed, expected.map(|(page, slot)| ((netuid, page), slot)));
    }
}
