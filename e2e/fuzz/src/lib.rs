//! What holds of any bytes at all.
//!
//! Each function takes bytes, reads something of them, and panics if a rule is broken. `fuzz/` calls them with bytes that a
//! fuzzer makes up, and the tests of this crate with those that it found worth keeping, on any Rust and in every run of the
//! checks. `docs/fuzzing.md` says how to go on from there.

mod bytes;
mod epoch;
mod payload;
mod precheck;
mod request;

pub use epoch::epoch;
pub use payload::payload;
pub use precheck::precheck;
pub use request::request;
