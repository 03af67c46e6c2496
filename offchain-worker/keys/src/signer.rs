//! The keys that sign transactions.

use std::fmt;

use primitives::AccountId;
use schnorrkel::SecretKey;
use sp_core::{Pair, crypto::SecretStringError, sr25519};
use zeroize::Zeroizing;

use crate::account::ss58;

/// Bytes of a secret key.
pub(crate) const SECRET_LENGTH: usize = 64;

/// An sr25519 key pair. It cannot be printed: its `Debug` shows the account only. The secret half is wiped on drop.
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

    /// The key of a secret in the form that polkadot-js keeps it in: an ed25519 scalar, which is 8 times schnorrkel's,
    /// and the seed of the nonces.
    pub(crate) fn from_secret(secret: &[u8; SECRET_LENGTH]) -> Option<Self> {
        SecretKey::from_ed25519_bytes(secret).ok().map(|secret| Self(secret.into()))
    }

    /// The secret, in the same form.
    pub(crate) fn secret(&self) -> Zeroizing<[u8; SECRET_LENGTH]> {
        Zeroizing::new(self.0.as_ref().secret.to_ed25519_bytes())
    }
}

/// Whether an account signed a message, in Substrate's signing context.
pub fn verify(account: &AccountId, message: &[u8], signature: &[u8; 64]) -> bool {
    let (signature, public) = (sr25519::Signature::from_raw(*signature), sr25519::Public::from_raw(account.0));
    sr25519::Pair::verify(&signature, message, &public)
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
        let [alice, bob] = ["//Alice", "//Bob"].map(|uri| Signer::from_uri(uri).expect("a development key"));
        let signature = alice.sign(b"weights");
        assert!(verify(&alice.account(), b"weights", &signature));
        assert!(!verify(&alice.account(), b"weight", &signature));
        assert!(!verify(&bob.account(), b"weights", &signature));
        // Not a point of the curve, and not a signature: what a stranger may send.
        assert!(!verify(&[0xff; 32].into(), b"weights", &signature));
        assert!(!verify(&alice.account(), b"weights", &[0xff; 64]));
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
