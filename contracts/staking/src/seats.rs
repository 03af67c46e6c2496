//! Who has which seat: hotkeys come, make room for others, and leave.

use primitives::{AccountId, Netuid, ProtocolBlock, Rao, StakingError, Uid};

use crate::{
    hotkey::Hotkey,
    page::{place, Page, Seat, Slot, PAGE},
    storage::Cells,
};

impl Cells {
    /// Gives a seat to a hotkey, whose record is stored by that; whoever had the seat leaves with all it has there.
    /// In an epoch that has ended the hotkey has no stake.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn take_seat(
        &mut self,
        seat: Seat,
        hotkey: AccountId,
        mut record: Hotkey,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        if record.seats.contains(&seat) {
            return Ok(());
        }
        self.begin_to_roam(&mut record, now)?;
        let mut slot = if record.roams {
            Slot::of_roaming(hotkey)
        } else {
            Slot::of(hotkey, record.held().ok_or(StakingError::Overflow)?)
        };
        let (netuid, _) = seat;
        if let Some(boundary) = self.passed_boundary(netuid, now) {
            slot.snapshot.keep(boundary, Rao::ZERO);
        }
        let (key, place) = place(seat);
        let mut page = self.pages.get(key).unwrap_or_default();
        self.vacate(&mut page, seat, now)?;
        page.put(place, slot);
        self.pages.insert(key, &page);
        record.seats.push(seat);
        self.hotkeys.insert(hotkey, &record);
        Ok(())
    }

    /// Empties `count` seats from `first` on; their holders leave with all they have there. Whoever empties a subnet
    /// from its first seat on ends it: the next epoch of its number is another subnet's first.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn leave_seats(
        &mut self,
        netuid: Netuid,
        first: Uid,
        count: u16,
        now: ProtocolBlock,
    ) -> Result<(), StakingError> {
        if first == Uid::new(0) {
            self.boundaries.remove(netuid);
        }
        let (mut uid, end) = (first.get(), first.get().saturating_add(count));
        while uid < end {
            let (key, place) = place((netuid, Uid::new(uid)));
            let left_of_page = u16::try_from(PAGE.saturating_sub(place)).unwrap_or(u16::MAX);
            let next = uid.saturating_add(left_of_page).min(end);
            if let Some(mut page) = self.pages.get(key) {
                for uid in uid..next {
                    self.vacate(&mut page, (netuid, Uid::new(uid)), now)?;
                }
                if page.is_empty() {
                    self.pages.remove(key);
                } else {
                    self.pages.insert(key, &page);
                }
            }
            uid = next;
        }
        Ok(())
    }

    /// Empties a seat of a page, which is not stored; its holder leaves with all it has there.
    fn vacate(&mut self, page: &mut Page, seat: Seat, now: ProtocolBlock) -> Result<(), StakingError> {
        let (_, place) = place(seat);
        let left = page.slot(place);
        let Some(holder) = left.holder else {
            return Ok(());
        };
        let mut record = self.hotkey(holder)?;
        record.leave(seat);
        record.take_over(&left, &page.span, now).ok_or(StakingError::Overflow)?;
        self.hotkeys.insert(holder, &record);
        page.put(place, Slot::default());
        Ok(())
    }

    /// Lets a hotkey roam that has a seat already; what it has there is in its record then.
    fn begin_to_roam(&mut self, record: &mut Hotkey, now: ProtocolBlock) -> Result<(), StakingError> {
        let Some(&seat) = record.seats.first().filter(|_| !record.roams) else {
            return Ok(());
        };
        let (key, place) = place(seat);
        let mut page = self.pages.get(key).unwrap_or_default();
        let slot = page.slot(place);
        record.take_over(&slot, &page.span, now).ok_or(StakingError::Overflow)?;
        record.roams = true;
        page.put(place, slot.set_roaming());
        self.pages.insert(key, &page);
        Ok(())
    }
}
