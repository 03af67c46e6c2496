//! A result is a fact about a model and a sample: equal in every run, with any number of runners, and on
//! both engines, to the unit of fuel.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]

mod support;

use std::sync::Arc;

use evaluator::{Bits, Candidate, Counters, Evaluation, Evaluator, RefereeRule, Sample, Score, score, tasks};
use support::{artifact, artifact_names, config, evaluate, sample};

/// Every built model that is made for `task` or for no task in particular.
fn models_of(task: &str) -> Vec<Vec<u8>> {
    let of_task = |name: &String| name.starts_with(&format!("{task}-")) || name.starts_with("adversary-");
    artifact_names().iter().filter(|name| of_task(name)).map(|name| artifact(name)).collect()
}

/// Items, in more than one batch for streams, that the slower engine does in seconds.
const ITEMS: u32 = 24;

fn with_workers(workers: usize) -> Evaluator {
    let mut config = config();
    config.workers = workers;
    Evaluator::new(config).unwrap()
}

/// What a round makes of the models: outcomes, fuel, bits and scores.
fn facts(sample: &Sample, evaluations: &[Arc<Evaluation>]) -> Vec<(Evaluation, Option<Bits>, Score)> {
    let candidates: Vec<_> = evaluations
        .iter()
        .enumerate()
        .map(|(at, evaluation)| Candidate { hotkey: [at as u8; 32], committed_at: at as u64, evaluation })
        .collect();
    let scored = score(sample, &candidates, 100).unwrap();
    evaluations
        .iter()
        .zip(scored)
        .map(|(one, scored)| (one.as_ref().clone(), scored.bits_saved, scored.score))
        .collect()
}

#[test]
fn every_reference_model_has_one_score_and_fuel_in_every_run_and_with_1_2_and_4_runners() {
    for task in tasks::available() {
        let id = task.spec().id;
        let models = models_of(id);
        assert!(models.len() > 6, "{id} has {} models", models.len());
        let models: Vec<&[u8]> = models.iter().map(Vec::as_slice).collect();
        let sample = sample(id, 3, ITEMS);
        let expected = facts(&sample, &evaluate(&with_workers(1), &sample, &models));
        for workers in [1, 2, 4] {
            let result = facts(&sample, &evaluate(&with_workers(workers), &sample, &models));
            assert!(result == expected, "{id} with {workers} runners:\n{result:#?}\ninstead of\n{expected:#?}");
        }
    }
}

#[test]
fn both_engines_give_every_reference_model_the_same_outcome_answers_fuel_and_memory() {
    for task in tasks::available() {
        let id = task.spec().id;
        let models = models_of(id);
        let models: Vec<&[u8]> = models.iter().map(Vec::as_slice).collect();
        let rule = RefereeRule { part_ppm: 1_000_000, secret: [7; 32] };
        let evaluator = Evaluator::new(config()).unwrap().with_referee(rule).unwrap();
        let sample = sample(id, 4, ITEMS);
        let evaluations = evaluate(&evaluator, &sample, &models);
        // Every model that runs at all was replayed, with nothing to say about it.
        let ran = evaluations.iter().filter(|evaluation| evaluation.normalised.is_some()).count() as u64;
        let Counters { replays_agreed, replays_disputed, replays_undecided, .. } = evaluator.counters();
        assert_eq!((replays_agreed, replays_disputed, replays_undecided), (ran, 0, 0), "{id}");
        assert_eq!(evaluator.take_alarms(), []);
        assert!(ran > 6, "{id}: {ran}");
    }
}
