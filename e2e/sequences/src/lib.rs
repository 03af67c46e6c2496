//! Random sequences of all messages to all contracts by many accounts, and the invariants of the protocol's last section,
//! checked after every message.
//!
//! A [`Play`] chooses messages by a seed and sends them to a [`Chain`]: to the [`Machine`], a host small enough for a
//! million of them, or to the contracts pallet of the embedded chain. On both run the built contracts themselves; nothing
//! here says what a message does. The same seed gives the same sequence.

mod chain;
mod check;
mod dice;
mod machine;
mod memory;
mod message;
mod messages;
mod play;
mod questions;
mod setup;
mod tally;

pub use chain::{Chain, Contracts};
pub use machine::{Codes, Machine};
pub use message::{Answer, Kind, Reach};
pub use messages::KINDS;
pub use play::Play;
pub use setup::Setup;
pub use tally::Tally;
