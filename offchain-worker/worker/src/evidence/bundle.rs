//! The evidence of a round: everything that its weights follow from, signed.

use std::collections::BTreeMap;

use chain::Signer;
use evaluator::{Answer, Evaluation, MovingAverage, Origin, Outcome, Sample, Scored, ZeroReason};
use keys::verify;
use primitives::{
    AccountId, Hash, Netuid, ProtocolBlock, Uid,
    model::{CommittedModel, ModelCommitment, ModelKind},
    weights::{WeightEntry, WeightsPayload, commit_hash},
};
use serde::{Deserialize, Serialize};
use transport::live::Exchange;

use super::text;
use crate::{Assessed, Assessment, Offer, assessment::identity, draw};

/// The version of the format.
pub(super) const VERSION: u32 = 1;
const SIGNING_DOMAIN: &str = "yarrow/evidence-bundle/1";

/// The evidence of a round, as a file holds it. It shows a round's secret and weights, so before the reveal it is its
/// validator's alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// What was found.
    pub content: Content,
    /// The validator's signature of that.
    #[serde(with = "text::signature")]
    pub signature: [u8; 64],
}

/// What a validator found in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The version of the format.
    pub version: u32,
    /// The contract that has the weights.
    #[serde(with = "text::account")]
    pub settlement: AccountId,
    /// On which subnet.
    pub netuid: u16,
    /// In which epoch.
    pub epoch: u64,
    /// By which validator.
    #[serde(with = "text::account")]
    pub hotkey: AccountId,
    /// The protocol block at which the models were compared.
    pub now: u64,
    /// The engine and its limits, see `Limits::engine_id`.
    #[serde(with = "text::hash")]
    pub engine: Hash,
    /// The task.
    pub task: String,
    /// The task's data.
    #[serde(with = "text::hash")]
    pub dataset: Hash,
    /// How many items.
    pub items: u32,
    /// The subnet's seed.
    #[serde(with = "text::hash")]
    pub subnet_seed: Hash,
    /// The validator's secret of the round.
    #[serde(with = "text::hash")]
    pub round_secret: Hash,
    /// Hash of its secret of the next round, which it is so bound to.
    #[serde(with = "text::hash")]
    pub next_secret_hash: Hash,
    /// What each model did.
    pub models: Vec<ModelEvidence>,
    /// The averages before the round.
    pub average_before: MovingAverage,
    /// The weights.
    pub weights: Vec<WeightEvidence>,
    /// The version key with which they were committed.
    pub version_key: u64,
    /// The salt of the commitment.
    #[serde(with = "text::bytes")]
    pub salt: Vec<u8>,
    /// What of this bundle the weights were committed with.
    #[serde(with = "text::hash")]
    pub evidence: Hash,
    /// What stands on the chain.
    #[serde(with = "text::hash")]
    pub commit: Hash,
}

/// What a model did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEvidence {
    /// Whose.
    pub uid: u16,
    /// Whose.
    #[serde(with = "text::account")]
    pub hotkey: AccountId,
    /// When that hotkey took the uid, as a protocol block.
    pub registered_at: u64,
    /// Who committed the model: the hotkey, or the one it was swapped for; the hotkey itself of a live miner.
    #[serde(with = "text::account")]
    pub committed_by: AccountId,
    /// When, or since when it serves, as a protocol block.
    pub committed_at: u64,
    /// What was committed to.
    #[serde(with = "text::hash")]
    pub bound_hash: Hash,
    /// How large it is.
    pub size: u32,
    /// Where it is to be had.
    pub location: String,
    /// What it is.
    #[serde(with = "text::hash")]
    pub module: Hash,
    /// How it ended.
    pub outcome: Outcome,
    /// What it used.
    pub fuel: u64,
    /// The loss of each item, in bits times 2^32.
    pub losses: Vec<i64>,
    /// Bits saved over the baseline, times 2^32.
    pub bits_saved: Option<i64>,
    /// Its score of the round, times 2^32.
    pub score: u64,
    /// Why that is 0.
    pub zero: Option<String>,
    /// What a live miner said, which nobody can make again; absent of a model.
    pub attested: Option<Attested>,
}

/// What a live miner said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attested {
    /// What it gave the class that came true, of each item.
    pub answers: Vec<Answer>,
    /// All of the conversation that it signed.
    pub exchanges: Vec<SignedExchange>,
}

/// A request to a live miner with its signed answer, see `transport::btauth::verify_response`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedExchange {
    /// The nonce of the request.
    pub nonce_ns: u64,
    /// The body of the request.
    #[serde(with = "text::bytes")]
    pub request: Vec<u8>,
    /// The status of the answer.
    pub status: u16,
    /// The body of the answer.
    #[serde(with = "text::bytes")]
    pub response: Vec<u8>,
    /// The miner's signature of the answer.
    #[serde(with = "text::signature")]
    pub signature: [u8; 64],
}

impl SignedExchange {
    fn of(exchange: &Exchange) -> Self {
        let Exchange { nonce_ns, request, status, response, signature, .. } = exchange;
        Self {
            nonce_ns: *nonce_ns,
            request: request.clone(),
            status: *status,
            response: response.clone(),
            signature: *signature,
        }
    }
}

/// A weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightEvidence {
    /// Towards whom.
    pub uid: u16,
    /// Towards whom.
    #[serde(with = "text::account")]
    pub hotkey: AccountId,
    /// When that neuron was registered, as a protocol block.
    pub registered_at: u64,
    /// A u16 fraction of the largest.
    pub value: u16,
    /// The average that it follows from, times 2^32.
    pub average: u64,
}

/// What a bundle is made of beside the assessment.
pub(crate) struct Facts<'a> {
    pub(crate) settlement: AccountId,
    pub(crate) engine: Hash,
    pub(crate) sample: &'a Sample,
    pub(crate) secrets: [Hash; 2],
    pub(crate) before: MovingAverage,
    pub(crate) after: &'a MovingAverage,
    pub(crate) payload: &'a WeightsPayload,
}

impl Bundle {
    /// The evidence of an assessment.
    pub(crate) fn new(hotkey: &Signer, assessment: &Assessment, facts: Facts<'_>) -> Self {
        let plan = &assessment.plan;
        let [round_secret, next_secret] = facts.secrets;
        let averages: BTreeMap<_, _> = facts.after.scores().unwrap_or_default().into_iter().collect();
        let weight = |entry: &WeightEntry| {
            let miner = plan.miners.iter().find(|miner| miner.uid == entry.uid)?;
            Some(WeightEvidence {
                uid: entry.uid.get(),
                hotkey: miner.hotkey,
                registered_at: entry.registered_at.get(),
                value: entry.value,
                average: averages.get(&identity(miner)).map_or(0, |average| average.q32()),
            })
        };
        let payload = facts.payload;
        let content = Content {
            version: VERSION,
            settlement: facts.settlement,
            netuid: plan.netuid.get(),
            epoch: plan.schedule.epoch,
            hotkey: hotkey.account(),
            now: plan.schedule.now.get(),
            engine: facts.engine,
            task: plan.task.clone(),
            dataset: *facts.sample.task().dataset().as_bytes(),
            items: facts.sample.range().end,
            subnet_seed: plan.schedule.seed,
            round_secret,
            next_secret_hash: draw::secret_hash(&next_secret),
            models: assessment.assessed.iter().map(ModelEvidence::of).collect(),
            average_before: facts.before,
            weights: payload.entries.iter().filter_map(weight).collect(),
            version_key: payload.version_key,
            salt: payload.salt.clone(),
            evidence: payload.evidence,
            commit: commit_hash(&facts.settlement, plan.netuid, &hotkey.account(), payload),
        };
        Self::sign(content, hotkey)
    }

    /// Signs what a validator found.
    pub fn sign(content: Content, hotkey: &Signer) -> Self {
        let signature = hotkey.sign(&content.signed());
        Self { content, signature }
    }

    /// Whether the validator that the bundle names has signed it.
    pub fn is_signed(&self) -> bool {
        verify(&self.content.hotkey, &self.content.signed(), &self.signature)
    }

    /// Whether the commitment is to the bundle's weights, salt and evidence.
    pub fn is_committed(&self) -> bool {
        let content = &self.content;
        commit_hash(&content.settlement, content.netuid(), &content.hotkey, &content.payload()) == content.commit
    }
}

impl Content {
    /// The bytes that are signed.
    fn signed(&self) -> Vec<u8> {
        // Every field has a text form, and integers and lists have one only.
        let json = serde_json::to_vec(self).unwrap_or_default();
        [SIGNING_DOMAIN.as_bytes(), &primitives::model::content_hash(&json)].concat()
    }

    /// The weights as they were committed.
    pub fn payload(&self) -> WeightsPayload {
        let entry = |weight: &WeightEvidence| WeightEntry {
            uid: Uid::new(weight.uid),
            registered_at: ProtocolBlock::new(weight.registered_at),
            value: weight.value,
        };
        WeightsPayload {
            commit_epoch: self.epoch,
            version_key: self.version_key,
            entries: self.weights.iter().map(entry).collect(),
            evidence: self.evidence,
            salt: self.salt.clone(),
        }
    }

    /// The subnet.
    pub fn netuid(&self) -> Netuid {
        Netuid::new(self.netuid)
    }

    /// The seed of the items.
    pub fn seed(&self) -> Hash {
        draw::seed(&self.subnet_seed, &self.round_secret)
    }
}

impl ModelEvidence {
    fn of(found: &Assessed) -> Self {
        let Assessed { miner, evaluation, scored, exchanges } = found;
        let nothing = ModelCommitment { kind: ModelKind::Wasm, size: 0, bound_hash: [0; 32], location: Vec::new() };
        let (model, hotkey) = match &miner.offer {
            Offer::Model { committed, .. } => (&committed.model, committed.hotkey),
            Offer::Live(_) => (&nothing, miner.hotkey),
        };
        let attested = (evaluation.origin == Origin::Attested).then(|| Attested {
            answers: evaluation.answers.clone(),
            exchanges: exchanges.iter().map(SignedExchange::of).collect(),
        });
        Self {
            uid: miner.uid.get(),
            hotkey: miner.hotkey,
            registered_at: miner.registered_at.get(),
            committed_by: hotkey,
            committed_at: miner.offered_at().get(),
            bound_hash: model.bound_hash,
            size: model.size,
            location: String::from_utf8_lossy(&model.location).into_owned(),
            module: *evaluation.module.as_bytes(),
            outcome: evaluation.outcome.clone(),
            fuel: evaluation.fuel,
            losses: losses(evaluation),
            bits_saved: scored.bits_saved.map(|bits| bits.q32()),
            score: scored.score.q32(),
            zero: zero(scored),
            attested,
        }
    }

    /// What was committed to; nothing of a live miner.
    pub fn committed(&self) -> CommittedModel {
        let model = ModelCommitment {
            kind: ModelKind::Wasm,
            size: self.size,
            bound_hash: self.bound_hash,
            location: self.location.clone().into_bytes(),
        };
        CommittedModel { model, hotkey: self.committed_by, committed_at: ProtocolBlock::new(self.committed_at) }
    }
}

/// Why a score is 0, as a bundle says it.
pub(super) fn zero(scored: &Scored) -> Option<String> {
    let name = |hotkey: &[u8; 32]| chain::ss58(&AccountId::from(*hotkey));
    Some(match scored.zero.as_ref()? {
        ZeroReason::Outcome(outcome) => outcome.to_string(),
        ZeroReason::NotBetterThanBaseline => "NotBetterThanBaseline".to_owned(),
        ZeroReason::Copy { of, kind } => format!("{kind:?} copy of {}", name(of)),
        ZeroReason::NotBetterThanEarlier { of } => format!("NotBetterThan {}", name(of)),
        ZeroReason::Superseded { by } => format!("SupersededBy {}", name(by)),
    })
}

/// The losses of an evaluation in bits times 2^32.
pub(super) fn losses(evaluation: &Evaluation) -> Vec<i64> {
    evaluation.losses.iter().map(|loss| loss.q32()).collect()
}
