//! A miner's commitment to a model.
//!
//! The content hash is bound to the hotkey: whoever copies a commitment from the chain commits to nothing, and of
//! two miners with equal models the earlier commitment owns it.

use ink::{
    env::hash::{Blake2x256, HashOutput},
    prelude::vec::Vec,
};

use crate::{AccountId, Hash, ProtocolBlock};

/// Longest location, in bytes.
pub const MAX_LOCATION: usize = 128;
/// Largest model, in bytes: 32 MiB.
pub const MAX_MODEL_SIZE: u32 = 32 * 1024 * 1024;

const DOMAIN: &[u8] = b"yarrow/model/1";

/// What kind of thing a model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub enum ModelKind {
    /// A core Wasm module of model ABI 1.
    Wasm,
}

/// What a miner publishes about its model.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct ModelCommitment {
    /// What kind of thing it is.
    pub kind: ModelKind,
    /// Its size in bytes: 1..=[`MAX_MODEL_SIZE`].
    pub size: u32,
    /// The content hash bound to the hotkey, see [`bound_hash`].
    pub bound_hash: Hash,
    /// Where to fetch it, at most [`MAX_LOCATION`] bytes of UTF-8; may be empty where the miner's endpoint serves it.
    pub location: Vec<u8>,
}

/// A model commitment with its block.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct CommittedModel {
    /// The commitment.
    pub model: ModelCommitment,
    /// The hotkey that made it and to which the content hash is bound; another one since, if that was swapped.
    pub hotkey: AccountId,
    /// When it was committed.
    pub committed_at: ProtocolBlock,
}

/// The content hash of a model: blake2b-256 of its bytes.
pub fn content_hash(bytes: &[u8]) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Blake2x256>(bytes, &mut hash);
    hash
}

/// The content hash bound to a hotkey: blake2b-256 of SCALE(domain, content hash, hotkey).
pub fn bound_hash(content_hash: &Hash, hotkey: &AccountId) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_encoded::<Blake2x256, _>(&(DOMAIN, content_hash, hotkey), &mut hash);
    hash
}
