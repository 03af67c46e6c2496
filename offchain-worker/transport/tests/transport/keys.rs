//! Keys of the tests.

use schnorrkel::{ExpansionMode, Keypair, MiniSecretKey};
use transport::Identity;

/// Everybody has these: the seeds of `//Alice` and `//Bob`, as `subkey inspect` prints them.
const ALICE: &str = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
const BOB: &str = "398f0c28f98885e046333d4a41c19cee4c37368a9832c6502f6cfd182e2aef89";

pub(crate) fn alice() -> Identity {
    of_seed(&hex::decode(ALICE).expect("hex"))
}

pub(crate) fn bob() -> Identity {
    of_seed(&hex::decode(BOB).expect("hex"))
}

/// A key of its own for each number.
pub(crate) fn key(number: u8) -> Identity {
    of_seed(&[number; 32])
}

fn of_seed(seed: &[u8]) -> Identity {
    let pair: Keypair = MiniSecretKey::from_bytes(seed).expect("32 bytes").expand_to_keypair(ExpansionMode::Ed25519);
    Identity::new(pair.public.to_bytes().into(), move |message| pair.sign_simple(b"substrate", message).to_bytes())
}
