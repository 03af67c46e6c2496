//! Passwords of keys: from a file, a file descriptor or the terminal.

use std::path::{Path, PathBuf};

use keys::{KeyError, Keystore, KeystoreError, SecretText, Signer};

use super::{WalletError, place::Place, terminal::Terminal};

/// Where the password comes from; the terminal if nothing is given.
#[derive(Debug, clap::Args)]
pub(crate) struct PasswordArgs {
    /// Read the password from a file that only you can read (mode 0600)
    #[arg(long, value_name = "PATH", conflicts_with = "password_fd")]
    password_file: Option<PathBuf>,
    /// Read the password from a file descriptor
    #[arg(long, value_name = "N")]
    password_fd: Option<u16>,
}

impl PasswordArgs {
    /// The password that an option gives.
    pub(crate) fn given(&self) -> Result<Option<SecretText>, WalletError> {
        Ok(match (&self.password_file, self.password_fd) {
            (Some(path), _) => Some(SecretText::from_file(path)?),
            (None, Some(number)) => Some(SecretText::from_fd(number)?),
            (None, None) => None,
        })
    }

    fn existing(&self, whose: &str) -> Result<SecretText, WalletError> {
        match self.given()? {
            Some(password) => Ok(password),
            None => Ok(terminal()?.ask(&format!("Password of {whose}"))?),
        }
    }

    /// Opens the key of a place.
    pub(crate) fn unlock(&self, place: &Place) -> Result<Signer, WalletError> {
        self.open(&place.read()?, &place.path, &place.to_string())
    }

    /// Opens a keystore that was read from a path.
    pub(crate) fn open(&self, keystore: &Keystore, path: &Path, whose: &str) -> Result<Signer, WalletError> {
        // Without need the password is not read: it may be meant for another key, and a descriptor gives it only once.
        let password = if keystore.is_encrypted() { Some(self.existing(whose)?) } else { None };
        keystore.unlock(password.as_ref()).map_err(|error| refused(path, error))
    }
}

/// Encrypts a key with the given password, or else with one that is asked for twice.
pub(crate) fn seal(place: &Place, signer: &Signer, given: Option<&SecretText>) -> Result<Keystore, WalletError> {
    let password = match given {
        Some(password) => password.clone(),
        None => ask_new(place)?,
    };
    Keystore::seal(signer, &password, place.name()).map_err(|error| refused(&place.path, error))
}

fn ask_new(place: &Place) -> Result<SecretText, WalletError> {
    let terminal = terminal()?;
    let password = terminal.ask(&format!("New password for {place}"))?;
    if password.expose() != terminal.ask("Once more")?.expose() {
        return Err(WalletError::PasswordsDiffer);
    }
    Ok(password)
}

fn terminal() -> Result<Terminal, WalletError> {
    Terminal::find("a password is needed", "--password-file PATH or --password-fd N")
}

fn refused(path: &Path, source: KeystoreError) -> WalletError {
    KeyError::Keystore { path: path.to_owned(), source }.into()
}
