//! A subnet off chain: state, actions, epochs, and how close they come to what was expected.
//!
//! Files describe a subnet: conformance cases of subtensor's consensus in JSON ([`conformance`]), or a subnet that
//! somebody designs in TOML ([`design`]). Both become [`Case`]s, which [`simulate`] replays with the same
//! `consensus::epoch` that `settlement` runs on chain, and [`simulate_by_contract`] through the contracts themselves. Files come from anywhere: their size, their uids and the work
//! they ask for are bounded ([`limits`]), and what is wrong in one is named with its place. A third source is a chain: its
//! last settled epoch is run again to say how a neuron came to its incentive ([`settled`]).

mod case;
mod compare;
pub mod conformance;
mod contract;
pub mod design;
mod error;
mod file;
pub mod limits;
mod network;
mod plot;
mod report;
pub mod settled;

pub use case::{Case, Epoch, simulate};
pub use compare::{Column, Difference, Expectation, Place};
pub use contract::{NativeOnly, simulate_by_contract};
pub use error::{Expected, Misplaced, SimulateError};
pub use file::read;
pub use network::{Action, Network, Rows};
pub use plot::{Plot, draw};
pub use report::{CaseReport, EpochReport, Report};
