//! What the tests of this folder share: an evaluator on the shipped runner, and models.

#![allow(dead_code, reason = "each test program uses a part")]

pub(crate) mod bombs;

use std::collections::HashSet;
use std::sync::Arc;

use evaluator::tasks::{self, Item, Task};
use evaluator::{Answer, Bits, Candidate, Evaluation, Evaluator, RunnerConfig, Sample, Scored, ZeroReason, score};

/// The runner built with this crate.
pub(crate) fn config() -> RunnerConfig {
    RunnerConfig::new(env!("CARGO_BIN_EXE_yarrow-sandbox"))
}

pub(crate) fn evaluator() -> Evaluator {
    Evaluator::new(config()).expect("the runner starts")
}

pub(crate) fn task(id: &str) -> &'static dyn Task {
    tasks::find(id).unwrap_or_else(|error| panic!("{error}"))
}

/// The first `items` items under a seed of this byte.
pub(crate) fn sample(id: &str, seed: u8, items: u32) -> Sample {
    Sample::draw(task(id), [seed; 32], 0..items)
}

/// A built model of `artifacts/models`.
pub(crate) fn artifact(name: &str) -> Vec<u8> {
    let path = format!("{}/../../artifacts/models/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}; run scripts/build-contracts.sh"))
}

/// The names of all models of `artifacts/models`, in order.
pub(crate) fn artifact_names() -> Vec<String> {
    let folder = format!("{}/../../artifacts/models", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let name = |file: std::io::Result<std::fs::DirEntry>| {
        Some(file.expect("a file's name").file_name().to_str()?.strip_suffix(".wasm")?.to_owned())
    };
    let mut names: Vec<String> = files.filter_map(name).collect();
    names.sort_unstable();
    names
}

/// Evaluates models that this machine must be able to evaluate.
pub(crate) fn evaluate(evaluator: &Evaluator, sample: &Sample, models: &[&[u8]]) -> Vec<Arc<Evaluation>> {
    let results = evaluator.evaluate_all(sample, models, &|| ()).expect("runners start");
    results.into_iter().map(|result| result.expect("a result that counts")).collect()
}

/// What a model sees of an item, in the end.
pub(crate) fn input(item: &Item) -> Vec<u8> {
    match item {
        Item::Labelled { input, .. } => input.clone(),
        Item::Stream(bytes) => bytes.clone(),
    }
}

/// The class of an item that has one.
pub(crate) fn label(item: &Item) -> u16 {
    match item {
        Item::Labelled { label, .. } => *label,
        Item::Stream(_) => panic!("a stream has no label"),
    }
}

pub(crate) fn mean_loss(answers: &[Answer]) -> Bits {
    let sum: i64 = answers.iter().map(|answer| Bits::loss(*answer).q32()).sum();
    Bits::from_q32(sum / answers.len() as i64)
}

/// Items of past rounds, which everybody knows.
pub(crate) fn past(id: &str, rounds: u8) -> Vec<Item> {
    (100..100 + rounds).flat_map(|seed| sample(id, seed, task(id).spec().items).items().to_vec()).collect()
}

/// Mean loss of a reference miner.
pub(crate) fn reference(sample: &Sample, name: &str) -> Bits {
    evaluate(&evaluator(), sample, &[&artifact(name)])[0].mean_loss().expect("a miner that finishes")
}

/// Scores models committed one block after the other.
pub(crate) fn scored(sample: &Sample, evaluations: &[Arc<Evaluation>]) -> Vec<Scored> {
    let candidates: Vec<_> = evaluations
        .iter()
        .enumerate()
        .map(|(at, evaluation)| Candidate { hotkey: [at as u8; 32], committed_at: at as u64, evaluation })
        .collect();
    score(sample, &candidates, 100).expect("evaluations of one sample")
}

/// Draws again, draws alone, and draws under another seed.
pub(crate) fn items_follow_from_seed_and_number_of(id: &str) {
    let draw = |seed, range| Sample::draw(task(id), [seed; 32], range).items().to_vec();
    let all = draw(1, 0..40);
    assert_eq!(all[10..20], draw(1, 10..20));
    assert_ne!(all, draw(2, 0..40));
    let different: HashSet<Vec<u8>> = all.iter().map(input).collect();
    assert_eq!(different.len(), 40);
}

/// Seeds on which miners are told apart.
const SEEDS: [u8; 4] = [1, 2, 3, 4];

/// The miners, from weak to strong, save so many hundredths of a bit more each, and score higher, on every seed.
pub(crate) fn stronger_miners_score_higher(id: &str, ladder: &[&str], margin: i64) {
    let evaluator = evaluator();
    let saved = |scored: &Scored| scored.bits_saved.expect("a miner that finishes").q32();
    for seed in SEEDS {
        let sample = sample(id, seed, task(id).spec().items);
        let scored = scored(&sample, &evaluate_named(&evaluator, &sample, ladder));
        for (weaker, stronger) in scored.iter().zip(&scored[1..]) {
            assert!(weaker.zero.is_none(), "{scored:#?}");
            assert!(saved(stronger) - saved(weaker) > (margin << 32) / 100, "{id} seed {seed}: {scored:#?}");
            assert!(weaker.score < stronger.score, "{id} seed {seed}: {scored:#?}");
        }
    }
}

/// Evaluates models of `artifacts/models`.
pub(crate) fn evaluate_named(evaluator: &Evaluator, sample: &Sample, names: &[&str]) -> Vec<Arc<Evaluation>> {
    let modules: Vec<Vec<u8>> = names.iter().map(|name| artifact(name)).collect();
    evaluate(evaluator, sample, &modules.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Each miner has a loss for every prediction, which is more than nothing and less than the impossible 24 bits, and uses
/// less than half of its fuel.
pub(crate) fn losses_are_finite(id: &str, names: &[&str]) {
    let sample = sample(id, 9, task(id).spec().items);
    for (name, evaluation) in names.iter().zip(evaluate_named(&evaluator(), &sample, names)) {
        assert_eq!(evaluation.losses.len(), sample.items().len(), "{name}");
        let possible = Bits::from_q32(1)..Bits::from_q32(24 << 32);
        assert!(evaluation.losses.iter().all(|loss| possible.contains(loss)), "{name}");
        assert!(evaluation.fuel < task(id).spec().fuel.total / 2, "{name}: {}", evaluation.fuel);
    }
}

/// Models that answer the same whatever they see are not better than the baseline, however they spread their weights.
pub(crate) fn constants_are_not_paid(id: &str, constants: &[Vec<u16>], seeds: core::ops::RangeInclusive<u8>) {
    let models: Vec<Vec<u8>> = constants.iter().map(|weights| constant(weights)).collect();
    let evaluator = evaluator();
    for seed in seeds {
        let sample = sample(id, seed, task(id).spec().items);
        for evaluation in evaluate(&evaluator, &sample, &models.iter().map(Vec::as_slice).collect::<Vec<_>>()) {
            let scored = scored(&sample, &[evaluation]);
            assert_eq!(scored[0].zero, Some(ZeroReason::NotBetterThanBaseline), "seed {seed}: {scored:?}");
        }
    }
}

/// A model that gives these weights whatever it sees.
fn constant(weights: &[u16]) -> Vec<u8> {
    let data: String =
        weights.iter().flat_map(|weight| weight.to_le_bytes()).map(|byte| format!("\\{byte:02x}")).collect();
    let state = format!(r#"(data (i32.const 4096) "{data}")"#);
    module(&state, "(memory.copy (local.get $out) (i32.const 4096) (local.get $cap)) (local.get $cap)", "i32.const 512")
}

/// A module of ABI v1 for either interface. `state` is added at module level; `predict` and `step`
/// are the functions' bodies, which leave one `i32`.
pub(crate) fn module(state: &str, predict: &str, step: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (memory (export "memory") 2)
            (func (export "abi_version") (result i32) i32.const 1)
            (func (export "alloc") (param i32) (result i32) i32.const 1024)
            (func (export "init") (param i32 i32) (result i32) i32.const 0)
            {state}
            (func (export "predict") (param $in i32) (param $len i32) (param $out i32) (param $cap i32) (result i32) {predict})
            (func (export "step") (param $previous i32) (param $out i32) (result i32) {step}))"#
    );
    wat(&text)
}

pub(crate) fn wat(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the test's module is well formed")
}

/// `predict` for all models that only differ otherwise: whatever the memory holds is the answer.
pub(crate) const ANSWER: &str = "local.get $cap";
