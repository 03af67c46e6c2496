//! Models on disk by their bound hash. A file appears whole or not at all; what is kept is bounded, and what was used
//! least lately goes first. The directory is the owner's alone. Its content is never believed: whoever takes a model out
//! verifies it again.

use std::{
    fs::{self, DirBuilder, File, FileTimes},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use primitives::Hash;
use thiserror::Error;

use crate::clock;

/// The cache cannot be used.
#[derive(Debug, Error)]
pub enum CacheError {
    /// Others can write to the directory.
    #[error("{} is open to other users; its mode must be 0700", .0.display())]
    Open(PathBuf),
    /// The file system failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Bytes by hash, in a directory.
#[derive(Debug)]
pub struct Cache {
    directory: PathBuf,
    limit: u64,
    written: AtomicU64,
}

/// Suffix of a download that was cut off.
const PART: &str = "part";

impl Cache {
    /// Opens a directory for at most `limit` bytes, and makes it if need be.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn open(directory: &Path, limit: u64) -> Result<Self, CacheError> {
        let failed = |source| CacheError::Io { path: directory.to_owned(), source };
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(failed)?;
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&directory.metadata().map_err(failed)?.permissions());
            if mode & 0o077 != 0 {
                return Err(CacheError::Open(directory.to_owned()));
            }
        }
        Ok(Self { directory: directory.to_owned(), limit, written: AtomicU64::new(0) })
    }

    /// What is kept under `hash`; it counts as used now.
    ///
    /// # Errors
    /// [`CacheError::Io`].
    pub fn get(&self, hash: &Hash) -> Result<Option<Vec<u8>>, CacheError> {
        let path = self.path(hash, None);
        let Some(bytes) = self.read(&path)? else {
            return Ok(None);
        };
        let now = UNIX_EPOCH + Duration::from_nanos(clock::unix_nanos());
        let touched = File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_times(FileTimes::new().set_modified(now)));
        // Another process may have removed it since.
        match touched {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(CacheError::Io { path, source }),
            _ => Ok(Some(bytes)),
        }
    }

    /// Keeps `bytes` under `hash`, if they are not more than the cache's limit, and makes room for them.
    ///
    /// # Errors
    /// [`CacheError::Io`].
    pub fn put(&self, hash: &Hash, bytes: &[u8]) -> Result<(), CacheError> {
        self.write(&self.path(hash, None), bytes)
    }

    /// Keeps what came of a download that was cut off.
    pub(super) fn put_part(&self, hash: &Hash, bytes: &[u8]) -> Result<(), CacheError> {
        self.write(&self.path(hash, Some(PART)), bytes)
    }

    /// Takes what came of a download that was cut off; nothing if there was none.
    pub(super) fn take_part(&self, hash: &Hash) -> Result<Vec<u8>, CacheError> {
        let path = self.path(hash, Some(PART));
        let Some(bytes) = self.read(&path)? else {
            return Ok(Vec::new());
        };
        self.delete(&path)?;
        Ok(bytes)
    }

    fn path(&self, hash: &Hash, suffix: Option<&str>) -> PathBuf {
        let path = self.directory.join(hex::encode(hash));
        suffix.map_or(path.clone(), |suffix| path.with_extension(suffix))
    }

    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, CacheError> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CacheError::Io { path: path.to_owned(), source }),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), CacheError> {
        match fs::remove_file(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(CacheError::Io { path: path.to_owned(), source })
            }
            _ => Ok(()),
        }
    }

    /// Writes beside, then renames: a reader sees all bytes or none, whatever is cut off.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), CacheError> {
        let size = bytes.len() as u64;
        if size > self.limit {
            return Ok(());
        }
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = self.directory.join(format!("{}-{number}.tmp", process::id()));
        let failed = |source| CacheError::Io { path: path.to_owned(), source };
        self.make_room(size).map_err(failed)?;
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let moved = written.and_then(|()| fs::rename(&beside, path));
        if moved.is_err() {
            // The error that counts is the one above.
            let _ = fs::remove_file(&beside);
        }
        moved.map_err(failed)?;
        File::open(&self.directory).and_then(|directory| directory.sync_all()).map_err(failed)
    }

    /// Removes what was used least lately until `size` bytes more are within the limit.
    fn make_room(&self, size: u64) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            // Another thread or process may remove it at any time.
            if let Ok(facts) = entry.metadata() {
                files.push((facts.modified()?, facts.len(), entry.path()));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files {
            if total + size <= self.limit {
                break;
            }
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => total -= length,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_least_lately_makes_room() {
        let directory = tempfile::tempdir().expect("a directory");
        let cache = Cache::open(&directory.path().join("models"), 250).expect("a cache");
        let hashes: [Hash; 4] = [[1; 32], [2; 32], [3; 32], [4; 32]];
        cache.put(&hashes[0], &[0; 100]).unwrap();
        cache.put(&hashes[1], &[1; 100]).unwrap();
        assert_eq!(cache.get(&hashes[0]).unwrap(), Some(vec![0; 100]));
        cache.put(&hashes[2], &[2; 100]).unwrap();
        let kept = hashes.map(|hash| cache.get(&hash).unwrap().is_some());
        assert_eq!(kept, [true, false, true, false]);
        // More than everything: not kept, and nothing goes for it.
        cache.put(&hashes[3], &[3; 251]).unwrap();
        assert!(cache.get(&hashes[3]).unwrap().is_none() && cache.get(&hashes[2]).unwrap().is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_that_others_can_enter_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().expect("a directory");
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(Cache::open(directory.path(), 1), Err(CacheError::Open(_))));
    }
}
