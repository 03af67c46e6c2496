//! Who is meant and who signs in commands on a chain: keys of a wallet, addresses to look at, development keys.
//!
//! Whoever only looks, or tries with `--dry-run`, needs no password: addresses are enough for that.

use chain::parse_ss58;
use keys::Signer;
use primitives::AccountId;

use super::{
    PasswordArgs, WalletArgs, WalletError,
    place::{Place, hotkey_name},
};

/// The URI, if it is a development key's, which everybody has: only derivations, so that no secret is among the
/// arguments. It is not repeated in the error, in case it is one.
///
/// # Errors
/// [`WalletError::NotDevelopment`].
pub(super) fn development(uri: &str) -> Result<&str, WalletError> {
    let is_path = uri.starts_with('/') && !uri.contains("///") && !uri.contains(char::is_whitespace);
    if is_path { Ok(uri) } else { Err(WalletError::NotDevelopment) }
}

/// Which hotkey is meant.
#[derive(Debug, clap::Args)]
pub(crate) struct HotkeyArgs {
    /// The hotkey: its name in the wallet, or an address; `default` if nothing else is configured
    #[arg(short = 'H', long, value_name = "NAME|SS58", env = "YARROW_HOTKEY")]
    hotkey: Option<String>,
}

impl HotkeyArgs {
    /// Its address.
    ///
    /// # Errors
    /// If it is neither an address nor the name of a hotkey that can be read.
    pub(crate) fn account(&self, wallet: &WalletArgs) -> Result<AccountId, WalletError> {
        hotkey(&hotkey_name(self.hotkey.as_deref())?, wallet)
    }

    /// Its address, if that is how it was named.
    pub(crate) fn address(&self) -> Option<AccountId> {
        parse_ss58(self.hotkey.as_deref()?).ok()
    }

    /// Whether an option or the environment names it.
    pub(crate) fn is_named(&self) -> bool {
        self.hotkey.is_some()
    }

    /// Its place in the wallet.
    ///
    /// # Errors
    /// If its name is none.
    pub(crate) fn place(&self, wallet: &WalletArgs) -> Result<Place, WalletError> {
        wallet.hotkey(&hotkey_name(self.hotkey.as_deref())?)
    }
}

/// The address of a hotkey that is named by its address or by its name in a wallet.
///
/// # Errors
/// If there is no such hotkey, or it cannot be read.
pub(crate) fn hotkey(named: &str, wallet: &WalletArgs) -> Result<AccountId, WalletError> {
    match parse_ss58(named) {
        Ok(account) => Ok(account),
        Err(_) => Ok(wallet.hotkey(named)?.read()?.account()),
    }
}

/// Who signs as a coldkey.
#[derive(Debug, clap::Args)]
pub(crate) struct ColdkeyArgs {
    #[command(flatten)]
    pub(crate) wallet: WalletArgs,
    /// Sign with a development key, which everybody has (//Alice), rather than with the wallet's
    #[arg(long, value_name = "URI")]
    uri: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
}

impl ColdkeyArgs {
    /// Its address, without a password.
    ///
    /// # Errors
    /// If there is no such key.
    pub(crate) fn account(&self) -> Result<AccountId, WalletError> {
        match &self.uri {
            Some(uri) => Ok(Signer::from_uri(development(uri)?)?.account()),
            None => coldkey(&self.wallet),
        }
    }

    /// The key itself, opened with its password.
    ///
    /// # Errors
    /// If there is no such key, or the password is not its own.
    pub(crate) fn signer(&self) -> Result<Signer, WalletError> {
        match &self.uri {
            Some(uri) => Ok(Signer::from_uri(development(uri)?)?),
            None => self.password.unlock(&self.wallet.coldkey()?),
        }
    }
}

/// Who signs as a hotkey.
#[derive(Debug, clap::Args)]
pub(crate) struct HotkeySignerArgs {
    #[command(flatten)]
    pub(crate) wallet: WalletArgs,
    /// The name of the hotkey in the wallet; `default` if nothing else is configured
    #[arg(short = 'H', long, value_name = "NAME", env = "YARROW_HOTKEY")]
    hotkey: Option<String>,
    /// Sign with a development key, which everybody has (//Alice//hot), rather than with the wallet's
    #[arg(long, value_name = "URI")]
    uri: Option<String>,
    #[command(flatten)]
    password: PasswordArgs,
}

impl HotkeySignerArgs {
    /// Its address, without a password.
    ///
    /// # Errors
    /// If there is no such key.
    pub(crate) fn account(&self) -> Result<AccountId, WalletError> {
        match &self.uri {
            Some(uri) => Ok(Signer::from_uri(development(uri)?)?.account()),
            None => Ok(self.place()?.read()?.account()),
        }
    }

    /// The key itself, opened with its password.
    ///
    /// # Errors
    /// If there is no such key, or the password is not its own.
    pub(crate) fn signer(&self) -> Result<Signer, WalletError> {
        match &self.uri {
            Some(uri) => Ok(Signer::from_uri(development(uri)?)?),
            None => self.password.unlock(&self.place()?),
        }
    }

    fn place(&self) -> Result<Place, WalletError> {
        self.wallet.hotkey(&hotkey_name(self.hotkey.as_deref())?)
    }
}

/// Whose coldkey to look at: no key is needed for that.
#[derive(Debug, clap::Args)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub(crate) wallet: WalletArgs,
    /// The address of any coldkey, rather than that of the wallet
    #[arg(short = 'k', long, visible_alias = "coldkey-ss58", value_name = "ADDRESS", value_parser = parse_ss58)]
    ss58: Option<AccountId>,
}

impl WatchArgs {
    /// What the coldkey is called: the wallet's name, or a dash for an address that was given.
    ///
    /// # Errors
    /// If the configuration cannot be read.
    pub(super) fn name(&self) -> Result<String, WalletError> {
        match self.ss58 {
            Some(_) => Ok("-".to_owned()),
            None => Ok(self.wallet.coldkey()?.wallet.name().to_owned()),
        }
    }

    /// The coldkey's address.
    ///
    /// # Errors
    /// If the wallet has no coldkey whose address is known.
    pub(crate) fn coldkey(&self) -> Result<AccountId, WalletError> {
        self.ss58.map_or_else(|| coldkey(&self.wallet), Ok)
    }
}

/// The address of a wallet's coldkey.
pub(super) fn coldkey(wallet: &WalletArgs) -> Result<AccountId, WalletError> {
    let place = wallet.coldkey()?;
    match place.wallet.coldkey_public() {
        Err(keys::KeyError::Missing(path)) => Err(WalletError::NoKey { key: place.to_string(), path }),
        read => Ok(read?),
    }
}
