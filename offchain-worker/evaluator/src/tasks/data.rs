//! Data that no crate carries: files that `scripts/fetch-data.sh` puts into a folder. Lists of their hashes are part of this
//! program and of that script, so a task has exactly the data that are pinned here, or none.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs, io};

use thiserror::Error;

use crate::hash::Hash256;

/// Why the data of a task cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DataError {
    /// None of the variables that say where the data are is set.
    #[error("YARROW_DATA does not say where the data are, and there is no home folder")]
    NoFolder,
    /// A file is not there.
    #[error("{} is not there", .0.display())]
    Absent(PathBuf),
    /// A file cannot be read.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::ErrorKind,
    },
    /// A file is another one than was pinned.
    #[error("{} is not the file that was pinned", .0.display())]
    Differs(PathBuf),
}

/// A file of a data set.
pub(super) struct DataFile {
    /// Its path below the folder of all data.
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// What `parse` makes of the files of a list, which are read the first time and, after a failure, again.
pub(super) fn load<T>(
    loaded: &'static OnceLock<T>,
    list: &'static str,
    parse: fn(&[DataFile]) -> T,
) -> Result<&'static T, DataError> {
    if let Some(there) = loaded.get() {
        return Ok(there);
    }
    let files = read(list)?;
    Ok(loaded.get_or_init(|| parse(&files)))
}

/// Reads the files of a list, each line of which is a BLAKE2b-256 digest, two spaces and a path, as `b2sum -l 256` writes it.
fn read(list: &'static str) -> Result<Vec<DataFile>, DataError> {
    let folder = folder()?;
    list.lines().filter_map(|line| line.split_once("  ")).map(|(hash, name)| read_file(&folder, hash, name)).collect()
}

fn read_file(folder: &Path, hash: &str, name: &'static str) -> Result<DataFile, DataError> {
    let path = folder.join(name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(DataError::Absent(path)),
        Err(error) => return Err(DataError::Unreadable { path, reason: error.kind() }),
    };
    if Hash256::of(&bytes).to_string().strip_prefix("0x") != Some(hash) {
        return Err(DataError::Differs(path));
    }
    Ok(DataFile { name, bytes })
}

/// `$YARROW_DATA`, or `yarrow/data` in the user's cache folder; `scripts/env.sh` has the same rule.
fn folder() -> Result<PathBuf, DataError> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("YARROW_DATA")
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("yarrow/data")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/yarrow/data")))
        .ok_or(DataError::NoFolder)
}
