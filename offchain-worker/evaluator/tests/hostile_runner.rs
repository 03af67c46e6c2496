//! A runner that has been taken over cannot hurt its parent: whatever it answers, the parent gets a
//! named reason and no result.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]
#![cfg(unix)]

mod support;

use std::time::{Duration, Instant};

use evaluator::{Evaluator, Inconclusive, RunnerConfig, RunnerEnd, StartError};
use support::{ANSWER, module, sample};

/// Takes the welcome, or enough of it to be sure that all of it was sent, and answers with a frame of
/// two bytes: protocol version 2, no weaknesses.
const HELLO: &str = r"dd bs=1 count=5 >/dev/null 2>&1; printf '\002\000\000\000\002\000'";

/// Takes the rest of the welcome and the beginning of a job.
const TAKE_JOB: &str = "dd bs=1 count=200 >/dev/null 2>&1";

fn shell(script: &str) -> RunnerConfig {
    let mut config = RunnerConfig::new("/bin/sh");
    config.arguments = vec!["-c".into(), script.into()];
    config.attempts = 2;
    config
}

fn evaluator_of(config: RunnerConfig) -> Evaluator {
    Evaluator::new(config).unwrap()
}

/// What an evaluation by a runner with this script comes to.
fn inconclusive(script: &str) -> Inconclusive {
    let evaluator = evaluator_of(shell(&format!("{HELLO}; {script}")));
    let model = module("", ANSWER, "i32.const 512");
    let mut results = evaluator.evaluate_all(&sample("tabular", 1, 4), &[&model], &|| ()).unwrap();
    results.remove(0).unwrap_err()
}

#[test]
fn garbage_is_a_bad_answer() {
    assert_eq!(inconclusive(r"printf '\003\000\000\000\377\377\377'; read forever"), Inconclusive::BadAnswer);
}

#[test]
fn an_empty_frame_is_a_bad_answer() {
    assert_eq!(inconclusive(r"printf '\000\000\000\000'; read forever"), Inconclusive::BadAnswer);
}

#[test]
fn a_frame_of_four_gigabytes_is_a_bad_answer() {
    assert_eq!(inconclusive(r"printf '\377\377\377\377'; read forever"), Inconclusive::BadAnswer);
}

#[test]
fn an_answer_to_another_question_is_a_bad_answer() {
    // Done, Ok, no normalised hash, no answers although four items were asked, no fuel, no memory.
    let report = r"printf '\006\000\000\000\000\000\000\000\000\000'; read forever";
    assert_eq!(inconclusive(report), Inconclusive::BadAnswer);
}

#[test]
fn a_claim_of_many_answers_in_a_short_frame_is_a_bad_answer() {
    // The count of answers is 2^32 - 1.
    let report = r"printf '\010\000\000\000\000\000\000\377\377\377\377\017'; read forever";
    assert_eq!(inconclusive(report), Inconclusive::BadAnswer);
}

#[test]
fn silence_is_a_wall_timeout_and_not_tried_again() {
    let started = Starts::new("silence");
    let mut config = shell(&format!("echo $$ >> {}; {HELLO}; exec sleep 60", started.path()));
    config.wall_timeout = Duration::from_millis(300);
    config.time_for_fuel = false;
    let evaluator = evaluator_of(config);
    let model = module("", ANSWER, "i32.const 512");
    // Left out of the second sample and of a second try on the first.
    for sample in [sample("tabular", 1, 4), sample("tabular", 1, 4), sample("tabular", 2, 4)] {
        let results = evaluator.evaluate_all(&sample, &[&model], &|| ()).unwrap();
        assert_eq!(results[0], Err(Inconclusive::WallTimeout));
    }
    assert_eq!(started.lines().len(), 1);
}

#[test]
fn a_runner_that_died_before_it_had_a_job_costs_no_attempt() {
    // The first is started with the evaluator, and is dead when the job comes.
    let started = Starts::new("died");
    let script =
        format!("echo $$ >> {0}; {HELLO}; [ $(wc -l < {0}) = 1 ] && exit 0; {TAKE_JOB}; exit 3", started.path());
    let mut config = shell(&script);
    config.attempts = 1;
    let evaluator = evaluator_of(config);
    wait_for_the_end_of(&started.lines()[0]);
    let model = module("", ANSWER, "i32.const 512");
    let results = evaluator.evaluate_all(&sample("tabular", 1, 4), &[&model], &|| ()).unwrap();
    assert_eq!(results[0], Err(Inconclusive::RunnerDied(RunnerEnd::Exit(3))));
    assert_eq!(started.lines().len(), 2);
}

#[test]
fn what_a_runner_has_started_ends_with_it() {
    let started = Starts::new("children");
    let script = format!("sleep 600 & echo $! >> {}; {TAKE_JOB}; printf '\\000\\000\\000\\000'; wait", started.path());
    assert_eq!(inconclusive(&script), Inconclusive::BadAnswer);
    started.lines().iter().for_each(|child| wait_for_the_end_of(child));
}

/// Waits until a process with this id has ended, whether or not somebody has taken note of it.
fn wait_for_the_end_of(process: &str) {
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        if status.is_empty() || status.contains(") Z ") {
            return;
        }
        assert!(Instant::now() < patience, "{process} has not ended: {status}");
        std::thread::yield_now();
    }
}

/// A file into which each runner writes the id of a process when it starts.
struct Starts(std::path::PathBuf);

impl Starts {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("yarrow-hostile-{name}-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.0).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Drop for Starts {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn an_exit_is_a_dead_runner_with_its_code() {
    assert_eq!(inconclusive(&format!("{TAKE_JOB}; exit 3")), Inconclusive::RunnerDied(RunnerEnd::Exit(3)));
}

#[test]
fn a_signal_is_a_dead_runner_with_its_number() {
    assert_eq!(inconclusive(&format!("{TAKE_JOB}; kill -ABRT $$")), Inconclusive::RunnerDied(RunnerEnd::Signal(6)));
}

#[test]
fn a_program_that_is_no_runner_is_refused_at_the_start() {
    let result = Evaluator::new(shell("exit 0"));
    assert!(matches!(result.err(), Some(StartError::NotARunner { .. })));
}

#[test]
fn a_program_that_is_missing_is_named() {
    let error = Evaluator::new(RunnerConfig::new("/nonexistent/yarrow")).err().unwrap();
    assert!(matches!(error, StartError::Spawn { .. }));
    assert!(error.to_string().contains("/nonexistent/yarrow"), "{error}");
}
