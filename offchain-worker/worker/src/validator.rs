//! A validator's part of a round: measure, score, average, commit, and reveal an epoch later; from wherever the journal
//! and the chain say that the round is.

use std::path::PathBuf;

use chain::{At, ChainExt, Signer};
use evaluator::{AverageRule, MovingAverage, Sample, Score};
use primitives::{
    Hash, Netuid, ProtocolBlock, Registry as _, Settlement as _,
    settlement::{Schedule, WeightCommit},
    weights::{WeightEntry, WeightsPayload, commit_hash},
};

use crate::{
    Assessment, Context, Journal, Memory, Miner, Missed, Plan, RoundRecord, ScoredRound, Stage, Unobserved,
    WorkerError,
    assessment::{self, assess, entries, identity},
    draw,
    evidence::{Bundle, Facts},
};

/// A validator: its key, and its journal, in which is what only it knows.
pub struct Validator {
    hotkey: Signer,
    journal: Journal,
    min_coverage_percent: u8,
    evidence: Option<PathBuf>,
}

/// What became of a round.
#[derive(Debug)]
pub enum Round {
    /// Weights were put on the chain.
    Committed(Committed),
    /// Weights were put on the chain that had been computed before.
    Resumed {
        /// The epoch.
        epoch: u64,
    },
    /// There was nothing to say: no model was observed, or none is worth anything.
    Abstained(Assessment),
    /// Too few of the known miners could be observed; nothing was decided.
    Held {
        /// How many.
        coverage: Coverage,
        /// The others.
        unobserved: Vec<(Miner, Unobserved)>,
    },
    /// The chain takes weights of this validator later only; nothing was measured.
    TooEarly {
        /// From this block on.
        from: ProtocolBlock,
    },
    /// The round of this epoch is behind the validator; nothing was measured.
    Done {
        /// The epoch.
        epoch: u64,
    },
}

/// Weights that were put on the chain.
#[derive(Debug)]
pub struct Committed {
    /// What the weights follow from.
    pub assessment: Assessment,
    /// The weights, as they will be revealed.
    pub payload: WeightsPayload,
    /// What stands on the chain until then.
    pub hash: Hash,
}

/// How many of the miners that the last round knew, and that are still there, a round has observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Observed.
    pub observed: usize,
    /// Of so many.
    pub known: usize,
}

impl Validator {
    /// Least part of the known miners that must be observed, in percent, unless said otherwise.
    pub const MIN_COVERAGE_PERCENT: u8 = 80;

    /// A validator that goes on from its journal.
    pub fn new(hotkey: Signer, journal: Journal) -> Self {
        Self { hotkey, journal, min_coverage_percent: Self::MIN_COVERAGE_PERCENT, evidence: None }
    }

    /// The same, with another least coverage. Weights computed while many miners cannot be reached would cost those
    /// their seats.
    #[must_use]
    pub fn with_min_coverage_percent(self, min_coverage_percent: u8) -> Self {
        Self { min_coverage_percent, ..self }
    }

    /// The same, leaving the evidence of each round in a folder, see [`Bundle`].
    #[must_use]
    pub fn with_evidence(self, folder: PathBuf) -> Self {
        Self { evidence: Some(folder), ..self }
    }

    /// Its journal.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Measures every model of a subnet on items of its own and puts weights on the chain, once per epoch: a second
    /// commitment could be refused, and would leave the first without its reveal.
    ///
    /// # Errors
    /// If the chain cannot be read or refuses the weights, the task is unknown, no model can be run, or the journal cannot
    /// be written. Calling again goes on from there.
    pub fn round(&mut self, context: &Context, netuid: Netuid) -> Result<Round, WorkerError> {
        context.chain.await_pending(self.hotkey.account())?;
        let plan = Plan::read(context, netuid, self.hotkey.account())?;
        let schedule = plan.schedule;
        let epoch = schedule.epoch;
        match self.journal.round(netuid, epoch)?.map(|record| record.stage) {
            None | Some(Stage::Planned { .. } | Stage::Evaluating { .. }) => {}
            Some(Stage::Scored(scored)) => {
                self.put_on_chain(context, netuid, &schedule, scored)?;
                return Ok(Round::Resumed { epoch });
            }
            Some(_) => return Ok(Round::Done { epoch }),
        }
        if schedule.next_commit > schedule.now {
            return Ok(Round::TooEarly { from: schedule.next_commit });
        }
        let miners = u32::try_from(plan.miners.len()).unwrap_or(u32::MAX);
        self.enter(netuid, epoch, Stage::Planned { seed: schedule.seed, miners })?;
        let sample = assessment::sample(&plan, self.journal.secret())?;
        self.enter(netuid, epoch, Stage::Evaluating { sample: *sample.id().as_bytes() })?;
        let secret = self.journal.secret().of_round(netuid, epoch);
        let assessment = assess(context, plan, &sample, &secret)?;
        let memory = self.journal.memory(netuid)?;
        let coverage = self.coverage(context, &assessment, memory.as_ref())?;
        if coverage.observed * 100 < coverage.known * usize::from(self.min_coverage_percent) {
            return Ok(Round::Held { coverage, unobserved: assessment.unobserved });
        }
        self.score(context, &sample, assessment, memory)
    }

    /// Takes the unfinished rounds of a subnet on: reveals what is due, notices what was revealed, counted or missed.
    /// Returns the rounds that came to another stage.
    ///
    /// # Errors
    /// If the chain cannot be read or refuses a reveal, or the journal cannot be written. Calling again goes on from there.
    pub fn follow_up(&mut self, context: &Context, netuid: Netuid) -> Result<Vec<RoundRecord>, WorkerError> {
        // What this key has underway decides what is to be done.
        context.chain.await_pending(self.hotkey.account())?;
        let page = context.chain.snapshot()?;
        let hotkey = self.hotkey.account();
        let schedule: Schedule = page.view(context.contracts.settlement().schedule(netuid, hotkey))?;
        let commits: Vec<WeightCommit> = page.view(context.contracts.settlement().weight_commits(netuid, hotkey))?;
        let mut moved = Vec::new();
        for RoundRecord { epoch, stage, .. } in self.journal.rounds(netuid)? {
            let is_past = epoch < schedule.epoch;
            let next = match stage {
                Stage::Planned { .. } | Stage::Evaluating { .. } if is_past => {
                    Some(Stage::Missed(Missed::NotCommitted))
                }
                Stage::Scored(scored) if is_past => Some(self.late(context, netuid, scored, &commits)?),
                Stage::Committed { scored, reveal_epoch } => {
                    self.reveal(context, netuid, &schedule, (scored, reveal_epoch), &commits)?
                }
                Stage::Revealed { counts_in } if schedule.settled_until >= counts_in => Some(Stage::Settled),
                _ => None,
            };
            if let Some(stage) = next {
                moved.push(self.enter(netuid, epoch, stage)?);
            }
        }
        Ok(moved)
    }

    /// Takes the scores of a round into the averages, and puts the weights that follow on the chain.
    fn score(
        &mut self,
        context: &Context,
        sample: &Sample,
        assessment: Assessment,
        memory: Option<Memory>,
    ) -> Result<Round, WorkerError> {
        let Plan { netuid, schedule, .. } = assessment.plan;
        let epoch = schedule.epoch;
        let before = memory.map_or_else(|| MovingAverage::new(AverageRule::default()), |memory| memory.average);
        let mut average = before.clone();
        let observed: Vec<(evaluator::Miner, Score)> =
            assessment.assessed.iter().map(|found| (identity(&found.miner), found.scored.score)).collect();
        average.observe(&observed);
        let entries = entries(&assessment.plan, &average);
        let observed_miners = observed.iter().map(|(miner, _)| *miner).collect();
        if entries.iter().all(|entry| entry.value == 0) {
            let memory = Memory { average, observed: observed_miners };
            self.journal.score(&RoundRecord { netuid, epoch, stage: Stage::Abstained }, &memory)?;
            return Ok(Round::Abstained(assessment));
        }
        let payload = self.payload(&assessment, entries);
        let hash = commit_hash(&context.contracts.settlement, netuid, &self.hotkey.account(), &payload);
        if let Some(folder) = &self.evidence {
            let secret = self.journal.secret();
            let facts = Facts {
                settlement: context.contracts.settlement,
                engine: *context.evaluator.engine_id().as_bytes(),
                sample,
                secrets: [secret.of_round(netuid, epoch), secret.of_round(netuid, epoch + 1)],
                before,
                after: &average,
                payload: &payload,
            };
            Bundle::new(&self.hotkey, &assessment, facts).write(folder).map_err(WorkerError::Evidence)?;
        }
        let memory = Memory { average, observed: observed_miners };
        let scored = ScoredRound { observed, payload: payload.clone(), hash };
        self.journal.score(&RoundRecord { netuid, epoch, stage: Stage::Scored(scored.clone()) }, &memory)?;
        self.put_on_chain(context, netuid, &schedule, scored)?;
        Ok(Round::Committed(Committed { assessment, payload, hash }))
    }

    fn payload(&self, assessment: &Assessment, entries: Vec<WeightEntry>) -> WeightsPayload {
        let Plan { netuid, schedule, .. } = &assessment.plan;
        let secret = self.journal.secret();
        let next_secret = secret.of_round(*netuid, schedule.epoch + 1);
        WeightsPayload {
            commit_epoch: schedule.epoch,
            version_key: schedule.version_key,
            entries,
            evidence: draw::evidence(&assessment.evidence, &draw::secret_hash(&next_secret)),
            salt: secret.salt(*netuid, schedule.epoch).to_vec(),
        }
    }

    /// Commits to weights, or sets them where the subnet wants no commitments, unless the chain has them already; and reads
    /// back that it has.
    fn put_on_chain(
        &mut self,
        context: &Context,
        netuid: Netuid,
        schedule: &Schedule,
        scored: ScoredRound,
    ) -> Result<(), WorkerError> {
        let epoch = schedule.epoch;
        let stage = if schedule.commit_reveal {
            let reveal_epoch = self.commit(context, netuid, epoch, scored.hash)?;
            Stage::Committed { scored, reveal_epoch }
        } else {
            self.set(context, netuid, schedule, &scored.payload)?;
            Stage::Revealed { counts_in: epoch + 1 }
        };
        self.enter(netuid, epoch, stage)?;
        Ok(())
    }

    /// Returns the epoch in which the commitment must be revealed.
    fn commit(&self, context: &Context, netuid: Netuid, epoch: u64, hash: Hash) -> Result<u64, WorkerError> {
        let settlement = || context.contracts.settlement();
        let made = |at| -> Result<Option<u64>, WorkerError> {
            let page = context.chain.snapshot_at(at)?;
            let commits: Vec<WeightCommit> = page.view(settlement().weight_commits(netuid, self.hotkey.account()))?;
            Ok(find(&commits, &hash).map(|commit| commit.reveal_epoch))
        };
        if let Some(reveal_epoch) = made(At::Head)? {
            return Ok(reveal_epoch);
        }
        let sent = context.chain.submit(&self.hotkey, settlement().commit_weights(netuid, hash))?;
        made(sent.receipt.block.into())?.ok_or(WorkerError::NotOnChain { netuid, epoch })
    }

    fn set(
        &self,
        context: &Context,
        netuid: Netuid,
        schedule: &Schedule,
        payload: &WeightsPayload,
    ) -> Result<(), WorkerError> {
        let settlement = || context.contracts.settlement();
        let uid = context.chain.view(context.contracts.registry().uid(netuid, self.hotkey.account()))?;
        let uid = uid.ok_or(WorkerError::NotRegistered(netuid))?;
        let is_set = |at| -> Result<bool, WorkerError> {
            let row = context.chain.snapshot_at(at)?.view(settlement().weights(netuid, uid))?;
            Ok(row.is_some_and(|row| row.updated_at >= schedule.epoch_start))
        };
        if is_set(At::Head)? {
            return Ok(());
        }
        let weights = payload.entries.iter().map(|entry| (entry.uid, entry.value)).collect();
        let call = settlement().set_weights(netuid, weights, payload.version_key);
        let sent = context.chain.submit(&self.hotkey, call)?;
        match is_set(sent.receipt.block.into())? {
            true => Ok(()),
            false => Err(WorkerError::NotOnChain { netuid, epoch: schedule.epoch }),
        }
    }

    /// What became of weights that were computed in an epoch which has passed, without a note that they were committed.
    fn late(
        &self,
        context: &Context,
        netuid: Netuid,
        scored: ScoredRound,
        commits: &[WeightCommit],
    ) -> Result<Stage, WorkerError> {
        let epoch = scored.payload.commit_epoch;
        Ok(match find(commits, &scored.hash) {
            Some(commit) => Stage::Committed { scored, reveal_epoch: commit.reveal_epoch },
            None if self.is_in_force(context, netuid, &scored.payload)? => Stage::Revealed { counts_in: epoch + 1 },
            None => Stage::Missed(Missed::NotCommitted),
        })
    }

    /// Reveals committed weights if their time is now; `None` if it is not yet.
    fn reveal(
        &self,
        context: &Context,
        netuid: Netuid,
        schedule: &Schedule,
        (scored, reveal_epoch): (ScoredRound, u64),
        commits: &[WeightCommit],
    ) -> Result<Option<Stage>, WorkerError> {
        let revealed = Stage::Revealed { counts_in: reveal_epoch + 1 };
        if find(commits, &scored.hash).is_none() {
            // Anyone may have revealed it, this process before it ended among them.
            let is_revealed = self.is_in_force(context, netuid, &scored.payload)?;
            return Ok(Some(if is_revealed { revealed } else { Stage::Missed(Missed::NotRevealed) }));
        }
        if reveal_epoch > schedule.epoch {
            return Ok(None);
        }
        if reveal_epoch < schedule.epoch {
            return Ok(Some(Stage::Missed(Missed::NotRevealed)));
        }
        let (settlement, hotkey) = (|| context.contracts.settlement(), self.hotkey.account());
        let sent =
            context.chain.submit(&self.hotkey, settlement().reveal_weights(netuid, hotkey, scored.payload.clone()))?;
        let page = context.chain.snapshot_at(sent.receipt.block.into())?;
        let left: Vec<WeightCommit> = page.view(settlement().weight_commits(netuid, hotkey))?;
        match find(&left, &scored.hash) {
            None => Ok(Some(revealed)),
            Some(_) => Err(WorkerError::NotOnChain { netuid, epoch: scored.payload.commit_epoch }),
        }
    }

    /// Whether the validator's weights on the chain are these: their evidence is no other round's.
    fn is_in_force(&self, context: &Context, netuid: Netuid, payload: &WeightsPayload) -> Result<bool, WorkerError> {
        let page = context.chain.snapshot()?;
        let Some(uid) = page.view(context.contracts.registry().uid(netuid, self.hotkey.account()))? else {
            return Ok(false);
        };
        let row = page.view(context.contracts.settlement().weights(netuid, uid))?;
        Ok(row.is_some_and(|row| row.evidence == payload.evidence))
    }

    /// How many of the known miners a round has observed. The known are those of the last round in the journal; without
    /// one, those that the validator's weights on the chain name.
    fn coverage(
        &self,
        context: &Context,
        assessment: &Assessment,
        memory: Option<&Memory>,
    ) -> Result<Coverage, WorkerError> {
        let Plan { netuid, miners, .. } = &assessment.plan;
        let known: Vec<evaluator::Miner> = match memory {
            Some(memory) => miners.iter().map(identity).filter(|miner| memory.observed.contains(miner)).collect(),
            None => {
                let page = context.chain.snapshot()?;
                let uid = page.view(context.contracts.registry().uid(*netuid, self.hotkey.account()))?;
                let row = uid.map(|uid| page.view(context.contracts.settlement().weights(*netuid, uid))).transpose()?;
                let weights = row.flatten().map(|row| row.weights).unwrap_or_default();
                let is_weighed = |uid| weights.iter().any(|(weighed, value)| *weighed == uid && *value > 0);
                miners.iter().filter(|miner| is_weighed(miner.uid)).map(identity).collect()
            }
        };
        let is_observed =
            |miner: &&evaluator::Miner| assessment.assessed.iter().any(|found| identity(&found.miner) == **miner);
        Ok(Coverage { observed: known.iter().filter(is_observed).count(), known: known.len() })
    }

    /// Writes that a round has come to a stage.
    fn enter(&mut self, netuid: Netuid, epoch: u64, stage: Stage) -> Result<RoundRecord, WorkerError> {
        let record = RoundRecord { netuid, epoch, stage };
        self.journal.advance(&record)?;
        Ok(record)
    }
}

fn find<'a>(commits: &'a [WeightCommit], hash: &Hash) -> Option<&'a WeightCommit> {
    commits.iter().find(|commit| commit.hash == *hash)
}
