//! `yarrow simulate`: replays a subnet's epochs from files, natively or through the contracts, compares them with what the
//! files expect, and draws them.

mod view;

use std::{fs, path::PathBuf};

use chain::Artifacts;
use simulator::{Case, CaseReport, Difference, Plot, Report, SimulateError};
use thiserror::Error;

use crate::{error::CliError, output::Output};

/// Options of `yarrow simulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Conformance cases in JSON, or designs of subnets in TOML (both described in docs/simulate.md)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What runs the epochs
    #[arg(long, value_enum, default_value_t = Engine::Native)]
    engine: Engine,
    /// Run only the case of this name
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// Draw dividends and bonds over the epochs of the one case that is run
    #[arg(long, value_name = "OUT.SVG")]
    plot: Option<PathBuf>,
    /// Miners whose bonds are drawn, by uid, at most 4; those with most incentive if not given
    #[arg(long, requires = "plot", value_name = "UID", value_delimiter = ',')]
    miners: Vec<u16>,
}

/// What runs the epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// The code that the contracts are built from, on its own
    Native,
    /// The contracts on an embedded chain, by messages alone; cases that messages cannot replay are listed
    Contract,
}

/// Replays the cases and writes what they gave.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let mut cases = Vec::new();
    for file in &args.files {
        cases.extend(simulator::read(file)?);
    }
    if let Some(name) = &args.case {
        cases = only(cases, name)?;
    }
    if args.plot.is_some() && cases.len() != 1 {
        return Err(SimulateError::NotOneCase(cases.len()).into());
    }
    let report = Report {
        cases: match args.engine {
            Engine::Native => simulator::simulate(cases)?,
            Engine::Contract => simulator::simulate_by_contract(&cases, &Artifacts::find(None)?)?,
        },
    };
    if let (Some(path), [case]) = (&args.plot, &report.cases[..]) {
        let svg = simulator::draw(case, &Plot::of(case, &args.miners)?)?;
        fs::write(path, svg).map_err(|source| SimulateError::Write { path: path.clone(), source })?;
    }
    output.report(&report)?;
    view::write(&report, output)?;
    if args.engine == Engine::Contract {
        view::write_engines(&report, output)?;
    }
    let differing: Vec<_> = report.cases.iter().flat_map(disagreements).collect();
    if differing.is_empty() { Ok(()) } else { Err(CliError::NotAsExpected(differing)) }
}

fn only(cases: Vec<Case>, name: &str) -> Result<Vec<Case>, SimulateError> {
    let found: Vec<_> = cases.into_iter().filter(|case| case.name == name).collect();
    if found.is_empty() { Err(SimulateError::UnknownCase(name.to_owned())) } else { Ok(found) }
}

/// The fields of a case that differ more than is tolerable, and where most.
fn disagreements(case: &CaseReport) -> impl Iterator<Item = Disagreement> {
    let name = || case.name.clone();
    let beyond = case.differences.values().filter(|difference| !difference.tolerable);
    let unlike = case.unlike_native.values();
    beyond
        .map(move |difference| Disagreement::Expected { case: name(), difference: difference.clone() })
        .chain(unlike.map(move |difference| Disagreement::Native { case: name(), difference: difference.clone() }))
}

/// A field of a case that is not as it must be.
#[derive(Debug, Error)]
pub(crate) enum Disagreement {
    /// Not as its file expects.
    #[error("{case}: {difference}")]
    Expected {
        /// The case.
        case: String,
        /// What differs.
        difference: Difference,
    },
    /// Not as the native engine has it on the same inputs.
    #[error("{case}: unlike the native engine on the same inputs, {difference}")]
    Native {
        /// The case.
        case: String,
        /// What differs.
        difference: Difference,
    },
}
