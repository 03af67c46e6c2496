//! The latest evaluations, in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::evaluation::Evaluation;
use crate::hash::Hash256;

/// Evaluations kept; one with a stream task is about 200 KB.
const KEPT_EVALUATIONS: usize = 256;

/// Module and sample; the engine is the evaluator's own.
type Key = (Hash256, Hash256);

/// Evaluations in the order in which they came; the oldest are forgotten first.
#[derive(Default)]
pub(super) struct Memory {
    entries: HashMap<Key, Arc<Evaluation>>,
    order: VecDeque<Key>,
}

impl Memory {
    pub(super) fn get(&self, key: &Key) -> Option<Arc<Evaluation>> {
        self.entries.get(key).cloned()
    }

    pub(super) fn put(&mut self, evaluation: Arc<Evaluation>) {
        let key = (evaluation.module, evaluation.sample);
        if self.entries.insert(key, evaluation).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > KEPT_EVALUATIONS {
            if let Some(oldest) = self.order.pop_front() {
                self.entries.remove(&oldest);
            }
        }
    }
}
