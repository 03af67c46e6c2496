//! What the tests of this folder share: an evaluator on the shipped runner, and models.

#![allow(dead_code, reason = "each test program uses a part")]

pub(crate) mod bombs;

use std::sync::Arc;

use evaluator::tasks::{self, Task};
use evaluator::{Evaluation, Evaluator, RunnerConfig, Sample};

/// The runner built with this crate.
pub(crate) fn config() -> RunnerConfig {
    RunnerConfig::new(env!("CARGO_BIN_EXE_yarrow-sandbox"))
}

pub(crate) fn evaluator() -> Evaluator {
    Evaluator::new(config()).expect("the runner starts")
}

pub(crate) fn task(id: &str) -> &'static dyn Task {
    tasks::find(id).expect("a built-in task")
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
