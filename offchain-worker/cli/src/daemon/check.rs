//! `yarrow config check`: everything that could keep a worker from starting or from earning, one row each.

use std::{io::Write as _, path::Path};

use chain::{Chain, ChainExt, Contracts, Signer};
use comfy_table::{ContentArrangement, Table, presets};
use evaluator::tasks;
use primitives::{Netuid, Registry as _, Settlement as _};
use serde::Serialize;
use worker::daemon::Settings;

use super::{DaemonError, parts, run::data_folder};
use crate::{connect::connect, error::CliError, output::Output, toml_file};

/// How a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Ok,
    Warn,
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Row {
    what: String,
    status: Status,
    /// What was found, or what is wrong and what to do.
    found: String,
}

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Row>,
}

/// Checks a configuration and writes a row for each thing; fails if one does.
pub(super) fn run(path: &Path, output: &mut Output) -> Result<(), CliError> {
    let settings: Settings = toml_file::read(path).map_err(DaemonError::from)?;
    let mut rows = Rows::default();
    rows.add("settings", settings.check().map(|()| path.display().to_string()));
    look(&settings, &mut rows);
    let report = Report { ok: rows.0.iter().all(|row| row.status != Status::Fail), checks: rows.0 };
    output.report(&report)?;
    writeln!(output, "{}", table(&report.checks))?;
    match report.checks.iter().filter(|row| row.status == Status::Fail).count() {
        0 => Ok(()),
        failed => Err(CliError::ChecksFailed(failed)),
    }
}

fn look(settings: &Settings, rows: &mut Rows) {
    let data = data_folder(&settings.data).and_then(|()| tempfile_in(&settings.data));
    rows.add("data folder", data.map(|()| settings.data.display().to_string()));
    let hotkey = parts::hotkey(&settings.key);
    let account = hotkey.as_ref().ok().map(Signer::account);
    rows.add("hotkey", hotkey.map(|signer| chain::ss58(&signer.account())));
    match connect(&settings.chain) {
        Err(error) => rows.add("chain", Err::<String, _>(error)),
        Ok((chain, contracts)) => {
            rows.add("chain", Ok::<_, CliError>(settings.chain.clone()));
            for subnet in &settings.subnets {
                subnet_rows(&*chain, &contracts, subnet.netuid(), account, rows);
            }
        }
    }
}

/// Whether a file can be written there.
fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(".yarrow-check");
    std::fs::write(&path, b"")?;
    std::fs::remove_file(path)
}

fn subnet_rows(
    chain: &dyn Chain,
    contracts: &Contracts,
    netuid: Netuid,
    hotkey: Option<primitives::AccountId>,
    rows: &mut Rows,
) {
    let name = format!("subnet {netuid}");
    let identity = match chain.view(contracts.registry().identity(netuid)) {
        Ok(Some(identity)) => identity,
        Ok(None) => return rows.push(name, Status::Fail, "there is no such subnet; check the netuid".into()),
        Err(error) => return rows.add(&name, Err::<String, _>(error)),
    };
    let task = String::from_utf8_lossy(&identity.task).into_owned();
    rows.add(&format!("{name}: task"), tasks::find(&task).map(|_| task.clone()));
    let Some(hotkey) = hotkey else { return };
    let seat = format!("{name}: seat");
    match chain.view(contracts.registry().uid(netuid, hotkey)) {
        Ok(Some(uid)) => rows.push(seat, Status::Ok, format!("uid {uid}")),
        Ok(None) => rows.push(seat, Status::Warn, "not registered: the worker waits until the hotkey is".into()),
        Err(error) => rows.add(&seat, Err::<String, _>(error)),
    }
    if let Ok(schedule) = chain.view(contracts.settlement().schedule(netuid, hotkey)) {
        let blocks = schedule.next_epoch.since(schedule.now);
        let found = format!("epoch {}, the next in {blocks} protocol blocks", schedule.epoch);
        rows.push(format!("{name}: schedule"), Status::Ok, found);
    }
}

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add<E: std::fmt::Display>(&mut self, what: &str, found: Result<String, E>) {
        match found {
            Ok(found) => self.push(what.to_owned(), Status::Ok, found),
            Err(error) => self.push(what.to_owned(), Status::Fail, error.to_string()),
        }
    }

    fn push(&mut self, what: String, status: Status, found: String) {
        self.0.push(Row { what, status, found });
    }
}

fn table(rows: &[Row]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["CHECK", "", "FOUND"]);
    for Row { what, status, found } in rows {
        let status = match status {
            Status::Ok => "OK",
            Status::Warn => "WARN",
            Status::Fail => "FAIL",
        };
        table.add_row([what, status, found]);
    }
    table
}
