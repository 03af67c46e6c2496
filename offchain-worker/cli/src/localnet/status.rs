//! `yarrow localnet status`: what runs, and how the neurons do.

use std::{collections::BTreeMap, io::Write as _};

use chain::{Chain, ChainExt as _, Contracts, Snapshot, last_result};
use primitives::{Netuid, Rao, Staking as _, settlement::EpochResult};
use serde::Serialize;

use super::{
    LocalnetError, Place,
    config::{HEARTBEAT, NODE},
    manifest::Manifest,
    neurons::{self, Neuron},
    process::Processes,
};
use crate::{connect::connect, error::CliError, format, output::Output, table::Rows};

/// A process, and its neuron if it has one.
#[derive(Debug, Serialize)]
struct Row {
    name: String,
    /// node, heartbeat, miner, validator, or publisher: a miner without a process.
    kind: &'static str,
    /// running, down, or none.
    state: &'static str,
    pid: Option<i32>,
    port: Option<u16>,
    netuid: Option<u16>,
    uid: Option<u16>,
    /// As u16 fractions.
    incentive: Option<u16>,
    dividends: Option<u16>,
    stake_rao: Option<u64>,
}

/// All of it.
#[derive(Debug, Serialize)]
struct Status {
    /// The newest block; nothing if the node does not answer.
    block: Option<u32>,
    protocol_block: Option<u64>,
    endpoint: String,
    processes: Vec<Row>,
}

/// Writes the table; fails if a process is down.
pub(super) fn run(place: &Place, output: &mut Output) -> Result<(), CliError> {
    match write(place, output)? {
        0 => Ok(()),
        down => Err(CliError::ChecksFailed(down)),
    }
}

/// Writes the table; how many processes are down.
pub(super) fn write(place: &Place, output: &mut Output) -> Result<usize, CliError> {
    let nowhere = || LocalnetError::Nowhere(place.path().to_owned());
    let manifest = Manifest::find(&place.manifest())?.ok_or_else(nowhere)?;
    let processes = place.processes()?;
    let mut rows = vec![infrastructure(NODE, &processes), infrastructure(HEARTBEAT, &processes)];
    let chain = processes.is_running(NODE).then(|| connect(&place.manifest().display().to_string()).ok()).flatten();
    let page = chain.as_ref().map(|(chain, contracts)| Ok::<_, CliError>((chain.snapshot()?, *contracts)));
    let page = page.transpose()?;
    let mut results = BTreeMap::new();
    for neuron in neurons::all(&manifest) {
        if let Some((page, contracts)) = &page
            && !results.contains_key(&neuron.netuid)
        {
            results.insert(neuron.netuid, last_result(page, contracts, Netuid::new(neuron.netuid))?);
        }
        let result = results.get(&neuron.netuid).and_then(Option::as_ref);
        rows.push(row(&neuron, &processes, page.as_ref(), result)?);
    }
    let clock = page.as_ref().map(|(page, contracts)| {
        let clock = page.view(contracts.staking().clock())?;
        Ok::<_, CliError>(clock.block(page.block.timestamp_ms).get())
    });
    let status = Status {
        block: page.as_ref().map(|(page, _)| page.block.number),
        protocol_block: clock.transpose()?,
        endpoint: manifest.endpoint,
        processes: rows,
    };
    output.report(&status)?;
    show(&status, output)?;
    Ok(status.processes.iter().filter(|row| row.state == "down").count())
}

fn infrastructure(name: &'static str, processes: &Processes) -> Row {
    Row { kind: name, state: state(processes.is_running(name)), ..Row::of(name, processes) }
}

fn state(is_running: bool) -> &'static str {
    if is_running { "running" } else { "down" }
}

impl Row {
    /// What a name alone says.
    fn of(name: &str, processes: &Processes) -> Self {
        let process = processes.find(name);
        Self {
            name: name.to_owned(),
            kind: "",
            state: "none",
            pid: process.map(|process| process.pid),
            port: process.and_then(|process| process.port),
            netuid: None,
            uid: None,
            incentive: None,
            dividends: None,
            stake_rao: None,
        }
    }
}

fn row(
    neuron: &Neuron,
    processes: &Processes,
    page: Option<&(Snapshot<'_, dyn Chain>, Contracts)>,
    result: Option<&EpochResult>,
) -> Result<Row, CliError> {
    let uid = usize::from(neuron.settled.uid);
    let of = |column: fn(&EpochResult) -> &Vec<u16>| result.and_then(|result| column(result).get(uid).copied());
    let hotkey = chain::parse_ss58(&neuron.settled.hotkey.ss58).ok();
    let stake = page.zip(hotkey).map(|((page, contracts), hotkey)| {
        page.view(contracts.staking().total_stakes(vec![hotkey])).map(|stakes| stakes.first().copied())
    });
    let state = if neuron.role.runs() { state(processes.is_running(neuron.name())) } else { "none" };
    Ok(Row {
        kind: neuron.role.name(),
        state,
        netuid: Some(neuron.netuid),
        uid: Some(neuron.settled.uid),
        incentive: of(|result| &result.incentive),
        dividends: of(|result| &result.dividends),
        stake_rao: stake.transpose()?.flatten().map(Rao::get),
        ..Row::of(neuron.name(), processes)
    })
}

fn show(status: &Status, output: &mut Output) -> Result<(), CliError> {
    let dash = || "-".to_owned();
    let number = |number: Option<u64>| number.map_or_else(dash, |number| number.to_string());
    let fraction = |share: Option<u16>| share.map_or_else(dash, format::fraction);
    let header = ["NAME", "KIND", "STATE", "PID", "PORT", "NET", "UID", "STAKE τ", "INCENT", "DIVID"];
    let mut rows = Rows::new(&header, &[0, 1, 2]);
    for row in &status.processes {
        rows.push([
            row.name.clone(),
            row.kind.to_owned(),
            row.state.to_owned(),
            number(row.pid.and_then(|pid| u64::try_from(pid).ok())),
            number(row.port.map(u64::from)),
            number(row.netuid.map(u64::from)),
            number(row.uid.map(u64::from)),
            row.stake_rao.map_or_else(dash, |stake| format::tao_brief(Rao::new(stake))),
            fraction(row.incentive),
            fraction(row.dividends),
        ]);
    }
    writeln!(output, "{}", rows.finish())?;
    match (status.block, status.protocol_block) {
        (Some(block), Some(protocol)) => {
            let (block, protocol) = (format::grouped(block.into()), format::grouped(protocol));
            writeln!(output, "block {block}, protocol block {protocol}, node {}", status.endpoint)?;
        }
        _ => writeln!(output, "the node at {} does not answer", status.endpoint)?,
    }
    Ok(())
}
