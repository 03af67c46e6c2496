//! Runs one job inside the runner: check, compile (or take the compiled module of an earlier job),
//! then batch after batch, each in a fresh instance, until the items or the model end.

use std::collections::VecDeque;

use wasmtime::{Engine, Module};

use crate::hash::Hash256;
use crate::limits::Limits;
use crate::outcome::{EngineFault, Outcome};
use crate::sandbox::instance::{ModelInstance, Stop, Usage};
use crate::sandbox::precheck::check_module;
use crate::sandbox::protocol::{Answer, Done, Interface, Job, Report, Reported};
use crate::tasks::Item;

/// Compiled modules that a runner keeps. The models of two subnets fit; a runner's memory limit is
/// far above them.
const KEPT_MODULES: usize = 64;

/// A module ready to run; cloning shares the code.
#[derive(Clone)]
struct Compiled {
    key: (Hash256, Interface),
    module: Module,
    normalised: Hash256,
}

/// The engine and the modules it has compiled.
pub(crate) struct Executor {
    engine: Engine,
    limits: Limits,
    compiled: VecDeque<Compiled>,
}

impl Executor {
    pub(crate) fn new(engine: Engine, limits: Limits) -> Self {
        Self { engine, limits, compiled: VecDeque::new() }
    }

    /// Runs `job` to its end.
    pub(crate) fn run(&mut self, job: &Job<'_>) -> Report {
        let mut usage = Usage { fuel_left: job.fuel.total, peak_memory: 0 };
        let mut answers = Vec::new();
        let (normalised, result) = match self.compiled(job.module, job.interface) {
            Ok(compiled) => {
                let result = run_batches(&self.engine, &self.limits, &compiled, job, &mut usage, &mut answers);
                (Some(compiled.normalised), result)
            }
            Err(stop) => (None, Err(stop)),
        };
        let outcome = match result {
            Ok(()) => Outcome::Ok,
            Err(Stop::Counts(outcome)) => {
                answers.clear();
                outcome
            }
            Err(Stop::Fault(fault)) => return Report::Fault(fault),
            Err(Stop::HostOutOfMemory) => return Report::HostOutOfMemory,
        };
        let fuel = job.fuel.total - usage.fuel_left;
        Report::Done(Done { outcome, normalised, answers, fuel, peak_memory: usage.peak_memory })
    }

    fn compiled(&mut self, wasm: &[u8], interface: Interface) -> Result<Compiled, Stop> {
        let key = (Hash256::of(wasm), interface);
        if let Some(compiled) = self.compiled.iter().find(|compiled| compiled.key == key) {
            return Ok(compiled.clone());
        }
        let checked =
            check_module(wasm, &self.limits, interface).map_err(|reason| Stop::Counts(Outcome::Invalid(reason)))?;
        let module = Module::new(&self.engine, &checked.wasm).map_err(|error| {
            if error.is::<wasmtime::OutOfMemory>() { Stop::HostOutOfMemory } else { Stop::Fault(EngineFault::Compile) }
        })?;
        if self.compiled.len() == KEPT_MODULES {
            self.compiled.pop_front();
        }
        let compiled = Compiled { key, module, normalised: checked.normalised };
        self.compiled.push_back(compiled.clone());
        Ok(compiled)
    }
}

fn run_batches(
    engine: &Engine,
    limits: &Limits,
    compiled: &Compiled,
    job: &Job<'_>,
    usage: &mut Usage,
    answers: &mut Vec<Answer>,
) -> Result<(), Stop> {
    for batch in job.items.chunks(job.batch.max(1) as usize) {
        let mut model =
            ModelInstance::start(engine, &compiled.module, limits, job.interface, job.fuel, job.descriptor, usage)?;
        for item in batch {
            match item {
                Item::Labelled { input, label } => {
                    let symbols = match job.reported {
                        Reported::True => *label..label.saturating_add(1),
                        Reported::All => 0..job.interface.symbols() as u16,
                    };
                    model.predict(input, symbols, answers)?;
                }
                Item::Stream(bytes) => model.stream(bytes, answers)?,
            }
        }
    }
    Ok(())
}
