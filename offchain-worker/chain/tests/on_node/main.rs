//! A real contracts node behind the same door as the embedded chain: what it is, transactions exactly once, broken and
//! silent connections, restarts.
//!
//! Needs `substrate-contracts-node` (or `$CONTRACTS_NODE`); without one each test says in a line that it was skipped.

mod connection;
mod proxy;
mod reads;
mod transactions;
mod world;
