//! What an evaluator has done since it started, for the operator's metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers of events since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Models that ran and have a result.
    pub evaluated: u64,
    /// Models that this machine could not evaluate, or on which the engines differ.
    pub inconclusive: u64,
    /// Results that were known from memory or disk.
    pub known: u64,
    /// Reads and writes of the cache on disk that failed. Scores are not affected.
    pub cache_failures: u64,
    /// Replays in which both engines agreed.
    pub replays_agreed: u64,
    /// Replays in which they differed, each of them an [`Alarm`](crate::Alarm).
    pub replays_disputed: u64,
    /// Replays that this machine could not make.
    pub replays_undecided: u64,
}

/// What is counted, in the order of the fields of [`Counters`].
#[derive(Clone, Copy)]
pub(crate) enum Count {
    Evaluated,
    Inconclusive,
    Known,
    CacheFailure,
    ReplayAgreed,
    ReplayDisputed,
    ReplayUndecided,
}

/// The counters as they run.
#[derive(Default)]
pub(crate) struct Tally([AtomicU64; 7]);

impl Tally {
    pub(crate) fn add(&self, count: Count) {
        self.0[count as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        let [evaluated, inconclusive, known, cache_failures, replays_agreed, replays_disputed, replays_undecided] =
            self.0.each_ref().map(|count| count.load(Ordering::Relaxed));
        Counters { evaluated, inconclusive, known, cache_failures, replays_agreed, replays_disputed, replays_undecided }
    }
}
