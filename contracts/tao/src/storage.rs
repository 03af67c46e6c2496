//! Keys of the token's storage cells. A key spells its cell in ASCII and never changes once deployed.
//!
//! What has a fixed size (guard, minter, supply) is in the contract's root cell, which ink! loads with every message.

use ink::primitives::Key;
use primitives::StorageVersion;

/// The layout of this contract's storage; raised with every change of it.
pub const STORAGE: StorageVersion = StorageVersion::new(*b"TAO_", 1);

/// Balances by account.
pub const BALANCES: Key = Key::from_be_bytes(*b"BALA");
/// Allowances by owner and spender.
pub const ALLOWANCES: Key = Key::from_be_bytes(*b"ALLO");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_from_each_other_and_from_the_root() {
        let root = 0;
        assert!(BALANCES != ALLOWANCES && BALANCES != root && ALLOWANCES != root);
    }
}
