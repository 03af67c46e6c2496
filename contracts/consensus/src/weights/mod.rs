//! Weight vectors: scaling, quantisation, and the checks before one is stored.

mod check;
mod scale;

pub use check::{check, Facts, Submission, Timing, WeightsError};
pub use scale::{fractions, max_upscale, max_upscale_fixed, quantise, within_limit};
