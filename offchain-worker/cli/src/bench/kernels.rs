//! Inner loops of models in the sandbox and natively: the same source (`models/kernels`), compiled twice.

use std::time::Instant;

use chain::Artifacts;
use evaluator::tasks::{Item, ItemRandom, Split, Task, TaskSpec};
use evaluator::{Answer, Evaluator, FuelBudget, Hash256, Interface, Outcome, Sample};
use kernels::{Kernel, Kernels};
use worker::WorkerError;

use super::Figure;
use crate::{error::CliError, sandbox_config};

/// The model that contains the kernels.
const MODEL: &str = "bench-kernels";

/// A task whose one item is a kernel that runs a number of times: a few milliseconds in the sandbox, so that of many turns some
/// are not disturbed by whatever else the machine does.
struct KernelTask {
    number: u8,
    times: u32,
}

static TASKS: [KernelTask; 3] =
    [KernelTask { number: 0, times: 100 }, KernelTask { number: 1, times: 200 }, KernelTask { number: 2, times: 8 }];

/// What there is beside the kernel: to send a question, make an instance, fill tables, and answer.
static NOTHING: KernelTask = KernelTask { number: 0, times: 0 };

/// What each kernel may cost, as a multiple of the host's time.
const FIGURES: [(&str, f64); 3] = [
    ("f32 vectors: sandbox over host", 3.2),
    ("i16 vectors: sandbox over host", 3.0),
    ("integers with branches: sandbox over host", 1.1),
];

/// Turns of a kernel for one of a round.
const TURNS_PER_REPEAT: u32 = 20;

static SPEC: TaskSpec = TaskSpec {
    id: "kernels",
    title: "An inner loop",
    data: "none",
    interface: Interface::Predict { classes: 2 },
    fuel: FuelBudget { init: 1_000_000, item: 1 << 40, total: 1 << 41 },
    batch: 1,
    items: 1,
};

impl Task for KernelTask {
    fn spec(&self) -> &'static TaskSpec {
        &SPEC
    }

    fn dataset(&self) -> Hash256 {
        Hash256::of(&[self.number])
    }

    fn item(&self, _split: Split, _random: &mut ItemRandom) -> Item {
        let input = [u32::from(self.number).to_le_bytes(), self.times.to_le_bytes()].concat();
        Item::Labelled { input, label: 0 }
    }

    fn baseline(&self, _item: &Item) -> Vec<Answer> {
        vec![Answer { weight: 1, total: 2 }]
    }
}

/// Compares the least times of both sides, taken in turns.
pub(super) fn measure(artifacts: &Artifacts, repeat: u32) -> Result<Vec<Figure>, CliError> {
    let model = artifacts.model(MODEL)?;
    let mut config = sandbox_config()?;
    config.workers = 1;
    let evaluator = Evaluator::new(config).map_err(WorkerError::from)?;
    let mut figures = Vec::new();
    // The runner compiles the model for the first sample, which does not count.
    let mut seed = 0;
    sandboxed(&evaluator, &model, &NOTHING, &mut seed)?;
    // Short, so there can be many.
    let turns = repeat * TURNS_PER_REPEAT;
    for (task, (name, target)) in TASKS.iter().zip(FIGURES) {
        let [mut inside, mut outside, mut inside_nothing, mut outside_nothing] = [f64::INFINITY; 4];
        for _ in 0..turns {
            inside = inside.min(sandboxed(&evaluator, &model, task, &mut seed)?);
            outside = outside.min(native(task));
            inside_nothing = inside_nothing.min(sandboxed(&evaluator, &model, &NOTHING, &mut seed)?);
            outside_nothing = outside_nothing.min(native(&NOTHING));
        }
        let ratio = (inside - inside_nothing) / (outside - outside_nothing);
        figures.push(Figure::at_most(name, ratio, "x", target));
    }
    Ok(figures)
}

/// Seconds that the kernel takes in the sandbox, on the sample of the next seed: nothing runs twice on one.
fn sandboxed(evaluator: &Evaluator, model: &[u8], task: &'static KernelTask, seed: &mut u32) -> Result<f64, CliError> {
    *seed += 1;
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    let sample = Sample::draw(task, bytes, 0..1);
    let start = Instant::now();
    let results = evaluator.evaluate_all(&sample, &[model], &|| ()).map_err(WorkerError::from)?;
    let seconds = start.elapsed().as_secs_f64();
    for result in results {
        let evaluation = result.map_err(CliError::Inconclusive)?;
        if evaluation.outcome != Outcome::Ok {
            return Err(CliError::ModelFailed { model: MODEL.into(), outcome: evaluation.outcome.clone() });
        }
    }
    Ok(seconds)
}

/// Seconds that the kernel takes here.
fn native(task: &KernelTask) -> f64 {
    let mut kernels = Box::new(Kernels::NEW);
    let start = Instant::now();
    std::hint::black_box(kernels.run(Kernel::of(task.number), task.times));
    start.elapsed().as_secs_f64()
}
