//! The result of one model on one sample.

use serde::{Deserialize, Serialize};

use crate::hash::{Digest, Hash256};
use crate::merkle;
use crate::outcome::{NoAnswer, Outcome};
use crate::sandbox::protocol::{Answer, Done};
use crate::scoring::Hotkey;
use crate::scoring::bits::{Bits, item_losses};
use crate::tasks::{Item, Sample};

/// Whether others can make an evaluation again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// The model ran in the sandbox: the evaluation is equal on every machine for equal engine id, module and sample.
    Sandboxed,
    /// A miner answered live: what it said is known from answers that it signed, and may differ the next time.
    Attested,
}

/// What a model did on a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Whether it can be made again.
    pub origin: Origin,
    /// [`Hash256::of`] the module; of a live miner a hash of its hotkey, so that no two are the same module.
    pub module: Hash256,
    /// [`Sample::id`] of the sample.
    pub sample: Hash256,
    /// Hash of the module without custom sections; absent when it is invalid.
    pub normalised: Option<Hash256>,
    /// How it ended.
    pub outcome: Outcome,
    /// The loss of each item, in bits per prediction; empty unless the outcome is [`Outcome::Ok`].
    pub losses: Vec<Bits>,
    /// The answers behind the losses, one per prediction.
    pub answers: Vec<Answer>,
    /// Fuel used, about one unit per instruction; 0 of a live miner.
    pub fuel: u64,
    /// Largest linear memory of an instance, in bytes.
    pub peak_memory: u64,
}

impl Evaluation {
    pub(crate) fn new(module: Hash256, sample: &Sample, done: Done) -> Self {
        let losses = if done.outcome == Outcome::Ok { item_losses(sample.items(), &done.answers) } else { Vec::new() };
        Self {
            origin: Origin::Sandboxed,
            module,
            sample: sample.id(),
            normalised: done.normalised,
            outcome: done.outcome,
            losses,
            answers: done.answers,
            fuel: done.fuel,
            peak_memory: done.peak_memory,
        }
    }

    /// What a live miner said of each item of `sample`: one weight per class, or why there is no such answer.
    /// Answers of another shape than the sample's are [`NoAnswer::BadAnswer`].
    pub fn attested(hotkey: &Hotkey, sample: &Sample, said: Result<&[Vec<u16>], NoAnswer>) -> Self {
        let answers = said.and_then(|weights| live_answers(sample, weights).ok_or(NoAnswer::BadAnswer));
        let (outcome, answers) = match answers {
            Ok(answers) => (Outcome::Ok, answers),
            Err(reason) => (Outcome::NoAnswer(reason), Vec::new()),
        };
        let mut module = Digest::new("yarrow/live");
        module.raw(hotkey);
        let done = Done { outcome, normalised: None, answers, fuel: 0, peak_memory: 0 };
        Self { origin: Origin::Attested, ..Self::new(module.finish(), sample, done) }
    }

    /// Mean loss over the items, in bits per prediction; absent unless the outcome is [`Outcome::Ok`].
    pub fn mean_loss(&self) -> Option<Bits> {
        (self.outcome == Outcome::Ok).then(|| mean(&self.losses))
    }

    /// Root of a binary Merkle tree over the items' losses, so that one item can be disputed alone, see
    /// [`LossProof`](crate::LossProof).
    pub fn losses_root(&self) -> Hash256 {
        merkle::root(&self.losses)
    }
}

/// What the weights give the classes that came true; nothing if their shape is not the sample's.
fn live_answers(sample: &Sample, weights: &[Vec<u16>]) -> Option<Vec<Answer>> {
    let classes = sample.task().spec().interface.symbols();
    let answer = |(item, weights): (&Item, &Vec<u16>)| match item {
        Item::Labelled { label, .. } if weights.len() == classes as usize => {
            let weight = u32::from(*weights.get(usize::from(*label))?) + 1;
            Some(Answer { weight, total: weights.iter().map(|weight| u32::from(*weight) + 1).sum() })
        }
        Item::Labelled { .. } | Item::Stream(_) => None,
    };
    (weights.len() == sample.items().len()).then(|| sample.items().iter().zip(weights).map(answer).collect())?
}

pub(crate) fn mean(losses: &[Bits]) -> Bits {
    let sum: i128 = losses.iter().map(|loss| i128::from(loss.q32())).sum();
    Bits::from_q32((sum / losses.len().max(1) as i128) as i64)
}

/// Digest of a round: engine, sample, and of every model its hash, outcome, fuel and losses root, in
/// the order of the hashes. Whoever evaluates the same models on the same sample gets the same 32
/// bytes, which are committed with the weights.
pub fn evidence(engine: &Hash256, sample: &Sample, evaluations: &[&Evaluation]) -> Hash256 {
    let mut sorted = evaluations.to_vec();
    sorted.sort_unstable_by_key(|evaluation| evaluation.module);
    sorted.dedup_by_key(|evaluation| evaluation.module);
    let mut digest = Digest::new("yarrow/evidence");
    digest.hash(engine).hash(&sample.id()).number(sorted.len() as u64);
    for evaluation in sorted {
        digest
            .hash(&evaluation.module)
            .bytes(evaluation.outcome.to_string().as_bytes())
            .number(evaluation.fuel)
            .hash(&evaluation.losses_root());
    }
    digest.finish()
}
