//! The door of the crate: models in, evaluations out.

pub(crate) mod predict;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::backoff::Backoff;
use crate::cache::{CacheError, Fresh, Results};
use crate::counters::{Count, Counters, Tally};
use crate::evaluation::Evaluation;
use crate::hash::Hash256;
use crate::outcome::{Inconclusive, Invalid, Outcome};
use crate::referee::{Alarm, Ran, Referee, RefereeRule, Verdict};
use crate::sandbox::confine::Weakness;
use crate::sandbox::engine::Backend;
use crate::sandbox::pool::{JobResult, Pool};
use crate::sandbox::protocol::{Done, Job, Reported};
use crate::sandbox::runner::{RunnerConfig, StartError};
use crate::tasks::{Sample, descriptor};

/// An evaluation, or why this machine could not make it. The latter never reaches a score: scoring
/// takes evaluations.
pub type EvaluationResult = Result<Arc<Evaluation>, Inconclusive>;

/// Alarms kept until they are taken: one is enough to act on.
const KEPT_ALARMS: usize = 64;

/// Evaluates models in confined child processes, on all cores, and remembers the results.
pub struct Evaluator {
    pool: Pool,
    engine: Hash256,
    results: Results,
    referee: Option<Referee>,
    alarms: Mutex<Vec<Alarm>>,
    backoff: Mutex<Backoff>,
    tally: Tally,
}

impl Evaluator {
    /// Starts a first runner, to see that one can be started and how well the host confines it.
    ///
    /// # Errors
    /// If the program of `config` cannot be started or is not a runner of this release.
    pub fn new(config: RunnerConfig) -> Result<Self, StartError> {
        let engine = config.limits.engine_id();
        Ok(Self {
            pool: Pool::new(config, Backend::Native)?,
            engine,
            results: Results::new(engine),
            referee: None,
            alarms: Mutex::default(),
            backoff: Mutex::default(),
            tally: Tally::default(),
        })
    }

    /// Remembers results in the file `path` too, which is made if it is not there, so that they outlive
    /// this process: at most 256 MiB, the oldest go first. What is damaged in it is evaluated again.
    ///
    /// # Errors
    /// If the file belongs to a running worker, or cannot be made, read or written.
    pub fn with_cache(mut self, path: impl AsRef<Path>) -> Result<Self, CacheError> {
        self.results.open(path.as_ref())?;
        Ok(self)
    }

    /// Lets a second engine replay a part of the evaluations from now on.
    ///
    /// # Errors
    /// As [`new`](Self::new): the second engine has runners of its own.
    pub fn with_referee(mut self, rule: RefereeRule) -> Result<Self, StartError> {
        self.referee = Some(Referee::new(self.pool.config().clone(), rule)?);
        Ok(self)
    }

    /// The parts of the confinement that this host cannot give. To be shown once, prominently.
    pub fn weaknesses(&self) -> &[Weakness] {
        self.pool.weaknesses()
    }

    /// Identity of the engine and its limits, equal on all machines.
    pub fn engine_id(&self) -> &Hash256 {
        &self.engine
    }

    /// What was done since the start.
    pub fn counters(&self) -> Counters {
        self.tally.read()
    }

    /// Takes the alarms that the second engine has raised since they were taken last.
    pub fn take_alarms(&self) -> Vec<Alarm> {
        std::mem::take(&mut *self.alarms())
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
        let mut results: HashMap<Hash256, EvaluationResult> = HashMap::new();
        let mut open: Vec<(Hash256, &[u8])> = Vec::new();
        for (hash, model) in hashes.iter().zip(models) {
            let queued = results.contains_key(hash) || open.iter().any(|(other, _)| other == hash);
            if queued {
                done();
                continue;
            }
            match self.known(sample, *hash, model) {
                Some(known) => {
                    results.insert(*hash, known);
                    done();
                }
                None => open.push((*hash, model)),
            }
        }
        results.extend(self.run(sample, &open, done)?);
        // Every hash has a result: it was known or it was run.
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

    /// What can be said of `model` without running it.
    fn known(&self, sample: &Sample, hash: Hash256, model: &[u8]) -> Option<EvaluationResult> {
        let kept = self.results.get(hash, sample).unwrap_or_else(|_| {
            self.tally.add(Count::CacheFailure);
            None
        });
        if kept.is_some() {
            self.tally.add(Count::Known);
        }
        let known = kept.or_else(|| self.refuse(sample, hash, model.len() as u64));
        known.map(Ok).or_else(|| self.backoff().reason(&hash, &sample.id()).map(Err))
    }

    /// Runs models of which nothing is known.
    fn run(
        &self,
        sample: &Sample,
        open: &[(Hash256, &[u8])],
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<(Hash256, EvaluationResult)>, StartError> {
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
        let mut finished = self.pool.run_all(&jobs, done)?;
        self.replay(sample.id(), open, &jobs, &mut finished)?;
        let (mut results, mut fresh) = (Vec::new(), Vec::new());
        for ((hash, _), finished) in open.iter().zip(finished) {
            match finished {
                Ok(finished) => {
                    self.tally.add(Count::Evaluated);
                    self.backoff().succeeded(hash);
                    let new = Fresh::new(*hash, sample, finished);
                    results.push((*hash, Ok(Arc::clone(&new.evaluation))));
                    fresh.push(new);
                }
                Err(reason) => {
                    self.tally.add(Count::Inconclusive);
                    self.backoff().failed(*hash, sample.id(), reason.clone());
                    results.push((*hash, Err(reason)));
                }
            }
        }
        if self.results.put(fresh).is_err() {
            self.tally.add(Count::CacheFailure);
        }
        Ok(results)
    }

    /// Lets the referee look at results, and makes those inconclusive that it comes to another result on.
    fn replay(
        &self,
        sample: Hash256,
        open: &[(Hash256, &[u8])],
        jobs: &[Job<'_>],
        finished: &mut [JobResult],
    ) -> Result<(), StartError> {
        let Some(referee) = &self.referee else { return Ok(()) };
        let results = open.iter().zip(finished.iter()).enumerate();
        // A refused module has not run on either engine.
        let ran: Vec<Ran<'_>> = results
            .filter_map(|(job, ((module, _), result))| Some(Ran { job, module: *module, done: result.as_ref().ok()? }))
            .filter(|ran| ran.done.normalised.is_some())
            .collect();
        for (at, verdict) in referee.replay(sample, &ran, jobs)? {
            match verdict {
                Verdict::Agreed => self.tally.add(Count::ReplayAgreed),
                Verdict::Undecided => self.tally.add(Count::ReplayUndecided),
                Verdict::Differs(difference) => {
                    self.tally.add(Count::ReplayDisputed);
                    self.raise(Alarm { module: open[at].0, sample, difference });
                    finished[at] = Err(Inconclusive::Disputed);
                }
            }
        }
        Ok(())
    }

    fn raise(&self, alarm: Alarm) {
        let mut alarms = self.alarms();
        if alarms.len() < KEPT_ALARMS {
            alarms.push(alarm);
        }
    }

    fn alarms(&self) -> MutexGuard<'_, Vec<Alarm>> {
        // A list of alarms is whole after any panic.
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn backoff(&self) -> MutexGuard<'_, Backoff> {
        // What is remembered is whole after any panic, or at worst forgotten.
        self.backoff.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
