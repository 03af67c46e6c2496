//! What a miner does: it enters a subnet and publishes its model.
//!
//! Entry needs no TAO: a hotkey registers by work, which is how the first miners come into an empty market. A
//! model is published by committing to its content hash bound to the hotkey, with the place to fetch it from.

mod publish;
mod register;
pub mod work;

pub use publish::publish;
pub use register::{RegisterError, register_by_work};
