//! Where a model is, as miners write it on the chain.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::FetchError;

/// Where a model is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// `http://` or `https://`.
    Web(String),
    /// `file://` and an absolute path, for networks on one machine.
    File(PathBuf),
}

/// A text is no location.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BadLocation {
    /// It is not UTF-8 or has another scheme.
    #[error("the location is neither http://, https:// nor file://")]
    Scheme,
    /// Files are read on local deployments only.
    #[error("the location is a file, and this deployment is not a local one")]
    File,
}

impl Location {
    /// Reads a location; none if the text is empty, which means the miner's endpoint.
    ///
    /// # Errors
    /// [`BadLocation::Scheme`].
    pub fn parse(text: &str) -> Result<Option<Self>, BadLocation> {
        if text.is_empty() {
            return Ok(None);
        }
        if let Some(path) = text.strip_prefix("file://").filter(|path| path.starts_with('/')) {
            return Ok(Some(Self::File(path.into())));
        }
        let is_web = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme));
        if is_web { Ok(Some(Self::Web(text.to_owned()))) } else { Err(BadLocation::Scheme) }
    }

    pub(super) fn parse_bytes(bytes: &[u8]) -> Result<Option<Self>, BadLocation> {
        Self::parse(std::str::from_utf8(bytes).map_err(|_| BadLocation::Scheme)?)
    }
}

/// Reads a file of at most `size` bytes. Only a regular one: a pipe could wait for ever.
pub(super) fn read_file(path: &Path, size: u32) -> Result<Vec<u8>, FetchError> {
    let incomplete = |got, error: std::io::Error| FetchError::Incomplete { got, size, reason: error.to_string() };
    let is_regular = path.metadata().map_err(|error| incomplete(0, error))?.is_file();
    if !is_regular {
        return Err(incomplete(0, std::io::ErrorKind::InvalidInput.into()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| incomplete(0, error))?;
    let read = file.take(u64::from(size) + 1).read_to_end(&mut bytes);
    read.map_err(|error| incomplete(bytes.len(), error))?;
    if bytes.len() > size as usize { Err(FetchError::TooLong { size }) } else { Ok(bytes) }
}
