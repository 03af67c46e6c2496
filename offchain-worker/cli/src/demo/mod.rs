//! `yarrow demo`: the whole market in one process, from real models to TAO in a wallet.
//!
//! [`cast`] says who takes part, [`stage`] deploys and lets them in, [`play`] runs the epochs, [`checks`] holds
//! the invariants against what happened, [`report`] is the result and [`view`] draws it.

mod cast;
mod checks;
mod play;
mod report;
mod stage;
mod view;

use std::time::Instant;

use chain::Artifacts;
use clap::builder::RangedU64ValueParser;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{error::CliError, output::Output};

/// Fewest epochs of a demo. Permits come with the first, TAO with the second, and what a nominator stakes then
/// earns in the third.
const MIN_EPOCHS: u64 = 3;
/// Most epochs of a demo.
const MAX_EPOCHS: u64 = 1_000;

/// Options of `yarrow demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many epochs to run
    #[arg(long, default_value_t = 6, value_parser = RangedU64ValueParser::<u64>::new().range(MIN_EPOCHS..=MAX_EPOCHS))]
    epochs: u64,
    /// Decides all keys, secrets and items; the same seed gives the same numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the demo and writes its report.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let started = Instant::now();
    let artifacts = Artifacts::find(None)?;
    let bar = progress(args.epochs);
    let stage = stage::Stage::open(&artifacts, args.seed, &bar)?;
    let ending = play::play(&stage, args.epochs, &bar)?;
    bar.finish_and_clear();
    let mut report = report::Report::gather(&stage, &ending, args.seed)?;
    report.wall_ms = started.elapsed().as_millis();
    output.report(&report)?;
    view::write(&report, output)?;
    let broken: Vec<_> = report.invariants.iter().filter(|(_, holds)| !**holds).map(|(name, _)| *name).collect();
    if broken.is_empty() { Ok(()) } else { Err(CliError::InvariantsBroken(broken)) }
}

/// The progress bar, drawn on standard error if that is a terminal.
fn progress(epochs: u64) -> ProgressBar {
    let bar = ProgressBar::new(stage::steps() + play::steps(epochs));
    let style = ProgressStyle::with_template("{elapsed:>4} [{bar:30}] {percent:>3}% {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "))
}
