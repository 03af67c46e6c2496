//! The epoch reproduces the conformance cases of `tests/vectors/yuma.json`.

mod simulation;

use serde_json::Value;
use simulation::compare::{compare, Distance};
use simulation::file::{cases, Case};

fn open_cases() -> Vec<Case> {
    let file: Value = serde_json::from_str(include_str!("vectors/yuma.json")).expect("JSON");
    cases(&file).unwrap_or_else(|error| panic!("{error}"))
}

/// Replays a case and returns the largest distance over its epochs.
fn replay(case: Case) -> Distance {
    let Case { name, mut network, rao, epochs } = case;
    let mut distance = Distance::default();
    for epoch in epochs {
        epoch.actions.iter().for_each(|action| network.apply(action));
        let (outcome, emission) = network.run_epoch(epoch.block, rao);
        match compare(&epoch.expect, &outcome, &emission, &network.bonds) {
            Ok(found) => distance = distance.max(found),
            Err(error) => panic!("{name}, epoch at block {}: {error}", epoch.block),
        }
    }
    distance
}

#[test]
fn every_open_case_is_reproduced_bit_for_bit() {
    let cases = open_cases();
    assert_eq!(cases.len(), 29);
    for case in cases {
        let name = case.name.clone();
        assert_eq!(replay(case), Distance::default(), "{name}");
    }
}
