//! `yarrow gas` as a user runs it, and the page that is committed.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn gas(options: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.current_dir(root).arg("gas").args(options).output().expect("the program can be started")
}

/// If this fails for a reason, `yarrow gas` writes the page anew.
#[test]
fn no_message_takes_over_a_tenth_more_than_the_committed_page_says() {
    ensure_within_page("1,16,64,256");
}

#[test]
fn settling_a_large_subnet_takes_no_tenth_more_than_the_committed_page_says() {
    ensure_within_page("1024,4096");
}

fn ensure_within_page(sizes: &str) {
    let output = gas(&["--check", "docs/gas.md", "--sizes", sizes]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn json_has_each_message_at_the_sizes_that_are_asked_for() {
    let report: Value =
        serde_json::from_slice(&gas(&["--json", "--sizes", "1,16"]).stdout).expect("one JSON object and nothing else");
    assert_eq!(report["pallet"], "pallet-contracts 31");
    let messages = report["messages"].as_array().expect("a list");
    let of = |message: &str, size: u64| {
        let mut found = messages.iter().filter(|figure| figure["message"] == message && figure["size"] == size);
        found.next().unwrap_or_else(|| panic!("{message} at size {size} is not measured"))
    };
    assert!(messages.iter().all(|figure| [1, 16].contains(&figure["size"].as_u64().expect("a size"))));
    for size in [1, 16] {
        let (settle, stake) = (of("settle", size), of("add_stake", size));
        assert_eq!(settle["contract"], "settlement");
        let number = |figure: &Value, field: &str| figure[field].as_u64().unwrap_or_else(|| panic!("{field}"));
        for field in ["proof_size", "storage_deposit"] {
            assert!(number(settle, field) > 0, "{field}");
        }
        assert!(number(settle, "ref_time") <= number(settle, "total_ref_time"));
        assert!(number(settle, "ref_time") * number(settle, "calls") >= number(settle, "total_ref_time"));
        assert_eq!((stake["calls"].as_u64(), &stake["total_ref_time"]), (Some(1), &stake["ref_time"]));
        assert_eq!(of("issuance", size)["storage_deposit"], 0, "a view stores nothing");
    }
}
