//! Keys of the tests.

use keys::Signer;

pub(crate) fn alice() -> Signer {
    named("Alice")
}

pub(crate) fn bob() -> Signer {
    named("Bob")
}

/// A key of its own for each number.
pub(crate) fn key(number: u8) -> Signer {
    named(&number.to_string())
}

fn named(name: &str) -> Signer {
    Signer::from_uri(&format!("//{name}")).expect("a development key")
}
