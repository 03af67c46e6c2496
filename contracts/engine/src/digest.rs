//! The digest of an epoch: a hash of everything that it was computed from and of everything that it says, which
//! whoever has the same inputs gets off chain from the same code.
//!
//! It begins as 32 zero bytes and takes in one section after the other: `digest = blake2b-256(digest, blake2b-256(SCALE of
//! the section))`. The sections, in this order:
//!
//! 1. netuid, epoch, block, the block before the last settled epoch's (if any), hyperparameters, the owner's uid (if any),
//!    the stake on all hotkeys together, the number of neurons (u16);
//! 2. for each 256 uids: the list of registration block, stake, last update and permit of each;
//! 3. for each row of weights, in the order of uids: the uid, the block of the commitment, the entries towards the first
//!    256 uids; then one section for the entries of each other page;
//! 4. for each block of 256 neurons: each stored page of bonds before, each validator's new bonds in the order of lines;
//! 5. consensus; incentive; dividends; validator trust; permits; activity: a section each.

use ink::{
    env::hash::{Blake2x256, HashOutput},
    scale::Encode,
};
use primitives::Hash;

/// A digest under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Digest(Hash);

impl Digest {
    /// Takes in a section, of at most 16 KiB.
    pub fn add(&mut self, section: &impl Encode) {
        let mut hash = <Blake2x256 as HashOutput>::Type::default();
        ink::env::hash_encoded::<Blake2x256, _>(section, &mut hash);
        let joined = (self.0, hash);
        ink::env::hash_encoded::<Blake2x256, _>(&joined, &mut self.0);
    }

    /// The digest of the sections so far.
    pub fn hash(&self) -> Hash {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_and_their_order_matter() {
        let digest = |sections: &[u32]| {
            let mut digest = Digest::default();
            sections.iter().for_each(|section| digest.add(section));
            digest.hash()
        };
        let digests = [digest(&[]), digest(&[1]), digest(&[1, 2]), digest(&[2, 1]), digest(&[1, 2, 0])];
        for (index, one) in digests.iter().enumerate() {
            assert!(!digests[..index].contains(one));
        }
    }
}
