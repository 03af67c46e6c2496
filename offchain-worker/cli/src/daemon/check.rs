//! `yarrow config check`: everything that could keep a worker from starting or from earning, one row each.

use std::path::Path;

use chain::{Chain, ChainExt, Contracts, Signer};
use evaluator::tasks;
use primitives::{Netuid, Registry as _, Settlement as _};
use worker::daemon::Settings;

use super::{DaemonError, parts, run::data_folder};
use crate::{checks::Rows, connect::connect, error::CliError, output::Output, toml_file};

/// Checks a configuration and writes a row for each thing; fails if one does.
pub(super) fn run(path: &Path, output: &mut Output) -> Result<(), CliError> {
    let settings: Settings = toml_file::read(path).map_err(DaemonError::from)?;
    let mut rows = Rows::default();
    rows.add("settings", settings.check().map(|()| path.display().to_string()).map_err(DaemonError::from));
    look(&settings, &mut rows);
    rows.finish(output)
}

fn look(settings: &Settings, rows: &mut Rows) {
    let data = data_folder(&settings.data).and_then(|()| tempfile_in(&settings.data));
    rows.add("data folder", data.map(|()| settings.data.display().to_string()));
    let hotkey = parts::hotkey(&settings.key);
    let account = hotkey.as_ref().ok().map(Signer::account);
    rows.add("hotkey", hotkey.map(|signer| chain::ss58(&signer.account())));
    match connect(&settings.chain) {
        Err(error) => rows.error("chain", error),
        Ok((chain, contracts)) => {
            rows.ok("chain", settings.chain.clone());
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
        Ok(None) => return rows.fail(&name, "there is no such subnet", "check the netuid"),
        Err(error) => return rows.error(&name, error),
    };
    let task = String::from_utf8_lossy(&identity.task).into_owned();
    rows.add(&format!("{name}: task"), tasks::find(&task).map(|_| task.clone()));
    let Some(hotkey) = hotkey else { return };
    let seat = format!("{name}: seat");
    match chain.view(contracts.registry().uid(netuid, hotkey)) {
        Ok(Some(uid)) => rows.ok(&seat, format!("uid {uid}")),
        Ok(None) => rows.warn(&seat, "not registered", "the worker waits until the hotkey is"),
        Err(error) => rows.error(&seat, error),
    }
    if let Ok(schedule) = chain.view(contracts.settlement().schedule(netuid, hotkey)) {
        let blocks = schedule.next_epoch.since(schedule.now);
        let found = format!("epoch {}, the next in {blocks} protocol blocks", schedule.epoch);
        rows.ok(&format!("{name}: schedule"), found);
    }
}
