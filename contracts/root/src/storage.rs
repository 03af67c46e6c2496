//! Where everything is kept. The guard, the clock, the addresses of the other contracts and the next epoch's block are the
//! contract's root cell, which the dispatcher loads with every message.

use ink::{
    prelude::vec::Vec,
    storage::{traits::ManualKey, Lazy, Mapping},
};
use primitives::{
    root::{RootWeights, Share},
    AccountId, StorageVersion,
};

/// The layout of this contract's storage; raised with every change of it.
pub(crate) const STORAGE: StorageVersion = StorageVersion::new(*b"ROOT", 1);

/// The key of each field: its name in ASCII. A deployed key never changes.
pub(crate) mod key {
    pub(crate) const VALIDATORS: u32 = u32::from_be_bytes(*b"VALI");
    pub(crate) const WEIGHTS: u32 = u32::from_be_bytes(*b"WEIG");
    pub(crate) const SHARES: u32 = u32::from_be_bytes(*b"SHAR");
}

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// The root validators, in the order in which they came.
    pub(crate) validators: Lazy<Vec<AccountId>, ManualKey<{ key::VALIDATORS }>>,
    /// How each of them votes.
    pub(crate) weights: Mapping<AccountId, RootWeights, ManualKey<{ key::WEIGHTS }>>,
    /// The shares of the last root epoch.
    pub(crate) shares: Lazy<Vec<Share>, ManualKey<{ key::SHARES }>>,
}

#[cfg(test)]
mod tests {
    use super::key::*;

    #[test]
    fn keys_differ_from_each_other_and_from_the_root() {
        let root = 0;
        let keys = [root, VALIDATORS, WEIGHTS, SHARES];
        let distinct: std::collections::BTreeSet<_> = keys.into_iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
