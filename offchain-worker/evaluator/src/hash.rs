//! The one content hash of the crate: BLAKE2b with a 32-byte digest, the hash that Substrate calls
//! `blake2_256`. Model hashes, data set ids and the evidence of a round are all of this kind.

use core::fmt;

use serde::{Deserialize, Serialize};

/// A BLAKE2b-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hash256([u8; 32]);

impl Hash256 {
    /// Hashes `bytes` as they are. This is the content hash of a model.
    pub fn of(bytes: &[u8]) -> Self {
        let mut digest = Digest::plain();
        digest.raw(bytes);
        digest.finish()
    }

    /// Takes 32 bytes that are already a digest.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Hashes a structure field by field. Variable-length fields are preceded by their length and every
/// structure by its domain, so that no two structures share an input.
pub(crate) struct Digest(blake2b_simd::State);

impl Digest {
    /// A digest separated from all others by `domain`.
    pub(crate) fn new(domain: &str) -> Self {
        let mut digest = Self::plain();
        digest.bytes(domain.as_bytes());
        digest
    }

    fn plain() -> Self {
        Self(blake2b_simd::Params::new().hash_length(32).to_state())
    }

    /// Adds bytes of a length fixed by the structure.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    /// Adds bytes of any length.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.number(bytes.len() as u64);
        self.raw(bytes)
    }

    /// Adds a number as eight little-endian bytes.
    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_le_bytes())
    }

    /// Adds another digest.
    pub(crate) fn hash(&mut self, hash: &Hash256) -> &mut Self {
        self.raw(&hash.0)
    }

    pub(crate) fn finish(&self) -> Hash256 {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finalize().as_bytes());
        Hash256(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_of_abc_equals_the_digest_of_hashlib_blake2b() {
        // python3 -c 'import hashlib; print(hashlib.blake2b(b"abc", digest_size=32).hexdigest())'
        assert_eq!(
            Hash256::of(b"abc").to_string(),
            "0xbddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
        );
    }

    #[test]
    fn digest_differs_when_bytes_move_between_fields() {
        let mut left = Digest::new("d");
        left.bytes(b"ab").bytes(b"c");
        let mut right = Digest::new("d");
        right.bytes(b"a").bytes(b"bc");
        assert_ne!(left.finish(), right.finish());
    }
}
