//! What a host chain is, and what it allows contracts.

use primitives::Hash;
use scale::{Decode, Encode};

use crate::Gas;

/// A host chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Host {
    /// The name of its runtime.
    pub name: String,
    /// The version of its runtime, which grows with every upgrade.
    pub version: u32,
    /// The hash of its first block, which tells it from every other chain.
    pub genesis: Hash,
    /// The native currency.
    pub currency: Currency,
    /// What it allows contracts; nothing if it has no `pallet-contracts`.
    pub limits: Option<ContractLimits>,
}

/// The native currency of a host chain: what pays fees and deposits.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Currency {
    /// Its symbol.
    pub symbol: String,
    /// How many decimals its smallest unit is after the whole one.
    pub decimals: u8,
    /// Bytes of a balance: 16, or 8 on a chain whose contracts must be built for that.
    pub balance_bytes: u8,
    /// An account with less than this, in the smallest unit, ceases to exist.
    pub existential_deposit: u128,
}

/// The limits that `pallet-contracts` is configured with. Deposits are in the smallest unit of the native currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ContractLimits {
    /// Bytes of a contract's Wasm.
    pub code_bytes: u32,
    /// Bytes of a storage value and of an event's data.
    pub payload_bytes: u32,
    /// Pages of 64 KiB of a contract's memory.
    pub memory_pages: u32,
    /// Topics of an event.
    pub event_topics: u32,
    /// What is held for each cell of storage.
    pub deposit_per_item: u128,
    /// What is held for each byte of storage.
    pub deposit_per_byte: u128,
    /// The gas of the largest transaction.
    pub gas: Gas,
}
