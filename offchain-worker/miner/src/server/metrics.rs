//! What happened, for Prometheus.

use std::time::Duration;

use http::StatusCode;
use prometheus_client::{
    encoding::text,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

pub(super) struct Metrics {
    registry: Registry,
    responses: Family<[(&'static str, String); 1], Counter>,
    seconds: Histogram,
    active: Gauge,
    connections: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("yarrow_miner");
        let responses = Family::default();
        let seconds = Histogram::new(exponential_buckets(0.000_25, 4.0, 9));
        let (active, connections) = (Gauge::default(), Gauge::default());
        registry.register("responses", "Answers by status", responses.clone());
        registry.register("response_time_seconds", "Time from head to answer", seconds.clone());
        registry.register("active_tasks", "Predictions that are made now", active.clone());
        registry.register("connections", "Connections that are open", connections.clone());
        Self { registry, responses, seconds, active, connections }
    }
}

impl Metrics {
    pub(super) fn answered(&self, status: StatusCode, took: Duration) {
        self.responses.get_or_create(&[("status", status.as_str().to_owned())]).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// Counts a prediction until what it returns is dropped.
    pub(super) fn begin_prediction(&self) -> Counted {
        Counted::new(&self.active)
    }

    /// Counts a connection until what it returns is dropped.
    pub(super) fn begin_connection(&self) -> Counted {
        Counted::new(&self.connections)
    }

    /// All of it, as OpenMetrics.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}

/// One more in a gauge.
pub(super) struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
