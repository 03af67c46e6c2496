//! Which weights of a validator an epoch counted, and where they are known from.

use std::collections::BTreeMap;

use chain::{Chain, ChainExt as _, Contracts};
use consensus::weights::max_upscale;
use primitives::{
    AccountId, Hash, Netuid, ProtocolBlock, Uid,
    registry::Neuron,
    settlement::{EpochResult, WeightCommit, WeightsCommitted, WeightsRevealed, WeightsRow, WeightsSet},
    weights::WeightEntry,
};

use super::SettledError;

/// Weights that somebody shows: they count as known if the chain has seen their commitment revealed.
#[derive(Clone, Debug)]
pub struct ShownRow {
    /// The hash of the commitment, which covers the entries.
    pub commit: Hash,
    /// The weights as they were committed.
    pub entries: Vec<WeightEntry>,
}

/// Where weights are known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowSource {
    /// The chain has them still.
    Chain {
        /// Hash of the evidence behind them.
        evidence: Hash,
    },
    /// They were shown, and are those of this commitment.
    Shown {
        /// The commitment.
        commit: Hash,
    },
}

/// Weights of a validator that an epoch counted.
#[derive(Clone, Debug)]
pub struct KnownRow {
    /// Whose.
    pub uid: Uid,
    /// Neurons and weights, the largest scaled up to 65,535.
    pub entries: Vec<(u16, u16)>,
    /// When they were committed, or set directly.
    pub committed_at: ProtocolBlock,
    /// Where they are known from.
    pub source: RowSource,
}

/// What the chain's events say of the weights of a subnet.
pub(super) struct Ledger {
    commits: BTreeMap<Hash, WeightCommit>,
    /// The commitments that were revealed, by hotkey, oldest first.
    revealed: BTreeMap<AccountId, Vec<Hash>>,
    /// The blocks of the host chain in which weights were set directly, by hotkey.
    set: BTreeMap<AccountId, Vec<u32>>,
}

impl Ledger {
    pub(super) fn read(
        chain: &(impl Chain + ?Sized),
        contracts: &Contracts,
        netuid: Netuid,
        head: u32,
    ) -> Result<Self, SettledError> {
        let settlement = contracts.settlement;
        let committed: Vec<(u32, WeightsCommitted)> = chain.history_of(settlement, head)?;
        let commits = committed.into_iter().filter(|(_, event)| event.netuid == netuid);
        let mut revealed: BTreeMap<AccountId, Vec<Hash>> = BTreeMap::new();
        for (_, event) in chain.history_of::<WeightsRevealed>(settlement, head)? {
            if event.netuid == netuid {
                revealed.entry(event.hotkey).or_default().push(event.hash);
            }
        }
        let mut set: BTreeMap<AccountId, Vec<u32>> = BTreeMap::new();
        for (block, event) in chain.history_of::<WeightsSet>(settlement, head)? {
            if event.netuid == netuid {
                set.entry(event.hotkey).or_default().push(block);
            }
        }
        Ok(Self { commits: commits.map(|(_, event)| (event.commit.hash, event.commit)).collect(), revealed, set })
    }

    /// The weights of a neuron that an epoch counted, which `settled_in` that block of the host chain; `None` if it had none.
    ///
    /// # Errors
    /// [`SettledError::Replaced`].
    pub(super) fn counted(
        &self,
        (uid, neuron): (Uid, &Neuron),
        on_chain: Option<WeightsRow>,
        (result, settled_in): (&EpochResult, Option<u32>),
        (neurons, shown): (&[Neuron], &[ShownRow]),
    ) -> Result<Option<KnownRow>, SettledError> {
        let Some(row) = on_chain else {
            return Ok(None);
        };
        if row.updated_at < result.block {
            let entries = row.weights.iter().map(|(uid, value)| (uid.get(), *value)).collect();
            let source = RowSource::Chain { evidence: row.evidence };
            return Ok(Some(KnownRow { uid, entries, committed_at: row.committed_at, source }));
        }
        let counts =
            |commit: &&WeightCommit| commit.reveal_epoch < result.epoch && commit.committed_at >= neuron.registered_at;
        let revealed = self.revealed.get(&neuron.hotkey).into_iter().flatten();
        let last = revealed.filter_map(|hash| self.commits.get(hash)).rfind(counts);
        let replaced = |committed_in| SettledError::Replaced { uid, epoch: result.epoch, committed_in };
        let Some(commit) = last else {
            let set = self.set.get(&neuron.hotkey).into_iter().flatten();
            let was_set = set.into_iter().any(|block| settled_in.is_none_or(|settled| *block < settled));
            return if was_set { Err(replaced(None)) } else { Ok(None) };
        };
        let row = shown.iter().find(|row| row.commit == commit.hash).ok_or_else(|| replaced(Some(commit.epoch)))?;
        let source = RowSource::Shown { commit: commit.hash };
        let entries = as_revealed(&row.entries, neurons);
        Ok(Some(KnownRow { uid, entries, committed_at: commit.committed_at, source }))
    }
}

/// Weights as a reveal stores them: none towards a neuron that was replaced, the largest scaled up.
fn as_revealed(entries: &[WeightEntry], neurons: &[Neuron]) -> Vec<(u16, u16)> {
    let is_there = |entry: &WeightEntry| {
        neurons.get(entry.uid.index()).is_some_and(|neuron| neuron.registered_at == entry.registered_at)
    };
    let value = |entry: &WeightEntry| if is_there(entry) { entry.value } else { 0 };
    let mut values: Vec<u16> = entries.iter().map(value).collect();
    max_upscale(&mut values);
    entries.iter().map(|entry| entry.uid.get()).zip(values).collect()
}
