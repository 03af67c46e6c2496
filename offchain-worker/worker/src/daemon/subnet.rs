//! The loop of one subnet: look, settle what is due, follow up, measure, wait.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use chain::{ChainExt, Signer};
use evaluator::{NoAnswer, Outcome};
use primitives::{
    Netuid, Registry as _, Settlement as _, Staking as _,
    settlement::{RESULT_PAGE, Schedule},
};
use tracing::{error, info, info_span, warn};

use super::{
    health::{Freshness, Health},
    observed::Observed,
    settings::SubnetSettings,
    stop::Stop,
};
use crate::{
    Assessment, Context, Missed, Round, RoundRecord, Stage, Unobserved, Validator, WorkerError,
    metrics::{Metrics, Standing},
    root_epoch_if_due, settle_if_due,
};

/// Longest wait between two looks at the chain.
const LONGEST_PAUSE: Duration = Duration::from_secs(12);
/// Shortest, for chains with short protocol blocks.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
/// Longest wait after errors.
const LONGEST_BACKOFF: Duration = Duration::from_secs(30);

/// What all loops share.
pub(super) struct Shared {
    pub(super) contracts: chain::Contracts,
    pub(super) evaluator: evaluator::Evaluator,
    pub(super) models: Box<dyn crate::ModelSource + Send>,
    pub(super) live: transport::live::LiveClient,
    pub(super) hotkey: Signer,
    pub(super) health: Arc<Health>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) stop: Arc<Stop>,
}

/// The loop of one subnet.
pub(super) struct Subnet {
    pub(super) settings: SubnetSettings,
    pub(super) shared: Arc<Shared>,
    pub(super) chain: Arc<Observed>,
    pub(super) validator: Validator,
    /// Whether this loop looks after the root network too.
    pub(super) keeps_root: bool,
    /// From when on it settles what has been due since.
    pub(super) settle_from: Option<Instant>,
    /// When the weights of an epoch were computed.
    pub(super) jobs: BTreeMap<u64, Instant>,
}

impl Subnet {
    /// Loops until the daemon is to stop.
    pub(super) fn run(mut self) {
        let span = info_span!("subnet", netuid = self.netuid().get());
        let _entered = span.enter();
        let mut failures = 0;
        loop {
            let turn = self.turn();
            let error = turn.as_ref().err().map(ToString::to_string);
            let pause = match turn {
                Ok(pause) => {
                    failures = 0;
                    self.shared.metrics.looped(self.netuid());
                    pause
                }
                Err(error) => {
                    failures += 1;
                    let hint = error.hint().unwrap_or_default();
                    match error.is_retryable() {
                        true => warn!(%error, %hint, failures, "it is tried again"),
                        false => error!(%error, %hint, failures, "this needs somebody"),
                    }
                    backoff(failures)
                }
            };
            self.shared.health.ended(self.netuid(), error);
            self.shared.health.beat(self.netuid());
            if self.shared.stop.wait(pause) {
                return;
            }
        }
    }

    fn netuid(&self) -> Netuid {
        self.settings.netuid()
    }

    /// Does what is due; returns how long nothing will be.
    fn turn(&mut self) -> Result<Duration, WorkerError> {
        let netuid = self.netuid();
        let schedule = self.look()?;
        let pause = self.block_time()?.clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        let (shared, chain) = (Arc::clone(&self.shared), Arc::clone(&self.chain));
        let progress = || shared.health.beat(netuid);
        let context = Context {
            chain: &*chain,
            contracts: &shared.contracts,
            evaluator: &shared.evaluator,
            models: shared.models.as_ref(),
            live: Some(&shared.live),
            progress: &progress,
        };
        let moved = self.validator.follow_up(&context, netuid)?;
        for record in &moved {
            note_moved(&shared.metrics, record, &schedule, &mut self.jobs);
        }
        if !self.settle(&schedule, pause)? {
            return Ok(pause);
        }
        let (_active, began) = (shared.metrics.begin(), Instant::now());
        let known = shared.evaluator.counters().known;
        let round = self.validator.round(&context, netuid)?;
        shared.metrics.known(netuid, shared.evaluator.counters().known.saturating_sub(known));
        for alarm in shared.evaluator.take_alarms() {
            shared.metrics.disagreed(netuid);
            error!(alarm = ?alarm, "two engines disagree: the model is not scored; keep it, and report it");
        }
        note_round(&shared.metrics, netuid, &round, &schedule, began);
        if matches!(round, Round::Committed(_) | Round::Resumed { .. }) {
            self.jobs.insert(schedule.epoch, began);
            self.look()?;
        }
        Ok(pause)
    }

    /// Settles what is due for everybody; whether nothing is left to settle. Reveals do not wait for that.
    fn settle(&mut self, schedule: &Schedule, pause: Duration) -> Result<bool, WorkerError> {
        if self.keeps_root
            && let Some(shares) = root_epoch_if_due(&*self.chain, &self.shared.contracts, &self.shared.hotkey)?
        {
            info!(subnets = shares.len(), "root epoch");
        }
        if schedule.settle_due {
            if !self.may_settle(pause) {
                return Ok(false);
            }
            if let Some(settled) =
                settle_if_due(&*self.chain, &self.shared.contracts, &self.shared.hotkey, self.netuid())?
            {
                info!(epoch = settled.result.epoch, "settled");
            }
        }
        self.settle_from = None;
        Ok(true)
    }

    /// Reads how the validator stands.
    fn look(&self) -> Result<Schedule, WorkerError> {
        let (netuid, hotkey, contracts) = (self.netuid(), self.shared.hotkey.account(), &self.shared.contracts);
        let page = self.chain.snapshot()?;
        let schedule: Schedule = page.view(contracts.settlement().schedule(netuid, hotkey))?;
        let uid = page.view(contracts.registry().uid(netuid, hotkey))?;
        let mut standing = Standing { is_registered: uid.is_some(), ..Standing::default() };
        let commits = page.view(contracts.settlement().weight_commits(netuid, hotkey))?;
        let mut confirmed = commits.iter().map(|commit| commit.committed_at).max();
        if let Some(uid) = uid {
            let index = usize::from(uid.get());
            let number = u8::try_from(index / RESULT_PAGE).unwrap_or(u8::MAX);
            if let Some(result) = page.view(contracts.settlement().epoch_result(netuid, number))? {
                let at = index % RESULT_PAGE;
                standing.has_permit = result.permits.get(at).copied().unwrap_or_default();
                standing.vtrust = result.validator_trust.get(at).copied().unwrap_or_default();
            }
            if let Some(row) = page.view(contracts.settlement().weights(netuid, uid))? {
                standing.block_difference = Some(schedule.now.since(row.updated_at));
                confirmed = confirmed.max(Some(row.updated_at));
            }
        }
        self.shared.metrics.stands(netuid, &standing);
        let tempo = schedule.next_epoch.since(schedule.epoch_start);
        let age = confirmed.map(|block| schedule.now.since(block));
        self.shared.health.stands(netuid, Freshness { age, tempo });
        if !standing.is_registered {
            return Err(WorkerError::NotRegistered(netuid));
        }
        Ok(schedule)
    }

    fn block_time(&self) -> Result<Duration, WorkerError> {
        let clock = self.chain.view(self.shared.contracts.staking().clock())?;
        Ok(Duration::from_millis(clock.block_ms))
    }

    /// Whether this worker's random wait is over: not all validators are to pay for the same settling.
    fn may_settle(&mut self, block: Duration) -> bool {
        let spread = block.saturating_mul(self.settings.settle_spread_blocks());
        let from = *self.settle_from.get_or_insert_with(|| Instant::now() + random_part(spread));
        Instant::now() >= from
    }
}

/// Somewhere between nothing and the whole of a time.
fn random_part(whole: Duration) -> Duration {
    let mut bytes = [0; 4];
    // Without randomness it waits for nothing, and may race.
    let _ = getrandom::fill(&mut bytes);
    whole.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}

fn backoff(failures: u32) -> Duration {
    let doubled = SHORTEST_PAUSE.saturating_mul(1 << failures.min(16));
    doubled.min(LONGEST_BACKOFF).mul_f64(0.5) + random_part(doubled.min(LONGEST_BACKOFF).mul_f64(0.5))
}

fn note_moved(metrics: &Metrics, record: &RoundRecord, schedule: &Schedule, jobs: &mut BTreeMap<u64, Instant>) {
    let RoundRecord { netuid, epoch, stage } = record;
    info!(epoch, stage = stage.name(), "round");
    let status = match stage {
        Stage::Revealed { .. } => "completed",
        Stage::Missed(Missed::NotCommitted | Missed::NotRevealed) => "tempo_expired",
        _ => return,
    };
    if status == "completed" {
        metrics.revealed(*netuid, schedule.now.since(schedule.epoch_start));
    } else {
        warn!(epoch, "the weights of this epoch did not come on the chain in time");
    }
    if let Some(began) = jobs.remove(epoch) {
        metrics.job(*netuid, status, began.elapsed());
    }
}

fn note_round(metrics: &Metrics, netuid: Netuid, round: &Round, schedule: &Schedule, began: Instant) {
    let epoch = schedule.epoch;
    let status = match round {
        Round::Committed(committed) => {
            note_assessment(metrics, netuid, &committed.assessment, epoch);
            info!(epoch, hash = hex::encode(committed.hash), weights = committed.payload.entries.len(), "committed");
            "committed"
        }
        Round::Resumed { .. } => {
            info!(epoch, "committed what had been computed before");
            "resumed"
        }
        Round::Abstained(assessment) => {
            note_assessment(metrics, netuid, assessment, epoch);
            warn!(epoch, "no model is worth anything: no weights");
            "abstained"
        }
        Round::Held { coverage, unobserved } => {
            unobserved.iter().for_each(|(_, reason)| note_unobserved(metrics, netuid, reason));
            warn!(epoch, observed = coverage.observed, known = coverage.known, "too few miners can be reached: held");
            "held"
        }
        Round::TooEarly { .. } | Round::Done { .. } => return,
    };
    metrics.round(netuid, status, began.elapsed());
    if matches!(round, Round::Committed(_) | Round::Resumed { .. }) {
        metrics.committed(netuid, schedule.now.since(schedule.epoch_start));
        metrics.job(netuid, "running", began.elapsed());
    }
}

fn note_assessment(metrics: &Metrics, netuid: Netuid, assessment: &Assessment, epoch: u64) {
    for found in &assessment.assessed {
        let (evaluation, scored) = (&found.evaluation, &found.scored);
        metrics.evaluated(netuid, evaluation.outcome.name(), evaluation.fuel);
        let slowest = found.exchanges.iter().map(|exchange| exchange.latency).max();
        metrics.responded(netuid, response(&evaluation.outcome), slowest);
        info!(
            epoch,
            uid = found.miner.uid.get(),
            outcome = %evaluation.outcome,
            bits_saved = scored.bits_saved.map(|bits| bits.to_string()),
            score = %scored.score,
            zero = scored.zero.as_ref().map(|reason| format!("{reason:?}")),
            "scored"
        );
    }
    for (miner, reason) in &assessment.unobserved {
        note_unobserved(metrics, netuid, reason);
        warn!(epoch, uid = miner.uid.get(), %reason, "not observed");
    }
}

fn note_unobserved(metrics: &Metrics, netuid: Netuid, reason: &Unobserved) {
    match reason {
        Unobserved::Unavailable(_) | Unobserved::Silent(_) => metrics.responded(netuid, "unavailable", None),
        Unobserved::NotAsked => {}
        Unobserved::Inconclusive(cause) => {
            metrics.responded(netuid, "ok", None);
            metrics.inconclusive(cause.name());
        }
    }
}

/// What a miner did when it was asked, for its model or for answers.
fn response(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::NoAnswer(NoAnswer::Timeout) => "timeout",
        Outcome::NoAnswer(NoAnswer::Unreachable) => "unreachable",
        Outcome::NoAnswer(NoAnswer::Refused { .. }) => "refused",
        Outcome::NoAnswer(NoAnswer::BadSignature) => "bad_signature",
        Outcome::NoAnswer(NoAnswer::BadAnswer) => "bad_answer",
        Outcome::NoAnswer(NoAnswer::Inconsistent) => "inconsistent",
        _ => "ok",
    }
}
