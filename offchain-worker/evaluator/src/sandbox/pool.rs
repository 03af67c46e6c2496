//! Runs jobs on several runners. A job's result depends on the job alone, so the order in which
//! runners take jobs changes nothing; a runner that failed is replaced and the job tried again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use crate::outcome::{Inconclusive, RunnerEnd};
use crate::sandbox::confine::Weakness;
use crate::sandbox::engine::Backend;
use crate::sandbox::protocol::{Done, Job};
use crate::sandbox::runner::{Runner, RunnerConfig, StartError};

/// Jobs after which a runner is replaced, so that nothing lives in one process for ever.
const JOBS_PER_RUNNER: u32 = 1_000;

/// What came of a job.
pub(crate) type JobResult = Result<Done, Inconclusive>;

struct Idle {
    runner: Runner,
    jobs_left: u32,
}

/// Runners that are started when needed and kept between calls.
pub(crate) struct Pool {
    config: RunnerConfig,
    backend: Backend,
    idle: Mutex<Vec<Idle>>,
    weaknesses: Vec<Weakness>,
}

impl Pool {
    /// Starts the first runner.
    pub(crate) fn new(config: RunnerConfig, backend: Backend) -> Result<Self, StartError> {
        let (runner, weaknesses) = Runner::start(&config, backend)?;
        let idle = Mutex::new(vec![Idle { runner, jobs_left: JOBS_PER_RUNNER }]);
        Ok(Self { config, backend, idle, weaknesses })
    }

    pub(crate) fn config(&self) -> &RunnerConfig {
        &self.config
    }

    pub(crate) fn weaknesses(&self) -> &[Weakness] {
        &self.weaknesses
    }

    /// Runs all jobs and returns their results in the jobs' order. `done` is called once for every
    /// job, from any thread.
    ///
    /// # Errors
    /// If runners cannot be started any more.
    pub(crate) fn run_all(&self, jobs: &[Job<'_>], done: &(dyn Fn() + Sync)) -> Result<Vec<JobResult>, StartError> {
        let results: Vec<OnceLock<Result<JobResult, StartError>>> = jobs.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((job, slot)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                jobs.get(at).zip(results.get(at))
            } {
                let result = self.run(job);
                let failed = result.is_err();
                // Each slot is visited once, so it is empty.
                let _ = slot.set(result);
                done();
                if failed {
                    next.store(jobs.len(), Ordering::Relaxed);
                }
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.config.workers.min(jobs.len()) {
                scope.spawn(work);
            }
            work();
        });
        // Slots stay empty only after a slot with an error.
        results.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    fn run(&self, job: &Job<'_>) -> Result<JobResult, StartError> {
        let mut last = Inconclusive::RunnerDied(RunnerEnd::Unknown);
        for _ in 0..self.config.attempts.max(1) {
            let mut idle = self.take()?;
            match idle.runner.run(job) {
                Ok(done) => {
                    idle.jobs_left -= 1;
                    if idle.jobs_left > 0 {
                        self.idle().push(idle);
                    }
                    return Ok(Ok(done));
                }
                // What was too slow once is too slow again, and has cost enough.
                Err(Inconclusive::WallTimeout) => return Ok(Err(Inconclusive::WallTimeout)),
                Err(reason) => last = reason,
            }
        }
        Ok(Err(last))
    }

    fn take(&self) -> Result<Idle, StartError> {
        // A runner that ended while nothing was asked of it says nothing about the next job.
        while let Some(mut idle) = self.pop_idle() {
            if idle.runner.is_alive() {
                return Ok(idle);
            }
        }
        let (runner, _) = Runner::start(&self.config, self.backend)?;
        Ok(Idle { runner, jobs_left: JOBS_PER_RUNNER })
    }

    fn pop_idle(&self) -> Option<Idle> {
        self.idle().pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        // A list of idle runners is whole after any panic.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
