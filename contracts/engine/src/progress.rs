//! An epoch that is settled in part, and how it is kept between two messages: a header, and columns of 64-bit words in
//! pages, which storage copies in one go.

#![expect(clippy::cast_possible_truncation, reason = "the derived codec of an enum writes its variant's index as u8")]

use consensus::epoch::Epoch;
use ink::{
    prelude::{vec, vec::Vec},
    storage::{traits::ManualKey, Mapping},
};
use primitives::{AccountId, Hash, Hyperparameters, Netuid, ProtocolBlock, Rao, Uid};
use settlement::{activity::Place, epoch::parameters, storage::Seat};

use crate::{digest::Digest, payout::Payout};

/// The keys of [`Ledger`], beside those of `settlement`: their names in ASCII. A deployed key never changes.
mod key {
    pub(super) const PROGRESS: u32 = u32::from_be_bytes(*b"PROG");
    pub(super) const WORDS: u32 = u32::from_be_bytes(*b"WORD");
}

/// Words of a page.
const PAGE: usize = 1_024;

/// What stays the same from the first message to the last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Terms {
    /// The epoch that is opened.
    pub(crate) epoch: u64,
    /// Its first block.
    pub(crate) block: ProtocolBlock,
    /// The first block of the next.
    pub(crate) next_epoch: ProtocolBlock,
    /// The coldkey that owns the subnet.
    pub(crate) owner: AccountId,
    /// The subnet's hyperparameters.
    pub(crate) hyperparameters: Hyperparameters,
    /// What the epoch has to pay out.
    pub(crate) emission: Rao,
    /// The subnet's next seed.
    pub(crate) seed: Hash,
}

/// What of a computation is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) enum Phase {
    /// Count the rows of voters from this one on.
    Rows(u16),
    /// Take the votes on this block of neurons.
    Vote(u8),
    /// Move the bonds of this block.
    Bonds(u8),
    /// Nothing.
    Over,
}

/// A row of weights that counts; its line in the epoch is its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountedRow {
    /// Whose.
    pub(crate) uid: Uid,
    /// Where it is.
    pub(crate) place: Place,
    /// Which pages it has beside the first, a bit each.
    pub(crate) pages: u16,
}

/// The computation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// What is to be done next.
    pub(crate) phase: Phase,
    /// The epoch so far.
    pub(crate) epoch: Epoch,
    /// Who has a permit and a row, and where that is.
    pub(crate) voters: Vec<(Seat, Place)>,
    /// The rows counted so far.
    pub(crate) rows: Vec<CountedRow>,
}

/// What is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The computation.
    Count(Count),
    /// The payment.
    Pay(Payout),
}

/// An epoch that is settled in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// What stays the same.
    pub(crate) terms: Terms,
    /// The digest so far.
    pub(crate) digest: Digest,
    /// Stake of each uid.
    pub(crate) stake: Vec<Rao>,
    /// What is under way.
    pub(crate) stage: Stage,
}

/// What is kept of it beside the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Header {
    terms: Terms,
    digest: Digest,
    mark: Mark,
    /// How many pages each column has.
    pages: Vec<u8>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
enum Mark {
    /// What of the computation is to be done next.
    Count(Phase),
    /// The first page that was not paid.
    Pay(u8),
}

/// A page of a column of a subnet.
type WordsKey = (Netuid, u8, u8);

/// Where epochs are kept that are settled in part.
#[ink::storage_item]
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    headers: Mapping<Netuid, Header, ManualKey<{ key::PROGRESS }>>,
    words: Mapping<WordsKey, Vec<u64>, ManualKey<{ key::WORDS }>>,
}

impl Ledger {
    /// The epoch of a subnet that was settled in part.
    pub(crate) fn load(&self, netuid: Netuid) -> Option<Progress> {
        let Header { terms, digest, mark, pages } = self.headers.get(netuid)?;
        let mut columns = (0_u8..).zip(pages).map(|(column, pages)| {
            let mut words: Vec<u64> = Vec::with_capacity(usize::from(pages).saturating_mul(PAGE));
            for page in 0..pages {
                words.extend_from_slice(&self.words.get((netuid, column, page)).unwrap_or_default());
            }
            words
        });
        let stake = columns.next()?.into_iter().map(Rao::new).collect();
        let columns: Vec<_> = columns.collect();
        let stage = match mark {
            Mark::Count(phase) => Stage::Count(Count::from_columns(columns, phase, &terms)?),
            Mark::Pay(page) => Stage::Pay(Payout::from_columns(columns, page)?),
        };
        Some(Progress { terms, digest, stake, stage })
    }

    /// Keeps an epoch in place of what was kept before.
    pub(crate) fn store(&mut self, netuid: Netuid, progress: Progress) {
        let Progress { terms, digest, stake, stage } = progress;
        let stake = stake.into_iter().map(Rao::get).collect();
        let (mark, columns) = match stage {
            Stage::Count(count) => (Mark::Count(count.phase), count.into_columns(stake)),
            Stage::Pay(payout) => (Mark::Pay(payout.page()), payout.into_columns(stake)),
        };
        let old = self.headers.get(netuid).map(|header| header.pages).unwrap_or_default();
        let mut pages = Vec::with_capacity(columns.len());
        for (column, words) in (0_u8..).zip(columns) {
            let mut count = 0_u8;
            for page in words.chunks(PAGE) {
                self.words.insert((netuid, column, count), &page.to_vec());
                count = count.saturating_add(1);
            }
            pages.push(count);
        }
        self.forget(netuid, &old, &pages);
        self.headers.insert(netuid, &Header { terms, digest, mark, pages });
    }

    /// Forgets what was kept.
    pub(crate) fn remove(&mut self, netuid: Netuid) {
        if let Some(header) = self.headers.take(netuid) {
            self.forget(netuid, &header.pages, &[]);
        }
    }

    /// Removes the pages of columns of which there are fewer now.
    fn forget(&mut self, netuid: Netuid, old: &[u8], new: &[u8]) {
        for (column, (&old, new)) in (0_u8..).zip(old.iter().zip(new.iter().chain(core::iter::repeat(&0)))) {
            (*new..old).for_each(|page| self.words.remove((netuid, column, page)));
        }
    }
}

impl Count {
    fn into_columns(self, stake: Vec<u64>) -> Vec<Vec<u64>> {
        let Self { phase: _, epoch, voters, rows } = self;
        let voters = voters
            .into_iter()
            .flat_map(|(seat, place)| [joined([seat.uid.get(), number(place), 0, 0]), seat.registered_at.get()]);
        let rows = rows.into_iter().map(|row| joined([row.uid.get(), number(row.place), row.pages, 0]));
        let mut columns = vec![stake, voters.collect(), rows.collect()];
        columns.extend(epoch.into_words());
        columns
    }

    fn from_columns(columns: Vec<Vec<u64>>, phase: Phase, terms: &Terms) -> Option<Self> {
        let [voters, rows, words @ ..]: [Vec<u64>; 10] = columns.try_into().ok()?;
        let voter = |words: &[u64]| {
            let &[voter, registered_at] = words else {
                return None;
            };
            let [uid, of_place, ..] = quarters(voter);
            let seat = Seat { uid: Uid::new(uid), registered_at: ProtocolBlock::new(registered_at) };
            Some((seat, place(of_place)))
        };
        let row = |word: u64| {
            let [uid, of_place, pages, _] = quarters(word);
            CountedRow { uid: Uid::new(uid), place: place(of_place), pages }
        };
        Some(Self {
            phase,
            epoch: Epoch::from_words(parameters(&terms.hyperparameters), words)?,
            voters: voters.chunks(2).map(voter).collect::<Option<_>>()?,
            rows: rows.into_iter().map(row).collect(),
        })
    }
}

fn number(place: Place) -> u16 {
    match place {
        Place::First => 0,
        Place::Second => 1,
    }
}

fn place(number: u16) -> Place {
    if number == 0 {
        Place::First
    } else {
        Place::Second
    }
}

/// A word of four numbers, the first in its lowest bits.
pub(crate) fn joined(quarters: [u16; 4]) -> u64 {
    quarters.iter().rev().fold(0, |word, &quarter| (word << 16) | u64::from(quarter))
}

/// The four numbers of a word.
pub(crate) fn quarters(word: u64) -> [u16; 4] {
    let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
    [[a, b], [c, d], [e, f], [g, h]].map(u16::from_le_bytes)
}
