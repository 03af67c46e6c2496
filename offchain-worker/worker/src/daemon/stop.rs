//! The wish to stop, which ends every wait.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

/// Whether the daemon is to stop.
#[derive(Debug, Default)]
pub struct Stop {
    wanted: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    /// Ends all waits, now and later.
    pub fn stop(&self) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Whether it is to stop.
    pub fn is_wanted(&self) -> bool {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits that long or until it is to stop; returns whether it is.
    pub fn wait(&self, time: Duration) -> bool {
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(wanted, time, |wanted| !*wanted);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
