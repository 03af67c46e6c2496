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

impl ContractLimits {
    /// What is held for so much storage, in the smallest unit of the native currency.
    pub fn deposit_of(&self, bytes: u128, items: u128) -> u128 {
        let bytes = self.deposit_per_byte.saturating_mul(bytes);
        bytes.saturating_add(self.deposit_per_item.saturating_mul(items))
    }
}

impl Currency {
    /// An amount in whole units, exact and without trailing zeros: `1.5 UNIT`.
    pub fn amount(&self, amount: u128) -> String {
        let digits = format!("{amount:0width$}", width = usize::from(self.decimals) + 1);
        let (whole, decimals) = digits.split_at(digits.len() - usize::from(self.decimals));
        match decimals.trim_end_matches('0') {
            "" => format!("{whole} {}", self.symbol),
            decimals => format!("{whole}.{decimals} {}", self.symbol),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_exactly_whatever_the_decimals() {
        let written = |decimals, amount| {
            let symbol = "UNIT".to_owned();
            Currency { symbol, decimals, balance_bytes: 16, existential_deposit: 1 }.amount(amount)
        };
        assert_eq!(written(12, 1), "0.000000000001 UNIT");
        assert_eq!(written(12, 1_500_000_000_000), "1.5 UNIT");
        assert_eq!(written(0, 15), "15 UNIT");
        assert_eq!(written(2, u128::MAX), "3402823669209384634633746074317682114.55 UNIT");
    }
}
