//! A validator's rounds on the embedded chain, with real models in the real sandbox.

mod crash;
mod live;
mod market;
mod rounds;
