//! What a command says of keys: addresses and files, never secrets.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use chain::ss58;
use primitives::AccountId;
use serde::Serialize;

use super::{WalletError, place::Place};

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
pub(crate) fn write(keys: &[KeyReport], done: &str, json: bool, output: &mut impl Write) -> Result<(), WalletError> {
    if json {
        return write_json(&Report { keys }, output);
    }
    for key in keys {
        let unprotected = if key.encrypted == Some(false) { " (without password)" } else { "" };
        writeln!(output, "✅ {done} {}{unprotected}", key.title)?;
        writeln!(output, "   address     {}", key.address)?;
        writeln!(output, "   public key  {}", key.public_key)?;
        writeln!(output, "   file        {}", key.path.display())?;
    }
    Ok(())
}

/// Writes one JSON object on a line.
pub(crate) fn write_json(report: &impl Serialize, output: &mut impl Write) -> Result<(), WalletError> {
    serde_json::to_writer(&mut *output, report).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}
