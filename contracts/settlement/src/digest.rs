//! The digest of an epoch, built section by section, so that only one section is encoded at a time: on chain the
//! allocator frees nothing.

use ink::{
    env::hash::{Blake2x256, HashOutput},
    prelude::vec::Vec,
    scale::Encode,
};
use primitives::Hash;

/// Bytes of the largest section that is expected: the neurons of a full subnet, 57 bytes each.
const SECTION: usize = 15 * 1024;

/// A digest under way.
pub(crate) struct Digest {
    /// The hashes of the sections so far.
    sections: Vec<u8>,
    /// The encoding of the current section.
    section: Vec<u8>,
}

impl Digest {
    /// A digest of about that many sections.
    pub(crate) fn with_sections(count: usize) -> Self {
        Self { sections: Vec::with_capacity(count.saturating_mul(32)), section: Vec::with_capacity(SECTION) }
    }

    /// Adds a section: blake2b-256 of its SCALE encoding.
    pub(crate) fn add(&mut self, section: &impl Encode) {
        self.section.clear();
        section.encode_to(&mut self.section);
        self.sections.extend_from_slice(&blake2(&self.section));
    }

    /// blake2b-256 of the sections' hashes, one after the other.
    pub(crate) fn finish(self) -> Hash {
        blake2(&self.sections)
    }
}

fn blake2(bytes: &[u8]) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Blake2x256>(bytes, &mut hash);
    hash
}
