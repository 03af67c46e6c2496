//! The seed of a subnet: a beacon of commit and reveal.
//!
//! Nobody knows it when committing, because salts that are revealed during the epoch go into it: those of permit holders
//! and of the owner's hotkey, of each the first commit that can be revealed in that epoch, if it is the one revealed,
//! whatever the order. So a hotkey without stake has no say, more commits are no more choices, and the order of
//! reveals decides nothing. Whoever reveals last may still choose between two seeds by withholding; in an epoch in
//! which nobody reveals the next seed follows from the last one and anyone can foresee it. Validators therefore mix in
//! secrets of their own when they draw.

use ink::env::hash::{Blake2x256, HashOutput};
use ink::scale::Encode;
use primitives::{AccountId, Hash, Netuid};

const SEED_DOMAIN: &[u8] = b"yarrow/seed/1";
const SALT_DOMAIN: &[u8] = b"yarrow/salt/1";
const CHALLENGE_DOMAIN: &[u8] = b"yarrow/challenge/1";

/// Stirs a reveal into the mix: the exclusive or with blake2b-256 of SCALE(domain, epoch, hotkey, salt), so that the
/// order does not matter.
pub fn stir(mix: &mut Hash, epoch: u64, hotkey: &AccountId, salt: &[u8]) {
    let stirred = hash(&(SALT_DOMAIN, epoch, hotkey, salt));
    mix.iter_mut().zip(stirred).for_each(|(byte, other)| *byte ^= other);
}

/// The seed that the settling of `epoch` yields: blake2b-256 of SCALE(domain, this contract, netuid, seed so far, mix,
/// epoch).
pub fn next(settlement: &AccountId, netuid: Netuid, seed: &Hash, mix: &Hash, epoch: u64) -> Hash {
    hash(&(SEED_DOMAIN, settlement, netuid, seed, mix, epoch))
}

/// The challenge for registration by work: blake2b-256 of SCALE(domain, seed).
pub fn challenge(seed: &Hash) -> Hash {
    hash(&(CHALLENGE_DOMAIN, seed))
}

/// blake2b-256 of a value's SCALE encoding, of any length.
pub fn hash(value: &impl Encode) -> Hash {
    let mut hash = <Blake2x256 as HashOutput>::Type::default();
    ink::env::hash_bytes::<Blake2x256>(&value.encode(), &mut hash);
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: [[u8; 32]; 2] = [[1; 32], [2; 32]];

    #[test]
    fn the_order_of_reveals_does_not_matter_and_everything_else_of_them_does() {
        let [one, other] = ACCOUNTS.map(AccountId::from);
        let mixed = |reveals: &[(u64, AccountId, &[u8])]| {
            let mut mix = [0; 32];
            reveals.iter().for_each(|(epoch, hotkey, salt)| stir(&mut mix, *epoch, hotkey, salt));
            mix
        };
        let mix = mixed(&[(1, one, b"a"), (1, other, b"b")]);
        assert_eq!(mixed(&[(1, other, b"b"), (1, one, b"a")]), mix);
        assert_ne!(mixed(&[(1, other, b"a"), (1, one, b"b")]), mix);
        assert_ne!(mixed(&[(1, one, b"a")]), mix);
        assert_ne!(mixed(&[(1, one, b"a"), (2, one, b"a")]), [0; 32], "the same salt again does not take it out");
    }

    #[test]
    fn seeds_differ_by_contract_subnet_seed_mix_and_epoch() {
        let [one, other] = ACCOUNTS.map(AccountId::from);
        let (first, second) = (Netuid::new(1), Netuid::new(2));
        let seeds = [
            next(&one, first, &[3; 32], &[4; 32], 5),
            next(&other, first, &[3; 32], &[4; 32], 5),
            next(&one, second, &[3; 32], &[4; 32], 5),
            next(&one, first, &[0; 32], &[4; 32], 5),
            next(&one, first, &[3; 32], &[0; 32], 5),
            next(&one, first, &[3; 32], &[4; 32], 6),
        ];
        for (index, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..index].contains(seed));
        }
    }
}
