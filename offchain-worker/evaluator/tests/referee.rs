//! The second engine: what happens when the two differ. That they agree is in `determinism.rs`.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]
#![cfg(unix)]

mod support;

use evaluator::{
    Counters, Difference, Evaluator, Hash256, Inconclusive, Interface, Limits, Outcome, RefereeRule, RunnerConfig,
    check_module,
};
use support::{ANSWER, artifact, config, module, sample};

const EVERYTHING: RefereeRule = RefereeRule { part_ppm: 1_000_000, secret: [0; 32] };

/// A report of the runner's protocol: done, out of fuel, the module of this hash, no answers, no fuel, no
/// memory.
fn report_out_of_fuel(normalised: &Hash256) -> String {
    let octal: String = normalised.as_bytes().iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!(r"\046\000\000\000\000\001\001{octal}\000\000\000")
}

/// Runners of which the first, the scoring engine's, is the shipped one, and the second, the referee's, does
/// what `script` says once it has said hello.
fn with_a_referee_that(name: &str, script: &str) -> Evaluator {
    let started = std::env::temp_dir().join(format!("yarrow-referee-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir(&started);
    let mut config = RunnerConfig::new("/bin/sh");
    let hello =
        r"dd bs=1 count=5 >/dev/null 2>&1; printf '\002\000\000\000\002\000'; dd bs=1 count=200 >/dev/null 2>&1";
    let script = format!(
        "mkdir {} 2>/dev/null && exec {}; {hello}; {script}; read forever",
        started.display(),
        env!("CARGO_BIN_EXE_yarrow-sandbox")
    );
    config.arguments = vec!["-c".into(), script.into()];
    config.workers = 1;
    config.attempts = 1;
    let evaluator = Evaluator::new(config).unwrap().with_referee(EVERYTHING).unwrap();
    std::fs::remove_dir(&started).unwrap();
    evaluator
}

#[test]
fn a_model_on_which_the_engines_differ_is_not_scored_and_raises_one_alarm() {
    let model = module("", ANSWER, "i32.const 512");
    let checked = check_module(&model, &Limits::default(), Interface::Predict { classes: 4 }).unwrap();
    let evaluator = with_a_referee_that("differs", &format!("printf '{}'", report_out_of_fuel(&checked.normalised)));
    let on = sample("tabular", 1, 4);
    // Asked again it is neither run again nor taken from a cache.
    for _ in 0..2 {
        let results = evaluator.evaluate_all(&on, &[&model], &|| ()).unwrap();
        assert_eq!(results, [Err(Inconclusive::Disputed)]);
    }
    let [alarm] = evaluator.take_alarms().try_into().unwrap();
    assert_eq!((alarm.module, alarm.sample), (Hash256::of(&model), on.id()));
    assert_eq!(alarm.difference, Difference::Outcome { first: Outcome::Ok, second: Outcome::OutOfFuel });
    assert_eq!(evaluator.take_alarms(), []);
    let expected = Counters { replays_disputed: 1, inconclusive: 1, ..Counters::default() };
    assert_eq!(evaluator.counters(), expected);
}

#[test]
fn a_replay_that_this_machine_cannot_make_leaves_the_result_as_it_is() {
    let evaluator = with_a_referee_that("silent", "exit 3");
    let model = module("", ANSWER, "i32.const 512");
    let results = evaluator.evaluate_all(&sample("tabular", 1, 4), &[&model], &|| ()).unwrap();
    assert_eq!(results[0].as_ref().unwrap().outcome, Outcome::Ok);
    assert_eq!(evaluator.take_alarms(), []);
    let expected = Counters { replays_undecided: 1, evaluated: 1, ..Counters::default() };
    assert_eq!(evaluator.counters(), expected);
}

#[test]
fn at_least_one_evaluation_on_each_sample_is_replayed_and_nothing_that_never_ran() {
    let rule = RefereeRule { part_ppm: 0, ..EVERYTHING };
    let evaluator = Evaluator::new(config()).unwrap().with_referee(rule).unwrap();
    let models = ["adversary-malformed", "tabular-stump", "tabular-bayes", "adversary-trapper"].map(artifact);
    let replays = || evaluator.counters().replays_agreed;
    // Models come some at a time; the first that runs on a sample is replayed, the malformed one cannot be.
    for (seed, after) in [(1, [0, 1, 1, 1]), (2, [1, 2, 2, 2])] {
        for (model, after) in models.iter().zip(after) {
            evaluator.evaluate_all(&sample("tabular", seed, 4), &[model], &|| ()).unwrap();
            assert_eq!(replays(), after);
        }
    }
}
