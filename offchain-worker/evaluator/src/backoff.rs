//! Remembers which models could not be evaluated here, and leaves them out of the next samples: a
//! model that makes this machine fail would otherwise cost its full time limit in every round.
//!
//! Whether it is the model or the machine is not known, so a model is tried again, after twice as
//! many samples each time it fails.

use std::collections::{HashMap, VecDeque};

use crate::hash::Hash256;
use crate::outcome::Inconclusive;

/// Models remembered; the longest known are forgotten first.
const KEPT_MODELS: usize = 1_024;

/// Samples that a model is left out of after its first failure; doubles with each further one.
const FIRST_PAUSE: u32 = 1;
const LONGEST_PAUSE: u32 = 64;

/// What is known of a model that failed.
struct Failure {
    reason: Inconclusive,
    /// The last sample it was asked for on; it is not tried twice on one.
    sample: Hash256,
    /// Samples to leave it out of before it is tried again, and how many these were at first.
    left: u32,
    pause: u32,
}

/// The models that failed lately, by [`Hash256::of`] the module.
#[derive(Default)]
pub(crate) struct Backoff {
    failures: HashMap<Hash256, Failure>,
    order: VecDeque<Hash256>,
}

impl Backoff {
    /// Why `module` is not to be tried on `sample`, if so.
    pub(crate) fn reason(&mut self, module: &Hash256, sample: &Hash256) -> Option<Inconclusive> {
        let failure = self.failures.get_mut(module)?;
        if failure.sample != *sample {
            failure.left = failure.left.checked_sub(1)?;
            failure.sample = *sample;
        }
        Some(failure.reason.clone())
    }

    /// Takes note that `module` failed on `sample`.
    pub(crate) fn failed(&mut self, module: Hash256, sample: Hash256, reason: Inconclusive) {
        let before = self.failures.get(&module).map(|failure| failure.pause);
        let pause = before.map_or(FIRST_PAUSE, |pause| (pause * 2).min(LONGEST_PAUSE));
        if before.is_none() {
            self.order.push_back(module);
        }
        self.failures.insert(module, Failure { reason, sample, left: pause, pause });
        while self.order.len() > KEPT_MODELS {
            if let Some(oldest) = self.order.pop_front() {
                self.failures.remove(&oldest);
            }
        }
    }

    /// Takes note that `module` was evaluated.
    pub(crate) fn succeeded(&mut self, module: &Hash256) {
        if self.failures.remove(module).is_some() {
            self.order.retain(|other| other != module);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of the samples 0..20 a model is tried on that fails each time.
    fn tried() -> Vec<u8> {
        let (mut backoff, module) = (Backoff::default(), Hash256::of(b"m"));
        let mut tried = Vec::new();
        for number in 0..20 {
            let sample = Hash256::of(&[number]);
            // Asked for twice, as when two hotkeys committed to it.
            for _ in 0..2 {
                if backoff.reason(&module, &sample).is_none() {
                    tried.push(number);
                    backoff.failed(module, sample, Inconclusive::WallTimeout);
                }
            }
        }
        tried
    }

    #[test]
    fn a_model_that_fails_is_left_out_of_twice_as_many_samples_each_time() {
        assert_eq!(tried(), [0, 2, 5, 10, 19]);
    }

    #[test]
    fn a_model_that_succeeds_is_forgotten() {
        let (mut backoff, module) = (Backoff::default(), Hash256::of(b"m"));
        backoff.failed(module, Hash256::of(b"1"), Inconclusive::HostOutOfMemory);
        backoff.succeeded(&module);
        assert_eq!(backoff.reason(&module, &Hash256::of(b"1")), None);
        assert!(backoff.order.is_empty());
    }

    #[test]
    fn no_more_models_are_remembered_than_allowed() {
        let mut backoff = Backoff::default();
        for number in 0..=KEPT_MODELS as u32 {
            backoff.failed(Hash256::of(&number.to_le_bytes()), Hash256::of(b"1"), Inconclusive::BadAnswer);
        }
        assert_eq!((backoff.failures.len(), backoff.order.len()), (KEPT_MODELS, KEPT_MODELS));
        assert_eq!(backoff.reason(&Hash256::of(&0_u32.to_le_bytes()), &Hash256::of(b"1")), None);
    }
}
