//! Doing a round again from its evidence, and finding where it does not come out as its validator said.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use consensus::weights::quantise;
use evaluator::{
    Answer, Bits, Candidate, Evaluation, Evaluator, Hash256, Miner as Observed, NoAnswer, Origin, Outcome, Sample,
    Score, Scored, evidence, score, tasks,
};
use primitives::{AccountId, hyperparameters::MAX_UIDS};
use thiserror::Error;

use super::bundle::{Attested, Bundle, Content, ModelEvidence, WeightEvidence, losses, zero};
use crate::{ModelSource, Unavailable, WorkerError, draw};

/// Models whose bytes are held at the same time.
const MODELS_AT_A_TIME: usize = 16;
/// As many values as a weight of an answer has, see [`Answer`].
const WEIGHTS: u32 = 1 << 16;

/// Why a round cannot be done again.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// This program has no such task, or its data are others.
    #[error("the round was measured by task `{0}` with data that this program does not have")]
    OtherTask(String),
    /// This program's engine is another.
    #[error("the round ran on another engine than this program's: 0x{}", hex::encode(.0))]
    OtherEngine(primitives::Hash),
    /// The bundle names more items than a round can have.
    #[error("the round has {0} items, which is not possible")]
    Items(u32),
    /// The bundle names more models than a subnet has seats.
    #[error("the round has {0} models, which is more than a subnet has seats")]
    Models(usize),
    /// The model or the item that is asked for is not in the bundle.
    #[error("there is no {0} in the bundle")]
    NotThere(String),
    /// What a live miner is said to have answered is no answer to these items.
    #[error("what the live miner of uid {0} is said to have answered is no answer")]
    Answers(u16),
    /// A model is needed and not to be had.
    #[error("the model of uid {uid} is needed: {reason}")]
    Unavailable {
        /// Whose.
        uid: u16,
        /// Why it is not to be had.
        reason: Unavailable,
    },
    /// This machine has no result.
    #[error("this machine has no result for the model of uid {0}; try again")]
    Inconclusive(u16),
    /// The evaluator failed.
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

/// A place where a bundle and its replay differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// The named validator did not sign this.
    Signature,
    /// The weights, the salt or the evidence are not those of the commitment.
    Commit,
    /// The evidence that was committed is not that of these evaluations.
    Evidence,
    /// A model's hash is another.
    Module {
        /// Whose.
        uid: u16,
    },
    /// A model ended differently.
    Outcome {
        /// Whose.
        uid: u16,
    },
    /// A model used another amount of fuel.
    Fuel {
        /// Whose.
        uid: u16,
    },
    /// An item's loss is another.
    Loss {
        /// Whose.
        uid: u16,
        /// Which item.
        item: usize,
    },
    /// A score, or what is said of how it came about, is another.
    Score {
        /// Whose.
        uid: u16,
    },
    /// A weight or the average behind it is another.
    Weight {
        /// Whose.
        uid: u16,
    },
    /// The weights are towards others.
    Weights,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature => f.write_str("the signature is not that of the named validator"),
            Self::Commit => f.write_str("the commitment is not to these weights, this salt and this evidence"),
            Self::Evidence => f.write_str("the committed evidence is not that of these evaluations"),
            Self::Module { uid } => write!(f, "uid {uid}: the model is another"),
            Self::Outcome { uid } => write!(f, "uid {uid}: the outcome is another"),
            Self::Fuel { uid } => write!(f, "uid {uid}: the fuel is another"),
            Self::Loss { uid, item } => write!(f, "uid {uid}: the loss of item {item} is another"),
            Self::Score { uid } => write!(f, "uid {uid}: the score is another"),
            Self::Weight { uid } => write!(f, "uid {uid}: the weight is another"),
            Self::Weights => f.write_str("the weights are towards other miners"),
        }
    }
}

/// What a replay found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// How many models ran again.
    pub models: usize,
    /// Where bundle and replay differ; nowhere if the round is as its validator said.
    pub mismatches: Vec<Mismatch>,
}

/// Does a round again: the draw, every model, the scores, the averages and the weights.
///
/// # Errors
/// [`ReplayError`] if it cannot be done here; that says nothing of the validator.
pub fn replay(bundle: &Bundle, evaluator: &Evaluator, models: &dyn ModelSource) -> Result<Replay, ReplayError> {
    let content = &bundle.content;
    let mut mismatches = seals(bundle);
    let sample = sample(content, evaluator)?;
    let mut evaluations = Vec::new();
    for models_at_a_time in content.models.chunks(MODELS_AT_A_TIME) {
        evaluations.extend(evaluate(models_at_a_time, evaluator, models, &sample)?);
    }
    for (model, evaluation) in content.models.iter().zip(&evaluations) {
        compare(model, evaluation, &mut mismatches);
    }
    let all: Vec<&Evaluation> = evaluations.iter().collect();
    let round = *evidence(&Hash256::from_bytes(content.engine), &sample, &all).as_bytes();
    if draw::evidence(&round, &content.next_secret_hash) != content.evidence {
        mismatches.push(Mismatch::Evidence);
    }
    let scores = scores(content, &sample, &evaluations)?;
    for (model, scored) in content.models.iter().zip(&scores) {
        let again = (scored.score.q32(), scored.bits_saved.map(|bits| bits.q32()), zero(scored));
        if again != (model.score, model.bits_saved, model.zero.clone()) {
            mismatches.push(Mismatch::Score { uid: model.uid });
        }
    }
    weigh(content, &scores, &mut mismatches);
    Ok(Replay { models: evaluations.len(), mismatches })
}

/// What can be seen without running anything.
pub(super) fn seals(bundle: &Bundle) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    if !bundle.is_signed() {
        mismatches.push(Mismatch::Signature);
    }
    if !bundle.is_committed() {
        mismatches.push(Mismatch::Commit);
    }
    mismatches
}

/// The items of the round.
pub(super) fn sample(content: &Content, evaluator: &Evaluator) -> Result<Sample, ReplayError> {
    let other = || ReplayError::OtherTask(content.task.clone());
    let task = tasks::find(&content.task).map_err(|_| other())?;
    if *task.dataset().as_bytes() != content.dataset {
        return Err(other());
    }
    if *evaluator.engine_id().as_bytes() != content.engine {
        return Err(ReplayError::OtherEngine(content.engine));
    }
    if content.items != task.spec().items {
        return Err(ReplayError::Items(content.items));
    }
    if content.models.len() > usize::from(MAX_UIDS) {
        return Err(ReplayError::Models(content.models.len()));
    }
    Ok(Sample::draw(task, content.seed(), 0..content.items))
}

/// Runs models of the bundle again, on all cores; what a live miner said is taken from its answers.
pub(super) fn evaluate(
    of: &[ModelEvidence],
    evaluator: &Evaluator,
    models: &dyn ModelSource,
    sample: &Sample,
) -> Result<Vec<Evaluation>, ReplayError> {
    let (mut evaluations, mut fetched) = (vec![None; of.len()], Vec::new());
    for ((place, model), evaluation) in of.iter().enumerate().zip(&mut evaluations) {
        let refused = || evaluator.refuse(sample, Hash256::from_bytes(model.bound_hash), model.size.into());
        if let Some(attested) = &model.attested {
            *evaluation = Some(answered(model, attested, sample).ok_or(ReplayError::Answers(model.uid))?);
        } else if let Some(refused) = refused() {
            *evaluation = Some(refused.as_ref().clone());
        } else {
            let unavailable = |reason| ReplayError::Unavailable { uid: model.uid, reason };
            fetched.push((place, models.fetch_committed(&model.committed()).map_err(unavailable)?));
        }
    }
    let bytes: Vec<&[u8]> = fetched.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    let results = evaluator.evaluate_all(sample, &bytes, &|| ()).map_err(WorkerError::from)?;
    for ((place, _), result) in fetched.iter().zip(results) {
        evaluations[*place] = result.ok().map(|result| result.as_ref().clone());
    }
    of.iter().zip(evaluations).map(|(model, found)| found.ok_or(ReplayError::Inconclusive(model.uid))).collect()
}

/// What a live miner said, as the bundle has it; `None` if that cannot be what one said.
fn answered(model: &ModelEvidence, attested: &Attested, sample: &Sample) -> Option<Evaluation> {
    let hotkey = raw(&model.hotkey);
    let nothing = |reason| Evaluation::attested(&hotkey, sample, Err(reason));
    let answers = &attested.answers;
    match model.outcome {
        Outcome::NoAnswer(reason) => answers.is_empty().then(|| nothing(reason)),
        Outcome::Ok => {
            let most = WEIGHTS.saturating_mul(sample.task().spec().interface.symbols());
            let is_possible = |answer: &Answer| {
                (1..=WEIGHTS).contains(&answer.weight) && (answer.weight..=most).contains(&answer.total)
            };
            let predictions: usize = sample.items().iter().map(|item| item.predictions() as usize).sum();
            let are_possible =
                predictions == sample.items().len() && answers.len() == predictions && answers.iter().all(is_possible);
            are_possible.then(|| Evaluation {
                outcome: Outcome::Ok,
                losses: answers.iter().copied().map(Bits::loss).collect(),
                answers: answers.clone(),
                ..nothing(NoAnswer::Unreachable)
            })
        }
        _ => None,
    }
}

/// An evaluation as the bundle says it was.
pub(super) fn said(model: &ModelEvidence, sample: &Sample) -> Evaluation {
    let losses = match model.outcome {
        Outcome::Ok => model.losses.iter().copied().map(Bits::from_q32).collect(),
        _ => Vec::new(),
    };
    Evaluation {
        origin: Origin::Sandboxed,
        module: Hash256::from_bytes(model.module),
        sample: sample.id(),
        normalised: None,
        outcome: model.outcome.clone(),
        losses,
        answers: Vec::new(),
        fuel: model.fuel,
        peak_memory: 0,
    }
}

fn compare(model: &ModelEvidence, evaluation: &Evaluation, mismatches: &mut Vec<Mismatch>) {
    let uid = model.uid;
    if *evaluation.module.as_bytes() != model.module {
        mismatches.push(Mismatch::Module { uid });
    }
    if evaluation.outcome != model.outcome {
        mismatches.push(Mismatch::Outcome { uid });
    }
    if evaluation.fuel != model.fuel {
        mismatches.push(Mismatch::Fuel { uid });
    }
    let again = losses(evaluation);
    let differs = |item: &usize| again.get(*item) != model.losses.get(*item);
    // Of losses that no item has, one is enough to say.
    let said = model.losses.len().min(again.len() + 1);
    let items = (0..again.len().max(said)).filter(differs);
    mismatches.extend(items.map(|item| Mismatch::Loss { uid, item }));
}

fn scores(content: &Content, sample: &Sample, evaluations: &[Evaluation]) -> Result<Vec<Scored>, ReplayError> {
    let candidates: Vec<Candidate<'_>> = content
        .models
        .iter()
        .zip(evaluations)
        .map(|(model, evaluation)| Candidate {
            hotkey: raw(&model.hotkey),
            committed_at: model.committed_at,
            evaluation,
        })
        .collect();
    Ok(score(sample, &candidates, content.now).map_err(WorkerError::from)?)
}

/// Takes the scores into the averages and compares the weights that follow.
fn weigh(content: &Content, scores: &[Scored], mismatches: &mut Vec<Mismatch>) {
    let mut average = content.average_before.clone();
    let observed = content
        .models
        .iter()
        .map(|model| Observed { hotkey: raw(&model.hotkey), registered_at: model.registered_at })
        .zip(scores.iter().map(|scored| scored.score));
    average.observe(&observed.collect::<Vec<_>>());
    let averages: BTreeMap<Observed, Score> = average.scores().unwrap_or_default().into_iter().collect();
    let of = |weight: &WeightEvidence| {
        let miner = Observed { hotkey: raw(&weight.hotkey), registered_at: weight.registered_at };
        averages.get(&miner).map_or(0, |average| average.q32())
    };
    let again: Vec<u64> = content.weights.iter().map(of).collect();
    for ((weight, average), value) in content.weights.iter().zip(&again).zip(quantise(&again)) {
        if (weight.average, weight.value) != (*average, value) {
            mismatches.push(Mismatch::Weight { uid: weight.uid });
        }
    }
    let seat_of = |weight: &WeightEvidence| (weight.uid, weight.hotkey, weight.registered_at);
    let seats: BTreeSet<_> = content.weights.iter().map(seat_of).collect();
    let is_weighed = |model: &ModelEvidence| seats.contains(&(model.uid, model.hotkey, model.registered_at));
    if !content.models.iter().all(is_weighed) {
        mismatches.push(Mismatch::Weights);
    }
}

fn raw(account: &AccountId) -> [u8; 32] {
    *account.as_ref()
}
