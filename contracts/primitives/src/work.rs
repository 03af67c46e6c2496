//! The seal of registration by work.
//!
//! Source: subtensor v1.2.5 `subnets/registration.rs`, with the subnet's challenge in place of a block hash:
//! `keccak256(sha256(nonce as 8 bytes little endian ++ keccak256(challenge ++ hotkey ++ coldkey)))`. The coldkey is
//! covered so that whoever sees a solution on its way cannot send it first and make the hotkey its own. Whether a
//! seal is good enough is `consensus`'s rule.

use ink::env::hash::{HashOutput, Keccak256, Sha2x256};

use crate::{AccountId, Hash};

/// What a registration by work must be made for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct WorkTarget {
    /// Goes into the seal; changes with every settled epoch.
    pub challenge: Hash,
    /// How hard the work is: about so many nonces must be tried.
    pub difficulty: u64,
}

/// The part of the seal that does not change from nonce to nonce: `coldkey`, which sends the registration, works for
/// `hotkey`.
pub fn prefix(challenge: &Hash, hotkey: &AccountId, coldkey: &AccountId) -> Hash {
    let mut input = [0u8; 96];
    input[..32].copy_from_slice(challenge);
    input[32..64].copy_from_slice(hotkey.as_ref());
    input[64..].copy_from_slice(coldkey.as_ref());
    keccak(&input)
}

/// The seal of a nonce.
pub fn seal(prefix: &Hash, nonce: u64) -> Hash {
    let mut input = [0u8; 40];
    input[..8].copy_from_slice(&nonce.to_le_bytes());
    input[8..].copy_from_slice(prefix);
    let mut inner = <Sha2x256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Sha2x256>(&input, &mut inner);
    keccak(&inner)
}

fn keccak(input: &[u8]) -> Hash {
    let mut hash = <Keccak256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Keccak256>(input, &mut hash);
    hash
}
