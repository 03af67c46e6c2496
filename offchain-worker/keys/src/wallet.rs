//! Wallets: directories of keys, laid out as btcli does it.
//!
//! `<wallet path>/<wallet>/coldkey` and `hotkeys/<hotkey>` are keystores; `coldkeypub.txt` is the public half of the
//! coldkey, so that a machine can know whose wallet it is without holding what can spend.

use std::{
    env,
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use primitives::AccountId;
use serde::{Deserialize, Serialize};

use crate::{
    Existing, KeyError, Keystore,
    account::{parse_ss58, ss58},
    file::{read, write_private},
};

const COLDKEY: &str = "coldkey";
const COLDKEY_PUBLIC: &str = "coldkeypub.txt";
const HOTKEYS: &str = "hotkeys";
/// More than a `coldkeypub.txt` has.
const PUBLIC_LIMIT: usize = 4096;

/// A wallet: where the keys of one owner are. It need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wallet {
    directory: PathBuf,
    name: String,
}

/// `coldkeypub.txt`, with the fields that bittensor-wallet reads and writes.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Public {
    #[serde(default)]
    account_id: String,
    #[serde(default)]
    public_key: String,
    ss58_address: String,
}

impl Wallet {
    /// The wallet of a name under a wallet path. Nothing is read or made.
    ///
    /// # Errors
    /// [`KeyError::Name`] for a name that is not one, such as a path.
    pub fn open(wallet_path: &Path, name: &str) -> Result<Self, KeyError> {
        check_name(name)?;
        Ok(Self { directory: wallet_path.join(name), name: name.to_owned() })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where all of it is or would be.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where its coldkey is or would be.
    pub fn coldkey_path(&self) -> PathBuf {
        self.directory.join(COLDKEY)
    }

    /// Where the public half of its coldkey is or would be.
    pub fn coldkey_public_path(&self) -> PathBuf {
        self.directory.join(COLDKEY_PUBLIC)
    }

    /// Where a hotkey is or would be.
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn hotkey_path(&self, name: &str) -> Result<PathBuf, KeyError> {
        check_name(name)?;
        Ok(self.directory.join(HOTKEYS).join(name))
    }

    /// Its coldkey.
    ///
    /// # Errors
    /// As [`Keystore::read`].
    pub fn coldkey(&self) -> Result<Keystore, KeyError> {
        Keystore::read(&self.coldkey_path())
    }

    /// The account of its coldkey, from the public half.
    ///
    /// # Errors
    /// [`KeyError::NotPublic`] for a file that is something else, and those of reading.
    pub fn coldkey_public(&self) -> Result<AccountId, KeyError> {
        let path = self.coldkey_public_path();
        let file = File::open(&path).map_err(|error| KeyError::reading(&path, error))?;
        let bytes = read(file, &path, PUBLIC_LIMIT)?;
        let public = serde_json::from_slice::<Public>(&bytes).ok();
        public.and_then(|public| parse_ss58(&public.ss58_address).ok()).ok_or(KeyError::NotPublic(path))
    }

    /// One of its hotkeys.
    ///
    /// # Errors
    /// [`KeyError::Name`], or as [`Keystore::read`].
    pub fn hotkey(&self, name: &str) -> Result<Keystore, KeyError> {
        Keystore::read(&self.hotkey_path(name)?)
    }

    /// The names of its hotkeys, sorted.
    ///
    /// # Errors
    /// [`KeyError::Read`] if the directory cannot be listed; one that does not exist has none.
    pub fn hotkeys(&self) -> Result<Vec<String>, KeyError> {
        names(&self.directory.join(HOTKEYS))
    }

    /// Keeps the coldkey, and its public half.
    ///
    /// # Errors
    /// [`KeyError::Exists`] if there is a coldkey, or the public half of another, that is to be kept; [`KeyError::Write`].
    pub fn save_coldkey(&self, coldkey: &Keystore, existing: Existing) -> Result<(), KeyError> {
        if existing == Existing::Keep {
            self.refuse_another(coldkey.account())?;
        }
        make_directory(&self.directory)?;
        coldkey.write(&self.coldkey_path(), existing)?;
        self.save_coldkey_public(coldkey.account(), Existing::Replace)
    }

    /// Keeps the public half of a coldkey, for a machine that is not to have the coldkey.
    ///
    /// # Errors
    /// [`KeyError::Exists`] if there is one of another coldkey that is to be kept; [`KeyError::Write`].
    pub fn save_coldkey_public(&self, account: AccountId, existing: Existing) -> Result<(), KeyError> {
        if existing == Existing::Keep {
            self.refuse_another(account)?;
        }
        make_directory(&self.directory)?;
        let hex = format!("0x{}", hex::encode(account.0));
        let public = Public { account_id: hex.clone(), public_key: hex, ss58_address: ss58(&account) };
        let json = serde_json::to_vec(&public).expect("texts are JSON");
        write_private(&self.coldkey_public_path(), &json, Existing::Replace)
    }

    /// Keeps a hotkey.
    ///
    /// # Errors
    /// [`KeyError::Name`]; [`KeyError::Exists`] if there is one that is to be kept; [`KeyError::Write`].
    pub fn save_hotkey(&self, name: &str, hotkey: &Keystore, existing: Existing) -> Result<(), KeyError> {
        let path = self.hotkey_path(name)?;
        make_directory(&self.directory.join(HOTKEYS))?;
        hotkey.write(&path, existing)
    }

    fn refuse_another(&self, account: AccountId) -> Result<(), KeyError> {
        match self.coldkey_public() {
            Ok(public) if public == account => Ok(()),
            Err(KeyError::Missing(_)) => Ok(()),
            Ok(_) | Err(KeyError::NotPublic(_)) => Err(KeyError::Exists(self.coldkey_public_path())),
            Err(error) => Err(error),
        }
    }
}

/// `.yarrow/wallets` in the home directory, if there is one.
pub fn default_wallet_path() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty()).map(|home| home.join(".yarrow/wallets"))
}

/// The wallets under a wallet path, sorted by name.
///
/// # Errors
/// [`KeyError::Read`] if the directory cannot be listed; one that does not exist has none.
pub fn wallets(wallet_path: &Path) -> Result<Vec<Wallet>, KeyError> {
    let wallets = names(wallet_path)?.into_iter();
    let wallets = wallets.map(|name| Wallet { directory: wallet_path.join(&name), name });
    Ok(wallets.filter(|wallet| wallet.directory.is_dir()).collect())
}

/// The coldkeys that this process could read, under a wallet path or in one wallet: files named so, and copies in the place
/// of hotkeys. A daemon that holds a hotkey refuses to run beside any: who takes over the daemon would have it too.
///
/// # Errors
/// [`KeyError::Read`] if a directory fails for another reason than that it is missing or closed to this process.
pub fn readable_coldkeys(directory: &Path) -> Result<Vec<PathBuf>, KeyError> {
    let itself = Wallet { directory: directory.to_owned(), name: String::new() };
    let mut readable = Vec::new();
    for wallet in [itself].into_iter().chain(unless_closed(wallets(directory))?) {
        let coldkey = wallet.coldkey_path();
        if coldkey.is_file() && File::open(&coldkey).is_ok() {
            readable.push(coldkey);
        }
        let Ok(public) = wallet.coldkey_public() else { continue };
        for name in unless_closed(wallet.hotkeys())? {
            if wallet.hotkey(&name).is_ok_and(|hotkey| hotkey.account() == public) {
                readable.push(wallet.hotkey_path(&name)?);
            }
        }
    }
    Ok(readable)
}

/// What a listing gave, or nothing if this process may not list.
fn unless_closed<T>(listed: Result<Vec<T>, KeyError>) -> Result<Vec<T>, KeyError> {
    match listed {
        Err(KeyError::Read { source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => Ok(Vec::new()),
        listed => listed,
    }
}

/// What a directory holds that has the name of a wallet or a hotkey, sorted.
fn names(directory: &Path) -> Result<Vec<String>, KeyError> {
    let read = |source| KeyError::Read { path: directory.to_owned(), source };
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(read)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(read)?.file_name().into_string();
        names.extend(name.ok().filter(|name| check_name(name).is_ok()));
    }
    names.sort();
    Ok(names)
}

/// Names become parts of paths: they are neither paths themselves, nor hidden files, nor taken for options.
fn check_name(name: &str) -> Result<(), KeyError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let fits = (1..=64).contains(&name.len()) && name.bytes().all(allowed) && !name.starts_with(['.', '_', '-']);
    if fits { Ok(()) } else { Err(KeyError::Name(name.to_owned())) }
}

fn make_directory(path: &Path) -> Result<(), KeyError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|source| KeyError::Write { path: path.to_owned(), source })
}
