//! The columns of a subnet, indexed by uid and cut into pages of 8 KiB: hotkeys, registration blocks, emission.
//!
//! Separate, because `settlement` needs the blocks alone, and pruning the blocks and the emission. A column of numbers is
//! kept as `u64`s, which the codec copies in one block; the bytes are those of the types around them.

use consensus::pruning::Candidate;
use ink::prelude::vec::Vec;
use primitives::{
    registry::{Neuron, UIDS_PER_PAGE},
    AccountId, Netuid, ProtocolBlock, Rao, Uid,
};

use crate::storage::{Cells, Member};

/// Hotkeys in one page.
const HOTKEYS_PER_PAGE: u16 = 256;

/// Where a uid is in a column: the page, and the place there.
struct Place {
    page: u16,
    index: usize,
}

impl Place {
    fn of(uid: Uid, per_page: u16) -> Self {
        let page = uid.get().checked_div(per_page).unwrap_or(0);
        let begins = page.saturating_mul(per_page);
        Self { page, index: usize::from(uid.get().saturating_sub(begins)) }
    }
}

impl Cells {
    /// The hotkeys of `count` uids from `first` on, or of as many as there are.
    pub fn hotkeys(&self, netuid: Netuid, first: Uid, count: u16) -> Vec<AccountId> {
        span(first, count, HOTKEYS_PER_PAGE, |page| self.hotkeys.get((netuid, page)).unwrap_or_default())
    }

    /// The registration blocks of `count` uids from `first` on, or of as many as there are.
    pub(crate) fn registration_blocks(&self, netuid: Netuid, first: Uid, count: u16) -> Vec<ProtocolBlock> {
        let blocks = span(first, count, UIDS_PER_PAGE, |page| self.block_page(netuid, page));
        blocks.into_iter().map(ProtocolBlock::new).collect()
    }

    /// What pruning knows of each of `neurons` uids. What the last epoch paid to a uid that is newer is 0.
    pub fn candidates(&self, netuid: Netuid, neurons: u16) -> Vec<Candidate> {
        let mut candidates = Vec::with_capacity(usize::from(neurons));
        for page in 0..neurons.div_ceil(UIDS_PER_PAGE) {
            let paid = self.emission_page(netuid, page);
            let blocks = self.block_page(netuid, page);
            candidates.extend(blocks.into_iter().enumerate().map(|(index, registered_at)| {
                let emission = paid.get(index).copied().unwrap_or_default();
                Candidate { emission, registered_at }
            }));
        }
        candidates
    }

    /// Gives a uid, which is the next free one or taken, to a neuron that was paid nothing yet; returns the hotkey that
    /// had it.
    pub(crate) fn put_neuron(&mut self, netuid: Netuid, uid: Uid, neuron: Neuron) -> Option<AccountId> {
        let replaced = self.set_hotkey(netuid, uid, neuron.hotkey);
        let Place { page, index } = Place::of(uid, UIDS_PER_PAGE);
        let mut blocks = self.block_page(netuid, page);
        put(&mut blocks, index, neuron.registered_at.get());
        self.registered_at.insert((netuid, page), &blocks);
        let mut emission = self.emission_page(netuid, page);
        if let Some(paid) = emission.get_mut(index) {
            *paid = 0;
            self.emission.insert((netuid, page), &emission);
        }
        let member = Member { uid, registered_at: neuron.registered_at, model: None, axon: None };
        self.members.insert((netuid, neuron.hotkey), &member);
        replaced
    }

    /// Gives a uid to another hotkey; the neuron stays what it is.
    pub fn set_hotkey(&mut self, netuid: Netuid, uid: Uid, hotkey: AccountId) -> Option<AccountId> {
        let Place { page, index } = Place::of(uid, HOTKEYS_PER_PAGE);
        let mut hotkeys = self.hotkeys.get((netuid, page)).unwrap_or_default();
        let replaced = put(&mut hotkeys, index, hotkey);
        self.hotkeys.insert((netuid, page), &hotkeys);
        replaced
    }

    /// Keeps all columns of a subnet anew.
    pub fn set_columns(&mut self, netuid: Netuid, hotkeys: &[AccountId], neurons: &[Candidate]) {
        for (page, hotkeys) in (0..).zip(hotkeys.chunks(usize::from(HOTKEYS_PER_PAGE))) {
            self.hotkeys.insert((netuid, page), &hotkeys.to_vec());
        }
        for (page, neurons) in (0..).zip(neurons.chunks(usize::from(UIDS_PER_PAGE))) {
            let blocks: Vec<u64> = neurons.iter().map(|neuron| neuron.registered_at).collect();
            self.registered_at.insert((netuid, page), &blocks);
            let paid: Vec<u64> = neurons.iter().map(|neuron| neuron.emission).collect();
            self.emission.insert((netuid, page), &paid);
        }
    }

    /// Removes the pages that hold nothing below uid `from`, up to the one of uid `last`.
    pub fn remove_pages(&mut self, netuid: Netuid, from: Uid, last: Uid) {
        for page in from.get().div_ceil(HOTKEYS_PER_PAGE)..=Place::of(last, HOTKEYS_PER_PAGE).page {
            self.hotkeys.remove((netuid, page));
        }
        for page in from.get().div_ceil(UIDS_PER_PAGE)..=Place::of(last, UIDS_PER_PAGE).page {
            self.registered_at.remove((netuid, page));
            self.emission.remove((netuid, page));
        }
    }

    /// Keeps what an epoch paid to the uids of one page, which may be none.
    pub fn set_emission(&mut self, netuid: Netuid, page: u16, paid: Vec<Rao>) {
        if paid.is_empty() {
            return self.emission.remove((netuid, page));
        }
        let paid: Vec<u64> = paid.into_iter().map(Rao::get).collect();
        self.emission.insert((netuid, page), &paid);
    }

    fn block_page(&self, netuid: Netuid, page: u16) -> Vec<u64> {
        self.registered_at.get((netuid, page)).unwrap_or_default()
    }

    fn emission_page(&self, netuid: Netuid, page: u16) -> Vec<u64> {
        self.emission.get((netuid, page)).unwrap_or_default()
    }
}

/// Puts a value at the end or in the place of another one, which it returns.
fn put<T>(values: &mut Vec<T>, index: usize, value: T) -> Option<T> {
    match values.get_mut(index) {
        Some(there) => Some(core::mem::replace(there, value)),
        None => {
            values.push(value);
            None
        }
    }
}

/// `count` values of a column from uid `first` on.
fn span<T>(first: Uid, count: u16, per_page: u16, load: impl Fn(u16) -> Vec<T>) -> Vec<T> {
    let begin = Place::of(first, per_page);
    let last = first.get().saturating_add(count).saturating_sub(1);
    let end = Place::of(Uid::new(last), per_page);
    (begin.page..=end.page).flat_map(load).skip(begin.index).take(usize::from(count)).collect()
}
