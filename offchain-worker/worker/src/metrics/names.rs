//! The names of the worker's metrics, as a scrape shows them.
//!
//! Alert rules and dashboards outlive releases, so a name stands here once and does not change. A timestamp is in
//! seconds since the Unix epoch, a duration in seconds. `deploy/` names no metric that is not here; a test sees to it.

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $text;)*

        /// All of them, in the order of this file.
        pub const ALL: &[&str] = &[$($name),*];
    };
}

names! {
    /// Gauge `{netuid}`: when the main loop last came through without an error.
    MAIN_LOOP_LAST_SUCCESS = "yarrow_main_loop_last_success_timestamp_seconds";
    /// Gauge `{netuid, status}`: when weights were last sent, by what came of it.
    SET_WEIGHTS_LAST = "yarrow_set_weights_last_timestamp_seconds";
    /// Gauge `{netuid}`: 1 if the hotkey is registered on the subnet, else 0.
    VALIDATOR_REGISTERED = "yarrow_validator_registered";
    /// Gauge `{netuid}`: 1 if the hotkey has a validator permit, else 0.
    VALIDATOR_PERMIT = "yarrow_validator_permit";
    /// Gauge `{netuid}`: how much of the validator's weights is within consensus, 0 to 1.
    VTRUST = "yarrow_vtrust";
    /// Gauge `{netuid}`: protocol blocks since the validator's weights last counted.
    BLOCK_DIFFERENCE = "yarrow_block_difference";
    /// Gauge `{netuid}`: when the metagraph was last read.
    METAGRAPH_LAST_UPDATE = "yarrow_metagraph_last_update_timestamp_seconds";
    /// Counter `{netuid, status}`: rounds, by how they ended.
    ROUNDS = "yarrow_rounds_total";
    /// Histogram `{netuid, status}`: how long rounds took, in seconds.
    ROUND_DURATION = "yarrow_round_duration_seconds";
    /// Counter `{netuid, outcome}`: evaluations of models, by outcome.
    EVALUATIONS = "yarrow_evaluations_total";
    /// Counter `{netuid}`: fuel that evaluations used.
    EVALUATION_FUEL = "yarrow_evaluation_fuel_total";
    /// Counter `{netuid}`: evaluations that were answered from the cache.
    EVALUATION_CACHE_HITS = "yarrow_evaluation_cache_hits_total";
    /// Counter `{cause}`: children of the sandbox that were killed.
    SANDBOX_KILLS = "yarrow_sandbox_kills_total";
    /// Counter `{netuid}`: evaluations about which two engines disagreed.
    ENGINE_DISAGREEMENTS = "yarrow_engine_disagreements_total";
    /// Histogram `{netuid, status}`: how long one try to bring weights on the chain took, in seconds.
    APPLY_WEIGHTS_ATTEMPT_DURATION = "yarrow_apply_weights_attempt_duration_seconds";
    /// Histogram `{netuid, status}`: how long weights took from commit to reveal with all tries, in seconds. The status is
    /// `running`, `completed`, `tempo_expired` or `failed`.
    APPLY_WEIGHTS_JOB_DURATION = "yarrow_apply_weights_job_duration_seconds";
    /// Counter `{netuid}`: requests sent to live miners.
    REQUESTS_SENT = "yarrow_requests_sent_total";
    /// Counter `{netuid, status}`: answers of live miners, by status.
    RESPONSES = "yarrow_responses_total";
    /// Histogram `{netuid}`: how long live miners took to answer, in seconds.
    RESPONSE_TIME = "yarrow_response_time_seconds";
    /// Gauge: work under way.
    ACTIVE_TASKS = "yarrow_active_tasks";
    /// Counter `{netuid}`: weights that came on the chain.
    WEIGHT_UPDATES = "yarrow_weight_updates_total";
    /// Gauge `{netuid}`: protocol blocks that a commit is behind the first at which it was possible.
    COMMIT_LAG = "yarrow_commit_lag_blocks";
    /// Gauge `{netuid}`: protocol blocks that a reveal is behind the first at which it was possible.
    REVEAL_LAG = "yarrow_reveal_lag_blocks";
    /// Counter `{kind}`: errors of the chain and of the connection to it.
    CHAIN_ERRORS = "yarrow_chain_errors_total";
    /// Gauge `{version}`: always 1; tells which release runs.
    BUILD_INFO = "yarrow_build_info";
}
