//! Hostile modules of every kind that we could think of, each with the outcome it must have: those that can
//! be written down are in the folder `hostile`, those that are only large in `support/bombs.rs`. All of them
//! end within their limits and alike on both engines, and leave the evaluator as it was.
//!
//! A file of the folder starts with a line that says what the module tries and one with how that ends. What
//! it leaves out of the ABI is added.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]

mod support;

use std::fs;

use evaluator::{Counters, Evaluator, Outcome, RefereeRule, Sample};
use support::bombs::{Hostile, dearest, odd_binaries, too_dear};
use support::{artifact, config, evaluate, module, sample, wat};

/// What the ABI asks for, for a module that has none of its own.
const DEFAULTS: [(&str, &str); 5] = [
    ("memory", "(memory (export \"memory\") 2)"),
    ("abi_version", "(func (export \"abi_version\") (result i32) i32.const 1)"),
    ("alloc", "(func (export \"alloc\") (param i32) (result i32) i32.const 1024)"),
    ("init", "(func (export \"init\") (param i32 i32) (result i32) i32.const 0)"),
    ("predict", "(func (export \"predict\") (param i32 i32 i32 i32) (result i32) i32.const 8)"),
];

/// The text of a whole module.
fn completed(text: &str) -> String {
    if text.contains("(module") {
        return text.to_owned();
    }
    let missing = DEFAULTS.iter().filter(|(name, _)| !text.contains(&format!("(export \"{name}\")")));
    format!("(module {text} {})", missing.map(|(_, function)| *function).collect::<String>())
}

/// The modules of the folder.
fn written() -> Vec<Hostile> {
    let folder = format!("{}/tests/hostile", env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort_unstable();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let ends = text.lines().find_map(|line| line.strip_prefix(";; ends: ")).expect("how it ends").to_owned();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Hostile { name, ends, module: wat(&completed(&text)) }
    };
    paths.iter().map(read).collect()
}

/// Everything that is not only dear to compile.
fn all() -> Vec<Hostile> {
    written().into_iter().chain(odd_binaries()).collect()
}

/// Evaluates all, and panics with those that end otherwise.
fn assert_ends(evaluator: &Evaluator, sample: &Sample, hostile: &[Hostile]) {
    let modules: Vec<&[u8]> = hostile.iter().map(|one| one.module.as_slice()).collect();
    let results = evaluator.evaluate_all(sample, &modules, &|| ()).expect("runners start");
    let said = results.iter().map(|result| match result {
        Ok(evaluation) => evaluation.outcome.to_string(),
        Err(reason) => format!("no result: {reason}"),
    });
    let wrong: Vec<String> = hostile
        .iter()
        .zip(said)
        .filter(|(one, said)| !said.starts_with(&one.ends))
        .map(|(one, said)| format!("{}: {said}, not {}", one.name, one.ends))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Bytes of this process's memory that are in use.
#[cfg(target_os = "linux")]
fn resident_bytes() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

#[test]
fn hostile_modules_of_every_kind_end_as_they_must_and_alike_on_both_engines() {
    let hostile = all();
    assert!(hostile.len() > 80, "{}", hostile.len());
    let rule = RefereeRule { part_ppm: 1_000_000, secret: [1; 32] };
    let evaluator = Evaluator::new(config()).unwrap().with_referee(rule).unwrap();
    assert_ends(&evaluator, &sample("tabular", 1, 4), &hostile);
    let Counters { replays_agreed, replays_disputed, replays_undecided, .. } = evaluator.counters();
    assert!(replays_agreed > 40, "{replays_agreed}");
    assert_eq!((replays_disputed, replays_undecided), (0, 0), "{:#?}", evaluator.take_alarms());
}

#[cfg(target_os = "linux")]
#[test]
fn after_hostile_modules_memory_is_as_before_and_a_good_model_gets_its_result() {
    let (good, hostile) = (artifact("tabular-softmax"), all());
    let (sample, evaluator) = (sample("tabular", 2, 64), support::evaluator());
    let before = evaluate(&support::evaluator(), &sample, &[&good]);
    let mut resident = Vec::new();
    // On a sample of its own each time, as nothing runs twice on one.
    for seed in 10..14 {
        assert_ends(&evaluator, &support::sample("tabular", seed, 4), &hostile);
        resident.push(resident_bytes());
    }
    assert_eq!(evaluate(&evaluator, &sample, &[&good]), before);
    // The first time brings what is kept: code, modules sent, results.
    assert!(resident[3] < resident[0] + (16 << 20), "{resident:?}");
}

#[test]
fn modules_with_the_most_work_of_every_kind_compile_in_time() {
    assert_ends(&support::evaluator(), &sample("tabular", 1, 2), &dearest());
}

#[test]
fn compile_bombs_of_every_kind_are_refused_by_the_work_they_are() {
    assert_ends(&support::evaluator(), &sample("tabular", 1, 2), &too_dear());
}

#[test]
fn nan_payloads_are_canonical() {
    // The bits of 0/0: 0x7fc00000, as two weights of 0 and 0x7fc0; the other two are 0.
    let nan = "(i64.store (local.get $out) (i64.const 0)) (f32.store (local.get $out) (f32.div (f32.const 0) (f32.const -0))) (local.get $cap)";
    let model = module("", nan, "i32.const 512");
    let results = evaluate(&support::evaluator(), &sample("tabular", 1, 16), &[&model]);
    let weights: Vec<u32> = results[0].answers.iter().map(|answer| answer.weight).collect();
    assert!(weights.iter().all(|weight| [1, 0x7fc1].contains(weight)), "{weights:?}");
    assert!(results[0].answers.iter().all(|answer| answer.total == 4 + 0x7fc0));
}

#[test]
fn fuel_ends_at_the_same_turn_of_a_loop_on_both_engines() {
    let rule = RefereeRule { part_ppm: 1_000_000, secret: [1; 32] };
    let evaluator = Evaluator::new(config()).unwrap().with_referee(rule).unwrap();
    let on = sample("tabular", 1, 1);
    let model = |turns: u64| {
        let body = format!(
            "(local $i i32) (loop $again (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {turns})))) (local.get $cap)"
        );
        module("", &body, "i32.const 512")
    };
    let fuel = |turns: u64| evaluate(&evaluator, &on, &[&model(turns)])[0].fuel;
    let turn = fuel(1_001) - fuel(1_000);
    // Fuel is looked at once a turn, and the turns are not all of a model: so about as many as there is fuel for.
    let about = on.task().spec().fuel.item / turn;
    let outcomes: Vec<_> =
        (about - 3..about + 3).map(|turns| evaluate(&evaluator, &on, &[&model(turns)])[0].outcome.clone()).collect();
    let first_without = outcomes.iter().position(|outcome| *outcome == Outcome::OutOfFuel).unwrap();
    assert!(first_without > 0 && outcomes[..first_without].iter().all(|outcome| *outcome == Outcome::Ok));
    assert!(outcomes[first_without..].iter().all(|outcome| *outcome == Outcome::OutOfFuel));
    let Counters { replays_agreed, replays_disputed, replays_undecided, evaluated, .. } = evaluator.counters();
    assert_eq!((replays_agreed, replays_disputed, replays_undecided), (evaluated, 0, 0));
}
