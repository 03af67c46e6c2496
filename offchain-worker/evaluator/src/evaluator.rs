//! The door of the crate: models in, evaluations out.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::evaluation::Evaluation;
use crate::hash::Hash256;
use crate::outcome::{Inconclusive, Invalid, Outcome};
use crate::sandbox::confine::Weakness;
use crate::sandbox::pool::Pool;
use crate::sandbox::protocol::{Done, Job};
use crate::sandbox::runner::{RunnerConfig, StartError};
use crate::tasks::{Sample, descriptor};

/// Evaluations kept in memory; one with a stream task is about 200 KB.
const KEPT_EVALUATIONS: usize = 256;

/// An evaluation, or why this machine could not make it. The latter never reaches a score: scoring
/// takes evaluations.
pub type EvaluationResult = Result<Arc<Evaluation>, Inconclusive>;

/// Evaluates models in confined child processes, on all cores, and remembers the results.
pub struct Evaluator {
    pool: Pool,
    engine: Hash256,
    cache: Mutex<Cache>,
}

impl Evaluator {
    /// Starts a first runner, to see that one can be started and how well the host confines it.
    ///
    /// # Errors
    /// If the program of `config` cannot be started or is not a runner of this release.
    pub fn new(config: RunnerConfig) -> Result<Self, StartError> {
        let engine = config.limits.engine_id();
        Ok(Self { pool: Pool::new(config)?, engine, cache: Mutex::default() })
    }

    /// The parts of the confinement that this host cannot give. To be shown once, prominently.
    pub fn weaknesses(&self) -> &[Weakness] {
        self.pool.weaknesses()
    }

    /// Identity of the engine and its limits, equal on all machines.
    pub fn engine_id(&self) -> &Hash256 {
        &self.engine
    }

    /// Evaluates `models` on `sample` and returns the results in the models' order. The result of a
    /// model does not depend on the others, nor on the number of runners. Equal models run once, and
    /// not again if the same sample was evaluated before. `done` is called once per model, from any
    /// thread.
    ///
    /// # Errors
    /// If runners cannot be started any more.
    pub fn evaluate_all(
        &self,
        sample: &Sample,
        models: &[&[u8]],
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<EvaluationResult>, StartError> {
        let hashes: Vec<Hash256> = models.iter().map(|model| Hash256::of(model)).collect();
        let sample_id = sample.id();
        let mut results: HashMap<Hash256, EvaluationResult> = HashMap::new();
        let mut open: Vec<(Hash256, &[u8])> = Vec::new();
        for (hash, model) in hashes.iter().zip(models) {
            let queued = results.contains_key(hash) || open.iter().any(|(other, _)| other == hash);
            let known = self.cache().get(&(*hash, sample_id)).or_else(|| self.refuse(*hash, model, sample));
            match known {
                _ if queued => done(),
                Some(known) => {
                    results.insert(*hash, Ok(known));
                    done();
                }
                None => open.push((*hash, model)),
            }
        }
        let spec = sample.task().spec();
        let descriptor = descriptor(spec);
        let jobs: Vec<Job<'_>> = open
            .iter()
            .map(|(_, module)| Job {
                module,
                descriptor: &descriptor,
                interface: spec.interface,
                fuel: spec.fuel,
                batch: spec.batch,
                items: sample.items().into(),
            })
            .collect();
        for ((hash, _), result) in open.iter().zip(self.pool.run_all(&jobs, done)?) {
            let result = result.map(|finished| Arc::new(Evaluation::new(*hash, sample, finished)));
            if let Ok(evaluation) = &result {
                self.cache().put((*hash, sample_id), Arc::clone(evaluation));
            }
            results.insert(*hash, result);
        }
        // Every hash has a result: it was known or it was a job.
        Ok(hashes.iter().filter_map(|hash| results.get(hash).cloned()).collect())
    }

    /// Modules above the size limit are not even sent to a runner.
    fn refuse(&self, hash: Hash256, model: &[u8], sample: &Sample) -> Option<Arc<Evaluation>> {
        let (bytes, limit) = (model.len() as u64, self.pool.config().limits.module_bytes);
        let outcome = Outcome::Invalid(Invalid::TooLarge { bytes, limit });
        let done = Done { outcome, normalised: None, answers: Vec::new(), fuel: 0, peak_memory: 0 };
        (bytes > limit).then(|| Arc::new(Evaluation::new(hash, sample, done)))
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        // The cache is whole after any panic: a missing entry is evaluated again.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Module and sample; the engine is the evaluator's own.
type Key = (Hash256, Hash256);

/// The latest evaluations, deterministic failures included.
#[derive(Default)]
struct Cache {
    entries: HashMap<Key, Arc<Evaluation>>,
    order: VecDeque<Key>,
}

impl Cache {
    fn get(&self, key: &Key) -> Option<Arc<Evaluation>> {
        self.entries.get(key).cloned()
    }

    fn put(&mut self, key: Key, evaluation: Arc<Evaluation>) {
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
