//! The keys that sign transactions.

use std::fmt;

use primitives::AccountId;
use sp_core::{Pair, crypto::SecretStringError, sr25519};

use crate::account::ss58;

/// An sr25519 key pair. It cannot be printed: its `Debug` shows the account only.
#[derive(Clone)]
pub struct Signer(sr25519::Pair);

/// A text is not the secret URI of a key. The text is not repeated.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// It is empty; Substrate would take it for the development phrase, which everybody has.
    #[error("no key was given; expected a seed phrase, a 0x seed, or a development key like //Alice")]
    Empty,
    /// It does not parse.
    #[error("a key is not valid: {0}; expected a seed phrase, a 0x seed, or a development key like //Alice")]
    Invalid(SecretStringError),
}

impl Signer {
    /// The key of a secret URI as polkadot-js and subkey know it: a seed phrase or a `0x` seed with derivations behind
    /// it, or only derivations (`//Alice`), which are development keys: everybody has them.
    ///
    /// # Errors
    /// [`SignerError`] for a text that is none of these.
    pub fn from_uri(uri: &str) -> Result<Self, SignerError> {
        if uri.is_empty() {
            return Err(SignerError::Empty);
        }
        sr25519::Pair::from_string(uri, None).map(Self).map_err(SignerError::Invalid)
    }

    /// The account of the key.
    pub fn account(&self) -> AccountId {
        self.0.public().0.into()
    }

    /// The signature of a message, in Substrate's signing context.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).0
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signer").field(&ss58(&self.account())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_development_key_is_the_one_of_every_development_chain() {
        // Published with every Substrate node: `subkey inspect //Alice`.
        let alice = Signer::from_uri("//Alice").expect("a development key");
        assert_eq!(ss58(&alice.account()), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
        assert_eq!(format!("{alice:?}"), r#"Signer("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")"#);
    }

    #[test]
    fn a_signature_verifies_for_its_key_and_message_only() {
        let (alice, bob) = ["//Alice", "//Bob"].map(|uri| Signer::from_uri(uri).expect("a development key")).into();
        let signature = sr25519::Signature::from_raw(alice.sign(b"weights"));
        let verifies = |message: &[u8], signer: &Signer| sr25519::Pair::verify(&signature, message, &signer.0.public());
        assert!(verifies(b"weights", &alice));
        assert!(!verifies(b"weight", &alice));
        assert!(!verifies(b"weights", &bob));
    }

    #[test]
    fn a_bad_uri_is_refused_without_repeating_it() {
        for uri in ["correct horse battery staple", "0x1234", "Alicia"] {
            let text = Signer::from_uri(uri).expect_err("no key").to_string();
            assert!(!text.contains(uri), "{text}");
        }
        assert_eq!(Signer::from_uri("").expect_err("no key"), SignerError::Empty);
    }
}
