//! Every conformance case of subtensor's consensus is reproduced.

use std::path::Path;

use simulator::{read, simulate};

#[test]
fn every_open_case_is_reproduced_bit_for_bit() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/consensus/tests/vectors/yuma.json");
    let reports = simulate(read(&file).expect("well-formed cases")).expect("within limits");
    assert_eq!(reports.len(), 29);
    for case in reports {
        assert!(case.ok, "{}: {:?}", case.name, case.differences);
        assert!(!case.max_diff.is_empty(), "{} expects something", case.name);
        assert!(case.max_diff.values().all(|difference| *difference == 0), "{}: {:?}", case.name, case.max_diff);
    }
}
