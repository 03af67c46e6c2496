//! Keystores: the JSON files, of version 3, in which polkadot-js keeps keys.
//!
//! Reading one checks all that can be checked without the password, so that what is kept can be opened: by this crate, by
//! polkadot-js, and by every wallet that imports its files. Files come from strangers, so nothing in them is believed.

mod block;
mod cipher;
mod error;

use std::{fmt, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use primitives::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use zeroize::{Zeroize, Zeroizing};

use self::{block::BLOCK_LENGTH, cipher::Sealed};
use crate::{
    Existing, KeyError, SecretText, Signer,
    file::{read_private, write_private},
    parse_ss58, ss58,
};

pub use self::error::KeystoreError;

/// A keystore of polkadot-js has 500 bytes; the rest is for what applications note in it.
const LIMIT: usize = 16 << 10;

/// A key in the form in which it is kept, encrypted or not. Its `Debug` shows the account only.
#[derive(Clone)]
pub struct Keystore {
    account: AccountId,
    /// What applications note: its name, when it was made. Kept as it is.
    meta: Map<String, Value>,
    body: Body,
}

#[derive(Clone)]
enum Body {
    Plain(Zeroizing<[u8; BLOCK_LENGTH]>),
    Sealed(Sealed),
}

/// The JSON, with its fields in polkadot-js's order.
#[derive(Deserialize, Serialize)]
struct Document {
    encoded: String,
    encoding: Encoding,
    address: String,
    #[serde(default)]
    meta: Map<String, Value>,
}

#[derive(Deserialize, Serialize)]
struct Encoding {
    content: Value,
    #[serde(rename = "type")]
    encryption: Value,
    version: Value,
}

impl Drop for Document {
    fn drop(&mut self) {
        self.encoded.zeroize();
    }
}

impl Keystore {
    /// Encrypts a key with a password.
    ///
    /// # Errors
    /// [`KeystoreError::EmptyPassword`], or [`KeystoreError::Random`] if the operating system has no randomness.
    pub fn seal(signer: &Signer, password: &SecretText, name: &str) -> Result<Self, KeystoreError> {
        if password.expose().is_empty() {
            return Err(KeystoreError::EmptyPassword);
        }
        let sealed = Sealed::seal(&block::encode(signer), password.expose())?;
        Ok(Self::new(signer, name, Body::Sealed(sealed)))
    }

    /// Keeps a key without encryption: whoever reads the file has the key.
    pub fn plain(signer: &Signer, name: &str) -> Self {
        Self::new(signer, name, Body::Plain(block::encode(signer)))
    }

    fn new(signer: &Signer, name: &str, body: Body) -> Self {
        let meta = Map::from_iter([("name".to_owned(), name.into())]);
        Self { account: signer.account(), meta, body }
    }

    /// Reads the JSON of a keystore.
    ///
    /// # Errors
    /// [`KeystoreError`] for everything that can be seen without the password.
    pub fn parse(json: &[u8]) -> Result<Self, KeystoreError> {
        let mut document: Document = serde_json::from_slice(json)
            .map_err(|error| KeystoreError::NotJson { line: error.line(), column: error.column() })?;
        let Encoding { content, encryption, version } = &document.encoding;
        if *version != "3" {
            return Err(KeystoreError::WrongVersion);
        }
        if *content != json!(["pkcs8", "sr25519"]) {
            return Err(KeystoreError::WrongContent);
        }
        let encoded = BASE64_STANDARD.decode(&document.encoded).map(Zeroizing::new);
        let encoded = encoded.map_err(|_| KeystoreError::NotBase64);
        let body = if *encryption == json!(["scrypt", "xsalsa20-poly1305"]) {
            Body::Sealed(Sealed::from_bytes(&encoded?)?)
        } else if *encryption == json!(["none"]) {
            Body::Plain(plain_block(&encoded?)?)
        } else {
            return Err(KeystoreError::WrongCipher);
        };
        let account = parse_ss58(&document.address)?;
        Ok(Self { account, meta: std::mem::take(&mut document.meta), body })
    }

    /// Reads the file of a keystore.
    ///
    /// # Errors
    /// [`KeyError`] if the file is missing, can be read by others than its owner, is longer than 16 KiB, or is not a
    /// keystore.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let json = read_private(path, LIMIT)?;
        Self::parse(&json).map_err(|source| KeyError::Keystore { path: path.to_owned(), source })
    }

    /// The JSON of the keystore, byte for byte as polkadot-js writes it.
    pub fn to_json(&self) -> Zeroizing<String> {
        let (encoded, encryption) = match &self.body {
            Body::Plain(block) => (BASE64_STANDARD.encode(&block[..]), json!(["none"])),
            Body::Sealed(sealed) => (BASE64_STANDARD.encode(sealed.to_bytes()), json!(["scrypt", "xsalsa20-poly1305"])),
        };
        let content = json!(["pkcs8", "sr25519"]);
        let encoding = Encoding { content, encryption, version: "3".into() };
        let document = Document { encoded, encoding, address: ss58(&self.account), meta: self.meta.clone() };
        // Room for all, so that no copy is left behind where the text grows.
        let mut json = Zeroizing::new(Vec::with_capacity(2 * LIMIT));
        serde_json::to_writer(&mut *json, &document).expect("texts and lists are JSON");
        Zeroizing::new(String::from_utf8(std::mem::take(&mut *json)).expect("JSON is UTF-8"))
    }

    /// Writes the keystore into a file that only its owner can read, whole or not at all.
    ///
    /// # Errors
    /// [`KeyError::Exists`] if there is a file that is to be kept, [`KeyError::Write`] if the file system fails.
    pub fn write(&self, path: &Path, existing: Existing) -> Result<(), KeyError> {
        write_private(path, self.to_json().as_bytes(), existing)
    }

    /// Decodes the key. A keystore without encryption needs no password and ignores one.
    ///
    /// # Errors
    /// [`KeystoreError::PasswordNeeded`], [`KeystoreError::WrongPassword`], [`KeystoreError::NotKey`], or
    /// [`KeystoreError::AddressMismatch`].
    pub fn unlock(&self, password: Option<&SecretText>) -> Result<Signer, KeystoreError> {
        let signer = match (&self.body, password) {
            (Body::Plain(block), _) => block::decode(block)?,
            (Body::Sealed(_), None) => return Err(KeystoreError::PasswordNeeded),
            (Body::Sealed(sealed), Some(password)) => block::decode(&*sealed.open(password.expose())?)?,
        };
        let (stated, actual) = (self.account, signer.account());
        if stated == actual { Ok(signer) } else { Err(KeystoreError::AddressMismatch { stated, actual }) }
    }

    /// The account that the keystore says its key is of; unlocking checks it.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Whether a password is needed.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.body, Body::Sealed(_))
    }
}

impl fmt::Debug for Keystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keystore").field(&ss58(&self.account)).finish()
    }
}

fn plain_block(bytes: &[u8]) -> Result<Zeroizing<[u8; BLOCK_LENGTH]>, KeystoreError> {
    let (length, expected) = (bytes.len(), BLOCK_LENGTH);
    match bytes.try_into() {
        Ok(block) => Ok(Zeroizing::new(block)),
        Err(_) if length < expected => Err(KeystoreError::Truncated { length, expected }),
        Err(_) => Err(KeystoreError::Oversized { length, expected }),
    }
}
