//! One epoch of a subnet: what it is computed from, the computation, and the digest of both.
//!
//! The contract gathers the inputs from its cells and from the other contracts. Whoever has the same inputs gets
//! the same results and the same digest from the same code off chain.

use consensus::epoch::{run, Inputs, Neuron, Outcome, Parameters, Row, StakeBasis};
use ink::{
    env::hash::{Blake2x256, HashOutput},
    prelude::vec::Vec,
    scale::Encode,
};
use primitives::{AccountId, Hash, Hyperparameters, Netuid, ProtocolBlock, Rao, Uid};

use crate::entries::Entries;

/// Everything that decides an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode)]
pub struct EpochInputs {
    /// The subnet.
    pub netuid: Netuid,
    /// The epoch that is opened: all epochs before this one are settled.
    pub epoch: u64,
    /// The block at which it began; nothing later counts.
    pub block: ProtocolBlock,
    /// The block at which the last settled epoch began, if any was settled.
    pub last_block: Option<ProtocolBlock>,
    /// The subnet's hyperparameters.
    pub hyperparameters: Hyperparameters,
    /// The uid of the owner's hotkey, if it is registered.
    pub owner_uid: Option<Uid>,
    /// Staked on all hotkeys of the deployment together.
    pub total_stake: Rao,
    /// The neurons in the order of their uids.
    pub neurons: Vec<EpochNeuron>,
    /// The weights of everyone with a permit.
    pub weights: Vec<CountedWeights>,
    /// The bonds that the last epoch stored.
    pub bonds: Vec<CountedBonds>,
}

/// A neuron at an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode)]
pub struct EpochNeuron {
    /// Its hotkey.
    pub hotkey: AccountId,
    /// When that hotkey took the uid.
    pub registered_at: ProtocolBlock,
    /// Its stake; nothing for a neuron that came when the epoch had begun.
    pub stake: Rao,
    /// When it set weights last; its registration if never.
    pub updated_at: ProtocolBlock,
    /// Whether it has a permit in this epoch.
    pub permit: bool,
}

/// The weights of a validator at an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode)]
pub struct CountedWeights {
    /// Whose.
    pub uid: Uid,
    /// When they were committed, or set directly.
    pub committed_at: ProtocolBlock,
    /// The weights.
    pub entries: Entries,
}

/// The bonds of a validator at an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode)]
pub struct CountedBonds {
    /// Whose.
    pub uid: Uid,
    /// The bonds.
    pub entries: Entries,
}

impl EpochInputs {
    /// Computes the epoch.
    pub fn compute(&self) -> Outcome {
        let unpacked = |entries: &Entries| entries.pairs();
        let weights: Vec<_> = self.weights.iter().map(|row| (row.uid.get(), unpacked(&row.entries))).collect();
        let bonds: Vec<_> = self.bonds.iter().map(|row| (row.uid.get(), unpacked(&row.entries))).collect();
        run(&Inputs {
            parameters: &self.parameters(),
            block: self.block.get(),
            last_epoch: self.last_block.map(ProtocolBlock::get),
            owner: self.owner_uid.map(Uid::get),
            basis: if self.total_stake.is_zero() { StakeBasis::Genesis } else { StakeBasis::Staked },
            neurons: &self.neurons(),
            weights: &rows(&weights),
            bonds: &rows(&bonds),
        })
    }

    /// blake2b-256 over the SCALE encodings of the inputs and of the outputs: consensus, incentive, dividends,
    /// validator trust, permits, active, bonds.
    pub fn digest(&self, outcome: &Outcome, bonds: &[CountedBonds]) -> Hash {
        let size = |rows: &[CountedBonds]| rows.iter().fold(0_usize, |sum, row| sum.saturating_add(row.entries.size()));
        let weights = self.weights.iter().fold(0_usize, |sum, row| sum.saturating_add(row.entries.size()));
        let columns = self.neurons.len().saturating_mul(BYTES_PER_NEURON);
        let capacity = [size(&self.bonds), size(bonds), weights, columns, BYTES_BESIDE].iter().sum();
        let mut encoded = Vec::with_capacity(capacity);
        self.encode_to(&mut encoded);
        let Outcome { consensus, incentive, dividends, validator_trust, permits, active, .. } = outcome;
        (consensus, incentive, dividends, validator_trust, permits, active, bonds).encode_to(&mut encoded);
        let mut hash = <Blake2x256 as HashOutput>::Type::default();
        ink::env::hash_bytes::<Blake2x256>(&encoded, &mut hash);
        hash
    }

    fn parameters(&self) -> Parameters {
        let hyperparameters = &self.hyperparameters;
        let tempo = u64::from(hyperparameters.tempo);
        let factor_milli = u64::from(hyperparameters.activity_cutoff_factor_milli);
        Parameters {
            kappa: hyperparameters.kappa,
            bonds_penalty: hyperparameters.bonds_penalty,
            bonds_moving_average: hyperparameters.bonds_moving_average,
            yuma3: hyperparameters.yuma3_enabled,
            liquid_alpha: hyperparameters.liquid_alpha_enabled,
            alpha_low: hyperparameters.alpha_low,
            alpha_high: hyperparameters.alpha_high,
            alpha_sigmoid_steepness: hyperparameters.alpha_sigmoid_steepness,
            max_validators: hyperparameters.max_allowed_validators,
            activity_cutoff: (factor_milli.saturating_mul(tempo) / 1_000).max(1),
            stake_threshold: hyperparameters.stake_threshold.get(),
            tempo,
        }
    }

    fn neurons(&self) -> Vec<Neuron> {
        let mut neurons: Vec<_> = self.neurons.iter().map(neuron).collect();
        for row in &self.weights {
            if let Some(neuron) = neurons.get_mut(row.uid.index()) {
                // A neuron that registered in the block of the commit may have replaced the one that was scored.
                neuron.committed_at = Some(row.committed_at.get().saturating_sub(1));
            }
        }
        neurons
    }
}

/// Bytes of a neuron in the inputs and outputs together, at most.
const BYTES_PER_NEURON: usize = 80;
/// Bytes of everything else, at most: the validators' uids and blocks, and the hyperparameters.
const BYTES_BESIDE: usize = 4_096;

fn neuron(neuron: &EpochNeuron) -> Neuron {
    Neuron {
        stake: neuron.stake.get(),
        last_update: neuron.updated_at.get(),
        registered_at: neuron.registered_at.get(),
        permit: neuron.permit,
        committed_at: None,
    }
}

fn rows(unpacked: &[(u16, Vec<(u16, u16)>)]) -> Vec<Row<'_>> {
    unpacked.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect()
}
