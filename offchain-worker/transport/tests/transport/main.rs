//! Tests of the crate through its public door.

mod btauth;
mod fetch;
mod keys;
mod probe;
mod server;
