//! Runs files of epoch cases in the format of `tests/vectors/yuma.json`: a network's state, the
//! actions that change it, and what each epoch must give.

pub mod compare;
pub mod file;
pub mod network;
