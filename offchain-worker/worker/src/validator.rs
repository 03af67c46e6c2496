//! A validator's part of a round: measure, score, average, commit, and reveal an epoch later.

use std::{collections::BTreeMap, sync::Arc};

use chain::{ChainError, ChainExt, Signer};
use consensus::weights::quantise;
use evaluator::{
    AverageRule, Candidate, Evaluation, Evaluator, Hash256, MovingAverage, Sample, Scored, evidence, score, tasks,
};
use primitives::{
    Hash, Netuid, Settlement as _, Uid,
    settlement::Schedule,
    weights::{WeightEntry, WeightsPayload, commit_hash},
};

use crate::{Context, ModelSource, Plan, Secret, WorkerError, draw, plan::Miner};

/// A validator: its key, and what only it knows.
pub struct Validator {
    hotkey: Signer,
    secret: Secret,
    averages: BTreeMap<Netuid, MovingAverage>,
    /// What it has committed to and not yet revealed, by the epoch of the commitment.
    unrevealed: BTreeMap<(Netuid, u64), WeightsPayload>,
}

/// How a round ended.
#[derive(Debug)]
pub enum Round {
    /// Weights were committed.
    Committed(Committed),
    /// There was nothing to say: no model was observed, or none is worth anything.
    Abstained(Assessment),
    /// The validator has committed in this epoch already; nothing was measured.
    Done {
        /// The epoch.
        epoch: u64,
    },
}

/// Weights that were committed.
#[derive(Debug)]
pub struct Committed {
    /// What the weights follow from.
    pub assessment: Assessment,
    /// The weights, as they will be revealed.
    pub payload: WeightsPayload,
    /// What stands on the chain until then.
    pub hash: Hash,
}

/// What a validator found out about all miners of a subnet.
#[derive(Debug)]
pub struct Assessment {
    /// The round it is of.
    pub plan: Plan,
    /// One entry per miner whose model was observed.
    pub assessed: Vec<Assessed>,
    /// Hash of all evaluations.
    pub evidence: Hash,
}

/// What a validator found out about a miner.
#[derive(Debug)]
pub struct Assessed {
    /// The miner.
    pub miner: Miner,
    /// What its model did on the sample.
    pub evaluation: Arc<Evaluation>,
    /// What that is worth.
    pub scored: Scored,
}

impl Validator {
    /// A validator that has not taken part in any round.
    pub fn new(hotkey: Signer, secret: Secret) -> Self {
        Self { hotkey, secret, averages: BTreeMap::new(), unrevealed: BTreeMap::new() }
    }

    /// Measures every model of a subnet on items of its own and commits to weights, once per epoch: a second
    /// commitment could be refused, and would leave the first without its payload.
    ///
    /// # Errors
    /// If the chain cannot be read or refuses the commitment, the task is unknown, or no model can be run.
    pub fn round(&mut self, context: &Context, netuid: Netuid) -> Result<Round, WorkerError> {
        let plan = Plan::read(context, netuid, self.hotkey.account())?;
        let epoch = plan.schedule.epoch;
        if self.unrevealed.contains_key(&(netuid, epoch)) {
            return Ok(Round::Done { epoch });
        }
        let assessment = self.assess(context, plan)?;
        let average = self.observe(netuid, &assessment.assessed);
        let entries = entries(&assessment.plan, &average);
        if entries.iter().all(|entry| entry.value == 0) {
            return Ok(Round::Abstained(assessment));
        }
        let payload = self.payload(&assessment, entries);
        let hash = commit_hash(&context.contracts.settlement, netuid, &self.hotkey.account(), &payload);
        // Kept before it is sent: what is on the chain can always be revealed.
        self.unrevealed.insert((netuid, payload.commit_epoch), payload.clone());
        context.chain.submit(&self.hotkey, context.contracts.settlement().commit_weights(netuid, hash))?;
        Ok(Round::Committed(Committed { assessment, payload, hash }))
    }

    /// Reveals what is due on a subnet and forgets what can be revealed no more; returns the epoch whose
    /// commitment was revealed.
    ///
    /// # Errors
    /// If the chain cannot be read or refuses the reveal. Then the payload is kept.
    pub fn reveal_due(&mut self, context: &Context, netuid: Netuid) -> Result<Option<u64>, ChainError> {
        let settlement = || context.contracts.settlement();
        let schedule: Schedule = context.chain.view(settlement().schedule(netuid, self.hotkey.account()))?;
        let Some(epoch) = schedule.reveal_epoch else {
            return Ok(None);
        };
        self.unrevealed.retain(|&(subnet, committed_in), _| subnet != netuid || committed_in >= epoch);
        let Some(payload) = self.unrevealed.get(&(netuid, epoch)) else {
            return Ok(None);
        };
        context
            .chain
            .submit(&self.hotkey, settlement().reveal_weights(netuid, self.hotkey.account(), payload.clone()))?;
        self.unrevealed.remove(&(netuid, epoch));
        Ok(Some(epoch))
    }

    fn assess(&self, context: &Context, plan: Plan) -> Result<Assessment, WorkerError> {
        let Some(task) = tasks::find(&plan.task) else {
            return Err(WorkerError::UnknownTask { netuid: plan.netuid, task: plan.task });
        };
        let seed = draw::seed(&plan.schedule.seed, &self.secret.of_round(plan.netuid, plan.schedule.epoch));
        let sample = Sample::draw(task, seed, 0..task.spec().items);
        let observed = evaluate(context.models, context.evaluator, &plan.miners, &sample)?;
        let candidates: Vec<_> = observed.iter().map(|(miner, evaluation)| candidate(miner, evaluation)).collect();
        let scores = score(&sample, &candidates, plan.schedule.now.get())?;
        let evaluations: Vec<_> = observed.iter().map(|(_, evaluation)| evaluation.as_ref()).collect();
        let evidence = *evidence(context.evaluator.engine_id(), &sample, &evaluations).as_bytes();
        let assessed = observed
            .into_iter()
            .zip(scores)
            .map(|((miner, evaluation), scored)| Assessed { miner, evaluation, scored })
            .collect();
        Ok(Assessment { plan, assessed, evidence })
    }

    /// Takes the scores of a round into the averages of its subnet.
    fn observe(&mut self, netuid: Netuid, assessed: &[Assessed]) -> MovingAverage {
        let average = self.averages.entry(netuid).or_insert_with(|| MovingAverage::new(AverageRule::default()));
        let scores: Vec<_> = assessed.iter().map(|found| (identity(&found.miner), found.scored.score)).collect();
        average.observe(&scores);
        average.clone()
    }

    fn payload(&self, assessment: &Assessment, entries: Vec<WeightEntry>) -> WeightsPayload {
        let Plan { netuid, schedule, .. } = &assessment.plan;
        let next_secret = self.secret.of_round(*netuid, schedule.epoch + 1);
        WeightsPayload {
            commit_epoch: schedule.epoch,
            version_key: schedule.version_key,
            entries,
            evidence: draw::evidence(&assessment.evidence, &next_secret),
            salt: self.secret.salt(*netuid, schedule.epoch).to_vec(),
        }
    }
}

/// Models whose bytes are held at the same time: at most 64 MiB under the default limit of a module.
const MODELS_AT_A_TIME: usize = 16;

/// Fetches and runs models, some at a time. Miners whose model is not to be had, or whose run says nothing about
/// the model, are left out: they are not observed. A model committed with a size above the limit is not fetched.
fn evaluate(
    models: &dyn ModelSource,
    evaluator: &Evaluator,
    miners: &[Miner],
    sample: &Sample,
) -> Result<Vec<(Miner, Arc<Evaluation>)>, WorkerError> {
    let mut observed = Vec::new();
    for miners in miners.chunks(MODELS_AT_A_TIME) {
        let mut fetched = Vec::new();
        for miner in miners {
            let model = &miner.committed.model;
            let stand_in = Hash256::from_bytes(model.bound_hash);
            if let Some(refused) = evaluator.refuse(sample, stand_in, model.size.into()) {
                observed.push((miner.clone(), refused));
            } else if let Ok(bytes) = models.fetch_committed(&miner.committed) {
                fetched.push((miner, bytes));
            }
        }
        let bytes: Vec<&[u8]> = fetched.iter().map(|(_, model)| model.as_slice()).collect();
        let results = evaluator.evaluate_all(sample, &bytes, &|| ())?;
        observed.extend(
            fetched.iter().zip(results).filter_map(|((miner, _), result)| Some(((*miner).clone(), result.ok()?))),
        );
    }
    Ok(observed)
}

fn candidate<'a>(miner: &Miner, evaluation: &'a Evaluation) -> Candidate<'a> {
    Candidate { hotkey: *miner.hotkey.as_ref(), committed_at: miner.committed.committed_at.get(), evaluation }
}

fn identity(miner: &Miner) -> evaluator::Miner {
    evaluator::Miner { hotkey: *miner.hotkey.as_ref(), registered_at: miner.registered_at.get() }
}

/// The weights of all miners of the plan that have an average, in order of uid.
fn entries(plan: &Plan, average: &MovingAverage) -> Vec<WeightEntry> {
    let averages: BTreeMap<_, _> = average.scores().unwrap_or_default().into_iter().collect();
    let known: Vec<(&Miner, u64)> =
        plan.miners.iter().filter_map(|miner| Some((miner, averages.get(&identity(miner))?.q32()))).collect();
    let scores: Vec<u64> = known.iter().map(|(_, score)| *score).collect();
    let entry = |((miner, _), value): (&(&Miner, u64), u16)| WeightEntry {
        uid: Uid::new(miner.uid.get()),
        registered_at: miner.registered_at,
        value,
    };
    known.iter().zip(quantise(&scores)).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use evaluator::{Invalid, Outcome, RunnerConfig};
    use primitives::{
        AccountId, ProtocolBlock,
        model::{CommittedModel, ModelCommitment, ModelKind, bound_hash, content_hash},
    };

    use super::*;

    /// Serves a byte, and remembers from where.
    struct Shelf(Mutex<Vec<String>>);

    impl ModelSource for Shelf {
        fn fetch(&self, location: &str, _size: u32) -> Option<Vec<u8>> {
            self.0.lock().expect("no panic before").push(location.into());
            Some(vec![1])
        }
    }

    fn miner(number: u8, size: u32) -> Miner {
        let hotkey = AccountId::from([number; 32]);
        let model = ModelCommitment {
            kind: ModelKind::Wasm,
            size,
            bound_hash: bound_hash(&content_hash(&[1]), &hotkey),
            location: format!("shelf {number}").into(),
        };
        let committed = CommittedModel { model, hotkey, committed_at: ProtocolBlock::new(1) };
        Miner { uid: Uid::new(number.into()), hotkey, registered_at: ProtocolBlock::new(1), committed }
    }

    /// An evaluator whose runner says that it is one, and then nothing: no model has a result.
    fn evaluator_without_results() -> Evaluator {
        let mut config = RunnerConfig::new("/bin/sh");
        let hello =
            r"dd bs=1 count=5 >/dev/null 2>&1; printf '\002\000\000\000\002\000'; dd bs=1 count=200 >/dev/null 2>&1";
        config.arguments = vec!["-c".into(), hello.into()];
        config.attempts = 1;
        Evaluator::new(config).expect("a shell that says hello")
    }

    #[test]
    fn a_model_above_the_size_limit_is_observed_without_being_fetched() {
        let (shelf, evaluator) = (Shelf(Mutex::default()), evaluator_without_results());
        let sample = Sample::draw(tasks::find("tabular").expect("a built-in task"), [1; 32], 0..4);
        let limit = u32::try_from(evaluator::Limits::default().module_bytes).expect("small");
        let mut miners: Vec<Miner> = (0..40).map(|number| miner(number, 1)).collect();
        miners[20].committed.model.size = limit + 1;
        let observed = evaluate(&shelf, &evaluator, &miners, &sample).expect("runners start");
        let [(refused, evaluation)] = observed.as_slice() else { panic!("{observed:?}") };
        assert_eq!(refused, &miners[20]);
        let (bytes, limit) = (u64::from(limit) + 1, limit.into());
        assert_eq!(evaluation.outcome, Outcome::Invalid(Invalid::TooLarge { bytes, limit }));
        let fetched = shelf.0.into_inner().expect("no panic before");
        assert_eq!(fetched.len(), 39);
        assert!(!fetched.contains(&"shelf 20".into()));
    }
}
