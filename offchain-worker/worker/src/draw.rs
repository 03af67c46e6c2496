//! Which items a validator draws in a round.
//!
//! The draw mixes the subnet's seed, which nobody knew when the models were committed, with a secret of the
//! validator, which nobody else knows at all: so validators measure on different items, and copied weights are
//! visibly another draw's. The secret of the next round is committed with the weights of this one, so a
//! validator cannot choose its items afterwards, and shows them to whoever replays the round.

use std::io;

use primitives::{Hash, Netuid};
use scale::Encode;

const SECRET_DOMAIN: &[u8] = b"yarrow/draw-secret/1";
const SEED_DOMAIN: &[u8] = b"yarrow/draw-seed/1";
const COMMITMENT_DOMAIN: &[u8] = b"yarrow/draw-commitment/1";
const SALT_DOMAIN: &[u8] = b"yarrow/salt/1";

/// A validator's root secret; the secrets of its rounds follow from it. It is never printed.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A root secret from 32 random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A root secret of the operating system's randomness.
    ///
    /// # Errors
    /// If there is none to be had.
    pub fn random() -> io::Result<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Self(bytes))
    }

    /// Its bytes, for the journal.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The secret of one round.
    pub(crate) fn of_round(&self, netuid: Netuid, epoch: u64) -> Hash {
        hash(&(SECRET_DOMAIN, self.0, netuid, epoch))
    }

    /// The salt of one round's commitment.
    pub(crate) fn salt(&self, netuid: Netuid, epoch: u64) -> Hash {
        hash(&(SALT_DOMAIN, self.0, netuid, epoch))
    }
}

/// The seed of a round's items, from the subnet's seed and the round's secret.
pub(crate) fn seed(subnet_seed: &Hash, round_secret: &Hash) -> Hash {
    hash(&(SEED_DOMAIN, subnet_seed, round_secret))
}

/// What is committed of this round (its evidence) and of the next (the hash of its secret).
pub(crate) fn evidence(evidence: &Hash, next_secret_hash: &Hash) -> Hash {
    hash(&(COMMITMENT_DOMAIN, evidence, next_secret_hash))
}

/// The hash of a round's secret, to which its validator is bound a round before.
pub(crate) fn secret_hash(secret: &Hash) -> Hash {
    hash(secret)
}

fn hash(value: &impl Encode) -> Hash {
    primitives::model::content_hash(&value.encode())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_validator_subnet_and_epoch_draws_other_items() {
        let [one, two] = [Secret::new([1; 32]), Secret::new([2; 32])];
        let subnet_seed = [9; 32];
        let draws = [(&one, 1, 1), (&two, 1, 1), (&one, 2, 1), (&one, 1, 2)]
            .map(|(secret, netuid, epoch)| seed(&subnet_seed, &secret.of_round(Netuid::new(netuid), epoch)));
        for (place, draw) in draws.iter().enumerate() {
            assert!(!draws[..place].contains(draw));
        }
    }

    #[test]
    fn a_salt_does_not_tell_the_secret_of_its_round() {
        let secret = Secret::new([1; 32]);
        assert_ne!(secret.salt(Netuid::new(1), 1), secret.of_round(Netuid::new(1), 1));
    }
}
