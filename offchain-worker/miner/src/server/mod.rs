//! A miner's endpoint: predictions for validators, and the committed model.
//!
//! ```text
//! connection: limits in all and per address, a deadline for its head, its body and its life
//!   -> rate of the address -> claim (headers) -> caller allowed -> body, capped -> signature -> once -> rate of the key
//!     -> predict | blob
//! ```
//!
//! Cheap checks come first, and nothing that a stranger sends costs more than a look at its headers: a body is read only
//! for a fresh request that claims to be of a hotkey on the list. The rate of a key is counted after the signature,
//! because before it anybody could use up anybody's. Whatever is wrong with a request's authentication, the answer is
//! the same, byte for byte, so that a stranger learns nothing and gets no amplification.

mod backend;
mod callers;
mod guard;
mod listen;
mod metrics;
mod range;
mod rates;
mod refusal;
mod routes;
mod settings;
mod signals;

pub use backend::{Backend, BackendError, Sandboxed};
pub use callers::{Callers, PermitHolders};
pub use settings::ServerSettings;
pub use signals::interrupted;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use axum::{Router, body::Bytes, middleware, routing};
use chain::Signer;
use hyper_util::server::graceful::GracefulShutdown;
use primitives::{
    Netuid,
    model::{bound_hash, content_hash},
};
use thiserror::Error;
use tokio::{runtime, sync::Semaphore, time};
use transport::{btauth::Replays, clock, wire};

use metrics::Metrics;
use rates::Rates;

/// Requests of the last seconds that are remembered; all of them were signed by hotkeys on the list.
const REMEMBERED_REQUESTS: usize = 100_000;
/// Predictions that wait while as many as there are workers are made.
const WAITING_PER_WORKER: usize = 8;

/// What a miner serves.
pub struct Service {
    /// Its hotkey.
    pub hotkey: Signer,
    /// The subnet.
    pub netuid: Netuid,
    /// The subnet's task.
    pub task: String,
    /// The committed model, for validators to fetch; none if it is only asked live.
    pub model: Option<Vec<u8>>,
    /// What makes the predictions.
    pub backend: Arc<dyn Backend>,
    /// Who may ask.
    pub callers: Arc<dyn Callers>,
}

/// An endpoint cannot serve.
#[derive(Debug, Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another port or end what listens there")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The system gave no threads or no timers.
    #[error("cannot start: {0}")]
    Start(io::Error),
}

/// What all requests share.
struct Shared {
    service: Service,
    settings: ServerSettings,
    /// The committed model under the name that it is asked for by: its hash bound to the hotkey, in hex.
    model: Option<(String, Bytes)>,
    replays: Replays,
    rates: Rates,
    metrics: Metrics,
    /// Predictions that are made or wait.
    queue: Arc<Semaphore>,
    /// Predictions that are made.
    workers: Arc<Semaphore>,
}

/// An endpoint that listens and does not answer yet.
pub struct Server {
    shared: Arc<Shared>,
    public: TcpListener,
    operator: Option<TcpListener>,
}

impl Server {
    /// Listens, on the public address for everybody and, if there is one, on the operator's for metrics.
    ///
    /// # Errors
    /// [`ServeError::Listen`].
    pub fn bind(mut service: Service, settings: ServerSettings) -> Result<Self, ServeError> {
        let public = listener(settings.listen)?;
        let operator = settings.metrics.map(listener).transpose()?;
        let hotkey = service.hotkey.account();
        let named = |bytes: Vec<u8>| (hex::encode(bound_hash(&content_hash(&bytes), &hotkey)), bytes.into());
        let shared = Shared {
            model: service.model.take().map(named),
            replays: Replays::new(clock::unix_nanos(), REMEMBERED_REQUESTS),
            rates: Rates::new(&settings),
            metrics: Metrics::default(),
            queue: Arc::new(Semaphore::new(settings.workers * (1 + WAITING_PER_WORKER))),
            workers: Arc::new(Semaphore::new(settings.workers)),
            service,
            settings,
        };
        Ok(Self { shared: Arc::new(shared), public, operator })
    }

    /// The public address that it listens on.
    ///
    /// # Errors
    /// [`ServeError::Start`].
    pub fn address(&self) -> Result<SocketAddr, ServeError> {
        self.public.local_addr().map_err(ServeError::Start)
    }

    /// The operator's address that it listens on.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.operator.as_ref()?.local_addr().ok()
    }

    /// Answers until `stop` is ready, then ends what is under way, within [`ServerSettings::grace_ms`].
    ///
    /// # Errors
    /// [`ServeError::Start`].
    pub fn run(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let runtime =
            runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(ServeError::Start)?;
        let ended = runtime.block_on(self.answer(stop));
        // A prediction that hangs does not hold up the end.
        runtime.shutdown_background();
        ended
    }

    async fn answer(self, stop: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self { shared, public, operator } = self;
        let connections = GracefulShutdown::new();
        let open = listen::accept(public, routes(&shared), &shared, &connections);
        let closed = async {
            match operator {
                Some(listener) => listen::accept(listener, operator_routes(&shared), &shared, &connections).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            ended = open => ended?,
            ended = closed => ended?,
            () = stop => {}
        }
        // What is not done by then is cut off.
        let _ = time::timeout(shared.settings.grace(), connections.shutdown()).await;
        Ok(())
    }
}

/// What everybody can ask for.
fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route(wire::PREDICT, routing::post(routes::predict))
        .route(wire::INFO, routing::get(routes::info))
        .route(&format!("{}{{hash}}", wire::BLOB), routing::get(routes::blob))
        .route("/healthz", routing::get(routes::healthz))
        .fallback(routes::nothing)
        .method_not_allowed_fallback(routes::nothing)
        .layer(middleware::from_fn_with_state(Arc::clone(shared), guard::at_the_door))
        .with_state(Arc::clone(shared))
}

/// What the operator can ask for.
fn operator_routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/metrics", routing::get(routes::metrics))
        .route("/healthz", routing::get(routes::healthz))
        .with_state(Arc::clone(shared))
}

fn listener(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(|source| ServeError::Listen { address, source })
}
