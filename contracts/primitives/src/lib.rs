//! What every side of Yarrow shares: units and ids, the protocol clock, the interface of each contract
//! (one trait, one error enum, its events and data shapes), and the encodings that must be equal on chain
//! and off chain (weight commitments, model commitments, the work seal).
//!
//! A rule that needs no environment lives in `consensus`; an encoding or a shape lives here. Contracts, worker
//! and command line call this code, so a fact has one home.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(missing_docs)]
#![expect(clippy::cast_possible_truncation, reason = "the derived codec of an enum writes its variant's index as u8")]

pub mod axon;
pub mod clock;
pub mod guard;
pub mod host;
pub mod hyperparameters;
pub mod model;
pub mod registry;
pub mod root;
pub mod settlement;
pub mod staking;
pub mod tao;
pub mod units;
pub mod upgrade;
pub mod weights;
pub mod work;

pub use clock::{Clock, Cycle};
pub use guard::{Guard, GuardError, Guarded, Pause};
pub use host::Host;
pub use hyperparameters::{Authority, Hyperparameter, Hyperparameters};
pub use registry::{Registry, RegistryError, Steward, Stewardship};
pub use root::{RootError, RootNetwork};
pub use settlement::{Settlement, SettlementError};
pub use staking::{Staking, StakingError};
pub use tao::Tao;
pub use units::{Netuid, ProtocolBlock, Rao, Uid};
pub use upgrade::StorageVersion;

/// An account of the host chain: a coldkey, a hotkey or a contract.
pub type AccountId = ink::primitives::AccountId;

/// A 32-byte hash or seed (blake2b-256 unless said otherwise).
pub type Hash = [u8; 32];
