//! `yarrow eval`: for miners at home, one model in the validators' sandbox and by their score.

use std::{fs, io::Write, path::PathBuf, time::Instant};

use comfy_table::{Table, presets};
use evaluator::{Bits, Candidate, Evaluation, Outcome, Sample, Scored, score, tasks};
use serde::Serialize;
use worker::WorkerError;

use crate::{error::CliError, format::grouped, output::Output, sandboxed_evaluator};

/// Options of `yarrow eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The model, a Wasm module of ABI v1 (docs/model-abi.md)
    #[arg(value_name = "MODEL.wasm")]
    model: PathBuf,
    /// The task that it is made for
    #[arg(long, value_name = "TASK")]
    task: String,
    /// How many items; as many as in a round if not given, and with more the fuel of a round must do for all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    items: Option<u32>,
    /// Which items: the same seed gives the same
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    seed: u64,
}

/// What a model did. Amounts of bits are per prediction, and absent unless the model finished.
#[derive(Debug, Serialize)]
struct Report {
    task: &'static str,
    items: u32,
    seed: u64,
    outcome: &'static str,
    /// The outcome with what it says beyond its name.
    detail: String,
    bits_per_item: Option<f64>,
    baseline_bits: f64,
    bits_saved: Option<f64>,
    /// Lower bound of the true bits saved, at 95 % confidence.
    lower_bound: Option<f64>,
    /// Whether that is enough to be paid where nobody else has a model.
    better_than_baseline: bool,
    fuel: u64,
    peak_memory: u64,
    items_per_second: Option<f64>,
    module_hash: String,
}

/// Evaluates the model and writes how it did.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let task = tasks::find(&args.task)?;
    let module = fs::read(&args.model).map_err(|source| CliError::Model { path: args.model.clone(), source })?;
    let items = args.items.unwrap_or(task.spec().items);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&args.seed.to_le_bytes());
    let sample = Sample::draw(task, seed, 0..items);
    let evaluator = sandboxed_evaluator()?;

    let begun = Instant::now();
    let mut results = evaluator.evaluate_all(&sample, &[&module], &|| ()).map_err(WorkerError::from)?;
    let seconds = begun.elapsed().as_secs_f64();
    // One model, one result.
    let evaluation = results.remove(0).map_err(CliError::Inconclusive)?;
    let candidate = Candidate { hotkey: [0; 32], committed_at: 0, evaluation: &evaluation };
    let scored = score(&sample, &[candidate], 0).map_err(WorkerError::from)?.remove(0);
    let report = report(args.seed, &sample, &evaluation, &scored, seconds);
    output.report(&report)?;
    write_table(&report, output)
}

fn report(seed: u64, sample: &Sample, evaluation: &Evaluation, scored: &Scored, seconds: f64) -> Report {
    let items = sample.range().len() as u32;
    Report {
        task: sample.task().spec().id,
        items,
        seed,
        outcome: evaluation.outcome.name(),
        detail: evaluation.outcome.to_string(),
        bits_per_item: evaluation.mean_loss().map(number),
        baseline_bits: number(sample.baseline_loss()),
        bits_saved: scored.bits_saved.map(number),
        lower_bound: scored.lower_bound.map(number),
        better_than_baseline: scored.zero.is_none(),
        fuel: evaluation.fuel,
        peak_memory: evaluation.peak_memory,
        items_per_second: (evaluation.outcome == Outcome::Ok).then(|| f64::from(items) / seconds),
        module_hash: evaluation.module.to_string(),
    }
}

/// Bits as JSON has them; scores are never computed from floating-point numbers.
fn number(bits: Bits) -> f64 {
    bits.q32() as f64 / 4_294_967_296.0
}

fn write_table(report: &Report, output: &mut impl Write) -> Result<(), CliError> {
    let bits = |amount: Option<f64>| amount.map_or_else(|| "-".to_owned(), |bits| format!("{bits:.6}"));
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    let mut row = |name: &str, value: String| {
        table.add_row([name, &value]);
    };
    row("task", format!("{}, {} items of seed {}", report.task, grouped(report.items.into()), report.seed));
    row("outcome", report.detail.clone());
    row("bits per prediction", bits(report.bits_per_item));
    row("bits of the baseline", bits(Some(report.baseline_bits)));
    row("bits saved", bits(report.bits_saved));
    row("surely saved (95 %)", bits(report.lower_bound));
    row("fuel", grouped(report.fuel));
    row("peak memory", format!("{} KiB", grouped(report.peak_memory / 1024)));
    row("items per second", report.items_per_second.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}")));
    writeln!(output, "{}\n module {}", table.trim_fmt(), report.module_hash)?;
    let verdict = if report.better_than_baseline {
        "It would be paid, unless earlier models say the same."
    } else {
        "It would be paid nothing."
    };
    writeln!(output, " {verdict}")?;
    Ok(())
}
