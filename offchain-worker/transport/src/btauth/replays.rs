//! The memory of requests that were taken: bounded in time, because older ones are not fresh any more, and in size.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use super::{AuthError, Claim, MAX_AGE};

/// Requests that were taken, so that none is taken twice.
#[derive(Debug)]
pub struct Replays {
    /// What was taken before is not remembered, so nothing older is taken.
    since_ns: u64,
    capacity: usize,
    taken: Mutex<BTreeSet<(u64, [u8; 32])>>,
}

impl Replays {
    /// A memory that begins at `since_ns` and holds at most `capacity` requests, all of the last [`MAX_AGE`]; one takes
    /// about 60 bytes.
    pub fn new(since_ns: u64, capacity: usize) -> Self {
        Self { since_ns, capacity, taken: Mutex::default() }
    }

    /// Takes a verified request, once.
    ///
    /// # Errors
    /// [`AuthError::Stale`] if the time since [`Claim::check`] made it so, or if it is older than this memory;
    /// [`AuthError::Replayed`]; [`AuthError::Crowded`].
    pub fn admit(&self, claim: &Claim, now_ns: u64) -> Result<(), AuthError> {
        // A poisoned set is whole: nothing below panics half way.
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = now_ns.saturating_sub(MAX_AGE.as_nanos() as u64);
        while taken.first().is_some_and(|(nonce_ns, _)| *nonce_ns < oldest) {
            taken.pop_first();
        }
        // What was just forgotten must not come back while its body was slow.
        if claim.nonce_ns < oldest.max(self.since_ns) {
            return Err(AuthError::Stale);
        }
        let request = (claim.nonce_ns, *claim.sender.as_ref());
        if taken.contains(&request) {
            return Err(AuthError::Replayed);
        }
        if taken.len() >= self.capacity {
            return Err(AuthError::Crowded);
        }
        taken.insert(request);
        Ok(())
    }

    /// How many requests are remembered.
    pub fn len(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
