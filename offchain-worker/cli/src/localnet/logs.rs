//! `yarrow localnet logs`: what a process says.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    time::Duration,
};

use serde_json::json;

use super::{LocalnetError, Place};
use crate::{error::CliError, output::Output, signals::Signals};

/// How often is looked for more.
const LOOK: Duration = Duration::from_millis(200);
/// Bytes at the end of a log that are looked at.
const TAIL: u64 = 1 << 20;

/// Options of `yarrow localnet logs`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The process: node, heartbeat, or the name of a neuron
    name: String,
    /// How many of the last lines to show
    #[arg(short = 'n', long, default_value_t = 50)]
    lines: usize,
    /// Go on showing what is said until ^C
    #[arg(short, long)]
    follow: bool,
}

/// Writes the end of a log.
pub(super) fn run(place: &Place, args: &Args, output: &mut Output) -> Result<(), CliError> {
    let processes = place.processes()?;
    if processes.find(&args.name).is_none() {
        let known: Vec<String> = processes.iter().map(|process| process.name.clone()).collect();
        if known.is_empty() {
            return Err(LocalnetError::Nowhere(place.path().to_owned()).into());
        }
        return Err(LocalnetError::NoSuchProcess { name: args.name.clone(), known }.into());
    }
    let path = place.log(&args.name);
    let (text, mut end) = tail(&path, args.lines)?;
    output.report(
        &json!({ "name": args.name, "log": path.display().to_string(), "lines": text.lines().collect::<Vec<_>>() }),
    )?;
    write!(output, "{text}")?;
    output.flush()?;
    if !args.follow || output.is_json() {
        return Ok(());
    }
    let stop = Signals::listen()?;
    while !stop.wait(Some(LOOK))? {
        let mut file = File::open(&path)?;
        // It begins anew when its process was started anew.
        end = end.min(file.metadata()?.len());
        file.seek(SeekFrom::Start(end))?;
        end += io::copy(&mut file, output)?;
        output.flush()?;
    }
    Ok(())
}

/// The last lines of a log, and where it ends.
pub(super) fn tail(path: &Path, lines: usize) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let first = text.lines().count().saturating_sub(lines);
    let last: String = text.lines().skip(first).flat_map(|line| [line, "\n"]).collect();
    Ok((last, length))
}
