//! What can be wrong with a keystore.

use primitives::AccountId;

use crate::account::{AccountError, ss58};

/// A text is not a keystore that can be used. No text of this error repeats what the keystore says of its key.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// It is not the JSON of a keystore. Where, but not what: it may be a secret that somebody took for a keystore.
    #[error("this is not the JSON of a keystore (line {line}, column {column})")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Its format has another version than 3.
    #[error("the keystore is of another version than 3")]
    WrongVersion,
    /// It holds something else than an sr25519 key.
    #[error("the keystore holds something else than an sr25519 key (pkcs8, sr25519)")]
    WrongContent,
    /// It is encrypted in another way.
    #[error("the keystore is encrypted with something else than scrypt and xsalsa20-poly1305")]
    WrongCipher,
    /// Its encoded part is not base 64.
    #[error("the keystore's encoded part is not base 64")]
    NotBase64,
    /// Its encoded part is too short.
    #[error("the keystore's encoded part is cut off: it has {length} bytes instead of {expected}")]
    Truncated {
        /// Bytes that it has.
        length: usize,
        /// Bytes that it must have.
        expected: usize,
    },
    /// Its encoded part is too long.
    #[error("the keystore's encoded part has {length} bytes instead of {expected}")]
    Oversized {
        /// Bytes that it has.
        length: usize,
        /// Bytes that it must have.
        expected: usize,
    },
    /// Opening it would take more memory or time than any keystore of polkadot-js, or scrypt does not have such parameters.
    #[error("the keystore's parameters of scrypt are out of bounds: N {n}, r {r}, p {p}")]
    ScryptParameters {
        /// scrypt's N.
        n: u32,
        /// scrypt's r.
        r: u32,
        /// scrypt's p.
        p: u32,
    },
    /// Its address is none.
    #[error("the keystore's address: {0}")]
    Address(#[from] AccountError),
    /// The operating system has no randomness to encrypt with.
    #[error("the operating system gives no randomness: {0}")]
    Random(getrandom::Error),
    /// It needs a password.
    #[error("the keystore is encrypted, and no password was given")]
    PasswordNeeded,
    /// A password has no characters.
    #[error("the password is empty")]
    EmptyPassword,
    /// The password is not its password, or its encoded part was changed.
    #[error("the password is wrong, or the keystore is damaged")]
    WrongPassword,
    /// What it decodes to is not a key.
    #[error("what the keystore decodes to is not an sr25519 key")]
    NotKey,
    /// Its key is another account's than it says.
    #[error("the keystore says that it is {}'s, and its key is {}'s", ss58(stated), ss58(actual))]
    AddressMismatch {
        /// The account of its address.
        stated: AccountId,
        /// The account of its key.
        actual: AccountId,
    },
}

impl KeystoreError {
    /// What to do about it, where the error itself does not say so.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::WrongVersion | Self::WrongContent | Self::WrongCipher | Self::ScryptParameters { .. } => Some(
                "open it in polkadot-js and export it again, as a new sr25519 account where it is another kind of key",
            ),
            Self::Truncated { .. } | Self::Oversized { .. } | Self::NotBase64 | Self::NotJson { .. } => {
                Some("take the file again from where it was exported, or import the seed phrase")
            }
            Self::AddressMismatch { .. } | Self::NotKey => {
                Some("do not trust this file: somebody changed it, or it was made by a broken program")
            }
            Self::Address(_) | Self::Random(_) => None,
            Self::PasswordNeeded | Self::EmptyPassword | Self::WrongPassword => None,
        }
    }
}
