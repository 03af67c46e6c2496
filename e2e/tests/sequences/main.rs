//! Random sequences of messages: the token against a model of a few maps, the stakes against their invariants, and all
//! messages to all contracts, on this chain as on the small host.
//!
//! The seed is fixed, so that a failure is there again in the next run.

mod market;
mod stakes;
mod token;

use proptest::{prelude::*, sample::select, test_runner::RngSeed};
use yarrow_e2e::prelude::*;

const CAP: u64 = 21_000_000_000_000_000;
const PEOPLE: [AccountId; 3] = [account("alice"), account("bob"), account("carol")];

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(21), failure_persistence: None, ..Default::default() }
}

fn person() -> impl Strategy<Value = AccountId> {
    select(&PEOPLE[..])
}
