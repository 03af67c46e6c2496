//! A worker that dies at any of its calls, to the disk or to the chain, before or after the call had its effect.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use chain::{
    ChainExt,
    faulty::{Fault, Faulty},
};
use primitives::settlement::{WeightsCommitted, WeightsRevealed};
use worker::{Change, Journal, MemoryStorage, Round, Storage, StorageError, Validator, WorkerError, settle_if_due};

use crate::market::{Market, NETUID, hotkey, key, secret};

/// Deaths in all.
const POINTS: u64 = 240;

/// A life of the process: the number of its calls so far, and at which it ends.
struct Life {
    calls: AtomicU64,
    end: u64,
    fault: Fault,
}

impl Life {
    /// What happens in the next call.
    fn next(&self) -> Option<Fault> {
        match self.calls.fetch_add(1, Ordering::SeqCst) {
            call if call < self.end => None,
            call if call == self.end => Some(self.fault),
            _ => Some(Fault::Before),
        }
    }
}

/// A disk that outlives the process.
#[derive(Clone)]
struct Disk {
    content: Arc<Mutex<MemoryStorage>>,
    life: Arc<Life>,
}

impl Disk {
    fn call<T>(&self, action: impl FnOnce(&mut MemoryStorage) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let fault = self.life.next();
        let dead = || StorageError::File { path: "disk".into(), reason: "the process has died".into() };
        if fault == Some(Fault::Before) {
            return Err(dead());
        }
        let done = action(&mut self.content.lock().expect("no panic before"));
        if fault.is_some() { Err(dead()) } else { done }
    }
}

impl Storage for Disk {
    fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.call(|content| content.read(key))
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        self.call(|content| content.list(prefix))
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StorageError> {
        self.call(|content| content.write(changes))
    }
}

/// Lives once: starts, does what is due, and does it again to see that nothing more is.
fn live(market: &Market, disk: &Disk) -> Result<(), WorkerError> {
    let life = Arc::clone(&disk.life);
    let chain = Faulty::new(&market.chain, move |_, _| life.next());
    let context = market.context(&chain);
    let mut validator = Validator::new(hotkey(), Journal::open(Box::new(disk.clone()), secret)?);
    settle_if_due(&chain, &market.contracts, &key("//validator"), NETUID)?;
    for _ in 0..2 {
        validator.follow_up(&context, NETUID)?;
        let round = validator.round(&context, NETUID)?;
        assert!(!matches!(round, Round::Held { .. } | Round::Abstained(_) | Round::TooEarly { .. }), "{round:?}");
    }
    Ok(())
}

/// A sequence of numbers without a pattern.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn a_worker_that_dies_at_any_call_commits_once_and_reveals_once_in_each_epoch() {
    let market = Market::open(&[]);
    let content = Arc::new(Mutex::new(MemoryStorage::default()));
    let (mut points, mut state, first_epoch) = (0, 1, market.epoch());
    while points < POINTS {
        loop {
            // An epoch without a death takes some 44 calls.
            let (end, fault) =
                (random(&mut state) % 55, [Fault::Before, Fault::After][(random(&mut state) % 2) as usize]);
            let life = Arc::new(Life { calls: AtomicU64::new(0), end, fault });
            match live(&market, &Disk { content: Arc::clone(&content), life }) {
                Ok(()) => break,
                Err(_) => points += 1,
            }
        }
        market.pass_epoch();
    }
    let epochs: Vec<u64> = (first_epoch..market.epoch()).collect();
    let mut commits: BTreeMap<u64, Vec<primitives::Hash>> = BTreeMap::new();
    let committed: Vec<(u32, WeightsCommitted)> =
        market.chain.events_of(market.contracts.settlement, 0..=u32::MAX).expect("all events");
    for (_, event) in committed {
        commits.entry(event.commit.epoch).or_default().push(event.commit.hash);
    }
    let revealed: Vec<(u32, WeightsRevealed)> =
        market.chain.events_of(market.contracts.settlement, 0..=u32::MAX).expect("all events");
    let reveals: Vec<primitives::Hash> = revealed.into_iter().map(|(_, event)| event.hash).collect();
    let duplicates = commits.values().filter(|hashes| hashes.len() > 1).count()
        + reveals.iter().enumerate().filter(|(at, hash)| reveals[..*at].contains(hash)).count();
    let lost_commits = epochs.iter().filter(|epoch| !commits.contains_key(epoch)).count();
    // What was committed in the last epoch is revealed in the one that has just begun.
    let due = commits.iter().filter(|(epoch, _)| Some(*epoch) != epochs.last());
    let lost_reveals = due.flat_map(|(_, hashes)| hashes).filter(|hash| !reveals.contains(hash)).count();
    println!(
        "points tried: {points}, epochs: {}, duplicates: {duplicates}, losses: {}",
        epochs.len(),
        lost_commits + lost_reveals
    );
    assert!(epochs.len() > 20, "{epochs:?}");
    assert_eq!((duplicates, lost_commits, lost_reveals), (0, 0, 0));
}
