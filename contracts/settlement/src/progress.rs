//! An epoch that is settled in part, and how it is kept between two messages.
//!
//! It may be a quarter of a megabyte, so it is cut into pieces. Reading and writing go piece by piece: the whole
//! encoding is never in memory beside the value.

#![expect(clippy::cast_possible_truncation, reason = "the derived codec of an enum writes its variant's index as u8")]

use consensus::epoch::Epoch;
use ink::{
    prelude::vec::Vec,
    scale::{Decode, Encode, Error, Input, Output},
};
use primitives::{AccountId, Hash, Netuid, ProtocolBlock, Rao, Uid};

use crate::{
    activity::Place,
    digest::Digest,
    payout::Payout,
    storage::{Cells, Seat},
};

/// Bytes of a piece.
const PIECE: usize = 12_000;

/// What stays the same from the first message to the last.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) struct Terms {
    /// The epoch that is opened.
    pub(crate) epoch: u64,
    /// Its first block.
    pub(crate) block: ProtocolBlock,
    /// The first block of the next.
    pub(crate) next_epoch: ProtocolBlock,
    /// The coldkey that owns the subnet.
    pub(crate) owner: AccountId,
    /// Its part, as u16 fraction.
    pub(crate) owner_cut: u16,
    /// What the epoch has to pay out.
    pub(crate) emission: Rao,
    /// The salts that go into the next seed.
    pub(crate) mix: Hash,
    /// Stake of each uid.
    pub(crate) stake: Vec<Rao>,
}

/// A row of weights that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) struct CountedRow {
    /// Its line in the epoch.
    pub(crate) line: u16,
    /// Whose.
    pub(crate) uid: Uid,
    /// Where it is.
    pub(crate) place: Place,
    /// Which other pages than the first it has.
    pub(crate) pages: Vec<u8>,
}

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
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

/// The computation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) struct Count {
    /// What is to be done next.
    pub(crate) phase: Phase,
    /// The epoch so far.
    pub(crate) epoch: Epoch,
    /// The digest so far.
    pub(crate) digest: Digest,
    /// Who has a permit and a row, and where that is.
    pub(crate) voters: Vec<(Seat, Place)>,
    /// The rows counted so far.
    pub(crate) rows: Vec<CountedRow>,
}

/// What is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) enum Stage {
    /// The computation.
    Count(Count),
    /// The payment.
    Pay(Payout),
}

/// An epoch that is settled in part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode)]
pub(crate) struct Progress {
    /// What stays the same.
    pub(crate) terms: Terms,
    /// What is under way.
    pub(crate) stage: Stage,
}

impl Progress {
    /// The epoch of a subnet that was settled in part, if it can be read.
    pub(crate) fn load(cells: &Cells, netuid: Netuid) -> Option<Self> {
        Self::decode(&mut Pieces { cells, netuid, next: 0, piece: Vec::new(), position: 0 }).ok()
    }

    /// Keeps it in place of one that had `old` pieces; returns how many it has now.
    pub(crate) fn store(&self, cells: &mut Cells, netuid: Netuid, old: u8) -> u8 {
        let mut cutter = Cutter { cells, netuid, count: 0, piece: Vec::with_capacity(PIECE) };
        self.encode_to(&mut cutter);
        cutter.flush();
        let count = cutter.count;
        (count..old).for_each(|piece| cells.progress.remove((netuid, piece)));
        count
    }

    /// Forgets one that had `old` pieces.
    pub(crate) fn remove(cells: &mut Cells, netuid: Netuid, old: u8) {
        (0..old).for_each(|piece| cells.progress.remove((netuid, piece)));
    }
}

/// Reads pieces.
struct Pieces<'a> {
    cells: &'a Cells,
    netuid: Netuid,
    next: u8,
    piece: Vec<u8>,
    position: usize,
}

impl Input for Pieces<'_> {
    fn remaining_len(&mut self) -> Result<Option<usize>, Error> {
        Ok(None)
    }

    fn read(&mut self, mut into: &mut [u8]) -> Result<(), Error> {
        while !into.is_empty() {
            let left = self.piece.get(self.position..).unwrap_or_default();
            if left.is_empty() {
                self.piece = self.cells.progress.get((self.netuid, self.next)).ok_or("there is no more")?;
                self.next = self.next.checked_add(1).ok_or("there are too many pieces")?;
                self.position = 0;
                continue;
            }
            let length = left.len().min(into.len());
            let (now, later) = into.split_at_mut(length);
            now.copy_from_slice(left.get(..length).unwrap_or_default());
            self.position = self.position.saturating_add(length);
            into = later;
        }
        Ok(())
    }
}

/// Writes pieces.
struct Cutter<'a> {
    cells: &'a mut Cells,
    netuid: Netuid,
    count: u8,
    piece: Vec<u8>,
}

impl Cutter<'_> {
    fn flush(&mut self) {
        self.cells.progress.insert((self.netuid, self.count), &self.piece);
        self.count = self.count.saturating_add(1);
        self.piece.clear();
    }
}

impl Output for Cutter<'_> {
    fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = PIECE.saturating_sub(self.piece.len());
            if room == 0 {
                self.flush();
                continue;
            }
            let (now, later) = bytes.split_at(bytes.len().min(room));
            self.piece.extend_from_slice(now);
            bytes = later;
        }
    }
}
