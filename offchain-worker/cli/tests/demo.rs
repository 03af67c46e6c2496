//! `yarrow demo` as a user runs it: the program, its output, its exit code.

use std::process::{Command, Output};

use serde_json::Value;

const MINERS: usize = 8;

fn yarrow(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yarrow")).args(arguments).output().expect("the program can be started")
}

fn demo(seed: &str) -> Value {
    let output = yarrow(&["demo", "--json", "--seed", seed]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object and nothing else")
}

fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or_else(|| panic!("{field} is a number in {value}"))
}

fn neurons(subnet: &Value) -> &[Value] {
    subnet["neurons"].as_array().expect("a list of neurons")
}

fn neuron<'a>(subnet: &'a Value, label: &str) -> &'a Value {
    neurons(subnet).iter().find(|neuron| neuron["label"] == label).unwrap_or_else(|| panic!("{label} takes part"))
}

fn emission(subnet: &Value, role: &str) -> u64 {
    neurons(subnet).iter().filter(|neuron| neuron["role"] == role).map(|neuron| number(neuron, "emission_rao")).sum()
}

/// What the demo must show, from its JSON alone.
fn assert_shows_a_working_market(report: &Value) {
    let invariants = report["invariants"].as_object().expect("named invariants");
    assert!(!invariants.is_empty() && invariants.values().all(|holds| holds == true), "{invariants:?}");
    assert_eq!(
        number(report, "accrued_rao"),
        number(report, "paid_rao") + number(report, "pending_rao") + number(report, "carried_rao")
    );
    assert_eq!(number(report, "issuance_rao"), number(report, "minted_rao") - number(report, "recycled_rao"));
    assert!(number(report, "issuance_rao") <= 21_000_000_000_000_000);
    let subnets = report["subnets"].as_array().expect("a list of subnets");
    assert_eq!(subnets.iter().map(|subnet| &subnet["task"]).collect::<Vec<_>>(), ["tabular", "bytes"]);
    let references = [["stump", "bayes", "softmax", "boosted"], ["order1", "order2", "order3", "mixer"]];
    for (subnet, references) in subnets.iter().zip(references) {
        assert_subnet(subnet, &references);
    }
    let paid: u64 = subnets.iter().map(|subnet| emission(subnet, "miner") + emission(subnet, "validator")).sum();
    assert_eq!(number(report, "paid_rao"), paid);
    let nominator = &report["nominator"];
    assert!(number(nominator, "balance_after_rao") > number(nominator, "staked_rao"));
}

fn assert_subnet(subnet: &Value, references: &[&str]) {
    let miners = neurons(subnet).iter().filter(|neuron| neuron["role"] == "miner").count();
    assert!(miners >= MINERS, "{miners} miners");
    let figures = |label: &str| {
        let neuron = neuron(subnet, label);
        let bits = neuron["bits_saved"].as_f64().expect("a reference model is measured");
        (bits, number(neuron, "incentive"), number(neuron, "emission_rao"))
    };
    for pair in references.windows(2) {
        let (weaker, stronger) = (figures(pair[0]), figures(pair[1]));
        assert!(weaker.0 < stronger.0 && weaker.1 < stronger.1 && weaker.2 < stronger.2, "{pair:?}");
    }
    assert!(figures(references[0]).0 > 0.0, "the weakest reference beats the baseline");
    let outcomes = [
        ("looper", "OutOfFuel"),
        ("memory-bomb", "MemoryLimit"),
        ("deep-recursion", "DepthLimit"),
        ("trapper", "Trap"),
        ("huge-output", "BadOutput"),
        ("malformed", "Invalid"),
        ("copier", "Ok"),
    ];
    for (label, outcome) in outcomes {
        let neuron = neuron(subnet, label);
        assert_eq!(neuron["outcome"], outcome, "{label}");
        let earned = ["emission_rao", "stake_rao", "incentive", "weight"].map(|field| number(neuron, field));
        assert_eq!(earned, [0; 4], "{label}");
    }
    let (miners, validators) = (emission(subnet, "miner"), emission(subnet, "validator"));
    let rounding = 16 * neurons(subnet).len() as u64;
    assert!(miners > 0 && miners.abs_diff(validators) <= rounding, "{miners} and {validators}");
}

#[test]
fn demo_shows_a_working_market_for_different_seeds_and_equal_numbers_for_one() {
    let (mut first, mut again, other) = (demo("1"), demo("1"), demo("2"));
    assert_shows_a_working_market(&first);
    assert_shows_a_working_market(&other);
    for report in [&mut first, &mut again] {
        report.as_object_mut().expect("an object").remove("wall_ms").expect("it says how long it took");
    }
    assert_eq!(first, again);
    assert_ne!(first["subnets"], other["subnets"]);
}

#[test]
fn demo_without_json_fits_a_terminal_of_80_columns() {
    let output = yarrow(&["demo", "--epochs", "3"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    for header in ["UID", "STAKE", "CONS", "INCENT", "DIVID", "VTRUST", "EMIT"] {
        assert!(text.contains(header), "{header} is missing in\n{text}");
    }
    let longest = text.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(80), "a line of {longest:?} columns in\n{text}");
}

#[test]
fn unknown_flag_is_refused_with_the_usage() {
    let output = yarrow(&["demo", "--epoch", "6"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("--epoch") && message.contains("--epochs"), "{message}");
    assert!(output.stdout.is_empty());
}

#[test]
fn too_few_epochs_are_refused_with_what_is_possible() {
    let output = yarrow(&["demo", "--epochs", "2"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("3..=1000"));
}

#[test]
fn missing_artifacts_are_named_with_what_to_do() {
    let nowhere = std::env::temp_dir().join("yarrow-no-artifacts-here");
    let output = Command::new(env!("CARGO_BIN_EXE_yarrow"))
        .arg("demo")
        .env("YARROW_ARTIFACTS", &nowhere)
        .output()
        .expect("the program can be started");
    assert_eq!(output.status.code(), Some(14));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("yarrow-no-artifacts-here"), "{message}");
    assert!(message.contains("scripts/build-contracts.sh"), "{message}");
    assert!(output.stdout.is_empty());
}
