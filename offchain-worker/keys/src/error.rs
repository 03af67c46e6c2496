//! What can go wrong with keys and their files.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::KeystoreError;

/// A key could not be read or kept. No text of this error repeats anything of a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A name cannot be a wallet's or a hotkey's.
    #[error("{0:?} cannot be a name; names have 1 to 64 letters, digits, and . _ - but not in front")]
    Name(String),
    /// There is no such file.
    #[error("there is no {}", .0.display())]
    Missing(PathBuf),
    /// There is a file where one is to be written.
    #[error("{} exists and is not replaced", .0.display())]
    Exists(PathBuf),
    /// Others than the owner can read a secret.
    #[error("others can read {} (its mode is {mode:04o})", path.display())]
    Exposed {
        /// The secret's file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A file or descriptor gives more than any key or password has.
    #[error("{} has more than {limit} bytes", path.display())]
    TooLong {
        /// What was read.
        path: PathBuf,
        /// Most bytes that would be taken.
        limit: usize,
    },
    /// A file is not text.
    #[error("{} is not UTF-8", .0.display())]
    NotText(PathBuf),
    /// A file is not the public half of a coldkey.
    #[error("{} is not a coldkeypub.txt: JSON with the coldkey's ss58Address is expected", .0.display())]
    NotPublic(PathBuf),
    /// A file is not a keystore that can be used.
    #[error("{}: {source}", path.display())]
    Keystore {
        /// The file.
        path: PathBuf,
        /// What it is not.
        #[source]
        source: KeystoreError,
    },
    /// The operating system has no randomness.
    #[error("the operating system gives no randomness: {0}")]
    Random(getrandom::Error),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl KeyError {
    pub(crate) fn reading(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        if source.kind() == io::ErrorKind::NotFound { Self::Missing(path) } else { Self::Read { path, source } }
    }

    /// What to do about it, where the error itself does not say so.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exposed { path, .. } => Some(format!("chmod 600 {}", path.display())),
            Self::Keystore { source, .. } => source.hint().map(Into::into),
            Self::Name(_) | Self::Missing(_) | Self::Exists(_) | Self::NotPublic(_) => None,
            Self::TooLong { .. } | Self::NotText(_) => None,
            Self::Random(_) | Self::Read { .. } | Self::Write { .. } => None,
        }
    }

    /// Whether files failed, rather than what is in them.
    pub fn is_about_files(&self) -> bool {
        matches!(self, Self::Read { .. } | Self::Write { .. })
    }
}
