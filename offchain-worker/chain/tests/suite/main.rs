//! The crate through its public door, with the built contracts of this repository.

mod artifacts;
mod calls;
mod deployment;
mod embedded;
mod faulty;
mod hints;
mod interface;
mod parameters;
mod profiles;
mod proxy;
mod remote;
mod resumed;
mod verified;
mod world;
