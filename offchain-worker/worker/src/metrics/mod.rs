//! What the daemon has done and how it stands, for Prometheus.

pub mod names;

use std::{
    sync::atomic::AtomicU64,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use primitives::Netuid;
use prometheus_client::{
    encoding::text,
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Metric, Registry},
};

/// Labels with their values.
type Labels<const N: usize> = [(&'static str, String); N];
type Gauges<const N: usize> = Family<Labels<N>, Gauge<f64, AtomicU64>>;
type Counters<const N: usize> = Family<Labels<N>, Counter>;
type Histograms<const N: usize> = Family<Labels<N>, Histogram, fn() -> Histogram>;

/// The daemon's metrics.
pub struct Metrics {
    registry: Registry,
    main_loop_last_success: Gauges<1>,
    set_weights_last: Gauges<2>,
    validator_registered: Gauges<1>,
    validator_permit: Gauges<1>,
    vtrust: Gauges<1>,
    block_difference: Gauges<1>,
    metagraph_last_update: Gauges<1>,
    rounds: Counters<2>,
    round_duration: Histograms<2>,
    evaluations: Counters<2>,
    evaluation_fuel: Counters<1>,
    evaluation_cache_hits: Counters<1>,
    sandbox_kills: Counters<1>,
    engine_disagreements: Counters<1>,
    attempt_duration: Histograms<2>,
    job_duration: Histograms<2>,
    requests_sent: Counters<1>,
    responses: Counters<2>,
    response_time: Histograms<1>,
    active_tasks: Gauge,
    weight_updates: Counters<1>,
    commit_lag: Gauges<1>,
    reveal_lag: Gauges<1>,
    chain_errors: Counters<1>,
}

/// How a subnet's validator stands on the chain.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// Whether the hotkey has a seat.
    pub is_registered: bool,
    /// Whether it has a validator permit.
    pub has_permit: bool,
    /// Its validator trust, a u16 fraction.
    pub vtrust: u16,
    /// Protocol blocks since its weights were last updated; `None` if it has none.
    pub block_difference: Option<u64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let r = &mut registry;
        let build: Gauges<1> = register(r, names::BUILD_INFO, "The release that runs");
        build.get_or_create(&[("version", env!("CARGO_PKG_VERSION").to_owned())]).set(1.0);
        Self {
            main_loop_last_success: register(r, names::MAIN_LOOP_LAST_SUCCESS, "When the loop last came through"),
            set_weights_last: register(r, names::SET_WEIGHTS_LAST, "When weights were last sent"),
            validator_registered: register(r, names::VALIDATOR_REGISTERED, "Whether the hotkey is registered"),
            validator_permit: register(r, names::VALIDATOR_PERMIT, "Whether the hotkey has a validator permit"),
            vtrust: register(r, names::VTRUST, "How much of the weights is within consensus"),
            block_difference: register(r, names::BLOCK_DIFFERENCE, "Protocol blocks since the last update of weights"),
            metagraph_last_update: register(r, names::METAGRAPH_LAST_UPDATE, "When the metagraph was last read"),
            rounds: register(r, names::ROUNDS, "Rounds by how they ended"),
            round_duration: durations(r, names::ROUND_DURATION, "How long rounds took"),
            evaluations: register(r, names::EVALUATIONS, "Evaluations of models by outcome"),
            evaluation_fuel: register(r, names::EVALUATION_FUEL, "Fuel that evaluations used"),
            evaluation_cache_hits: register(
                r,
                names::EVALUATION_CACHE_HITS,
                "Evaluations that were known from the cache",
            ),
            sandbox_kills: register(r, names::SANDBOX_KILLS, "Evaluations without a result, by cause"),
            engine_disagreements: register(
                r,
                names::ENGINE_DISAGREEMENTS,
                "Evaluations on which two engines disagreed",
            ),
            attempt_duration: durations(
                r,
                names::APPLY_WEIGHTS_ATTEMPT_DURATION,
                "How long a transaction with weights took",
            ),
            job_duration: durations(r, names::APPLY_WEIGHTS_JOB_DURATION, "How long weights took with all tries"),
            requests_sent: register(r, names::REQUESTS_SENT, "Requests sent to live miners"),
            responses: register(r, names::RESPONSES, "Answers of miners by status"),
            response_time: durations(r, names::RESPONSE_TIME, "How long miners took to answer"),
            active_tasks: register(r, names::ACTIVE_TASKS, "Work under way"),
            weight_updates: register(r, names::WEIGHT_UPDATES, "Weights that came on the chain"),
            commit_lag: register(r, names::COMMIT_LAG, "Protocol blocks from the first possible one to the commit"),
            reveal_lag: register(r, names::REVEAL_LAG, "Protocol blocks from the first possible one to the reveal"),
            chain_errors: register(r, names::CHAIN_ERRORS, "Errors of the chain and of the connection to it"),
            registry,
        }
    }
}

impl Metrics {
    /// All of it, as OpenMetrics.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }

    /// The loop of a subnet came through.
    pub fn looped(&self, netuid: Netuid) {
        self.main_loop_last_success.get_or_create(&of(netuid)).set(now());
    }

    /// The chain was read.
    pub fn stands(&self, netuid: Netuid, standing: &Standing) {
        let flag = |flag| if flag { 1.0 } else { 0.0 };
        self.validator_registered.get_or_create(&of(netuid)).set(flag(standing.is_registered));
        self.validator_permit.get_or_create(&of(netuid)).set(flag(standing.has_permit));
        self.vtrust.get_or_create(&of(netuid)).set(f64::from(standing.vtrust) / f64::from(u16::MAX));
        if let Some(blocks) = standing.block_difference {
            self.block_difference.get_or_create(&of(netuid)).set(blocks as f64);
        }
        self.metagraph_last_update.get_or_create(&of(netuid)).set(now());
    }

    /// A round ended.
    pub fn round(&self, netuid: Netuid, status: &str, took: Duration) {
        self.rounds.get_or_create(&with(netuid, status)).inc();
        self.round_duration.get_or_create(&with(netuid, status)).observe(took.as_secs_f64());
    }

    /// A model was evaluated.
    pub fn evaluated(&self, netuid: Netuid, outcome: &str, fuel: u64) {
        self.evaluations.get_or_create(&[NETUID(netuid), ("outcome", outcome.to_owned())]).inc();
        self.evaluation_fuel.get_or_create(&of(netuid)).inc_by(fuel);
    }

    /// So many evaluations were known.
    pub fn known(&self, netuid: Netuid, evaluations: u64) {
        self.evaluation_cache_hits.get_or_create(&of(netuid)).inc_by(evaluations);
    }

    /// A model has no result on this machine.
    pub fn inconclusive(&self, cause: &str) {
        self.sandbox_kills.get_or_create(&[("cause", cause.to_owned())]).inc();
    }

    /// Two engines disagreed about a model.
    pub fn disagreed(&self, netuid: Netuid) {
        self.engine_disagreements.get_or_create(&of(netuid)).inc();
    }

    /// A miner was asked, for its model or for an answer, and did what `status` says.
    pub fn responded(&self, netuid: Netuid, status: &str, took: Option<Duration>) {
        self.requests_sent.get_or_create(&of(netuid)).inc();
        self.responses.get_or_create(&with(netuid, status)).inc();
        if let Some(took) = took {
            self.response_time.get_or_create(&of(netuid)).observe(took.as_secs_f64());
        }
    }

    /// A transaction with weights was tried.
    pub fn attempted(&self, netuid: Netuid, status: &str, took: Duration) {
        self.attempt_duration.get_or_create(&with(netuid, status)).observe(took.as_secs_f64());
        self.set_weights_last.get_or_create(&with(netuid, status)).set(now());
    }

    /// The way of weights from their computation to the chain has ended, or goes on.
    pub fn job(&self, netuid: Netuid, status: &str, took: Duration) {
        self.job_duration.get_or_create(&with(netuid, status)).observe(took.as_secs_f64());
    }

    /// Weights came on the chain, so many blocks after they could have been committed.
    pub fn committed(&self, netuid: Netuid, lag: u64) {
        self.weight_updates.get_or_create(&of(netuid)).inc();
        self.commit_lag.get_or_create(&of(netuid)).set(lag as f64);
    }

    /// Weights were revealed, so many blocks after they could have been.
    pub fn revealed(&self, netuid: Netuid, lag: u64) {
        self.reveal_lag.get_or_create(&of(netuid)).set(lag as f64);
    }

    /// The chain or the connection failed.
    pub fn chain_error(&self, kind: &str) {
        self.chain_errors.get_or_create(&[("kind", kind.to_owned())]).inc();
    }

    /// Counts work under way until what it returns is dropped.
    pub fn begin(&self) -> Active {
        self.active_tasks.inc();
        Active(self.active_tasks.clone())
    }
}

/// Work under way.
pub struct Active(Gauge);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[expect(non_snake_case, reason = "it stands for a label")]
fn NETUID(netuid: Netuid) -> (&'static str, String) {
    ("netuid", netuid.to_string())
}

fn of(netuid: Netuid) -> Labels<1> {
    [NETUID(netuid)]
}

fn with(netuid: Netuid, status: &str) -> Labels<2> {
    [NETUID(netuid), ("status", status.to_owned())]
}

fn register<M: Metric + Default + Clone>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    // The library writes the suffix of counters itself.
    registry.register(name.trim_end_matches("_total"), help, metric.clone());
    metric
}

fn durations<const N: usize>(registry: &mut Registry, name: &str, help: &str) -> Histograms<N> {
    // From 10 ms to about 45 minutes.
    let family: Histograms<N> = Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.01, 4.0, 10)));
    registry.register(name, help, family.clone());
    family
}

#[expect(clippy::disallowed_methods, reason = "a scrape compares with the wall clock")]
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
