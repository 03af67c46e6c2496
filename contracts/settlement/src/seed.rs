//! The seed of a subnet: a beacon of commit and reveal.
//!
//! Nobody knows it when committing, because the salts of all reveals of the epoch go into it. Whoever reveals last
//! may choose between two seeds by withholding; validators therefore mix in secrets of their own when they draw.

use ink::env::hash::{Blake2x256, HashOutput};
use ink::scale::Encode;
use primitives::{AccountId, Hash};

const SEED_DOMAIN: &[u8] = b"yarrow/seed/1";
const CHALLENGE_DOMAIN: &[u8] = b"yarrow/challenge/1";

/// The mix after a reveal: blake2b-256 of SCALE(mix so far, hotkey, salt).
pub(crate) fn stir(mix: &Hash, hotkey: &AccountId, salt: &[u8]) -> Hash {
    hash(&(mix, hotkey, salt))
}

/// The seed that the settling of `epoch` yields: blake2b-256 of SCALE(domain, seed so far, mix, epoch).
pub(crate) fn next(seed: &Hash, mix: &Hash, epoch: u64) -> Hash {
    hash(&(SEED_DOMAIN, seed, mix, epoch))
}

/// The challenge for registration by work: blake2b-256 of SCALE(domain, seed).
pub(crate) fn challenge(seed: &Hash) -> Hash {
    hash(&(CHALLENGE_DOMAIN, seed))
}

/// blake2b-256 of a value's SCALE encoding, of any length.
pub(crate) fn hash(value: &impl Encode) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Blake2x256>(&value.encode(), &mut hash);
    hash
}
