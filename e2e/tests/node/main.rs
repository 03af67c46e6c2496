//! The same contracts on a real node, through its RPC and through the tools of other teams: what differs from the embedded
//! chain is real time, extrinsics, fees and deposits, and the metadata that those tools read.
//!
//! Each test starts a node of its own. Without `substrate-contracts-node` on PATH or `$CONTRACTS_NODE` it says that it was
//! skipped, unless `YARROW_NODE_TESTS=required`.

mod cargo_contract;
#[path = "../integrate/client.rs"]
mod client;
mod deployment;
mod ink;
mod market;
mod process;
mod settlement;
mod token;
mod typescript;
mod work;
