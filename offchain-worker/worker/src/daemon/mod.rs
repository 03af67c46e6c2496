//! The validator as a daemon: a loop per subnet, health and metrics over HTTP, and a watchdog that ends a wedged process.

mod health;
mod http;
mod observed;
mod settings;
mod stop;
mod subnet;

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    process,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use chain::{Chain, Contracts, Signer};
use evaluator::Evaluator;
use thiserror::Error;
use tracing::{error, info, warn};
use transport::live::LiveClient;

pub use health::{Freshness, Health, Readiness};
pub use settings::{KeySettings, LogFormat, Settings, SettingsError, SubnetSettings};
pub use stop::Stop;

use crate::{
    Journal, JournalError, ModelSource, RedbStorage, Secret, Validator,
    daemon::{
        observed::Observed,
        subnet::{Shared, Subnet},
    },
    metrics::Metrics,
};

/// How often the watchdog looks.
const WATCH: Duration = Duration::from_secs(1);
/// How long loops may take to come to an end before the process does without: everything that matters is on disk.
const GRACE: Duration = Duration::from_secs(20);

/// What the daemon works with.
pub struct Parts {
    /// The chain.
    pub chain: Arc<dyn Chain>,
    /// The protocol's contracts on it.
    pub contracts: Contracts,
    /// The sandbox in which models are evaluated.
    pub evaluator: Evaluator,
    /// Where models are fetched from.
    pub models: Box<dyn ModelSource + Send>,
    /// What asks live miners.
    pub live: LiveClient,
    /// The validator's key.
    pub hotkey: Signer,
}

/// Why the daemon does not start.
#[derive(Debug, Error)]
pub enum DaemonError {
    /// The settings are impossible.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A journal cannot be used.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The address for health and metrics cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The operating system refused something.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Runs until `stop`. Calls `ready` with the address of health and metrics once the loops run.
///
/// # Errors
/// [`DaemonError`] if it cannot start; later errors are logged, counted, and tried again.
pub fn run(
    parts: Parts,
    settings: &Settings,
    stop: &Arc<Stop>,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), DaemonError> {
    settings.check()?;
    let netuids = settings.subnets.iter().map(SubnetSettings::netuid);
    let health = Arc::new(Health::new(netuids, settings.stall()));
    let metrics = Arc::new(Metrics::default());
    let Parts { chain, contracts, evaluator, models, live, hotkey } = parts;
    let shared = Arc::new(Shared {
        contracts,
        evaluator,
        models,
        live,
        hotkey,
        health: Arc::clone(&health),
        metrics: Arc::clone(&metrics),
        stop: Arc::clone(stop),
    });
    let mut subnets = Vec::new();
    for (position, subnet) in settings.subnets.iter().enumerate() {
        let chain = Observed { chain: Arc::clone(&chain), metrics: Arc::clone(&metrics), netuid: subnet.netuid() };
        subnets.push(Subnet {
            settings: subnet.clone(),
            validator: validator(settings, subnet, &shared.hotkey)?,
            shared: Arc::clone(&shared),
            chain: Arc::new(chain),
            keeps_root: position == 0,
            settle_from: None,
            jobs: BTreeMap::new(),
        });
    }
    let listen = |source| DaemonError::Listen { address: settings.listen, source };
    let address = http::serve(settings.listen, Arc::clone(&health), metrics).map_err(listen)?;
    let (running, ended) = mpsc::channel::<()>();
    let mut loops = Vec::new();
    for subnet in subnets {
        let name = format!("subnet {}", subnet.settings.netuid());
        let running = running.clone();
        let run = move || {
            subnet.run();
            drop(running);
        };
        loops.push(thread::Builder::new().name(name).spawn(run)?);
    }
    info!(%address, hotkey = chain::ss58(&shared.hotkey.account()), "running");
    ready(address);
    drop(running);
    watch(&health, stop, &loops);
    wait_for(&ended);
    info!("stopped");
    Ok(())
}

/// The validator of a subnet, with its journal.
fn validator(settings: &Settings, subnet: &SubnetSettings, hotkey: &Signer) -> Result<Validator, DaemonError> {
    let folder = settings.data.join(format!("subnet-{}", subnet.netuid()));
    let (storage, repairs) = RedbStorage::open(&folder).map_err(JournalError::from)?;
    repairs.iter().for_each(|repair| warn!(%repair, "the journal was repaired"));
    let first = Secret::random()?;
    let journal = Journal::open(Box::new(storage), || first)?;
    Ok(Validator::new(hotkey.clone(), journal)
        .with_min_coverage_percent(subnet.min_coverage_percent())
        .with_evidence(folder.join("evidence")))
}

/// Watches the loops until the daemon is to stop. A wedged or dead loop ends the process hard: unwinding would wait for what
/// is wedged, and a supervisor starts it again from its journal.
fn watch(health: &Health, stop: &Stop, loops: &[thread::JoinHandle<()>]) {
    while !stop.wait(WATCH) {
        let wedged = health.wedged();
        if !wedged.is_empty() || loops.iter().any(thread::JoinHandle::is_finished) {
            let netuids: Vec<u16> = wedged.iter().map(|netuid| netuid.get()).collect();
            error!(?netuids, "a loop is wedged or dead: the process ends itself");
            process::abort();
        }
    }
}

fn wait_for(ended: &Receiver<()>) {
    // Nothing is ever sent: each loop drops its end when it is over.
    if matches!(ended.recv_timeout(GRACE), Err(RecvTimeoutError::Timeout)) {
        warn!("a round is under way; the next start goes on from the journal");
    }
}
