//! What can be chosen.

use std::fmt;

use clap::ValueEnum;

/// A key of the user's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Key {
    /// The chain: an endpoint, or the manifest of a deployment
    Network,
    /// The wallet
    WalletName,
    /// The directory with the wallets
    WalletPath,
    /// The hotkey
    Hotkey,
    /// The most TAO that one command may spend
    SpendLimit,
}

impl Key {
    /// Its name in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::WalletName => "wallet_name",
            Self::WalletPath => "wallet_path",
            Self::Hotkey => "hotkey",
            Self::SpendLimit => "spend_limit",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
