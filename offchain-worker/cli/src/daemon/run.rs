//! `yarrow worker run`.

use std::{
    fs::DirBuilder,
    io::{self, Write as _},
    net::SocketAddr,
    os::unix::fs::DirBuilderExt as _,
    path::Path,
    sync::Arc,
    thread,
};

use serde_json::json;
use tracing::warn;
use worker::daemon::{self, LogFormat, Settings, Stop};

use super::{DaemonError, parts};
use crate::{error::CliError, output::Output, signals::Signals};

/// Runs the worker until a signal ends it.
pub(super) fn run(settings: &Settings, output: &mut Output) -> Result<(), CliError> {
    keys::forbid_dumps()?;
    let signals = Signals::listen()?;
    log(settings.log);
    data_folder(&settings.data)?;
    let hotkey = parts::hotkey(&settings.key)?;
    let parts = parts::parts(settings, hotkey)?;
    for weakness in parts.evaluator.weaknesses() {
        warn!(%weakness, "models run less confined than they could on this host");
    }
    let stop = Arc::new(Stop::default());
    let signalled = Arc::clone(&stop);
    thread::Builder::new().name("signals".into()).spawn(move || {
        // Without signals the process ends as the operating system ends it, which the journal survives.
        while !matches!(signals.wait(None), Ok(true) | Err(_)) {}
        signalled.stop();
    })?;
    let hotkey = chain::ss58(&parts.hotkey.account());
    let ready = |address: SocketAddr| {
        let netuids: Vec<u16> = settings.subnets.iter().map(|subnet| subnet.netuid().get()).collect();
        // A worker does not end because nobody reads what it says.
        let _ = writeln!(output, "validating as {hotkey}, health and metrics at {address}")
            .and_then(|()| {
                output.report(&json!({ "hotkey": hotkey, "netuids": netuids, "listen": address.to_string() }))
            })
            .and_then(|()| output.publish());
    };
    Ok(daemon::run(parts, settings, &stop, ready).map_err(DaemonError::from)?)
}

/// Its journals hold what decides a validator's draws: nobody else may read them.
pub(super) fn data_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn log(format: LogFormat) {
    let subscriber = tracing_subscriber::fmt().with_writer(io::stderr).with_target(false);
    match format {
        LogFormat::Json => subscriber.json().flatten_event(true).with_span_list(false).init(),
        LogFormat::Text => subscriber.init(),
    }
}
