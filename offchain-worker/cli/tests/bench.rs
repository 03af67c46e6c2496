//! `yarrow bench`: that every figure is there and makes sense. Whether targets are met is for a quiet machine to say.

use std::process::Command;

use serde_json::Value;

#[test]
fn bench_prints_each_figure_with_its_target_and_whether_it_is_met() {
    let output = Command::new(env!("CARGO_BIN_EXE_yarrow"))
        .args(["bench", "--json", "--repeat", "3", "--models", "8"])
        .output()
        .expect("the program can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("one JSON object and nothing else");
    let figures = report["figures"].as_array().expect("a list");
    let names: Vec<&str> = figures.iter().filter_map(|figure| figure["name"].as_str()).collect();
    let expected = [
        "a round of all models on 512 items, on 2 cores",
        "the same round again, over the first",
        "the same round after a restart, over the first",
        "memory of the supervisor at its peak",
        "two runners over one",
        "f32 vectors: sandbox over host",
        "i16 vectors: sandbox over host",
        "integers with branches: sandbox over host",
    ];
    assert_eq!(names, expected);
    for figure in figures {
        let [value, target] = ["value", "target"].map(|field| figure[field].as_f64().expect("a number"));
        assert!(value > 0.0 && value.is_finite(), "{figure}");
        let met = if figure["side"] == "at_most" { value <= target } else { value >= target };
        assert_eq!(figure["met"], met, "{figure}");
    }
}
