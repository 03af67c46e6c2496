//! `yarrow subnets`, `sudo`, `weights`, `axon` and `root` as their users run them, on a chain behind an endpoint.
//!
//! What a command says it will change is what changes, what it shows is what the chain says, and what is refused is refused
//! by name, with its exit code, and changes nothing.

mod axon;
mod list;
mod owners;
mod root;
mod show;
mod sudo;
mod town;
mod weights;
