//! The journal's records, and how they are written: a version, the content, a checksum.

use evaluator::{MovingAverage, Score};
use primitives::{Hash, Netuid, model::content_hash, weights::WeightsPayload};
use scale::{DecodeAll as _, Encode as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};

use super::JournalError;

const VERSION: u8 = 1;
const CHECKSUM: usize = 8;

/// How far the round of an epoch is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundRecord {
    /// On which subnet.
    #[serde(with = "netuid")]
    pub netuid: Netuid,
    /// In which epoch.
    pub epoch: u64,
    /// How far.
    pub stage: Stage,
}

/// The stages of a round, each with what the next one needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The miners are known, and the seed of the items.
    Planned {
        /// The seed.
        seed: Hash,
        /// How many miners take part.
        miners: u32,
    },
    /// The items are drawn and the models run on them. Each result is kept by the evaluator as it comes.
    Evaluating {
        /// Which items, see `Sample::id`.
        sample: Hash,
    },
    /// The weights are known; whether they were committed, the chain knows.
    Scored(ScoredRound),
    /// The commitment was seen on the chain.
    Committed {
        /// The weights.
        scored: ScoredRound,
        /// The epoch in which they must be revealed.
        reveal_epoch: u64,
    },
    /// The weights were seen on the chain, revealed or set directly.
    Revealed {
        /// The first epoch whose settling counts them.
        counts_in: u64,
    },
    /// An epoch that counts the weights was settled.
    Settled,
    /// There was nothing to say.
    Abstained,
    /// The round ended without weights.
    Missed(Missed),
}

/// Why a round ended without weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Missed {
    /// The epoch ended before the scores covered enough miners, or before the chain took the commitment.
    NotCommitted,
    /// The reveal's epoch ended before the chain took it.
    NotRevealed,
}

/// What a round found, and the weights that follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoredRound {
    /// The miners that were observed, with their scores of this round.
    pub observed: Vec<(evaluator::Miner, Score)>,
    /// The weights as they will be revealed, with their salt.
    #[serde(with = "payload")]
    pub payload: WeightsPayload,
    /// What is committed of them.
    pub hash: Hash,
}

impl Stage {
    /// Whether nothing is left to do.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Settled | Self::Abstained | Self::Missed(_))
    }

    /// Its name, as logs and metrics use it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Evaluating { .. } => "evaluating",
            Self::Scored(_) => "scored",
            Self::Committed { .. } => "committed",
            Self::Revealed { .. } => "revealed",
            Self::Settled => "settled",
            Self::Abstained => "abstained",
            Self::Missed(_) => "missed",
        }
    }
}

/// What is remembered of a subnet's miners.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Their averages.
    pub average: MovingAverage,
    /// Who was observed in the last round.
    pub observed: Vec<evaluator::Miner>,
}

pub(super) fn encode(record: &impl Serialize) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    bytes.extend(postcard::to_allocvec(record).expect("postcard fails only on types that records do not contain"));
    bytes.extend(checksum(&bytes));
    bytes
}

pub(super) fn decode<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, JournalError> {
    let damaged = || JournalError::Damaged { key: key.to_owned() };
    let (content, sum) = checked(bytes).ok_or_else(damaged)?;
    if sum != checksum(content) {
        return Err(damaged());
    }
    match content.split_first() {
        Some((&VERSION, record)) => postcard::from_bytes(record).map_err(|_| damaged()),
        Some((&version, _)) if version > VERSION => Err(JournalError::Newer { key: key.to_owned(), version }),
        _ => Err(damaged()),
    }
}

/// Whether these bytes are a record as it was written.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    checked(bytes).is_some_and(|(content, sum)| sum == checksum(content))
}

fn checked(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM] {
    let mut sum = [0; CHECKSUM];
    sum.copy_from_slice(&content_hash(content)[..CHECKSUM]);
    sum
}

mod netuid {
    use super::*;

    pub(super) fn serialize<S: Serializer>(netuid: &Netuid, serializer: S) -> Result<S::Ok, S::Error> {
        netuid.get().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Netuid, D::Error> {
        u16::deserialize(deserializer).map(Netuid::new)
    }
}

/// A payload is kept as the chain reads it.
mod payload {
    use super::*;

    pub(super) fn serialize<S: Serializer>(payload: &WeightsPayload, serializer: S) -> Result<S::Ok, S::Error> {
        payload.encode().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WeightsPayload, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?;
        WeightsPayload::decode_all(&mut bytes.as_slice()).map_err(serde::de::Error::custom)
    }
}
