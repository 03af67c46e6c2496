//! `yarrow wallet import`: keys that exist elsewhere.

use std::path::{Path, PathBuf};

use chain::parse_ss58;
use keys::{Existing, Keystore, SecretText, Signer};
use primitives::AccountId;

use super::{
    WalletError,
    password::{PasswordArgs, seal},
    place::{KeyArgs, Place},
    report::{self, KeyReport},
    terminal::Terminal,
};
use crate::output::Output;

/// Options of `yarrow wallet import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    source: Source,
    /// Keep the hotkey without a password, for a daemon: whoever reads its file has the key
    #[arg(long, requires = "hotkey")]
    no_password: bool,
    #[command(flatten)]
    password: PasswordArgs,
    /// Replace a key that exists; it is lost
    #[arg(long)]
    overwrite: bool,
}

/// Where the key comes from; the terminal, as a secret, if nothing is given.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Source {
    /// Read a seed phrase, a 0x seed or a development key (//Alice) from a file that only you can read; also the file of
    /// `create --mnemonic-file`
    #[arg(long, value_name = "PATH")]
    secret_file: Option<PathBuf>,
    /// Read such a secret from a file descriptor
    #[arg(long, value_name = "N")]
    secret_fd: Option<u16>,
    /// Take the JSON keystore that polkadot-js exported, with the password that it has
    #[arg(long, value_name = "PATH")]
    keystore: Option<PathBuf>,
    /// Keep only the address of a coldkey, on a machine that is not to have the coldkey
    #[arg(long, value_name = "ADDRESS", value_parser = parse_ss58, conflicts_with = "hotkey")]
    ss58: Option<AccountId>,
}

/// Keeps the key and says which.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), WalletError> {
    let place = args.key.place()?;
    let existing = if args.overwrite { Existing::Replace } else { Existing::Keep };
    let report = match args.source.ss58 {
        Some(account) => {
            place.wallet.save_coldkey_public(account, existing)?;
            KeyReport::new(&place, account, None, place.wallet.coldkey_public_path())
        }
        None => {
            place.expect_free(existing)?;
            let keystore = keystore(args, &place)?;
            place.save(&keystore, existing)?;
            KeyReport::new(&place, keystore.account(), Some(keystore.is_encrypted()), place.path.clone())
        }
    };
    report::write(&[report], "Imported", output)
}

/// The keystore to keep: the one that is imported, with its password, unless it has or is to have none.
fn keystore(args: &Args, place: &Place) -> Result<Keystore, WalletError> {
    let (signer, imported) = match &args.source.keystore {
        Some(path) => open(args, path)?,
        None => (Signer::from_uri(secret(&args.source, place)?.expose())?, None),
    };
    match imported {
        _ if args.no_password => Ok(Keystore::plain(&signer, place.name())),
        Some(encrypted) => Ok(encrypted),
        None => seal(place, &signer, args.password.given()?.as_ref()),
    }
}

/// The key of a keystore, and the keystore if it is encrypted.
fn open(args: &Args, path: &Path) -> Result<(Signer, Option<Keystore>), WalletError> {
    let keystore = Keystore::read(path)?;
    let signer = args.password.open(&keystore, path, &path.display().to_string())?;
    Ok((signer, Some(keystore).filter(Keystore::is_encrypted)))
}

fn secret(source: &Source, place: &Place) -> Result<SecretText, WalletError> {
    let text = match (&source.secret_file, source.secret_fd) {
        (Some(path), _) => SecretText::from_file(path)?,
        (None, Some(number)) => SecretText::from_fd(number)?,
        (None, None) => {
            let options = "--secret-file PATH, --secret-fd N or --keystore PATH";
            let terminal = Terminal::find("the secret of a key is needed", options)?;
            terminal.ask(&format!("Seed phrase, 0x seed or development key for {place}"))?
        }
    };
    // The line of this key, in a file that `create` wrote for two.
    let own = |line: &str| Some(line.strip_prefix(place.role())?.strip_prefix(": ")?.to_owned());
    let secret = text.expose().lines().find_map(own).map(SecretText::new).unwrap_or(text);
    Ok(SecretText::new(secret.expose().trim().to_owned()))
}
