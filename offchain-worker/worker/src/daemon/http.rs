//! `/healthz`, `/readyz` and `/metrics`.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread,
};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tokio::runtime;

use super::health::Health;
use crate::metrics::Metrics;

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone)]
struct Shown {
    health: Arc<Health>,
    metrics: Arc<Metrics>,
}

/// Serves until the process ends; returns the address, which tells the port if that was 0.
///
/// # Errors
/// If the address cannot be listened on.
pub(super) fn serve(listen: SocketAddr, health: Arc<Health>, metrics: Arc<Metrics>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_text))
        .with_state(Shown { health, metrics });
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    thread::Builder::new().name("http".into()).spawn(move || {
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            axum::serve(listener, router).await
        })
    })?;
    Ok(address)
}

async fn healthz(State(shown): State<Shown>) -> impl IntoResponse {
    match shown.health.wedged().is_empty() {
        true => (StatusCode::OK, "ok\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "wedged\n"),
    }
}

async fn readyz(State(shown): State<Shown>) -> impl IntoResponse {
    let readiness = shown.health.readiness();
    let is_ready = readiness.iter().all(|subnet| subnet.ready);
    (if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(readiness))
}

async fn metrics_text(State(shown): State<Shown>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, OPENMETRICS)], shown.metrics.text())
}
