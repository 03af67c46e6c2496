//! The door of the crate: models in, evaluations out.

pub(crate) mod predict;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backoff::Backoff;
use crate::evaluation::Evaluation;
use crate::hash::Hash256;
use crate::outcome::{Inconclusive, Invalid, Outcome};
use crate::sandbox::confine::Weakness;
use crate::sandbox::pool::Pool;
use crate::sandbox::protocol::{Done, Job, Reported};
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
    backoff: Mutex<Backoff>,
}

impl Evaluator {
    /// Starts a first runner, to see that one can be started and how well the host confines it.
    ///
    /// # Errors
    /// If the program of `config` cannot be started or is not a runner of this release.
    pub fn new(config: RunnerConfig) -> Result<Self, StartError> {
        let engine = config.limits.engine_id();
        Ok(Self { pool: Pool::new(config)?, engine, cache: Mutex::default(), backoff: Mutex::default() })
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
    /// not again if the same sample was evaluated before. A model without a result is not tried again
    /// on the same sample, and left out of one, two, four and up to 64 further ones each time it has
    /// none. `done` is called once per model, from any thread.
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
            if queued {
                done();
                continue;
            }
            let known = self.cache().get(&(*hash, sample_id));
            let known = known.or_else(|| self.refuse(sample, *hash, model.len() as u64));
            let known = known.map(Ok).or_else(|| self.backoff().reason(hash, &sample_id).map(Err));
            match known {
                Some(known) => {
                    results.insert(*hash, known);
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
                reported: Reported::True,
                items: sample.items().into(),
            })
            .collect();
        for ((hash, _), result) in open.iter().zip(self.pool.run_all(&jobs, done)?) {
            let result = result.map(|finished| Arc::new(Evaluation::new(*hash, sample, finished)));
            match &result {
                Ok(evaluation) => {
                    self.cache().put((*hash, sample_id), Arc::clone(evaluation));
                    self.backoff().succeeded(hash);
                }
                Err(reason) => self.backoff().failed(*hash, sample_id, reason.clone()),
            }
            results.insert(*hash, result);
        }
        // Every hash has a result: it was known or it was a job.
        Ok(hashes.iter().filter_map(|hash| results.get(hash).cloned()).collect())
    }

    /// The evaluation of a module of this size, if that is above the limit: what it contains does not
    /// matter then, so it need not be fetched. `hash` stands for it in the evidence.
    pub fn refuse(&self, sample: &Sample, hash: Hash256, bytes: u64) -> Option<Arc<Evaluation>> {
        let limit = self.pool.config().limits.module_bytes;
        let outcome = Outcome::Invalid(Invalid::TooLarge { bytes, limit });
        let done = Done { outcome, normalised: None, answers: Vec::new(), fuel: 0, peak_memory: 0 };
        (bytes > limit).then(|| Arc::new(Evaluation::new(hash, sample, done)))
    }

    fn backoff(&self) -> MutexGuard<'_, Backoff> {
        // What is remembered is whole after any panic, or at worst forgotten.
        self.backoff.lock().unwrap_or_else(PoisonError::into_inner)
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
