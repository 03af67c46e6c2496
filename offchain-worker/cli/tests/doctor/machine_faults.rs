//! Faults of the machine.

use std::{fs, path::Path};

use crate::town::{Town, copy_of_artifacts};

#[test]
fn artifacts_that_are_missing_or_were_changed_fail() {
    let town = Town::new();
    let folder = town.folder.path().join("artifacts");
    let missing = town.doctor(&[], &[("YARROW_ARTIFACTS", &folder)]);
    missing.is_failed_by("artifacts", "no artifacts");
    assert_eq!(missing.row("code").0, "WARN");

    copy_of_artifacts(&folder);
    let model = folder.join("models/tabular-stump.wasm");
    fs::write(&model, b"\0asm").expect("our file");
    let changed = town.doctor(&[], &[("YARROW_ARTIFACTS", &folder)]);
    changed.is_failed_by("artifacts", "tabular-stump.wasm is damaged or was changed");
}

#[test]
fn data_that_are_missing_fail_where_the_subnet_needs_them_and_are_a_warning_elsewhere() {
    let town = Town::new();
    let empty = town.folder.path().join("data");
    let data: (&str, &Path) = ("YARROW_DATA", &empty);
    let elsewhere = town.doctor(&["--netuid", "1"], &[data]);
    assert_eq!((elsewhere.row("task data").0, elsewhere.code), ("WARN", Some(0)));
    let report = town.doctor(&["--netuid", "2"], &[data]);
    assert_eq!(report.row("task data").0, "FAIL");
    assert!(report.row("task data").1.contains("scripts/fetch-data.sh"), "{}", report.row("task data").1);
}

#[test]
fn a_machine_without_a_contracts_node_is_warned() {
    let town = Town::new();
    let nothing = town.folder.path().join("nothing");
    let variables: [(&str, &Path); 3] =
        [("PATH", &nothing), ("CONTRACTS_NODE", &nothing), ("XDG_CACHE_HOME", &nothing)];
    assert_eq!(town.doctor(&[], &variables).row("contracts node").0, "WARN");
}
