//! Results on disk: a restarted worker runs nothing twice, and believes nothing that is damaged.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]

mod support;

use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs, process};

use evaluator::{CacheError, Counters, Evaluation, Evaluator, RunnerConfig, Sample};
use support::{artifact, config, evaluate, sample};

/// A cache file of one test, which removes it.
struct CacheFile(PathBuf);

impl CacheFile {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("yarrow-cache-{name}-{}", process::id()));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn evaluator(&self) -> Evaluator {
        self.evaluator_with(config())
    }

    fn evaluator_with(&self, config: RunnerConfig) -> Evaluator {
        Evaluator::new(config).unwrap().with_cache(&self.0).unwrap()
    }
}

impl Drop for CacheFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Two models that end well, one that does not, one that never runs.
fn models() -> [Vec<u8>; 4] {
    ["tabular-stump", "tabular-bayes", "adversary-trapper", "adversary-malformed"].map(artifact)
}

fn run(evaluator: &Evaluator, sample: &Sample) -> Vec<Arc<Evaluation>> {
    let models = models();
    evaluate(evaluator, sample, &models.each_ref().map(Vec::as_slice))
}

/// How many models ran and how many were known.
fn counts(evaluator: &Evaluator) -> (u64, u64) {
    let Counters { evaluated, known, cache_failures: 0, .. } = evaluator.counters() else {
        panic!("the cache failed: {:?}", evaluator.counters())
    };
    (evaluated, known)
}

#[test]
fn a_restarted_evaluator_knows_results_and_failures_and_runs_nothing() {
    let file = CacheFile::new("restart");
    let sample = sample("tabular", 1, 32);
    let first = run(&file.evaluator(), &sample);
    let restarted = file.evaluator();
    assert_eq!(run(&restarted, &sample), first);
    assert_eq!(counts(&restarted), (0, 4));
}

#[test]
fn streams_are_kept_with_every_answer() {
    let file = CacheFile::new("streams");
    let (sample, model) = (sample("bytes", 1, 6), artifact("bytes-order2"));
    let first = evaluate(&file.evaluator(), &sample, &[&model]);
    let restarted = file.evaluator();
    assert_eq!(evaluate(&restarted, &sample, &[&model]), first);
    assert_eq!(counts(&restarted), (0, 1));
}

#[test]
fn another_seed_range_task_or_engine_is_another_entry() {
    let file = CacheFile::new("keys");
    run(&file.evaluator(), &sample("tabular", 1, 32));
    for other in [sample("tabular", 2, 32), sample("tabular", 1, 31), sample("bytes", 1, 1)] {
        let evaluator = file.evaluator();
        run(&evaluator, &other);
        assert_eq!(counts(&evaluator), (4, 0));
    }
    let mut config = config();
    config.limits.exports -= 1;
    let other = file.evaluator_with(config);
    run(&other, &sample("tabular", 1, 32));
    assert_eq!(counts(&other), (4, 0));
}

#[test]
fn a_cache_that_is_open_elsewhere_is_refused() {
    let file = CacheFile::new("in-use");
    let _first = file.evaluator();
    let second = Evaluator::new(config()).unwrap().with_cache(&file.0);
    let error = second.err().unwrap();
    assert!(matches!(error, CacheError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("a file of its own"));
}

#[test]
fn a_cache_that_cannot_be_made_is_an_error_with_its_path() {
    let error = Evaluator::new(config()).unwrap().with_cache("/nonexistent/cache").err().unwrap();
    assert!(matches!(error, CacheError::File { .. }));
    assert!(error.to_string().contains("/nonexistent/cache"), "{error}");
}

#[test]
fn a_file_that_is_no_cache_is_replaced_by_an_empty_one() {
    for content in [b"not a database at all, but long enough to look at: ".repeat(200), vec![0; 70_000], vec![7]] {
        let file = CacheFile::new("garbage");
        fs::write(&file.0, content).unwrap();
        let sample = sample("tabular", 1, 8);
        run(&file.evaluator(), &sample);
        let restarted = file.evaluator();
        run(&restarted, &sample);
        assert_eq!(counts(&restarted), (0, 4));
    }
}

#[test]
fn damage_anywhere_costs_at_most_the_entries_and_never_changes_a_result() {
    let file = CacheFile::new("damage");
    let sample = sample("tabular", 1, 32);
    let first = run(&file.evaluator(), &sample);
    let sound = fs::read(&file.0).unwrap();
    let parts = 48;
    for part in 0..parts {
        let mut damaged = sound.clone();
        // A byte in each of the first pages, which hold the header, and then all over the file.
        let at = if part < parts / 2 { part * 97 } else { sound.len() / parts * part + part };
        damaged[at] ^= 0x10;
        fs::write(&file.0, &damaged).unwrap();
        let evaluator = file.evaluator();
        assert_eq!(run(&evaluator, &sample), first, "a byte changed at {at}");
    }
    for length in [0, 1, 100, sound.len() / 2, sound.len() - 1] {
        fs::write(&file.0, &sound[..length]).unwrap();
        assert_eq!(run(&file.evaluator(), &sample), first, "cut off at {length}");
    }
}
