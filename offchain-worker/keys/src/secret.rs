//! Texts that must not be seen: passwords, seed phrases, secret URIs.

use std::{fmt, fs::File, path::Path};

use zeroize::Zeroizing;

use crate::{
    KeyError,
    file::{read, read_private},
};

/// More than the longest seed phrase with its label, or any password.
const LIMIT: usize = 4096;

/// A text that must not be seen. It is wiped from memory when dropped, and its `Debug` does not show it.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text of a file, without the newline at its end.
    ///
    /// # Errors
    /// [`KeyError`] if the file is missing, can be read by others than its owner, is longer than 4096 bytes or not UTF-8.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        Self::from_bytes(path, &read_private(path, LIMIT)?)
    }

    /// The text of a file descriptor that this process was started with, to its end and without the newline there.
    ///
    /// # Errors
    /// [`KeyError`] if it is not open, gives more than 4096 bytes or something else than UTF-8.
    pub fn from_fd(number: u16) -> Result<Self, KeyError> {
        let path = format!("/dev/fd/{number}");
        let path = Path::new(&path);
        let file = File::open(path).map_err(|error| KeyError::reading(path, error))?;
        Self::from_bytes(path, &read(file, path, LIMIT)?)
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn from_bytes(path: &Path, bytes: &[u8]) -> Result<Self, KeyError> {
        let text = str::from_utf8(bytes).map_err(|_| KeyError::NotText(path.to_owned()))?;
        let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Self::new(line.to_owned()))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}
