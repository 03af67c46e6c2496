//! A second opinion: a random part of the evaluations is run again by another engine, and the two
//! results are held against each other.
//!
//! That an engine computes a wrong value is outside what its authors promise, and a miner who knows of a
//! case could turn it into a score that differs from validator to validator. Which evaluations are
//! replayed follows from a secret of the operator's, so that no miner can tell. A model on which the
//! engines differ is not scored, and the operator gets an [`Alarm`].
//!
//! The second engine is Pulley, the interpreter within wasmtime, in processes of its own: it counts the
//! same fuel, so that not only answers can be compared but everything that counts, and it never runs
//! native code that a model had a part in.

use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use crate::hash::{Digest, Hash256};
use crate::outcome::{Inconclusive, Outcome};
use crate::sandbox::engine::Backend;
use crate::sandbox::pool::Pool;
use crate::sandbox::protocol::{Answer, Done, Job};
use crate::sandbox::runner::{RunnerConfig, StartError};

/// Which evaluations are replayed.
#[derive(Clone, Copy)]
pub struct RefereeRule {
    /// Part of the evaluations, in millionths; at least one on each sample. Default: 10,000, one in a hundred
    pub part_ppm: u32,
    /// The operator's own randomness, which decides which.
    pub secret: [u8; 32],
}

impl RefereeRule {
    /// The default part, under this secret.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self { part_ppm: 10_000, secret }
    }

    /// Which of the evaluations that `ran` are replayed: the part, or, if that is none, the one closest
    /// to it, where `at_least_one` is asked for.
    fn choose<'a>(&self, sample: &Hash256, ran: &[Ran<'a>], at_least_one: bool) -> Vec<Ran<'a>> {
        let mut drawn: Vec<(u64, Ran<'a>)> = ran.iter().map(|ran| (self.draw(&ran.module, sample), *ran)).collect();
        drawn.sort_unstable_by_key(|(draw, ran)| (*draw, ran.job));
        let part = drawn.iter().take_while(|(draw, _)| *draw < self.part_ppm.into()).count();
        drawn.truncate(part.max(at_least_one.into()));
        drawn.into_iter().map(|(_, ran)| ran).collect()
    }

    /// A number below a million that is as likely as any other.
    fn draw(&self, module: &Hash256, sample: &Hash256) -> u64 {
        let mut digest = Digest::new("yarrow/referee");
        let hash = digest.raw(&self.secret).hash(module).hash(sample).finish();
        let [a, b, c, d, ..] = *hash.as_bytes();
        (u64::from(u32::from_le_bytes([a, b, c, d])) * 1_000_000) >> 32
    }
}

/// A result of the scoring engine.
#[derive(Clone, Copy)]
pub(crate) struct Ran<'a> {
    /// Its place among the jobs.
    pub(crate) job: usize,
    /// Of what.
    pub(crate) module: Hash256,
    pub(crate) done: &'a Done,
}

/// Two engines differ about a model: one of them has a defect. To be shown to the operator, and reported
/// with the model's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the engines differ about the model {module} on the sample {sample}: {difference}")]
pub struct Alarm {
    /// [`Hash256::of`] the module.
    pub module: Hash256,
    /// [`Sample::id`](crate::Sample::id) of the sample.
    pub sample: Hash256,
    /// What differs.
    pub difference: Difference,
}

/// The first thing in which two results differ, the scoring engine's first.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Difference {
    /// The module that ran.
    #[error("not the same module ran")]
    Module,
    /// How it ended.
    #[error("{first} and {second}")]
    Outcome {
        /// The scoring engine's.
        first: Outcome,
        /// The referee's.
        second: Outcome,
    },
    /// An answer.
    #[error("prediction {prediction} is {first:?} and {second:?}")]
    Answer {
        /// Which prediction, from 0.
        prediction: usize,
        /// The scoring engine's.
        first: Answer,
        /// The referee's.
        second: Answer,
    },
    /// Units of fuel.
    #[error("{first} and {second} units of fuel")]
    Fuel {
        /// The scoring engine's.
        first: u64,
        /// The referee's.
        second: u64,
    },
    /// Bytes of memory at the peak.
    #[error("{first} and {second} bytes of memory")]
    Memory {
        /// The scoring engine's.
        first: u64,
        /// The referee's.
        second: u64,
    },
}

/// What the second engine says about a result.
pub(crate) enum Verdict {
    Agreed,
    Differs(Difference),
    /// This machine could not make the replay: nothing is known, and the result stands.
    Undecided,
}

/// The second engine and what it is to do.
pub(crate) struct Referee {
    pool: Pool,
    rule: RefereeRule,
    /// The latest sample on which something was replayed.
    latest: Mutex<Option<Hash256>>,
}

impl Referee {
    pub(crate) fn new(config: RunnerConfig, rule: RefereeRule) -> Result<Self, StartError> {
        Ok(Self { pool: Pool::new(config, Backend::Interpreter)?, rule, latest: Mutex::new(None) })
    }

    /// Replays a part of what `ran`, at least one evaluation on each sample, and says of each by its
    /// place among the jobs what came of it.
    pub(crate) fn replay(
        &self,
        sample: Hash256,
        ran: &[Ran<'_>],
        jobs: &[Job<'_>],
    ) -> Result<Vec<(usize, Verdict)>, StartError> {
        let chosen = {
            let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            let chosen = self.rule.choose(&sample, ran, *latest != Some(sample));
            if !chosen.is_empty() {
                *latest = Some(sample);
            }
            chosen
        };
        let again: Vec<Job<'_>> = chosen.iter().filter_map(|ran| jobs.get(ran.job)).map(Job::reborrow).collect();
        let replays = self.pool.run_all(&again, &|| ())?;
        Ok(chosen.iter().zip(replays).map(|(ran, second)| (ran.job, compare(ran.done, second))).collect())
    }
}

fn compare(first: &Done, second: Result<Done, Inconclusive>) -> Verdict {
    match second {
        Ok(second) => difference(first, &second).map_or(Verdict::Agreed, Verdict::Differs),
        Err(_) => Verdict::Undecided,
    }
}

fn difference(first: &Done, second: &Done) -> Option<Difference> {
    if first.normalised != second.normalised {
        return Some(Difference::Module);
    }
    if first.outcome != second.outcome {
        return Some(Difference::Outcome { first: first.outcome.clone(), second: second.outcome.clone() });
    }
    // Equal outcomes have equally many answers.
    let answers = first.answers.iter().zip(&second.answers).enumerate();
    if let Some((prediction, (first, second))) = answers.into_iter().find(|(_, (first, second))| first != second) {
        return Some(Difference::Answer { prediction, first: *first, second: *second });
    }
    if first.fuel != second.fuel {
        return Some(Difference::Fuel { first: first.fuel, second: second.fuel });
    }
    (first.peak_memory != second.peak_memory)
        .then_some(Difference::Memory { first: first.peak_memory, second: second.peak_memory })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done() -> Done {
        let answers = vec![Answer { weight: 1, total: 4 }, Answer { weight: 2, total: 5 }];
        Done { outcome: Outcome::Ok, normalised: Some(Hash256::of(b"m")), answers, fuel: 7, peak_memory: 8 }
    }

    fn modules(count: u32) -> Vec<Hash256> {
        (0..count).map(|number| Hash256::of(&number.to_le_bytes())).collect()
    }

    /// The places of those chosen among `modules`.
    fn chosen(rule: RefereeRule, modules: &[Hash256], at_least_one: bool) -> Vec<usize> {
        let done = done();
        let ran: Vec<Ran<'_>> =
            modules.iter().enumerate().map(|(job, module)| Ran { job, module: *module, done: &done }).collect();
        rule.choose(&Hash256::of(b"sample"), &ran, at_least_one).iter().map(|ran| ran.job).collect()
    }

    #[test]
    fn about_one_evaluation_in_a_hundred_is_replayed_by_default() {
        let count = chosen(RefereeRule::new([1; 32]), &modules(100_000), true).len();
        // A thousand, and three times the standard deviation.
        assert!((900..1_100).contains(&count), "{count}");
    }

    #[test]
    fn which_are_replayed_follows_from_the_secret() {
        let modules = modules(10_000);
        let [first, again, other] = [1, 1, 2].map(|secret| chosen(RefereeRule::new([secret; 32]), &modules, true));
        assert_eq!(first, again);
        assert!(first.iter().filter(|at| other.contains(at)).count() < first.len() / 4);
    }

    #[test]
    fn one_is_replayed_of_few_if_asked_for_and_which_depends_on_the_secret() {
        let modules = modules(3);
        let never = |secret| RefereeRule { part_ppm: 0, secret: [secret; 32] };
        assert_eq!(chosen(never(1), &modules, false), [0; 0]);
        let picks: std::collections::BTreeSet<_> =
            (0..32).map(|secret| chosen(never(secret), &modules, true)).collect();
        assert_eq!(picks.into_iter().collect::<Vec<_>>(), [[0], [1], [2]]);
    }

    #[test]
    fn all_are_replayed_where_the_part_is_a_million_millionths() {
        let rule = RefereeRule { part_ppm: 1_000_000, secret: [3; 32] };
        assert_eq!(chosen(rule, &modules(500), false).len(), 500);
    }

    #[test]
    fn every_part_of_a_result_that_counts_is_compared() {
        let with = |change: fn(&mut Done)| {
            let mut second = done();
            change(&mut second);
            difference(&done(), &second)
        };
        assert_eq!(with(|_| ()), None);
        assert_eq!(with(|done| done.normalised = None), Some(Difference::Module));
        let outcome = Difference::Outcome { first: Outcome::Ok, second: Outcome::OutOfFuel };
        assert_eq!(with(|done| done.outcome = Outcome::OutOfFuel), Some(outcome));
        let [first, second] = [Answer { weight: 2, total: 5 }, Answer { weight: 2, total: 6 }];
        assert_eq!(with(|done| done.answers[1].total = 6), Some(Difference::Answer { prediction: 1, first, second }));
        assert_eq!(with(|done| done.fuel = 9), Some(Difference::Fuel { first: 7, second: 9 }));
        assert_eq!(with(|done| done.peak_memory = 9), Some(Difference::Memory { first: 8, second: 9 }));
    }
}
