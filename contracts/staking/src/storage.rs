//! Keys of staking's storage cells. A key spells its cell in ASCII and never changes once deployed.
//!
//! What has a fixed size and no part in calls to other contracts (guard, clock, addresses) is in the contract's root
//! cell, which ink! loads with every message and stores after it. Everything else has its own cell, because it must
//! be stored before the token is called.

use ink::primitives::Key;

/// Staked on all hotkeys together.
pub const TOTAL: Key = Key::from_be_bytes(*b"TOTL");
/// Hotkeys with their pools and their owners' stakes.
pub const HOTKEYS: Key = Key::from_be_bytes(*b"HOTK");
/// Stakes of nominators by hotkey and coldkey.
pub const NOMINATIONS: Key = Key::from_be_bytes(*b"NOMI");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_from_each_other_and_from_the_root() {
        let root = 0;
        let mut keys = vec![root, TOTAL, HOTKEYS, NOMINATIONS];
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 4);
    }
}
