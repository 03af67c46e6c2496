//! What contracts emit.

use primitives::{AccountId, Hash};
use scale::{Decode, DecodeAll, Encode};

/// An event of a contract.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Event {
    /// The block that it is in.
    pub block: u32,
    /// The contract that emitted it.
    pub contract: AccountId,
    /// What it can be found by; the first tells its type.
    pub topics: Vec<Hash>,
    /// Its fields, encoded.
    pub data: Vec<u8>,
}

impl Event {
    /// The event as an `E`; `None` if it is of another type.
    pub fn decode<E: ink::env::Event + Decode>(&self) -> Option<E> {
        let signature = E::SIGNATURE_TOPIC?;
        if *self.topics.first()? != signature {
            return None;
        }
        E::decode_all(&mut self.data.as_slice()).ok()
    }
}
