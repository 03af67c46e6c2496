//! An endpoint that runs, with what a test wants to be different.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    thread::{self, JoinHandle},
};

use ::chain::Signer;
use evaluator::{Evaluator, RunnerConfig, tasks};
use miner::server::{Backend, BackendError, Callers, Sandboxed, Server, ServerSettings, Service};
use primitives::{AccountId, Netuid, axon::Axon};
use tokio::sync::oneshot;

pub(crate) fn signer(name: &str) -> Signer {
    Signer::from_uri(&format!("//{name}")).expect("a development key")
}

/// A backend that is a function of inputs.
pub(crate) struct Says<F>(pub(crate) F);

impl<F: Fn(&[Vec<u8>]) -> Vec<Vec<u16>> + Send + Sync> Backend for Says<F> {
    fn predict(&self, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u16>>, BackendError> {
        Ok((self.0)(inputs))
    }
}

/// Says the same of everything.
pub(crate) fn constant() -> Arc<dyn Backend> {
    Arc::new(Says(|inputs: &[Vec<u8>]| vec![vec![1; 4]; inputs.len()]))
}

/// An evaluator whose runner was built beside this test.
pub(crate) fn evaluator() -> Arc<Evaluator> {
    let mut folder = std::env::current_exe().expect("this test");
    folder.pop();
    folder.pop();
    let evaluator = Evaluator::new(RunnerConfig::new(folder.join("yarrow-sandbox")));
    // A run of all tests has built it; one of these alone may not have.
    Arc::new(
        evaluator.unwrap_or_else(|error| panic!("{error}; build it with `cargo build --release --workspace --bins`")),
    )
}

pub(crate) fn artifact(name: &str) -> Vec<u8> {
    let path = format!("{}/../../artifacts/models/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A reference miner of `tabular` in the sandbox.
pub(crate) fn sandboxed(name: &str) -> Arc<dyn Backend> {
    let task = tasks::find("tabular").expect("a built-in task");
    Arc::new(Sandboxed::new(evaluator(), task, artifact(name)))
}

/// Callers that do not change.
struct Only(BTreeSet<AccountId>);

impl Callers for Only {
    fn may_ask(&self, hotkey: &AccountId) -> bool {
        self.0.contains(hotkey)
    }
}

/// Bob's endpoint for `tabular`, which Alice may ask.
pub(crate) fn service(backend: Arc<dyn Backend>) -> Service {
    Service {
        hotkey: signer("Bob"),
        netuid: Netuid::new(1),
        task: "tabular".into(),
        model: None,
        backend,
        callers: Arc::new(Only([signer("Alice").account()].into())),
    }
}

/// Settings of a test: free ports, and no limit that it could reach by chance.
pub(crate) fn settings() -> ServerSettings {
    let most = 100_000.try_into().expect("not 0");
    ServerSettings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        metrics: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
        workers: 2,
        address_per_second: most,
        key_per_second: most,
        ..ServerSettings::default()
    }
}

/// An endpoint; stopped when dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub(crate) fn start(service: Service, settings: ServerSettings) -> Self {
        let server = Server::bind(service, settings).expect("free ports");
        let (address, metrics) = (server.address().expect("bound"), server.metrics_address().expect("bound"));
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let stopped = async {
                let _ = stopped.await;
            };
            server.run(stopped).expect("threads and timers");
        });
        Self { address, metrics, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn constant() -> Self {
        Self::start(service(constant()), settings())
    }

    pub(crate) fn axon(&self) -> Axon {
        miner::axon(self.address)
    }

    /// Tells it to stop, and does not wait.
    pub(crate) fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.stop.take().map(|stop| stop.send(()));
    }

    /// Waits until it has ended.
    pub(crate) fn wait(&mut self) {
        self.thread.take().expect("waited for once").join().expect("no panic");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            // A panic of the server has its own message.
            let _ = thread.join();
        }
    }
}
