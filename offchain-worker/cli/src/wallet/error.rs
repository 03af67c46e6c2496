//! What can go wrong with wallets.

use std::{io, path::PathBuf};

use chain::{SignerError, ss58};
use keys::KeyError;
use primitives::AccountId;
use thiserror::Error;

use crate::{class::Class, toml_file::FileError};

/// Why a command on wallets failed.
#[derive(Debug, Error)]
pub(crate) enum WalletError {
    /// A key or its file is not there, or not what it must be.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A wallet has no such key.
    #[error("there is no {key} ({})", path.display())]
    NoKey {
        /// Which.
        key: String,
        /// Where it would be.
        path: PathBuf,
    },
    /// The file for new seed phrases exists.
    #[error("{} exists, and seed phrases are written over nothing", .0.display())]
    PhrasesExist(PathBuf),
    /// A text is not a key.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// Somebody has to be asked or shown something, and nobody is there.
    #[error("{needed}, and there is no terminal")]
    NoTerminal {
        /// What for.
        needed: String,
        /// Options that do without.
        instead: &'static str,
    },
    /// Something else than a development key was given as an argument.
    #[error("--uri takes development keys only, like //Alice: every process of this machine can read arguments")]
    NotDevelopment,
    /// A new password was not typed the same twice.
    #[error("the two passwords differ")]
    PasswordsDiffer,
    /// There is no home directory.
    #[error("there is no home directory to keep wallets in")]
    NoHome,
    /// A signature is not the account's for the message.
    #[error("this is not {}'s signature of this message", ss58(.0))]
    NotSigned(AccountId),
    /// The user's configuration cannot be used.
    #[error(transparent)]
    Config(#[from] FileError),
    /// The terminal or the output failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl WalletError {
    /// Its class.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::NotSigned(_) => Class::Check,
            Self::Key(KeyError::Name(_)) | Self::NotDevelopment | Self::NoHome => Class::Usage,
            Self::Key(error) if error.is_about_files() => Class::File,
            Self::Key(_) | Self::NoKey { .. } | Self::PhrasesExist(_) => Class::Key,
            Self::Signer(_) | Self::NoTerminal { .. } | Self::PasswordsDiffer => Class::Key,
            Self::Config(error) => error.class(),
            Self::Io(_) => Class::File,
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Key(KeyError::Exists(_)) => {
                Some("choose another name, or replace it with --overwrite: its key is lost then".into())
            }
            Self::Key(error) => error.hint(),
            Self::NoKey { .. } => Some("`yarrow wallet list` shows those that there are".into()),
            Self::NoTerminal { instead, .. } => Some(format!("use {instead}")),
            Self::NotDevelopment => Some("bring secrets in with `yarrow wallet import`".into()),
            Self::NoHome => Some("say where with --wallet-path or YARROW_WALLET_PATH".into()),
            Self::PhrasesExist(_) | Self::Signer(_) | Self::PasswordsDiffer | Self::NotSigned(_) => None,
            Self::Config(_) | Self::Io(_) => None,
        }
    }
}
