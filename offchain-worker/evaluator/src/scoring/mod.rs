//! Informational value as integers: bits saved, copies, marginal gain, averages. Nothing here
//! touches a float, so every machine computes the same scores.
#![deny(clippy::float_arithmetic)]
#![cfg_attr(test, expect(clippy::float_arithmetic, reason = "tests hold the logarithm against double precision"))]

mod addition;
pub(crate) mod average;
pub(crate) mod bits;
pub(crate) mod copies;
mod gain;
mod log2;
mod mixture;
mod novelty;
pub(crate) mod score;

/// A hotkey's public key.
pub type Hotkey = [u8; 32];
