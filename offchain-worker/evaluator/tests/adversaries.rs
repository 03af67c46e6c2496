//! Every adversary of `artifacts/models` ends with its own outcome, on every task, each time.

mod support;

use std::time::{Duration, Instant};

use evaluator::{BadOutput, Candidate, Invalid, Outcome, Score, TrapKind, ZeroReason, score};
use support::{artifact, evaluate, evaluator, sample};

fn expected(name: &str, answer_bytes: u32) -> Outcome {
    match name {
        "adversary-looper" => Outcome::OutOfFuel,
        "adversary-memory-bomb" => Outcome::MemoryLimit,
        "adversary-deep-recursion" => Outcome::DepthLimit,
        "adversary-trapper" => Outcome::Trap(TrapKind::Unreachable),
        "adversary-huge-output" => Outcome::BadOutput(BadOutput::WrongLength { expected: answer_bytes, got: u32::MAX }),
        // Cut off; where exactly it breaks is up to its sections.
        "adversary-malformed" => Outcome::Invalid(Invalid::Malformed { offset: 0 }),
        other => panic!("no such adversary: {other}"),
    }
}

const ADVERSARIES: [&str; 6] = [
    "adversary-looper",
    "adversary-memory-bomb",
    "adversary-deep-recursion",
    "adversary-trapper",
    "adversary-huge-output",
    "adversary-malformed",
];

#[test]
fn adversaries_end_with_their_outcome_on_every_task_and_earn_nothing() {
    for (task, answer_bytes) in [("tabular", 8), ("bytes", 512)] {
        let sample = sample(task, 1, 8);
        let modules = ADVERSARIES.map(artifact);
        let results = evaluate(&evaluator(), &sample, &modules.each_ref().map(Vec::as_slice));
        for (name, result) in ADVERSARIES.iter().zip(&results) {
            let outcome = &result.outcome;
            match (outcome, expected(name, answer_bytes)) {
                (Outcome::Invalid(Invalid::Malformed { .. }), Outcome::Invalid(Invalid::Malformed { .. })) => {}
                (outcome, expected) => assert_eq!(*outcome, expected, "{name} on {task}"),
            }
            assert!(result.losses.is_empty() && result.answers.is_empty());
        }
        let candidates: Vec<_> = results
            .iter()
            .enumerate()
            .map(|(at, evaluation)| Candidate { hotkey: [at as u8; 32], committed_at: 1, evaluation })
            .collect();
        for scored in score(&sample, &candidates, 10).unwrap() {
            assert_eq!(scored.score, Score::ZERO);
            assert!(matches!(scored.zero, Some(ZeroReason::Outcome(_))));
        }
    }
}

#[test]
fn adversaries_end_alike_in_another_process() {
    for task in ["tabular", "bytes"] {
        let sample = sample(task, 2, 8);
        let modules = ADVERSARIES.map(artifact);
        let modules = modules.each_ref().map(Vec::as_slice);
        let first = evaluate(&evaluator(), &sample, &modules);
        let second = evaluate(&evaluator(), &sample, &modules);
        assert_eq!(first, second);
    }
}

#[test]
fn looper_is_stopped_by_the_fuel_of_init_in_less_than_half_a_second() {
    let (evaluator, looper) = (evaluator(), artifact("adversary-looper"));
    // The least of several times, as other tests may hold the processors.
    let times = (3..11).map(|seed| {
        let sample = sample("bytes", seed, 96);
        let start = Instant::now();
        let evaluation = evaluate(&evaluator, &sample, &[&looper]).remove(0);
        assert_eq!(evaluation.outcome, Outcome::OutOfFuel);
        assert_eq!(evaluation.fuel, sample.task().spec().fuel.init);
        start.elapsed()
    });
    let least = times.min().unwrap();
    assert!(least < Duration::from_millis(500), "{least:?}");
}
