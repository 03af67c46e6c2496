//! What the journal asks of a store: reading, and writing several values at once.

use std::{collections::BTreeMap, path::PathBuf};

use thiserror::Error;

/// A store of small values that outlives the process.
pub trait Storage: Send {
    /// The value of a key.
    ///
    /// # Errors
    /// [`StorageError`].
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError>;

    /// All keys that begin with `prefix`, and their values, in order.
    ///
    /// # Errors
    /// [`StorageError`].
    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StorageError>;

    /// Makes all changes or none; they are durable when this returns.
    ///
    /// # Errors
    /// [`StorageError`].
    fn write(&mut self, changes: &[Change]) -> Result<(), StorageError>;
}

/// A change of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Of which key.
    pub key: String,
    /// The new value; `None` removes it.
    pub value: Option<Vec<u8>>,
}

impl Change {
    /// Gives a key a value.
    pub fn put(key: impl Into<String>, value: Vec<u8>) -> Self {
        Self { key: key.into(), value: Some(value) }
    }

    /// Removes a key.
    pub fn remove(key: impl Into<String>) -> Self {
        Self { key: key.into(), value: None }
    }
}

/// Why a store cannot be read or written.
#[derive(Debug, Error)]
pub enum StorageError {
    /// The disk or the file is at fault.
    #[error("the journal {}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Another process works with it.
    #[error("the journal {} is in use by another process", path.display())]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// Neither copy can be read.
    #[error("both copies of the journal in {} are damaged: {reasons}", path.display())]
    Lost {
        /// In which folder.
        path: PathBuf,
        /// What is wrong with each.
        reasons: String,
    },
}

/// A store that ends with the process: for a market in one process, and for tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage(BTreeMap<String, Vec<u8>>);

impl Storage for MemoryStorage {
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.0.get(key).cloned())
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let found = self.0.range(prefix.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        Ok(found.map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StorageError> {
        for Change { key, value } in changes {
            match value {
                Some(value) => self.0.insert(key.clone(), value.clone()),
                None => self.0.remove(key),
            };
        }
        Ok(())
    }
}
