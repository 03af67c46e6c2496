//! Subnets, neurons, stakes and models on a chain for development, in process or on a node.
//!
//! [`config`] says what is wanted, [`settle`] does what of it is missing, [`manifest`] tells others what is there. The keys
//! are development keys, which everybody has.

mod config;
mod error;
mod manifest;
mod settle;

pub(crate) use self::{
    config::{Key, Subnet, account, check, whole_tao},
    error::PopulationError,
    manifest::{Account, Addresses, Populated, Settled},
    settle::{NATIVE_BALANCE, Site, genesis_subnet, supply},
};

/// The accounts that every Substrate development chain has.
pub(crate) const DEVELOPMENT_ACCOUNTS: [&str; 6] = ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];
