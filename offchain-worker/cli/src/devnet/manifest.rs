//! What a worker, a miner or a test must know of a devnet, as one JSON file.

use serde::Serialize;

use crate::population::{Account, Addresses, Populated};

/// The manifest. Its keys are development keys, which everybody has.
#[derive(Debug, Serialize)]
pub(super) struct Manifest {
    /// Where the chain is.
    pub(super) endpoint: String,
    /// The hash of the chain's first block, which tells it from others.
    pub(super) genesis: String,
    /// The newest block when the devnet was ready.
    pub(super) block: u32,
    /// Length of a protocol block, in ms of the chain's time.
    pub(super) block_ms: u64,
    /// How many times faster than the wall clock the chain's time runs.
    pub(super) speed: u32,
    /// The contracts' addresses.
    pub(super) contracts: Addresses,
    /// Accounts with native currency and TAO; the first has deployed and owns the contracts and the subnets.
    pub(super) accounts: Vec<Account>,
    pub(super) subnets: Vec<Populated>,
}
