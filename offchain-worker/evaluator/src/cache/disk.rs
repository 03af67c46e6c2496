//! Results in a file, bounded in size; the oldest go first.
//!
//! Nothing read is believed that does not carry its own checksum: a record that is damaged, or of another
//! version, is as good as absent and written again. A file that is no database, or a damaged one, is
//! replaced by an empty one: everything in it can be computed again. The checksum is no seal, so the file
//! belongs where only the worker writes.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use thiserror::Error;

use crate::hash::{Digest, Hash256};

/// Engine, module and sample.
pub(super) type Key = [u8; 96];

/// Most bytes of records of a cache. The file is larger, by up to as much again while pages are rewritten. A round
/// of 256 models takes about 2 MB for a task with classes and 30 MB for streams.
pub(super) const LIMIT_BYTES: u64 = 256 << 20;

/// Memory for the database's pages, in bytes: records are read once, so a large cache is of no use.
const PAGE_CACHE_BYTES: usize = 4 << 20;

/// Version of the record's encoding: a change of any type in a result needs another number.
const RECORD_VERSION: u8 = 1;

/// Version and checksum.
const HEADER_BYTES: usize = 33;

const RECORDS: TableDefinition<'_, Key, &[u8]> = TableDefinition::new("results");

/// The records' keys and sizes in the order in which they were written.
const ORDER: TableDefinition<'_, u64, (Key, u64)> = TableDefinition::new("order");

/// Why a cache cannot be opened.
#[derive(Debug, Error)]
pub enum CacheError {
    /// Another process has the file open; give each worker a file of its own.
    #[error("the cache {path} is in use by another process; give each worker a file of its own")]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be made, read or written.
    #[error("cannot use the cache {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Box<redb::Error>,
    },
}

/// The database, and what its records take.
pub(super) struct Disk {
    database: Database,
    limit_bytes: u64,
    used_bytes: Mutex<u64>,
}

impl Disk {
    /// Opens the cache at `path`, or makes one. Its records will take no more than `limit_bytes`.
    pub(super) fn open(path: &Path, limit_bytes: u64) -> Result<Self, CacheError> {
        let failed = |source: redb::Error| CacheError::File { path: path.into(), source: Box::new(source) };
        let sound = open_sound(path).and_then(|database| Self::of(database, limit_bytes).map_err(Damage::of));
        match sound {
            Ok(disk) => return Ok(disk),
            Err(Damage::InUse) => return Err(CacheError::InUse { path: path.into() }),
            Err(Damage::NotOurs(error)) => return Err(failed(error)),
            Err(Damage::Content) => {}
        }
        fs::remove_file(path).map_err(|error| failed(error.into()))?;
        let empty = builder().create(path).map_err(|error| failed(error.into()))?;
        Self::of(empty, limit_bytes).map_err(failed)
    }

    fn of(database: Database, limit_bytes: u64) -> Result<Self, redb::Error> {
        let transaction = database.begin_write()?;
        transaction.open_table(RECORDS)?;
        let mut used_bytes = 0_u64;
        for entry in transaction.open_table(ORDER)?.iter()? {
            used_bytes = used_bytes.saturating_add(entry?.1.value().1);
        }
        transaction.commit()?;
        Ok(Self { database, limit_bytes, used_bytes: Mutex::new(used_bytes) })
    }

    /// The record of `key`, if there is a sound one.
    pub(super) fn get(&self, key: &Key) -> Result<Option<Vec<u8>>, redb::Error> {
        let records = self.database.begin_read()?.open_table(RECORDS)?;
        Ok(records.get(key)?.and_then(|stored| open_record(key, stored.value()).map(<[u8]>::to_vec)))
    }

    /// Stores records, and removes the oldest beyond the limit, all at once.
    pub(super) fn put(&self, records: &[(Key, Vec<u8>)]) -> Result<(), redb::Error> {
        // A sum that is off after a panic is off by one call, and right after the next start.
        let mut used_bytes = self.used_bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = self.database.begin_write()?;
        let used = write(&transaction, records, *used_bytes, self.limit_bytes)?;
        transaction.commit()?;
        *used_bytes = used;
        Ok(())
    }
}

/// Writes `records` beside those that take `used_bytes`, and removes the oldest beyond `limit_bytes`; returns
/// what all take then.
fn write(
    transaction: &WriteTransaction,
    records: &[(Key, Vec<u8>)],
    used_bytes: u64,
    limit_bytes: u64,
) -> Result<u64, redb::Error> {
    let mut results = transaction.open_table(RECORDS)?;
    let mut order = transaction.open_table(ORDER)?;
    let next = order.last()?.map_or(0, |(number, _)| number.value().saturating_add(1));
    let mut used_bytes = used_bytes;
    for (number, (key, record)) in (next..).zip(records) {
        let sealed = seal_record(key, record);
        results.insert(key, sealed.as_slice())?;
        order.insert(number, (*key, sealed.len() as u64))?;
        used_bytes = used_bytes.saturating_add(sealed.len() as u64);
    }
    while used_bytes > limit_bytes
        && let Some((_, entry)) = order.pop_first()?
    {
        let (key, bytes) = entry.value();
        results.remove(key)?;
        used_bytes = used_bytes.saturating_sub(bytes);
    }
    Ok(used_bytes)
}

fn seal_record(key: &Key, record: &[u8]) -> Vec<u8> {
    [&[RECORD_VERSION], checksum(key, record).as_bytes().as_slice(), record].concat()
}

fn open_record<'a>(key: &Key, stored: &'a [u8]) -> Option<&'a [u8]> {
    let (header, record) = stored.split_at_checked(HEADER_BYTES)?;
    let sound = header[0] == RECORD_VERSION && header[1..] == *checksum(key, record).as_bytes();
    sound.then_some(record)
}

fn checksum(key: &Key, record: &[u8]) -> Hash256 {
    let mut digest = Digest::new("yarrow/cached-result");
    digest.raw(key).bytes(record);
    digest.finish()
}

/// What is wrong with a file.
enum Damage {
    InUse,
    /// The system's doing: nothing is deleted for it.
    NotOurs(redb::Error),
    /// What the file contains.
    Content,
}

impl Damage {
    fn of(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse,
            // What is no database is told as invalid data, and one that was cut off as an early end.
            redb::Error::Io(error)
                if !matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) =>
            {
                Self::NotOurs(error.into())
            }
            _ => Self::Content,
        }
    }
}

/// A database all of whose pages carry the right checksum.
fn open_sound(path: &Path) -> Result<Database, Damage> {
    let open = || -> Result<Database, redb::Error> {
        let mut database = builder().create(path)?;
        database.check_integrity()?;
        Ok(database)
    };
    open().map_err(Damage::of)
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(PAGE_CACHE_BYTES);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A cache of one test in a file that is removed with it.
    struct Temporary(PathBuf);

    impl Temporary {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("yarrow-disk-{name}-{}", std::process::id()));
            let _ = fs::remove_file(&path);
            Self(path)
        }

        fn open(&self, limit_bytes: u64) -> Disk {
            Disk::open(&self.0, limit_bytes).expect("a cache")
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    fn record(number: u8) -> (Key, Vec<u8>) {
        ([number; 96], vec![number; 967])
    }

    fn known(disk: &Disk) -> Vec<u8> {
        (0..20).filter(|number| disk.get(&[*number; 96]).expect("a read") == Some(record(*number).1)).collect()
    }

    #[test]
    fn the_oldest_records_go_when_the_limit_is_passed() {
        let file = Temporary::new("limit");
        // A record takes a thousand bytes with its header.
        let disk = file.open(5_000);
        for number in 0..4 {
            disk.put(&[record(number)]).expect("a write");
        }
        assert_eq!(known(&disk), [0, 1, 2, 3]);
        disk.put(&[record(4), record(5), record(6)]).expect("a write");
        assert_eq!(known(&disk), [2, 3, 4, 5, 6]);
        drop(disk);
        // What they take is known after a restart, and a lower limit holds from the next write on.
        let disk = file.open(3_000);
        disk.put(&[record(7)]).expect("a write");
        assert_eq!(known(&disk), [5, 6, 7]);
    }

    #[test]
    fn a_record_that_is_not_what_was_stored_is_absent() {
        let file = Temporary::new("sealed");
        let disk = file.open(LIMIT_BYTES);
        let (key, content) = record(1);
        let sealed = seal_record(&key, &content);
        let mut content_changed = sealed.clone();
        content_changed[HEADER_BYTES] ^= 1;
        let mut version_changed = sealed.clone();
        version_changed[0] += 1;
        let cut = sealed[..sealed.len() - 1].to_vec();
        let of_another_key = seal_record(&[2; 96], &content);
        let header_alone = sealed[..HEADER_BYTES - 1].to_vec();
        for stored in [content_changed, version_changed, cut, of_another_key, header_alone, Vec::new()] {
            let transaction = disk.database.begin_write().expect("a transaction");
            transaction.open_table(RECORDS).expect("the table").insert(&key, stored.as_slice()).expect("a write");
            transaction.commit().expect("a commit");
            assert_eq!(disk.get(&key).expect("a read"), None);
        }
        disk.put(&[(key, content.clone())]).expect("a write");
        assert_eq!(disk.get(&key).expect("a read"), Some(content));
    }
}
