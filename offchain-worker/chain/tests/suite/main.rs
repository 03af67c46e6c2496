//! The crate through its public door, with the built contracts of this repository.

mod artifacts;
mod calls;
mod deployment;
mod embedded;
mod faulty;
mod hints;
mod interface;
mod proxy;
mod profiles;
mod remote;
mod resumed;
mod verified;
mod world;
