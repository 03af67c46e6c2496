//! The storage of all contracts, and how what a message did to it is undone.

use std::{
    collections::BTreeMap,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

use primitives::AccountId;

/// A cell: of which contract, under which key. A contract's code hash is under the empty key, which ink! never uses.
pub(crate) type Key = (AccountId, Vec<u8>);

/// Gives the same fingerprint in every run.
type Hasher = BuildHasherDefault<DefaultHasher>;

/// All cells, what they were before the message under way, and a fingerprint of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    values: BTreeMap<Key, Vec<u8>>,
    before: Vec<(Key, Option<Vec<u8>>)>,
    fingerprint: u64,
}

impl Cells {
    pub(crate) fn get(&self, key: &Key) -> Option<&Vec<u8>> {
        self.values.get(key)
    }

    /// Writes or removes a cell; returns what was there.
    pub(crate) fn put(&mut self, key: Key, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let old = self.set(key.clone(), value);
        self.before.push((key, old.clone()));
        old
    }

    /// The same for the same cells, whatever the way that led to them.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// All cells, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Vec<u8>)> {
        self.values.iter()
    }

    /// A point to which [`Self::undo`] goes back.
    pub(crate) fn mark(&self) -> usize {
        self.before.len()
    }

    /// Undoes all changes since `mark`.
    pub(crate) fn undo(&mut self, mark: usize) {
        for (key, value) in self.before.split_off(mark).into_iter().rev() {
            self.set(key, value);
        }
    }

    /// Forgets how to go back.
    pub(crate) fn keep(&mut self) {
        self.before.clear();
    }

    fn set(&mut self, key: Key, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let hasher = Hasher::default();
        let print = |value: &Option<Vec<u8>>| value.as_ref().map_or(0, |value| hasher.hash_one((&key, value)));
        let added = print(&value);
        let old = match value {
            Some(value) => self.values.insert(key.clone(), value),
            None => self.values.remove(&key),
        };
        self.fingerprint = self.fingerprint.wrapping_add(added).wrapping_sub(print(&old));
        old
    }
}
