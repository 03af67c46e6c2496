//! `yarrow wallet export`: keystores and addresses, for use elsewhere.

use std::path::PathBuf;

use keys::Existing;

use super::{
    WalletError,
    place::KeyArgs,
    report::{self, KeyReport},
};
use crate::output::Output;

/// Options of `yarrow wallet export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    key: KeyArgs,
    /// Write the keystore into this file; it keeps its password, and polkadot-js opens it
    #[arg(long, value_name = "PATH", required_unless_present = "public")]
    to: Option<PathBuf>,
    /// Say the address and the public key only
    #[arg(long, conflicts_with = "to")]
    public: bool,
    /// Replace a file that exists
    #[arg(long)]
    overwrite: bool,
}

/// Writes the keystore, or says the public half.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), WalletError> {
    let place = args.key.place()?;
    let existing = if args.overwrite { Existing::Replace } else { Existing::Keep };
    let (report, done) = match &args.to {
        Some(path) => {
            let keystore = place.read()?;
            keystore.write(path, existing)?;
            (KeyReport::new(&place, keystore.account(), Some(keystore.is_encrypted()), path.clone()), "Exported")
        }
        None if place.hotkey.is_some() => {
            (KeyReport::new(&place, place.read()?.account(), None, place.path.clone()), "This is")
        }
        None => {
            let path = place.wallet.coldkey_public_path();
            (KeyReport::new(&place, place.wallet.coldkey_public()?, None, path), "This is")
        }
    };
    report::write(&[report], done, output)
}
