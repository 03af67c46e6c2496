//! `yarrow localnet up`, `down` and `reset`.

use std::{
    fs,
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

use chain::local_node::{self, LocalNode};
use serde_json::json;

use super::{
    LocalnetError, Place,
    config::{Config, HEARTBEAT, NODE},
    http::is_well,
    logs, neurons,
    neurons::Role,
    process::{Process, Processes},
    scaffold::Scaffold,
    status,
};
use crate::{error::CliError, output::Output, signals::Signals};

/// How often is looked whether the processes are ready.
const LOOK: Duration = Duration::from_millis(200);
/// Lines of a log that are shown of a process that ended.
const TAIL: usize = 8;

/// Brings everything up that is not, and waits until it is ready.
pub(super) fn run(place: &Place, config: &Config, output: &mut Output) -> Result<(), CliError> {
    fs::create_dir_all(place.path()).map_err(|source| place.failed(source))?;
    let signals = Signals::listen()?;
    let began = Instant::now();
    let mut processes = place.processes()?;
    say("starting the node")?;
    let url = start_node(place, config, &mut processes)?;
    say("deploying the contracts, registering neurons")?;
    let scaffold = Scaffold::build(place, config, &url)?;
    let manifest = &scaffold.manifest;
    let mut heartbeat = neurons::program()?;
    heartbeat.arg("localnet").arg("--dir").arg(place.path()).arg("heartbeat");
    processes.start(HEARTBEAT, None, &place.log(HEARTBEAT), &mut heartbeat)?;
    say("starting miners and validators")?;
    for neuron in neurons::all(manifest) {
        neuron.start(place, manifest, &mut processes)?;
    }
    await_ready(place, &processes, Duration::from_secs(config.chain.timeout), &signals)?;
    scaffold.start_subnets()?;
    status::write(place, output)?;
    output.report(&json!({ "manifest": place.manifest().display().to_string() }))?;
    let (seconds, manifest) = (began.elapsed().as_secs(), place.manifest());
    writeln!(output, "✅ Up after {seconds} s; use it with YARROW_NETWORK={}", manifest.display())?;
    Ok(())
}

/// The node's endpoint; it goes on with the chain that is there, on the port that it had.
fn start_node(place: &Place, config: &Config, processes: &mut Processes) -> Result<String, LocalnetError> {
    let known = processes.find(NODE).and_then(|process| process.port);
    let url = |port| format!("ws://127.0.0.1:{port}");
    if let Some(port) = known.filter(|_| processes.is_running(NODE)) {
        return Ok(url(port));
    }
    let program = local_node::find()?;
    let node = LocalNode::start(&program, place.path(), known.unwrap_or(config.chain.port))?;
    let port = node.port();
    let failed = |source| LocalnetError::Process { name: NODE.to_owned(), source };
    let gone = || failed(io::ErrorKind::NotFound.into());
    let pid = node.detach().ok_or_else(gone)?;
    processes.put(Process::of(NODE, pid, Some(port)).map_err(failed)?)?;
    Ok(url(port))
}

/// Waits until every miner and validator answers.
fn await_ready(place: &Place, processes: &Processes, patience: Duration, signals: &Signals) -> Result<(), CliError> {
    let end = Instant::now() + patience;
    loop {
        let neurons = processes.iter().filter(|process| ![NODE, HEARTBEAT].contains(&process.name.as_str()));
        let waiting: Vec<&Process> =
            neurons.filter(|process| !process.port.is_some_and(|port| is_well(port, "/healthz"))).collect();
        if let Some(ended) = waiting.iter().find(|process| !process.is_running()) {
            let (tail, _) = logs::tail(&place.log(&ended.name), TAIL)?;
            return Err(LocalnetError::Ended { name: ended.name.clone(), tail }.into());
        }
        if waiting.is_empty() {
            return Ok(());
        }
        if Instant::now() >= end {
            let names = waiting.iter().map(|process| process.name.clone()).collect();
            return Err(LocalnetError::NotReady { names, seconds: patience.as_secs() }.into());
        }
        if signals.wait(Some(LOOK))? {
            return Err(LocalnetError::Stopped.into());
        }
    }
}

/// Ends the processes: who uses others first.
pub(super) fn down(place: &Place, output: &mut Output) -> Result<(), CliError> {
    let processes = place.processes()?;
    if processes.iter().next().is_none() {
        return Err(LocalnetError::Nowhere(place.path().to_owned()).into());
    }
    let ended = end_all(place, &processes)?;
    output.report(&json!({ "ended": ended }))?;
    match ended.is_empty() {
        true => writeln!(output, "✅ Nothing was running")?,
        false => writeln!(output, "✅ Ended {}", ended.join(", "))?,
    }
    Ok(())
}

/// Ends everything that runs; its names.
fn end_all(place: &Place, processes: &Processes) -> Result<Vec<String>, CliError> {
    let signals = Signals::listen()?;
    let manifest = super::manifest::Manifest::find(&place.manifest())?;
    let neurons = manifest.as_ref().map(neurons::all).unwrap_or_default();
    let validators: Vec<&str> =
        neurons.iter().filter(|neuron| neuron.role == Role::Validator).map(neurons::Neuron::name).collect();
    let is_infrastructure = |name: &str| [NODE, HEARTBEAT].contains(&name);
    let names = || processes.iter().map(|process| process.name.as_str());
    let miners: Vec<&str> = names().filter(|name| !validators.contains(name) && !is_infrastructure(name)).collect();
    let running: Vec<String> =
        processes.iter().rev().filter(|process| process.is_running()).map(|process| process.name.clone()).collect();
    for group in [validators.as_slice(), &miners, &[HEARTBEAT], &[NODE]] {
        processes.end(group, &signals)?;
    }
    Ok(running)
}

/// Ends everything and removes the directory.
pub(super) fn reset(place: &Place, output: &mut Output) -> Result<(), CliError> {
    let processes = place.processes()?;
    // The mark of a directory that `up` or `scaffold` made: no other one is removed.
    if processes.iter().next().is_none() && super::manifest::Manifest::find(&place.manifest())?.is_none() {
        return Err(LocalnetError::Nowhere(place.path().to_owned()).into());
    }
    let ended = end_all(place, &processes)?;
    fs::remove_dir_all(place.path()).map_err(|source| place.failed(source))?;
    output.report(&json!({ "ended": ended, "removed": place.path().display().to_string() }))?;
    writeln!(output, "✅ Removed {}", place.path().display())?;
    Ok(())
}

/// Tells a person at a terminal what takes its time.
fn say(what: &str) -> io::Result<()> {
    let mut terminal = io::stderr();
    if terminal.is_terminal() { writeln!(terminal, "{what} …") } else { Ok(()) }
}
