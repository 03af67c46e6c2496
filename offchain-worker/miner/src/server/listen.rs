//! Connections: how many, of whom, and for how long.

use std::{
    collections::HashMap,
    net::{IpAddr, TcpListener},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net, time};

use super::{ServeError, Shared, guard::Peer, rates};

/// Largest head of a request, in bytes, and most headers in it.
const MAX_HEAD_BYTES: usize = 16 << 10;
const MAX_HEADERS: usize = 64;
/// Pause after a connection could not be taken, as when there are no file descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes connections for ever and answers them with `app`.
pub(super) async fn accept(
    listener: TcpListener,
    app: Router,
    shared: &Arc<Shared>,
    connections: &GracefulShutdown,
) -> Result<(), ServeError> {
    let listener = net::TcpListener::from_std(listener).map_err(ServeError::Start)?;
    let settings = &shared.settings;
    let places = Arc::new(Places {
        taken: Mutex::default(),
        per_address: settings.connections_per_address,
        in_all: settings.connections,
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(settings.head())
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(MAX_HEADERS);
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            time::sleep(PAUSE).await;
            continue;
        };
        let address = peer.ip();
        // Beyond the limits a connection is closed at once: there is nobody to tell politely.
        let Some(place) = places.take(address) else { continue };
        let service = TowerToHyperService::new(app.clone().layer(Extension(Peer(address))));
        let connection = connections.watch(http.serve_connection(TokioIo::new(stream), service));
        let (life, counted) = (settings.connection(), shared.metrics.begin_connection());
        tokio::spawn(async move {
            // Whether it ended well is the client's business.
            let _ = time::timeout(life, connection).await;
            drop((place, counted));
        });
    }
}

/// How many connections each address has open.
struct Places {
    taken: Mutex<Taken>,
    per_address: usize,
    in_all: usize,
}

#[derive(Default)]
struct Taken {
    by_address: HashMap<IpAddr, usize>,
    in_all: usize,
}

impl Places {
    /// A place for one more connection of `address`.
    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let network = rates::network(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.by_address.get(&network).copied().unwrap_or(0);
        if count >= self.per_address || taken.in_all >= self.in_all {
            return None;
        }
        taken.by_address.insert(network, count + 1);
        taken.in_all += 1;
        Some(Place { places: Arc::clone(self), network })
    }
}

/// Given back when dropped.
struct Place {
    places: Arc<Places>,
    network: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.in_all -= 1;
        match taken.by_address.get_mut(&self.network) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(taken.by_address.remove(&self.network)),
        }
    }
}
