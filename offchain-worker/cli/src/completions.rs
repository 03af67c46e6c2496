//! `yarrow completions`: what a shell must know to complete commands, options and their values.

use std::io::Write;

use clap_complete::Shell;
use serde::Serialize;

use crate::{error::CliError, output::Output};

/// Options of `yarrow completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

#[derive(Serialize)]
struct Report {
    shell: String,
    script: String,
}

/// Writes the script.
pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(), "yarrow", &mut script);
    output.write_all(&script)?;
    let script = String::from_utf8_lossy(&script).into_owned();
    Ok(output.report(&Report { shell: args.shell.to_string(), script })?)
}
