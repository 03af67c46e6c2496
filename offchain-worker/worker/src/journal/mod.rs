//! What a validator must not forget: its secret, its averages, and how far each round is.
//!
//! Every transition of a round is one durable write, and what a transaction needs to be made again or to be followed up is
//! written before the transaction is sent. So a process that ends at any instant, and begins again, sends nothing twice and
//! leaves no commitment without its reveal.

mod record;
mod redb;
mod storage;

pub use record::{Memory, Missed, RoundRecord, ScoredRound, Stage};
pub use redb::{RedbStorage, Repair};
pub use storage::{Change, MemoryStorage, Storage, StorageError};

use primitives::Netuid;
use thiserror::Error;

use crate::Secret;
use record::{decode, encode};

/// Rounds of a subnet that are kept after they are over.
const KEPT_ROUNDS: usize = 16;
const SECRET: &str = "secret";

/// Why the journal cannot be used.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A record is not what was written.
    #[error("the journal's record `{key}` is damaged")]
    Damaged {
        /// Which.
        key: String,
    },
    /// A record was written by a later release.
    #[error("the journal's record `{key}` has version {version}, which this release does not know")]
    Newer {
        /// Which.
        key: String,
        /// Its version.
        version: u8,
    },
}

/// The journal of one validator.
pub struct Journal {
    storage: Box<dyn Storage>,
    secret: Secret,
}

impl Journal {
    /// The journal in `storage`. A new one begins with the secret that `first` gives.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn open(mut storage: Box<dyn Storage>, first: impl FnOnce() -> Secret) -> Result<Self, JournalError> {
        let secret = match storage.read(SECRET)? {
            Some(bytes) => Secret::new(decode(SECRET, &bytes)?),
            None => {
                let secret = first();
                storage.write(&[Change::put(SECRET, encode(secret.bytes()))])?;
                secret
            }
        };
        Ok(Self { storage, secret })
    }

    /// The root of the validator's secrets.
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// How far the round of an epoch is; `None` if it has not begun.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn round(&self, netuid: Netuid, epoch: u64) -> Result<Option<RoundRecord>, JournalError> {
        let key = round_key(netuid, epoch);
        self.storage.read(&key)?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// The rounds of a subnet that are kept, oldest first.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn rounds(&self, netuid: Netuid) -> Result<Vec<RoundRecord>, JournalError> {
        let kept = self.storage.list(&rounds_prefix(netuid))?;
        kept.iter().map(|(key, bytes)| decode(key, bytes)).collect()
    }

    /// What is remembered of a subnet's miners; `None` before the first round.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn memory(&self, netuid: Netuid) -> Result<Option<Memory>, JournalError> {
        let key = memory_key(netuid);
        self.storage.read(&key)?.map(|bytes| decode(&key, &bytes)).transpose()
    }

    /// Writes how far a round is, and forgets rounds that are long over.
    pub(crate) fn advance(&mut self, record: &RoundRecord) -> Result<(), JournalError> {
        let mut changes = vec![Change::put(round_key(record.netuid, record.epoch), encode(record))];
        changes.extend(self.forgettable(record)?);
        Ok(self.storage.write(&changes)?)
    }

    /// Writes that a round is scored, and with it the memory that took its scores in: both or neither.
    pub(crate) fn score(&mut self, record: &RoundRecord, memory: &Memory) -> Result<(), JournalError> {
        Ok(self.storage.write(&[
            Change::put(round_key(record.netuid, record.epoch), encode(record)),
            Change::put(memory_key(record.netuid), encode(memory)),
        ])?)
    }

    /// Removals of the oldest rounds of the record's subnet, as far as they are over.
    fn forgettable(&self, newest: &RoundRecord) -> Result<Vec<Change>, JournalError> {
        let rounds = self.rounds(newest.netuid)?;
        let surplus = rounds.len().saturating_sub(KEPT_ROUNDS);
        let old = rounds.iter().take(surplus).filter(|round| round.stage.is_over() && round.epoch != newest.epoch);
        Ok(old.map(|round| Change::remove(round_key(round.netuid, round.epoch))).collect())
    }
}

fn memory_key(netuid: Netuid) -> String {
    format!("memory/{:05}", netuid.get())
}

fn rounds_prefix(netuid: Netuid) -> String {
    format!("round/{:05}/", netuid.get())
}

/// Numbers have a fixed width, so that the order of the keys is that of the epochs.
fn round_key(netuid: Netuid, epoch: u64) -> String {
    format!("{}{epoch:020}", rounds_prefix(netuid))
}
