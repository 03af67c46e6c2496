//! What a command says of keys: addresses and files, never secrets.

use std::{io::Write as _, path::PathBuf};

use chain::ss58;
use primitives::AccountId;
use serde::Serialize;

use super::{WalletError, place::Place};
use crate::output::Output;

/// A key, as `--json` shows it.
#[derive(Debug, Serialize)]
pub(crate) struct KeyReport {
    #[serde(skip)]
    title: String,
    wallet: String,
    role: &'static str,
    /// The hotkey's name.
    hotkey: Option<String>,
    address: String,
    public_key: String,
    /// Whether the file needs a password; nothing where it holds no secret.
    encrypted: Option<bool>,
    path: PathBuf,
}

impl KeyReport {
    /// A key of a place, that lies in a file.
    pub(crate) fn new(place: &Place, account: AccountId, encrypted: Option<bool>, path: PathBuf) -> Self {
        Self {
            title: place.to_string(),
            wallet: place.wallet.name().to_owned(),
            role: place.role(),
            hotkey: place.hotkey.clone(),
            address: ss58(&account),
            public_key: format!("0x{}", hex::encode(account.0)),
            encrypted,
            path,
        }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    keys: &'a [KeyReport],
}

/// Writes what was done to which keys.
pub(crate) fn write(keys: &[KeyReport], done: &str, output: &mut Output) -> Result<(), WalletError> {
    output.report(&Report { keys })?;
    for key in keys {
        let unprotected = if key.encrypted == Some(false) { " (without password)" } else { "" };
        writeln!(output, "✅ {done} {}{unprotected}", key.title)?;
        writeln!(output, "   address     {}", key.address)?;
        writeln!(output, "   public key  {}", key.public_key)?;
        writeln!(output, "   file        {}", key.path.display())?;
    }
    Ok(())
}
