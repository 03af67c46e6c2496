//! The journal in two files of which each is a whole copy.
//!
//! A write goes to the first and then to the second, each in one durable transaction with a running number. When the
//! journal is opened, the copy with the higher number that is whole, down to the checksum of every record, is the journal,
//! and the other is made again from it. So a crash costs at most a write that nothing was built on yet, and a damaged file
//! costs nothing.

use std::{
    fmt,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use redb::{Database, DatabaseError, Durability, ReadableDatabase as _, ReadableTable as _, TableDefinition};

use super::{
    record::is_whole,
    storage::{Change, Storage, StorageError},
};

const FILES: [&str; 2] = ["journal-1.redb", "journal-2.redb"];
const RECORDS: TableDefinition<&str, &[u8]> = TableDefinition::new("records");
/// How many writes there were.
const NUMBER: TableDefinition<(), u64> = TableDefinition::new("number");

/// The journal in a folder.
pub struct RedbStorage {
    copies: [Copy; 2],
    number: u64,
}

/// A copy that was found damaged or behind, and was made again from the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The file.
    pub path: PathBuf,
    /// What was wrong with it.
    pub reason: String,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was made again from the other copy: {}", self.path.display(), self.reason)
    }
}

struct Copy {
    path: PathBuf,
    database: Database,
}

/// The content of a copy.
type Records = Vec<(String, Vec<u8>)>;

impl RedbStorage {
    /// Opens the journal in a folder, which is created if it is not there. Also says what had to be repaired.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn open(folder: &Path) -> Result<(Self, Vec<Repair>), StorageError> {
        // The secret in it decides what the validator draws.
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| file(folder, error))?;
        let paths = FILES.map(|name| folder.join(name));
        let mut found = Vec::new();
        for path in &paths {
            found.push(examine(path)?);
        }
        let best = best(folder, &found)?;
        let (number, records) = best.clone().unwrap_or_default();
        let mut repairs = Vec::new();
        for (path, state) in paths.iter().zip(found) {
            let reason = match state {
                Found::Whole(own, _) if own == number => continue,
                Found::Whole(own, _) => format!("it has {own} of {number} writes"),
                Found::Absent if best.is_none() => continue,
                Found::Absent => "it was not there".into(),
                Found::Damaged(reason) => reason,
            };
            restore(path, number, &records)?;
            repairs.push(Repair { path: path.clone(), reason });
        }
        let [first, second] = paths;
        let copies = [Copy::open(first)?, Copy::open(second)?];
        Ok((Self { copies, number }, repairs))
    }

    fn first(&self) -> &Copy {
        &self.copies[0]
    }
}

impl Storage for RedbStorage {
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.first().run(|database| {
            let records = database.begin_read()?.open_table(RECORDS)?;
            Ok(records.get(key)?.map(|value| value.value().to_vec()))
        })
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        self.first().run(|database| {
            let mut found = Vec::new();
            for record in database.begin_read()?.open_table(RECORDS)?.range(prefix..)? {
                let (key, value) = record?;
                if !key.value().starts_with(prefix) {
                    break;
                }
                found.push((key.value().to_owned(), value.value().to_vec()));
            }
            Ok(found)
        })
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StorageError> {
        let number = self.number + 1;
        for copy in &self.copies {
            copy.run(|database| write(database, number, changes))?;
        }
        self.number = number;
        Ok(())
    }
}

impl Copy {
    fn open(path: PathBuf) -> Result<Self, StorageError> {
        let database = match Database::create(&path) {
            Ok(database) => database,
            Err(DatabaseError::DatabaseAlreadyOpen) => return Err(StorageError::InUse { path }),
            Err(error) => return Err(file(&path, error)),
        };
        let copy = Self { path, database };
        // The tables must be there before anybody reads them.
        copy.run(|database| {
            let transaction = database.begin_write()?;
            transaction.open_table(RECORDS)?;
            transaction.open_table(NUMBER)?;
            Ok(transaction.commit()?)
        })?;
        Ok(copy)
    }

    fn run<T>(&self, action: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, StorageError> {
        action(&self.database).map_err(|error| file(&self.path, error))
    }
}

fn write(database: &Database, number: u64, changes: &[Change]) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    {
        let mut records = transaction.open_table(RECORDS)?;
        for Change { key, value } in changes {
            match value {
                Some(value) => records.insert(key.as_str(), value.as_slice())?,
                None => records.remove(key.as_str())?,
            };
        }
        transaction.open_table(NUMBER)?.insert((), number)?;
    }
    Ok(transaction.commit()?)
}

/// What is found at the path of a copy.
enum Found {
    Absent,
    Whole(u64, Records),
    Damaged(String),
}

/// The number and content of the best copy; `None` if there is no journal yet.
fn best(folder: &Path, found: &[Found]) -> Result<Option<(u64, Records)>, StorageError> {
    let whole = found.iter().filter_map(|found| match found {
        Found::Whole(number, records) => Some((*number, records.clone())),
        Found::Absent | Found::Damaged(_) => None,
    });
    let best = whole.max_by_key(|(number, _)| *number);
    let reasons: Vec<&str> = found
        .iter()
        .filter_map(|found| if let Found::Damaged(reason) = found { Some(reason.as_str()) } else { None })
        .collect();
    if best.is_none() && !reasons.is_empty() {
        return Err(StorageError::Lost { path: folder.to_owned(), reasons: reasons.join("; ") });
    }
    Ok(best)
}

/// Reads a copy to its end. What is in it decides, not that it opens.
fn examine(path: &Path) -> Result<Found, StorageError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Absent),
        Err(error) => return Err(file(path, error)),
        Ok(_) => {}
    }
    // A damaged file can trip an assertion of the library, which must not end the process.
    let content = catch_unwind(AssertUnwindSafe(|| read_all(path)));
    Ok(match content {
        Ok(Err(redb::Error::DatabaseAlreadyOpen)) => return Err(StorageError::InUse { path: path.to_owned() }),
        Ok(Err(error)) => Found::Damaged(error.to_string()),
        Err(_) => Found::Damaged("it is not a journal".into()),
        Ok(Ok((number, records))) => match records.iter().find(|(_, value)| !is_whole(value)) {
            Some((key, _)) => Found::Damaged(format!("its record `{key}` has a wrong checksum")),
            None => Found::Whole(number, records),
        },
    })
}

fn read_all(path: &Path) -> Result<(u64, Records), redb::Error> {
    let mut database = Database::open(path)?;
    database.check_integrity()?;
    let transaction = database.begin_read()?;
    let number = transaction.open_table(NUMBER)?.get(())?.map_or(0, |number| number.value());
    let mut records = Vec::new();
    for record in transaction.open_table(RECORDS)?.iter()? {
        let (key, value) = record?;
        records.push((key.value().to_owned(), value.value().to_vec()));
    }
    Ok((number, records))
}

/// Makes a copy anew, in place of what was at its path.
fn restore(path: &Path, number: u64, records: &[(String, Vec<u8>)]) -> Result<(), StorageError> {
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file(&fresh, error)),
        Ok(()) | Err(_) => {}
    }
    let copy = Copy::open(fresh.clone())?;
    let changes: Vec<Change> = records.iter().map(|(key, value)| Change::put(key.as_str(), value.clone())).collect();
    copy.run(|database| write(database, number, &changes))?;
    drop(copy);
    fs::rename(&fresh, path).map_err(|error| file(path, error))
}

fn file(path: &Path, error: impl fmt::Display) -> StorageError {
    StorageError::File { path: path.to_owned(), reason: error.to_string() }
}
