//! What a user has chosen once for all commands: `~/.yarrow/config.toml`, or the file that `YARROW_CONFIG` names.
//!
//! An option overrides its environment variable, that the file, and the file the default.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use chain::Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::toml_file::FileError;

/// The environment variable that names the file.
pub(crate) const VARIABLE: &str = "YARROW_CONFIG";

/// The user's choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Preferences {
    /// The chain: an endpoint, or the manifest of a deployment.
    ///
    /// Default: `devnet.json`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<String>,
    /// The wallet.
    ///
    /// Default: `default`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wallet_name: Option<String>,
    /// The directory with the wallets.
    ///
    /// Default: `~/.yarrow/wallets`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wallet_path: Option<PathBuf>,
    /// The hotkey.
    ///
    /// Default: `default`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hotkey: Option<String>,
    /// The most TAO that one command may spend: `τ100`.
    ///
    /// Default: no limit
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "read_amount",
        serialize_with = "write_amount"
    )]
    pub(crate) spend_limit: Option<Amount>,
}

fn read_amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Amount>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(D::Error::custom)
}

fn write_amount<S: Serializer>(amount: &Option<Amount>, serializer: S) -> Result<S::Ok, S::Error> {
    // In RAO: the text for people has separators, which no amount is read with.
    amount.map(|amount| format!("{}rao", amount.0)).serialize(serializer)
}

impl Preferences {
    /// Where the file is, or would be; nowhere for a user without a home.
    pub(crate) fn path() -> Option<PathBuf> {
        let named = env::var_os(VARIABLE).filter(|path| !path.is_empty());
        named.map(PathBuf::from).or_else(|| Some(keys::default_wallet_path()?.with_file_name("config.toml")))
    }

    /// Reads the file; without one nothing is chosen.
    ///
    /// # Errors
    /// [`FileError`], if there is a file and it cannot be used.
    pub(crate) fn read() -> Result<Self, FileError> {
        Self::path().map_or_else(|| Ok(Self::default()), |path| Self::read_from(&path))
    }

    fn read_from(path: &Path) -> Result<Self, FileError> {
        match fs::read_to_string(path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|source| FileError::Toml { path: path.to_owned(), source: source.into() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(source) => Err(FileError::Unreadable { path: path.to_owned(), source }),
        }
    }
}
