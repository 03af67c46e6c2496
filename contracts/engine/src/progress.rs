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

/// What is to be done next.
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
    /// End the computation.
    Over,
    /// Pay this page of uids.
    Pay(u8),
}

/// A row of weights that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CountedRow {
    /// Its line in the epoch.
    pub(crate) line: u16,
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
    /// What is to be done next.
    pub(crate) phase: Phase,
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
    phase: Phase,
    digest: Digest,
    /// How many pages each column has.
    pages: Vec<u8>,
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
        let Header { terms, phase, digest, pages } = self.headers.get(netuid)?;
        let mut columns = (0_u8..).zip(pages).map(|(column, pages)| {
            let mut words: Vec<u64> = Vec::with_capacity(usize::from(pages).saturating_mul(PAGE));
            for page in 0..pages {
                words.extend_from_slice(&self.words.get((netuid, column, page)).unwrap_or_default());
            }
            words
        });
        let stake = columns.next()?.into_iter().map(Rao::new).collect();
        let columns: Vec<_> = columns.collect();
        let stage = match phase {
            Phase::Pay(page) => Stage::Pay(Payout::from_columns(columns, page, digest.hash())?),
            _ => Stage::Count(Count::from_columns(columns, &terms)?),
        };
        Some(Progress { terms, phase, digest, stake, stage })
    }

    /// Keeps an epoch in place of what was kept before.
    pub(crate) fn store(&mut self, netuid: Netuid, progress: Progress) {
        let Progress { terms, phase, digest, stake, stage } = progress;
        let stake = stake.into_iter().map(Rao::get).collect();
        let columns = match stage {
            Stage::Count(count) => count.into_columns(stake),
            Stage::Pay(payout) => payout.into_columns(stake),
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
        self.headers.insert(netuid, &Header { terms, phase, digest, pages });
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
        let Self { epoch, voters, rows } = self;
        let voters = voters
            .into_iter()
            .flat_map(|(seat, place)| [u64::from(seat.uid.get()) | (u64::from(place) << 16), seat.registered_at.get()]);
        let rows = rows.into_iter().map(|row| {
            let CountedRow { line, uid, place, pages } = row;
            u64::from(line) | (u64::from(uid.get()) << 16) | (u64::from(pages) << 32) | (u64::from(place) << 48)
        });
        let mut columns = vec![stake, voters.collect(), rows.collect()];
        columns.extend(epoch.into_words());
        columns
    }

    fn from_columns(columns: Vec<Vec<u64>>, terms: &Terms) -> Option<Self> {
        let [voters, rows, words @ ..]: [Vec<u64>; 10] = columns.try_into().ok()?;
        let voter = |words: &[u64]| {
            let &[voter, registered_at] = words else {
                return None;
            };
            let [uid, place, ..] = halves(voter);
            let seat = Seat { uid: Uid::new(uid), registered_at: ProtocolBlock::new(registered_at) };
            Some((seat, place != 0))
        };
        let row = |word: u64| {
            let [line, uid, pages, place] = halves(word);
            CountedRow { line, uid: Uid::new(uid), place: place != 0, pages }
        };
        Some(Self {
            epoch: Epoch::from_words(parameters(&terms.hyperparameters), words)?,
            voters: voters.chunks(2).map(voter).collect::<Option<_>>()?,
            rows: rows.into_iter().map(row).collect(),
        })
    }
}

/// The four numbers of 16 bits in a word, the lowest first.
pub(crate) fn halves(word: u64) -> [u16; 4] {
    let [a, b, c, d, e, f, g, h] = word.to_le_bytes();
    [[a, b], [c, d], [e, f], [g, h]].map(u16::from_le_bytes)
}
