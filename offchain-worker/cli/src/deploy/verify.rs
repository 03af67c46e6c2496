//! `yarrow verify`: a deployment against its record and the artifacts.

use std::{io::Write as _, path::PathBuf};

use chain::{Artifacts, Check};
use serde_json::json;

use super::{DeploymentError, RECORD, Record};
use crate::{connect, error::CliError, output::Output, table::Rows};

/// Options of `yarrow verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The record of the deployment
    #[arg(long, value_name = "FILE", env = "YARROW_DEPLOYMENT", default_value = RECORD)]
    deployment: PathBuf,
    /// The chain, rather than the nodes of the record: ws:// or wss:// URLs, separated by commas
    #[arg(long, value_name = "URL")]
    node: Option<String>,
    /// The artifacts to compare with, rather than those of this release
    #[arg(long, value_name = "FOLDER")]
    artifacts: Option<PathBuf>,
}

/// Compares everything, writes a row for each thing, and fails if one differs.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let kept = Record::read(&args.deployment)?;
    let record = kept.typed(&args.deployment)?;
    let artifacts =
        Artifacts::find(args.artifacts.as_deref()).map_err(chain::DeployError::from).map_err(DeploymentError::from)?;
    let chain = connect::chain(&args.node.clone().unwrap_or_else(|| kept.nodes.join(",")))?;
    let checks = chain::verify(&*chain, &artifacts, &record).map_err(DeploymentError::from)?;
    let failed: Vec<String> =
        checks.iter().filter(|check| check.outcome.is_err()).map(|check| check.subject.to_string()).collect();
    let report = checks.iter().map(|Check { subject, outcome }| {
        let found = outcome.as_ref().map_or_else(ToString::to_string, Clone::clone);
        json!({ "what": subject, "ok": outcome.is_ok(), "found": found })
    });
    output.report(&json!({ "checks": report.collect::<Vec<_>>() }))?;
    let mut rows = Rows::new(&["WHAT", "", "FOUND"], &[0, 1, 2]);
    for Check { subject, outcome } in &checks {
        let (status, found) = match outcome {
            Ok(found) => ("OK", found.clone()),
            Err(mismatch) => ("FAIL", mismatch.to_string()),
        };
        rows.push([subject.to_string(), status.to_owned(), found]);
    }
    writeln!(output, "{}", rows.finish())?;
    if failed.is_empty() { Ok(()) } else { Err(DeploymentError::Integrity(failed).into()) }
}
