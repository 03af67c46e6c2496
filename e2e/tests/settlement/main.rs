//! Settlement through its public door: weights by commit and reveal, epochs, emission, gas.

mod batches;
mod commits;
mod crowded;
mod direct;
mod emission;
mod epochs;
mod gas;
mod late;
mod market;
mod patron;
mod replaced;
mod resumed;
mod seed;
