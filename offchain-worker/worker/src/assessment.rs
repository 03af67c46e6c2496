//! What a validator finds out about the miners of a subnet: models fetched, run on items of its own, and scored.

use std::{collections::BTreeMap, sync::Arc};

use consensus::weights::quantise;
use evaluator::{Candidate, Evaluation, Hash256, Inconclusive, MovingAverage, Sample, Scored, evidence, score, tasks};
use primitives::{Hash, Uid, axon::Axon, model::CommittedModel, weights::WeightEntry};
use thiserror::Error;
use transport::live::{Exchange, LiveError, LiveMiner};

use crate::{Context, Miner, Offer, Plan, Secret, Unavailable, WorkerError, draw};

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
    /// Nobody can be said to have answered, or not been asked.
    #[error(transparent)]
    Silent(#[from] LiveError),
    /// This validator asks no live miners.
    #[error("live miners are not asked")]
    NotAsked,
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
    /// What a live miner was asked, and what it said and signed.
    pub exchanges: Vec<Exchange>,
}

/// The items of a validator's round.
pub(crate) fn sample(plan: &Plan, secret: &Secret) -> Result<Sample, WorkerError> {
    let task = tasks::find(&plan.task).map_err(|source| WorkerError::Task { netuid: plan.netuid, source })?;
    let seed = draw::seed(&plan.schedule.seed, &secret.of_round(plan.netuid, plan.schedule.epoch));
    Ok(Sample::draw(task, seed, 0..task.spec().items))
}

/// Runs the models of a plan on a sample and scores them.
pub(crate) fn assess(context: &Context, plan: Plan, sample: &Sample, secret: &Hash) -> Result<Assessment, WorkerError> {
    let Evaluated { observed, unobserved } = evaluate(context, &plan.miners, sample, secret)?;
    let candidates: Vec<_> = observed.iter().map(|(miner, evaluation, _)| candidate(miner, evaluation)).collect();
    let scores = score(sample, &candidates, plan.schedule.now.get())?;
    let evaluations: Vec<_> = observed.iter().map(|(_, evaluation, _)| evaluation.as_ref()).collect();
    let evidence = *evidence(context.evaluator.engine_id(), sample, &evaluations).as_bytes();
    let assessed = observed
        .into_iter()
        .zip(scores)
        .map(|((miner, evaluation, exchanges), scored)| Assessed { miner, evaluation, scored, exchanges })
        .collect();
    Ok(Assessment { plan, assessed, unobserved, evidence })
}

/// Models whose bytes are held at the same time: at most 64 MiB under the default limit of a module.
const MODELS_AT_A_TIME: usize = 16;

/// The miners that were observed, and the others.
#[derive(Default)]
struct Evaluated {
    observed: Vec<Observed>,
    unobserved: Vec<(Miner, Unobserved)>,
}

/// A miner, what it did, and what it signed of that.
type Observed = (Miner, Arc<Evaluation>, Vec<Exchange>);

/// Fetches and runs models, some at a time, and asks live miners.
fn evaluate(context: &Context, miners: &[Miner], sample: &Sample, secret: &Hash) -> Result<Evaluated, WorkerError> {
    let mut evaluated = Evaluated::default();
    let (mut models, mut live) = (Vec::new(), Vec::new());
    for miner in miners {
        match &miner.offer {
            Offer::Model { committed, axon } => models.push((miner, (committed.clone(), *axon))),
            Offer::Live(served) => live.push((miner, LiveMiner { hotkey: miner.hotkey, axon: served.axon })),
        }
    }
    for models in models.chunks(MODELS_AT_A_TIME) {
        run(context, models, sample, &mut evaluated)?;
    }
    if !live.is_empty() {
        ask(context, &live, sample, secret, &mut evaluated);
    }
    evaluated.observed.sort_by_key(|(miner, ..)| miner.uid);
    Ok(evaluated)
}

/// Runs models. One that was committed with a size above the limit is not fetched.
fn run(
    context: &Context,
    models: &[(&Miner, (CommittedModel, Option<Axon>))],
    sample: &Sample,
    evaluated: &mut Evaluated,
) -> Result<(), WorkerError> {
    let mut wanted = Vec::new();
    for (miner, offered) in models {
        let model = &offered.0.model;
        let stand_in = Hash256::from_bytes(model.bound_hash);
        match context.evaluator.refuse(sample, stand_in, model.size.into()) {
            Some(refused) => evaluated.observed.push(((*miner).clone(), refused, Vec::new())),
            None => wanted.push((*miner, offered.clone())),
        }
    }
    let (miners, offers): (Vec<&Miner>, Vec<_>) = wanted.into_iter().unzip();
    let mut fetched = Vec::new();
    for (miner, model) in miners.into_iter().zip(context.models.fetch_all(&offers)) {
        match model {
            Ok(bytes) => fetched.push((miner, bytes)),
            Err(reason) => evaluated.unobserved.push((miner.clone(), reason.into())),
        }
    }
    (context.progress)();
    let bytes: Vec<&[u8]> = fetched.iter().map(|(_, model)| model.as_slice()).collect();
    let results = context.evaluator.evaluate_all(sample, &bytes, context.progress)?;
    for ((miner, _), result) in fetched.iter().zip(results) {
        match result {
            Ok(evaluation) => evaluated.observed.push(((*miner).clone(), evaluation, Vec::new())),
            Err(reason) => evaluated.unobserved.push(((*miner).clone(), reason.into())),
        }
    }
    Ok(())
}

/// Asks live miners about the items that the models got.
fn ask(context: &Context, live: &[(&Miner, LiveMiner)], sample: &Sample, secret: &Hash, evaluated: &mut Evaluated) {
    let asked = match context.live {
        None => Err(Unobserved::NotAsked),
        Some(client) => {
            let miners: Vec<LiveMiner> = live.iter().map(|(_, miner)| *miner).collect();
            client.ask_all(sample, secret, &miners).map_err(Unobserved::from)
        }
    };
    (context.progress)();
    match asked {
        Ok(reports) => {
            for ((miner, _), report) in live.iter().zip(reports) {
                evaluated.observed.push(((*miner).clone(), Arc::new(report.evaluation), report.exchanges));
            }
        }
        Err(reason) => {
            evaluated.unobserved.extend(live.iter().map(|(miner, _)| ((*miner).clone(), reason.clone())));
        }
    }
}

fn candidate<'a>(miner: &Miner, evaluation: &'a Evaluation) -> Candidate<'a> {
    Candidate { hotkey: *miner.hotkey.as_ref(), committed_at: miner.offered_at().get(), evaluation }
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
        let offer = Offer::Model { committed, axon: None };
        Miner { uid: Uid::new(number.into()), hotkey, registered_at: ProtocolBlock::new(1), offer }
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
        let Offer::Model { committed, .. } = &mut miners[20].offer else { panic!("it offers a model") };
        committed.model.size = limit + 1;
        let nowhere = AccountId::from([0; 32]);
        let contracts =
            Contracts { tao: nowhere, staking: nowhere, registry: nowhere, settlement: nowhere, root: nowhere };
        let chain = Embedded::new(0);
        let context = Context {
            chain: &chain,
            contracts: &contracts,
            evaluator: &evaluator,
            models: &shelf,
            live: None,
            progress: &|| (),
        };
        let Evaluated { observed, unobserved } = evaluate(&context, &miners, &sample, &[0; 32]).expect("runners start");
        assert_eq!(unobserved.len(), 39);
        let [(refused, evaluation, _)] = observed.as_slice() else { panic!("{observed:?}") };
        assert_eq!(refused, &miners[20]);
        let (bytes, limit) = (u64::from(limit) + 1, limit.into());
        assert_eq!(evaluation.outcome, Outcome::Invalid(Invalid::TooLarge { bytes, limit }));
        let fetched = shelf.0.into_inner().expect("no panic before");
        assert_eq!(fetched.len(), 39);
        assert!(!fetched.contains(&"shelf 20".into()));
    }
}
