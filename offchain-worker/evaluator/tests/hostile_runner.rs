//! A runner that has been taken over cannot hurt its parent: whatever it answers, the parent gets a
//! named reason and no result.

#![cfg(unix)]

mod support;

use std::time::Duration;

use evaluator::{Evaluator, Inconclusive, RunnerConfig, RunnerEnd, StartError};
use support::{ANSWER, module, sample};

/// A frame of two bytes: protocol version 1, no weaknesses.
const HELLO: &str = r"printf '\002\000\000\000\001\000'";

fn shell(script: &str) -> RunnerConfig {
    let mut config = RunnerConfig::new("/bin/sh");
    config.arguments = vec!["-c".into(), script.into()];
    config.wall_timeout = Duration::from_millis(300);
    config.attempts = 2;
    config
}

/// What an evaluation by a runner with this script comes to.
fn inconclusive(script: &str) -> Inconclusive {
    let evaluator = Evaluator::new(shell(&format!("{HELLO}; {script}"))).unwrap();
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
fn silence_is_a_wall_timeout() {
    assert_eq!(inconclusive("while :; do :; done"), Inconclusive::WallTimeout);
}

#[test]
fn an_exit_is_a_dead_runner_with_its_code() {
    assert_eq!(inconclusive("exit 3"), Inconclusive::RunnerDied(RunnerEnd::Exit(3)));
}

#[test]
fn a_signal_is_a_dead_runner_with_its_number() {
    assert_eq!(inconclusive("kill -ABRT $$"), Inconclusive::RunnerDied(RunnerEnd::Signal(6)));
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
