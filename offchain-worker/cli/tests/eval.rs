//! `yarrow eval` as a miner runs it: the program, its output, its exit code.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn model(name: &str) -> String {
    format!("{}/../../artifacts/models/{name}.wasm", env!("CARGO_MANIFEST_DIR"))
}

fn eval(model: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(["eval", model]).args(arguments).output().expect("the program can be started")
}

fn report(name: &str, arguments: &[&str]) -> Value {
    let output = eval(&model(name), &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object and nothing else")
}

fn number(report: &Value, field: &str) -> f64 {
    report[field].as_f64().unwrap_or_else(|| panic!("{field} is a number in {report}"))
}

#[test]
fn stronger_reference_models_save_more_bits_and_all_are_better_than_the_baseline() {
    let tasks = [
        ("tabular", ["tabular-stump", "tabular-bayes", "tabular-softmax", "tabular-boosted"]),
        ("bytes", ["bytes-order1", "bytes-order2", "bytes-order3", "bytes-mixer"]),
    ];
    for (task, models) in tasks {
        let reports = models.map(|name| report(name, &["--task", task, "--seed", "11"]));
        for report in &reports {
            assert_eq!((&report["outcome"], &report["task"]), (&"Ok".into(), &task.into()));
            let (baseline, bits, saved) =
                (number(report, "baseline_bits"), number(report, "bits_per_item"), number(report, "bits_saved"));
            assert!((baseline - bits - saved).abs() < 1e-9, "{report}");
            assert!(number(report, "lower_bound") < saved && number(report, "lower_bound") > 0.0);
            assert_eq!(report["better_than_baseline"], true);
            assert!(number(report, "fuel") > 0.0 && number(report, "items_per_second") > 0.0);
            assert!(number(report, "peak_memory") >= 65_536.0);
        }
        assert!(reports.is_sorted_by(|weak, strong| number(weak, "bits_saved") < number(strong, "bits_saved")));
    }
}

#[test]
fn models_of_langid_and_digits_are_evaluated_like_all_others() {
    for (task, models) in
        [("langid", ["langid-letters", "langid-linear"]), ("digits", ["digits-softmax", "digits-network"])]
    {
        let [weak, strong] = models.map(|name| report(name, &["--task", task, "--seed", "11"]));
        assert_eq!((&strong["outcome"], &strong["task"], &strong["items"]), (&"Ok".into(), &task.into(), &512.into()));
        assert!(number(&weak, "lower_bound") > 0.0 && number(&weak, "bits_saved") < number(&strong, "bits_saved"));
    }
}

/// `yarrow eval` of a task where the data are said to be in a folder of the build's own.
fn eval_with_data_in(folder: &str, task: &str) -> (Option<i32>, String) {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    let command = command.args(["eval", &model("digits-softmax"), "--task", task]).env("YARROW_DATA", data);
    let output = command.output().expect("the program can be started");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_task_without_its_data_is_refused_with_what_gets_them_and_not_offered() {
    for task in ["langid", "digits"] {
        let (code, message) = eval_with_data_in("no-data", task);
        assert_eq!(code, Some(14));
        assert!(message.contains("is not there; scripts/fetch-data.sh gets them"), "{message}");
    }
    let (code, message) = eval_with_data_in("no-data", "nonsense");
    assert_eq!(code, Some(2));
    assert!(message.contains("choose one of: bytes, tabular\n"), "{message}");
}

#[test]
fn a_task_with_other_data_than_the_pinned_ones_is_refused() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("other-data/digits");
    fs::create_dir_all(&folder).expect("the build's folder can be written");
    fs::write(folder.join("digits.csv"), "0,0,5\n").expect("the build's folder can be written");
    let (code, message) = eval_with_data_in("other-data", "digits");
    assert_eq!(code, Some(14));
    assert!(
        message.contains("digits.csv is not the file that was pinned; scripts/fetch-data.sh gets them"),
        "{message}"
    );
}

#[test]
fn the_same_seed_gives_the_same_figures_and_another_seed_others() {
    let figures = |seed| {
        let mut report = report("tabular-bayes", &["--task", "tabular", "--items", "300", "--seed", seed]);
        report["items_per_second"] = Value::Null;
        report
    };
    let first = figures("5");
    assert_eq!((&first["items"], &first["seed"]), (&300.into(), &5.into()));
    assert_eq!(figures("5"), first);
    let other = figures("6");
    assert_eq!(other["module_hash"], first["module_hash"]);
    assert_ne!(other["bits_per_item"], first["bits_per_item"]);
}

#[test]
fn a_model_that_does_not_finish_is_reported_with_its_outcome_and_without_figures() {
    let outcomes = [
        ("adversary-looper", "OutOfFuel"),
        ("adversary-memory-bomb", "MemoryLimit"),
        ("adversary-deep-recursion", "DepthLimit"),
        ("adversary-trapper", "Trap"),
        ("adversary-huge-output", "BadOutput"),
        ("adversary-malformed", "Invalid"),
    ];
    for (name, outcome) in outcomes {
        let report = report(name, &["--task", "tabular", "--items", "8"]);
        assert_eq!(report["outcome"], outcome);
        assert!(report["detail"].as_str().expect("a text").starts_with(outcome));
        for field in ["bits_per_item", "bits_saved", "lower_bound", "items_per_second"] {
            assert_eq!(report[field], Value::Null, "{name}: {field}");
        }
        assert_eq!(report["better_than_baseline"], false);
    }
}

#[test]
fn the_table_fits_80_columns_and_says_what_the_model_is_worth() {
    for (name, verdict) in [("tabular-boosted", "It would be paid"), ("adversary-huge-output", "paid nothing")] {
        let output = eval(&model(name), &["--task", "tabular"]);
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains(verdict), "{text}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_named_with_what_to_do() {
    let unknown = eval(&model("tabular-bayes"), &["--task", "chess"]);
    let message = String::from_utf8_lossy(&unknown.stderr);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(message.contains("there is no task \"chess\"") && message.contains("bytes, tabular"), "{message}");

    let missing = eval("no/such/model.wasm", &["--task", "tabular"]);
    let message = String::from_utf8_lossy(&missing.stderr);
    assert_eq!(missing.status.code(), Some(14));
    assert!(message.contains("cannot read no/such/model.wasm"), "{message}");

    let none = eval(&model("tabular-bayes"), &["--task", "tabular", "--items", "0"]);
    assert_eq!(none.status.code(), Some(2));
}
