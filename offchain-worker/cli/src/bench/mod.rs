//! `yarrow bench`: what the sandbox costs on this machine, as ratios of times taken in the same run, so that the figures
//! of two machines can be compared. docs/bench.md says what each is and why it has its target.

mod kernels;
mod rounds;

use std::io::Write;

use chain::Artifacts;
use comfy_table::{Table, presets};
use serde::Serialize;
use serde_json::json;

use crate::{error::CliError, output::Output};

/// Options of `yarrow bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How often each time is taken, that of a kernel twenty times as often; the least counts
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    repeat: u32,
    /// Models in the measured round
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(4..=4_096))]
    models: u32,
}

/// Which side of its target a figure must be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    AtMost,
    AtLeast,
}

/// A measured figure and what it must be.
#[derive(Debug, Serialize)]
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    side: Side,
    target: f64,
    met: bool,
}

impl Figure {
    fn new(name: &'static str, value: f64, unit: &'static str, side: Side, target: f64) -> Self {
        let met = match side {
            Side::AtMost => value <= target,
            Side::AtLeast => value >= target,
        };
        Self { name, value, unit, side, target, met }
    }

    fn at_most(name: &'static str, value: f64, unit: &'static str, target: f64) -> Self {
        Self::new(name, value, unit, Side::AtMost, target)
    }

    fn at_least(name: &'static str, value: f64, unit: &'static str, target: f64) -> Self {
        Self::new(name, value, unit, Side::AtLeast, target)
    }
}

/// Measures everything and writes the figures.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let artifacts = Artifacts::find(None)?;
    // The round first: the memory at its peak is this process's, and the other measurements take some.
    let mut figures = rounds::measure(&artifacts, args.models)?;
    figures.extend(rounds::measure_runners(&artifacts, args.repeat)?);
    figures.extend(kernels::measure(&artifacts, args.repeat)?);
    output.report(&json!({ "figures": figures }))?;
    write_table(&figures, output)
}

fn write_table(figures: &[Figure], output: &mut impl Write) -> Result<(), CliError> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["", "figure", "target", "met"]);
    for Figure { name, value, unit, side, target, met } in figures {
        let side = if *side == Side::AtMost { "at most" } else { "at least" };
        let met = if *met { "yes" } else { "no" };
        table.add_row([*name, &format!("{value:.2} {unit}"), &format!("{side} {target} {unit}"), met]);
    }
    writeln!(output, "{}", table.trim_fmt())?;
    Ok(())
}
