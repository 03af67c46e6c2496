//! Whole rounds: many models on one sample, run, and known from before.

use std::time::Instant;
use std::{env, fs, process};

use chain::Artifacts;
use evaluator::{Evaluator, Sample, tasks};
use worker::WorkerError;

use super::Figure;
use crate::{error::CliError, sandbox_config};

/// What a round is measured with.
const TASK: &str = "tabular";
const MODELS: [&str; 4] = ["tabular-stump", "tabular-bayes", "tabular-softmax", "tabular-boosted"];
const ITEMS: u32 = 512;

/// The cores that the targets are for.
const CORES: usize = 2;

/// Models in the comparison of one runner with two.
const FEW: u32 = 48;

/// A round of `count` models that are all different: run once, again, and again by another process's evaluator.
pub(super) fn measure(artifacts: &Artifacts, count: u32) -> Result<Vec<Figure>, CliError> {
    let models = models(artifacts, count)?;
    let sample = sample(0)?;
    let file = env::temp_dir().join(format!("yarrow-bench-{}", process::id()));
    let with_cache = || -> Result<Evaluator, CliError> { Ok(evaluator(CORES)?.with_cache(&file)?) };
    let measured = (|| {
        let first_evaluator = with_cache()?;
        let first = round(&first_evaluator, &sample, &models)?;
        let again = round(&first_evaluator, &sample, &models)?;
        drop(first_evaluator);
        let restarted = round(&with_cache()?, &sample, &models)?;
        Ok::<_, CliError>((first, again, restarted))
    })();
    // Nothing else is lost if a temporary file stays.
    let _ = fs::remove_file(&file);
    let (first, again, restarted) = measured?;
    let mut figures = vec![
        Figure::at_most("a round of all models on 512 items, on 2 cores", first, "s", 60.0),
        Figure::at_most("the same round again, over the first", 100.0 * again / first, "%", 1.0),
        Figure::at_most("the same round after a restart, over the first", 100.0 * restarted / first, "%", 1.0),
    ];
    if let Some(bytes) = peak_resident_bytes() {
        let mebibytes = bytes as f64 / f64::from(1 << 20);
        figures.push(Figure::at_most("memory of the supervisor at its peak", mebibytes, "MiB", 300.0));
    }
    Ok(figures)
}

/// The time of one runner over that of two.
pub(super) fn measure_runners(artifacts: &Artifacts, repeat: u32) -> Result<Vec<Figure>, CliError> {
    let models = models(artifacts, FEW)?;
    let [mut one, mut two] = [f64::INFINITY; 2];
    for seed in 1..=repeat {
        let sample = sample(seed)?;
        one = one.min(round(&evaluator(1)?, &sample, &models)?);
        two = two.min(round(&evaluator(CORES)?, &sample, &models)?);
    }
    Ok(vec![Figure::at_least("two runners over one", one / two, "x", 1.8)])
}

/// Reference models, told apart by a custom section with a number: copies to the score, but not to the evaluator.
fn models(artifacts: &Artifacts, count: u32) -> Result<Vec<Vec<u8>>, CliError> {
    let originals = MODELS.into_iter().map(|name| artifacts.model(name)).collect::<Result<Vec<_>, _>>()?;
    // A section of kind 0 with six bytes, of which the first two are the name "n".
    let numbered =
        |(number, original): (u32, &Vec<u8>)| [original.as_slice(), &[0, 6, 1, b'n'], &number.to_le_bytes()].concat();
    Ok((0..count).zip(originals.iter().cycle()).map(numbered).collect())
}

fn evaluator(workers: usize) -> Result<Evaluator, CliError> {
    let mut config = sandbox_config()?;
    config.workers = workers;
    Ok(Evaluator::new(config).map_err(WorkerError::from)?)
}

fn sample(seed: u32) -> Result<Sample, CliError> {
    let task = tasks::find(TASK)?;
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&seed.to_le_bytes());
    Ok(Sample::draw(task, bytes, 0..ITEMS))
}

/// Seconds that the models take on the sample.
fn round(evaluator: &Evaluator, sample: &Sample, models: &[Vec<u8>]) -> Result<f64, CliError> {
    let models: Vec<&[u8]> = models.iter().map(Vec::as_slice).collect();
    let start = Instant::now();
    let results = evaluator.evaluate_all(sample, &models, &|| ()).map_err(WorkerError::from)?;
    let seconds = start.elapsed().as_secs_f64();
    for result in results {
        result.map_err(CliError::Inconclusive)?;
    }
    Ok(seconds)
}

/// The most memory that this process had in use, where the system says so.
fn peak_resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
