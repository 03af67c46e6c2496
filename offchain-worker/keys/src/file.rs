//! Files that nobody but their owner reads.
//!
//! A file is written beside its place, brought to the disk, and only then moved there, so that a crash leaves the old file
//! or the new one; an existing file is replaced only on demand, and the operating system checks that, not a look before.

use std::{
    fs::{File, Permissions},
    io::{self, Read, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::KeyError;

/// What becomes of a file that is in the place of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the new one is not written.
    Keep,
    /// It is lost.
    Replace,
}

/// Reads a file that is its owner's secret, of at most `limit` bytes.
pub(crate) fn read_private(path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let file = File::open(path).map_err(|error| KeyError::reading(path, error))?;
    let metadata = file.metadata().map_err(|error| KeyError::reading(path, error))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    read(file, path, limit)
}

/// Reads at most `limit` bytes, into memory that is not moved while it grows.
pub(crate) fn read(file: File, path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit + 1));
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|error| KeyError::reading(path, error))?;
    if bytes.len() > limit {
        return Err(KeyError::TooLong { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Writes a file that only its owner can read (mode 0600), whole or not at all.
///
/// # Errors
/// [`KeyError::Exists`] if there is one that is to be kept, [`KeyError::Write`] if the file system fails.
pub fn write_private(path: &Path, bytes: &[u8], existing: Existing) -> Result<(), KeyError> {
    let write = || {
        let directory = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        // Whatever the mask is: a file that lacks its owner's rights could not be read again.
        let mut file = NamedTempFile::new_in(directory)?;
        file.as_file().set_permissions(Permissions::from_mode(0o600))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        match existing {
            Existing::Keep => file.persist_noclobber(path)?,
            Existing::Replace => file.persist(path)?,
        };
        File::open(directory)?.sync_all()
    };
    write().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_owned()),
        _ => KeyError::Write { path: path.to_owned(), source },
    })
}
