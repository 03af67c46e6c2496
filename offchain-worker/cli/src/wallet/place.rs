//! Which key: the wallet's path and name, and the coldkey or one of the hotkeys.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use keys::{Existing, KeyError, Keystore, Wallet};

use primitives::AccountId;

use super::WalletError;
use crate::preferences::Preferences;

/// Where the wallets are.
#[derive(Debug, clap::Args)]
pub(crate) struct PathArgs {
    /// The directory with the wallets; ~/.yarrow/wallets if nothing else is configured
    #[arg(short = 'p', long, value_name = "PATH", env = "YARROW_WALLET_PATH")]
    wallet_path: Option<PathBuf>,
}

impl PathArgs {
    pub(crate) fn path(&self) -> Result<PathBuf, WalletError> {
        let chosen = match &self.wallet_path {
            Some(path) => Some(path.clone()),
            None => Preferences::read()?.wallet_path,
        };
        chosen.or_else(keys::default_wallet_path).ok_or(WalletError::NoHome)
    }
}

/// Which wallet.
#[derive(Debug, clap::Args)]
pub(crate) struct WalletArgs {
    #[command(flatten)]
    path: PathArgs,
    /// The name of the wallet; `default` if nothing else is configured
    #[arg(long, visible_alias = "name", alias = "wallet.name", value_name = "NAME", env = "YARROW_WALLET_NAME")]
    wallet_name: Option<String>,
}

/// What a wallet and a hotkey are called where nothing else is chosen.
const DEFAULT_NAME: &str = "default";

/// The name of the hotkey that is meant where none is named.
pub(super) fn hotkey_name(named: Option<&str>) -> Result<String, WalletError> {
    Ok(match named {
        Some(name) => name.to_owned(),
        None => Preferences::read()?.hotkey.unwrap_or_else(|| DEFAULT_NAME.to_owned()),
    })
}

impl WalletArgs {
    /// The place of the coldkey.
    pub(crate) fn coldkey(&self) -> Result<Place, WalletError> {
        let name = match &self.wallet_name {
            Some(name) => name.clone(),
            None => Preferences::read()?.wallet_name.unwrap_or_else(|| DEFAULT_NAME.to_owned()),
        };
        let wallet = Wallet::open(&self.path.path()?, &name)?;
        Ok(Place { path: wallet.coldkey_path(), wallet, hotkey: None })
    }

    /// The directory with the wallets.
    pub(super) fn path(&self) -> Result<PathBuf, WalletError> {
        self.path.path()
    }

    /// The names of its hotkeys, sorted.
    pub(crate) fn hotkey_names(&self) -> Result<Vec<String>, WalletError> {
        Ok(self.coldkey()?.wallet.hotkeys()?)
    }

    /// Its hotkeys that can be read, with their names.
    pub(crate) fn hotkeys(&self) -> Result<Vec<(String, AccountId)>, WalletError> {
        Ok(hotkeys(&self.coldkey()?.wallet)?)
    }

    /// The place of a hotkey.
    pub(crate) fn hotkey(&self, name: &str) -> Result<Place, WalletError> {
        let wallet = self.coldkey()?.wallet;
        Ok(Place { path: wallet.hotkey_path(name)?, wallet, hotkey: Some(name.to_owned()) })
    }
}

/// Which key of which wallet.
#[derive(Debug, clap::Args)]
pub(crate) struct KeyArgs {
    #[command(flatten)]
    pub(crate) wallet: WalletArgs,
    /// The hotkey of this name, rather than the coldkey
    #[arg(short = 'H', long, value_name = "NAME")]
    hotkey: Option<String>,
}

impl KeyArgs {
    pub(crate) fn place(&self) -> Result<Place, WalletError> {
        match &self.hotkey {
            Some(name) => self.wallet.hotkey(name),
            None => self.wallet.coldkey(),
        }
    }
}

/// A place for a key in a wallet: it reads as `coldkey alice` or `hotkey alice/default`.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) wallet: Wallet,
    pub(crate) hotkey: Option<String>,
    pub(crate) path: PathBuf,
}

impl Place {
    /// `coldkey` or `hotkey`.
    pub(crate) fn role(&self) -> &'static str {
        if self.hotkey.is_some() { "hotkey" } else { "coldkey" }
    }

    /// The directory with this wallet and its neighbours.
    pub(crate) fn neighbours(&self) -> &Path {
        let wallet = self.wallet.directory();
        wallet.parent().unwrap_or(wallet)
    }

    /// What the key is called in keystores.
    pub(crate) fn name(&self) -> &str {
        self.hotkey.as_deref().unwrap_or(self.wallet.name())
    }

    /// Refuses to go on towards a key that would not be kept, before anybody is asked for anything.
    pub(crate) fn expect_free(&self, existing: Existing) -> Result<(), KeyError> {
        expect_free(&self.path, existing)
    }

    /// The same for a new key, which cannot be the coldkey whose address is kept here.
    pub(crate) fn expect_free_for_new(&self, existing: Existing) -> Result<(), KeyError> {
        self.expect_free(existing)?;
        match self.hotkey {
            Some(_) => Ok(()),
            None => expect_free(&self.wallet.coldkey_public_path(), existing),
        }
    }

    pub(crate) fn read(&self) -> Result<Keystore, WalletError> {
        Keystore::read(&self.path).map_err(|error| match error {
            KeyError::Missing(path) => WalletError::NoKey { key: self.to_string(), path },
            error => error.into(),
        })
    }

    pub(crate) fn save(&self, keystore: &Keystore, existing: Existing) -> Result<(), KeyError> {
        match &self.hotkey {
            Some(name) => self.wallet.save_hotkey(name, keystore, existing),
            None => self.wallet.save_coldkey(keystore, existing),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hotkey {
            Some(hotkey) => write!(f, "hotkey {}/{hotkey}", self.wallet.name()),
            None => write!(f, "coldkey {}", self.wallet.name()),
        }
    }
}

/// A wallet's hotkeys that can be read, with their names: one broken file does not hide the others.
pub(super) fn hotkeys(wallet: &Wallet) -> Result<Vec<(String, AccountId)>, KeyError> {
    let read = |name: String| wallet.hotkey(&name).ok().map(|hotkey| (name, hotkey.account()));
    Ok(wallet.hotkeys()?.into_iter().filter_map(read).collect())
}

fn expect_free(path: &Path, existing: Existing) -> Result<(), KeyError> {
    if existing == Existing::Keep && path.exists() { Err(KeyError::Exists(path.to_owned())) } else { Ok(()) }
}
