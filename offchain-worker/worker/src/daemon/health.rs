//! How the daemon is: alive while every loop makes progress, ready while the weights of every subnet are fresh.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use primitives::Netuid;
use serde::Serialize;

/// Epochs after which weights on the chain are stale.
const STALE_EPOCHS: u64 = 2;

/// What the loops report.
pub struct Health {
    loops: Mutex<BTreeMap<Netuid, Loop>>,
    stall: Duration,
}

struct Loop {
    beat: Instant,
    freshness: Option<Freshness>,
    error: Option<String>,
}

/// How old a subnet's weights are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// Protocol blocks since they were last confirmed on the chain; `None` if they never were.
    pub age: Option<u64>,
    /// Protocol blocks of an epoch.
    pub tempo: u64,
}

/// A subnet as `/readyz` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Readiness {
    /// The subnet.
    pub netuid: u16,
    /// Whether its weights are fresh and its loop goes on.
    pub ready: bool,
    /// Protocol blocks since weights were last confirmed on the chain.
    pub weights_age: Option<u64>,
    /// What last failed, if it has not succeeded since.
    pub error: Option<String>,
}

impl Health {
    /// Nothing is known yet of these subnets. A loop that makes no progress for `stall` is wedged.
    pub fn new(netuids: impl IntoIterator<Item = Netuid>, stall: Duration) -> Self {
        let fresh = || Loop { beat: Instant::now(), freshness: None, error: None };
        Self { loops: Mutex::new(netuids.into_iter().map(|netuid| (netuid, fresh())).collect()), stall }
    }

    /// The loop of a subnet makes progress.
    pub fn beat(&self, netuid: Netuid) {
        self.change(netuid, |state| state.beat = Instant::now());
    }

    /// The chain was read.
    pub fn stands(&self, netuid: Netuid, freshness: Freshness) {
        self.change(netuid, |state| state.freshness = Some(freshness));
    }

    /// The loop came through, or did not.
    pub fn ended(&self, netuid: Netuid, error: Option<String>) {
        self.change(netuid, |state| state.error = error);
    }

    /// The subnets whose loop is wedged.
    pub fn wedged(&self) -> Vec<Netuid> {
        let loops = self.loops();
        loops.iter().filter(|(_, state)| state.beat.elapsed() > self.stall).map(|(netuid, _)| *netuid).collect()
    }

    /// How every subnet is.
    pub fn readiness(&self) -> Vec<Readiness> {
        let readiness = |(netuid, state): (&Netuid, &Loop)| {
            let age = state.freshness.and_then(|freshness| freshness.age);
            let is_fresh = state.freshness.is_some_and(|Freshness { age, tempo }| {
                age.is_some_and(|age| age <= tempo.saturating_mul(STALE_EPOCHS))
            });
            Readiness {
                netuid: netuid.get(),
                ready: is_fresh && state.beat.elapsed() <= self.stall,
                weights_age: age,
                error: state.error.clone(),
            }
        };
        self.loops().iter().map(readiness).collect()
    }

    fn change(&self, netuid: Netuid, change: impl FnOnce(&mut Loop)) {
        if let Some(state) = self.loops().get_mut(&netuid) {
            change(state);
        }
    }

    fn loops(&self) -> MutexGuard<'_, BTreeMap<Netuid, Loop>> {
        self.loops.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETUID: Netuid = Netuid::new(3);

    fn ready(age: Option<u64>) -> bool {
        let health = Health::new([NETUID], Duration::from_secs(60));
        health.stands(NETUID, Freshness { age, tempo: 360 });
        health.readiness()[0].ready
    }

    #[test]
    fn a_subnet_is_ready_while_its_weights_are_not_older_than_two_epochs() {
        assert!(ready(Some(0)) && ready(Some(720)));
        assert!(!ready(Some(721)) && !ready(None));
        let unknown = Health::new([NETUID], Duration::from_secs(60));
        assert!(!unknown.readiness()[0].ready);
    }

    #[test]
    fn a_loop_without_progress_is_wedged_and_not_ready() {
        let health = Health::new([NETUID], Duration::ZERO);
        health.stands(NETUID, Freshness { age: Some(0), tempo: 360 });
        // Some time passes, however little.
        let wedged = (0..1_000_000).map(|_| health.wedged()).find(|wedged| !wedged.is_empty());
        assert_eq!(wedged, Some(vec![NETUID]));
        assert!(!health.readiness()[0].ready);
    }
}
