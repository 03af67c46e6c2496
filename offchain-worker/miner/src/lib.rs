//! What a miner does: it enters a subnet, publishes its model, and answers validators.
//!
//! Entry needs no TAO: a hotkey registers by work, which is how the first miners come into an empty market. A
//! model is published by committing to its content hash bound to the hotkey, with the place to fetch it from. A miner
//! that keeps its model, or has none that fits the sandbox, [announces](announce()) an [endpoint](server) instead.

mod announce;
mod publish;
mod register;
pub mod server;
pub mod work;

pub use announce::{announce, axon};
pub use publish::{commitment, publish};
pub use register::{RegisterError, register_by_work};
