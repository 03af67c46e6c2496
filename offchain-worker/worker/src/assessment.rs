//! What a validator finds out about the miners of a subnet: models fetched, run on items of its own, and scored.

use std::{collections::BTreeMap, sync::Arc};

use consensus::weights::quantise;
use evaluator::{Candidate, Evaluation, Hash256, Inconclusive, MovingAverage, Sample, Scored, evidence, score, tasks};
use primitives::{Hash, Uid, weights::WeightEntry};

use thiserror::Error;

use crate::{Context, Plan, Secret, Unavailable, WorkerError, draw, plan::Miner};

/// What a validator found out about all miners of a subnet.
#[derive(Debug)]
pub struct Assessment {
    /// The round it is of.
    pub plan: Plan,
    /// One entry per miner whose model was observed.
    pub assessed: Vec<Assessed>,
    /// The other miners, and why there is nothing to say of them.
    pub unobserved: Vec<(Miner, Unobserved)>,
    /// Hash of all evaluations.
    pub evidence: Hash,
}

/// Why a miner was not observed. That says nothing of its model, and is not scored.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unobserved {
    /// Its model is not to be had.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// This machine has no result.
    #[error("this machine has no result: {0}")]
    Inconclusive(#[from] Inconclusive),
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

/// The items of a validator's round.
pub(crate) fn sample(plan: &Plan, secret: &Secret) -> Result<Sample, WorkerError> {
    let task = tasks::find(&plan.task).map_err(|source| WorkerError::Task { netuid: plan.netuid, source })?;
    let seed = draw::seed(&plan.schedule.seed, &secret.of_round(plan.netuid, plan.schedule.epoch));
    Ok(Sample::draw(task, seed, 0..task.spec().items))
}

/// Runs the models of a plan on a sample and scores them.
pub(crate) fn assess(context: &Context, plan: Plan, sample: &Sample) -> Result<Assessment, WorkerError> {
    let (observed, unobserved) = evaluate(context, &plan.miners, sample)?;
    let candidates: Vec<_> = observed.iter().map(|(miner, evaluation)| candidate(miner, evaluation)).collect();
    let scores = score(sample, &candidates, plan.schedule.now.get())?;
    let evaluations: Vec<_> = observed.iter().map(|(_, evaluation)| evaluation.as_ref()).collect();
    let evidence = *evidence(context.evaluator.engine_id(), sample, &evaluations).as_bytes();
    let assessed = observed
        .into_iter()
        .zip(scores)
        .map(|((miner, evaluation), scored)| Assessed { miner, evaluation, scored })
        .collect();
    Ok(Assessment { plan, assessed, unobserved, evidence })
}

/// Models whose bytes are held at the same time: at most 64 MiB under the default limit of a module.
const MODELS_AT_A_TIME: usize = 16;

/// The miners that were observed, and the others.
type Evaluated = (Vec<(Miner, Arc<Evaluation>)>, Vec<(Miner, Unobserved)>);

/// Fetches and runs models, some at a time. A model committed with a size above the limit is not fetched.
fn evaluate(context: &Context, miners: &[Miner], sample: &Sample) -> Result<Evaluated, WorkerError> {
    let Context { evaluator, models, progress, .. } = context;
    let (mut observed, mut unobserved) = (Vec::new(), Vec::new());
    for miners in miners.chunks(MODELS_AT_A_TIME) {
        let mut fetched = Vec::new();
        for miner in miners {
            let model = &miner.committed.model;
            let stand_in = Hash256::from_bytes(model.bound_hash);
            if let Some(refused) = evaluator.refuse(sample, stand_in, model.size.into()) {
                observed.push((miner.clone(), refused));
                continue;
            }
            match models.fetch_committed(&miner.committed) {
                Ok(bytes) => fetched.push((miner, bytes)),
                Err(reason) => unobserved.push((miner.clone(), reason.into())),
            }
            progress();
        }
        let bytes: Vec<&[u8]> = fetched.iter().map(|(_, model)| model.as_slice()).collect();
        let results = evaluator.evaluate_all(sample, &bytes, progress)?;
        for ((miner, _), result) in fetched.iter().zip(results) {
            match result {
                Ok(evaluation) => observed.push(((*miner).clone(), evaluation)),
                Err(reason) => unobserved.push(((*miner).clone(), reason.into())),
            }
        }
    }
    Ok((observed, unobserved))
}

fn candidate<'a>(miner: &Miner, evaluation: &'a Evaluation) -> Candidate<'a> {
    Candidate { hotkey: *miner.hotkey.as_ref(), committed_at: miner.committed.committed_at.get(), evaluation }
}

/// A miner as the averages know it.
pub(crate) fn identity(miner: &Miner) -> evaluator::Miner {
    evaluator::Miner { hotkey: *miner.hotkey.as_ref(), registered_at: miner.registered_at.get() }
}

/// The weights of all miners of the plan that have an average, in order of uid.
pub(crate) fn entries(plan: &Plan, average: &MovingAverage) -> Vec<WeightEntry> {
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

    use chain::{Contracts, Embedded};
    use evaluator::{Evaluator, Invalid, Outcome, RunnerConfig};
    use primitives::{
        AccountId, ProtocolBlock,
        model::{CommittedModel, ModelCommitment, ModelKind, bound_hash, content_hash},
    };

    use super::*;
    use crate::ModelSource;

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
        let nowhere = AccountId::from([0; 32]);
        let contracts =
            Contracts { tao: nowhere, staking: nowhere, registry: nowhere, settlement: nowhere, root: nowhere };
        let chain = Embedded::new(0);
        let context =
            Context { chain: &chain, contracts: &contracts, evaluator: &evaluator, models: &shelf, progress: &|| () };
        let (observed, unobserved) = evaluate(&context, &miners, &sample).expect("runners start");
        assert_eq!(unobserved.len(), 39);
        let [(refused, evaluation)] = observed.as_slice() else { panic!("{observed:?}") };
        assert_eq!(refused, &miners[20]);
        let (bytes, limit) = (u64::from(limit) + 1, limit.into());
        assert_eq!(evaluation.outcome, Outcome::Invalid(Invalid::TooLarge { bytes, limit }));
        let fetched = shelf.0.into_inner().expect("no panic before");
        assert_eq!(fetched.len(), 39);
        assert!(!fetched.contains(&"shelf 20".into()));
    }
}
