//! Keys of people and of daemons.
//!
//! A [`Signer`] signs; it comes from a secret URI or from a [`Keystore`], the JSON file that polkadot-js reads and writes
//! too. A [`Wallet`] is a directory of keystores as btcli lays it out: one coldkey, which holds the money, and hotkeys,
//! which daemons sign with. Every secret is wiped from memory when it is dropped, is missing from every `Debug` text, and
//! lies only in files that nobody but their owner can read.
//!
//! ```no_run
//! use keys::{SecretText, Wallet, readable_coldkeys};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! keys::forbid_dumps()?;
//! let path = keys::default_wallet_path().ok_or("no home directory")?;
//! assert!(readable_coldkeys(&path)?.is_empty(), "a daemon must not be able to read a coldkey");
//! let password = SecretText::from_file("/run/credentials/hotkey-password".as_ref())?;
//! let signer = Wallet::open(&path, "validator")?.hotkey("default")?.unlock(Some(&password))?;
//! let signature = signer.sign(b"weights");
//! assert!(keys::verify(&signer.account(), b"weights", &signature));
//! # Ok(())
//! # }
//! ```

mod account;
mod dump;
mod error;
mod file;
mod keystore;
mod phrase;
mod secret;
mod signer;
mod wallet;

pub use account::{AccountError, parse_ss58, ss58};
pub use dump::forbid_dumps;
pub use error::KeyError;
pub use file::{Existing, write_private};
pub use keystore::{Keystore, KeystoreError};
pub use phrase::{WordCount, WordCountError, generate_phrase};
pub use secret::SecretText;
pub use signer::{Signer, SignerError, verify};
pub use wallet::{Wallet, default_wallet_path, readable_coldkeys, wallets};
