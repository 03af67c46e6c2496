//! The encoding of a validator's weights: what is committed, what is revealed, and the hash between them.
//!
//! An entry names the uid *and* its registration block, so that a weight never reaches whoever took the uid over
//! after the scoring. The hash covers contract, subnet, epoch and hotkey, so no commitment can be copied or
//! moved.

use ink::{
    env::hash::{Blake2x256, HashOutput},
    prelude::vec::Vec,
    scale::Encode,
};

use crate::{AccountId, Hash, Netuid, ProtocolBlock, Uid};

/// Fewest bytes of salt.
pub const MIN_SALT: usize = 16;
/// Most bytes of salt.
pub const MAX_SALT: usize = 64;

const DOMAIN: &[u8] = b"yarrow/weights/1";

/// One weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct WeightEntry {
    /// Towards which uid.
    pub uid: Uid,
    /// The registration block of the neuron that was scored.
    pub registered_at: ProtocolBlock,
    /// How much, relative to the largest of the row.
    pub value: u16,
}

/// What a commitment commits to, and a reveal shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub struct WeightsPayload {
    /// The epoch in which the commitment was made.
    pub commit_epoch: u64,
    /// Version of the validator's software.
    pub version_key: u64,
    /// The weights.
    pub entries: Vec<WeightEntry>,
    /// Hash of the evidence behind them; zero if there is none.
    pub evidence: Hash,
    /// [`MIN_SALT`]..=[`MAX_SALT`] random bytes; goes into the subnet's seed.
    pub salt: Vec<u8>,
}

/// blake2b-256 of SCALE(domain, settlement contract, netuid, commit epoch, hotkey, version key, entries, evidence,
/// salt): what `commit_weights` takes.
pub fn commit_hash(settlement: &AccountId, netuid: Netuid, hotkey: &AccountId, payload: &WeightsPayload) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    let WeightsPayload { commit_epoch, version_key, entries, evidence, salt } = payload;
    let committed = (DOMAIN, settlement, netuid, commit_epoch, hotkey, version_key, entries, evidence, salt);
    // Not `hash_encoded`, which traps on what does not fit ink's buffer beside the domain.
    ink::env::hash_bytes::<Blake2x256>(&committed.encode(), &mut hash);
    hash
}
