//! What each built model saves on held-out items, as a table: least, median and most over the seeds.

use std::error::Error;
use std::ffi::OsStr;
use std::path::Path;
use std::{env, fs};

use evaluator::tasks;
use evaluator::{Bits, Evaluation, Evaluator, Outcome, RunnerConfig, Sample, Task};

/// The argument with which the program is its own sandbox runner.
pub(crate) const RUNNER: &str = "sandbox";

/// First bytes of the seeds.
const SEEDS: std::ops::Range<u8> = 100..107;

/// How a model ended on a sample, the bits per prediction that it saved, and the fuel that it used.
type Run = (Outcome, f64, u64);

/// 2^32, the unit of [`Bits`].
const UNIT: f64 = 4_294_967_296.0;

/// Name and bytes of a module.
type Module = (String, Vec<u8>);

pub(crate) fn run(artifacts: &Path) -> Result<(), Box<dyn Error>> {
    let mut config = RunnerConfig::new(env::current_exe()?);
    config.arguments.push(RUNNER.into());
    let evaluator = Evaluator::new(config)?;
    let models = read(artifacts)?;
    for task in tasks::available() {
        let meant = |name: &str| name.starts_with(task.spec().id) || name.starts_with("adversary");
        let (names, modules): (Vec<&str>, Vec<&[u8]>) = models
            .iter()
            .filter(|(name, _)| meant(name))
            .map(|(name, module)| (name.as_str(), module.as_slice()))
            .unzip();
        let mut results: Vec<Vec<Run>> = vec![Vec::new(); names.len()];
        let mut baseline = 0.0;
        for seed in SEEDS {
            let sample = Sample::draw(task, [seed; 32], 0..task.spec().items);
            baseline += number(sample.baseline_loss());
            for (results, evaluation) in results.iter_mut().zip(evaluator.evaluate_all(&sample, &modules, &|| ())?) {
                let evaluation = evaluation?;
                results.push((evaluation.outcome.clone(), saved(&sample, &evaluation), evaluation.fuel));
            }
        }
        print(task, baseline / SEEDS.len() as f64, &names, &mut results);
    }
    Ok(())
}

/// Names and bytes of the modules, by name.
fn read(artifacts: &Path) -> Result<Vec<Module>, Box<dyn Error>> {
    let mut models = Vec::new();
    for entry in fs::read_dir(artifacts)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("wasm")) {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            models.push((name, fs::read(path)?));
        }
    }
    models.sort();
    Ok(models)
}

fn number(bits: Bits) -> f64 {
    bits.q32() as f64 / UNIT
}

/// Bits saved per prediction.
fn saved(sample: &Sample, evaluation: &Evaluation) -> f64 {
    evaluation.mean_loss().map_or(0.0, |loss| number(sample.baseline_loss()) - number(loss))
}

fn print(task: &dyn Task, baseline: f64, names: &[&str], results: &mut [Vec<Run>]) {
    let spec = task.spec();
    println!(
        "{}, {} items, {} seeds: bits saved per prediction of the baseline's {:.3}, fuel of {}",
        spec.id,
        spec.items,
        SEEDS.len(),
        baseline,
        spec.fuel.total
    );
    for (name, results) in names.iter().zip(results) {
        results.sort_by(|left, right| left.1.total_cmp(&right.1));
        let [(outcome, least, _), .., (_, most, _)] = results.as_slice() else {
            continue;
        };
        let median = results[results.len() / 2].1;
        let fuel = results.iter().map(|(_, _, fuel)| fuel).max().copied().unwrap_or(0);
        println!("{name:26} {least:7.3} {median:7.3} {most:7.3} {fuel:12}  {outcome}");
    }
}
