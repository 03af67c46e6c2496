//! Work on many strangers at a time.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Applies `work` to all `items` in their order, at most `threads` at a time, and returns the results in that order.
pub(crate) fn map<T: Sync, R: Send + Sync>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let results: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        while let Some((item, slot)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            items.get(at).zip(results.get(at))
        } {
            // Each slot is visited once, so it is empty.
            let _ = slot.set(work(item));
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.min(items.len()) {
            scope.spawn(take);
        }
    });
    // A panic of `work` came out of the scope; otherwise every slot was visited.
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}
