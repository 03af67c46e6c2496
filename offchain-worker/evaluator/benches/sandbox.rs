//! What the parts of an evaluation take: `cargo bench -p yarrow-evaluator`. The figures that have targets are those of
//! `yarrow bench`; these are for whoever changes a part.

use std::sync::atomic::{AtomicU32, Ordering};

use divan::Bencher;
use evaluator::{Candidate, Evaluator, Hash256, Interface, Limits, RunnerConfig, Sample, check_module, score, tasks};

fn main() {
    divan::main();
}

fn artifact(name: &str) -> Vec<u8> {
    let path = format!("{}/../../artifacts/models/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn evaluator() -> Evaluator {
    Evaluator::new(RunnerConfig::new(env!("CARGO_BIN_EXE_yarrow-sandbox"))).expect("the runner starts")
}

/// A sample that was not seen before.
fn sample(task: &str) -> Sample {
    static SEED: AtomicU32 = AtomicU32::new(0);
    let task = tasks::find(task).expect("a built-in task");
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&SEED.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    Sample::draw(task, seed, 0..task.spec().items)
}

#[divan::bench(args = ["bytes-mixer", "tabular-boosted"])]
fn check_a_module(bencher: Bencher<'_, '_>, name: &str) {
    let module = artifact(name);
    let interface = if name.starts_with("bytes") { Interface::Step } else { Interface::Predict { classes: 4 } };
    bencher.bench(|| check_module(&module, &Limits::default(), interface));
}

#[divan::bench]
fn hash_a_module(bencher: Bencher<'_, '_>) {
    let module = artifact("bytes-order3");
    bencher.bench(|| Hash256::of(&module));
}

#[divan::bench(args = ["bytes", "tabular"])]
fn draw_a_sample(task: &str) -> Sample {
    sample(task)
}

/// A model that the runner has compiled before, on items that are new.
#[divan::bench(args = ["tabular-softmax", "tabular-boosted", "bytes-order2", "bytes-mixer"])]
fn evaluate_a_model(bencher: Bencher<'_, '_>, name: &str) {
    let (evaluator, module) = (evaluator(), artifact(name));
    let task = if name.starts_with("bytes") { "bytes" } else { "tabular" };
    bencher
        .with_inputs(|| sample(task))
        .bench_refs(|sample| evaluator.evaluate_all(sample, &[&module], &|| ()).expect("runners start"));
}

#[divan::bench]
fn start_a_runner() -> Evaluator {
    evaluator()
}

#[divan::bench]
fn score_a_round_of_four_models(bencher: Bencher<'_, '_>) {
    let sample = sample("tabular");
    let modules = ["tabular-stump", "tabular-bayes", "tabular-softmax", "tabular-boosted"].map(artifact);
    let modules: Vec<&[u8]> = modules.iter().map(Vec::as_slice).collect();
    let results = evaluator().evaluate_all(&sample, &modules, &|| ()).expect("runners start");
    let evaluations: Vec<_> = results.into_iter().map(|result| result.expect("a result")).collect();
    let candidates: Vec<_> = (0..)
        .zip(&evaluations)
        .map(|(at, evaluation)| Candidate { hotkey: [at; 32], committed_at: at.into(), evaluation })
        .collect();
    bencher.bench(|| score(&sample, &candidates, 100));
}
