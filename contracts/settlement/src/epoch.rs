//! One epoch of a subnet: what it is computed from, the computation, and the digest of both.
//!
//! The contract gathers the inputs from its cells and from the other contracts. Whoever has the same inputs gets
//! the same results and the same digest from the same code off chain.

use consensus::epoch::{run, Inputs, Neuron, Outcome, Parameters, Row, StakeBasis};
use ink::prelude::vec::Vec;
use primitives::{AccountId, Hash, Hyperparameters, Netuid, ProtocolBlock, Rao, Uid};

use crate::{digest::Digest, entries::Entries};

/// Everything that decides an epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode)]
pub struct EpochInputs {
    /// The subnet.
    pub netuid: Netuid,
    /// The epoch that is opened: all epochs before this one are settled.
    pub epoch: u64,
    /// The block at which it began: neither weights nor neurons that came later count. Stake is read when the epoch
    /// is settled, and so are the hyperparameters, which the subnet's owner cannot change in between.
    pub block: ProtocolBlock,
    /// The block before the one at which the last settled epoch began, if any was settled: neurons that registered
    /// later are newer than the bonds.
    pub last_block: Option<ProtocolBlock>,
    /// The subnet's hyperparameters.
    pub hyperparameters: Hyperparameters,
    /// The uid of the owner's hotkey, if it is registered.
    pub owner_uid: Option<Uid>,
    /// Staked on all hotkeys of the deployment together, when the epoch is settled.
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
    /// Its stake when the epoch is settled; nothing for a neuron that came when the epoch had begun.
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
        let weights: Vec<_> = self.weights.iter().map(|row| packed(row.uid, &row.entries)).collect();
        let bonds: Vec<_> = self.bonds.iter().map(|row| packed(row.uid, &row.entries)).collect();
        run(&Inputs {
            parameters: &parameters(&self.hyperparameters),
            block: self.block.get(),
            last_epoch: self.last_block.map(ProtocolBlock::get),
            owner: self.owner_uid.map(Uid::get),
            basis: if self.total_stake.is_zero() { StakeBasis::Genesis } else { StakeBasis::Staked },
            neurons: &self.neurons(),
            weights: &weights,
            bonds: &bonds,
        })
    }

    /// blake2b-256 of the blake2b-256 hashes, one after the other, of the SCALE encodings of these sections:
    ///
    /// 1. `netuid`, `epoch`, `block`, `last_block`, `hyperparameters`, `owner_uid`, `total_stake`, and the numbers of
    ///    rows of weights, of bonds and of new bonds (u32 each);
    /// 2. `neurons`;
    /// 3. each row of `weights`, each of `bonds`, each of the new bonds: a section each;
    /// 4. consensus, incentive, dividends, validator trust, permits, active.
    pub fn digest(&self, outcome: &Outcome, bonds: &[CountedBonds]) -> Hash {
        let rows = [self.weights.len(), self.bonds.len(), bonds.len()];
        let mut digest = Digest::with_sections(rows.iter().sum::<usize>().saturating_add(3));
        let Self { netuid, epoch, block, last_block, hyperparameters, owner_uid, total_stake, .. } = self;
        let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        digest.add(&((netuid, epoch, block, last_block, hyperparameters, owner_uid, total_stake), rows.map(count)));
        digest.add(&self.neurons);
        self.weights.iter().for_each(|row| digest.add(row));
        self.bonds.iter().chain(bonds).for_each(|row| digest.add(row));
        let Outcome { consensus, incentive, dividends, validator_trust, permits, active, .. } = outcome;
        digest.add(&(consensus, incentive, dividends, validator_trust, permits, active));
        digest.finish()
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

/// The part of a subnet's hyperparameters that its epoch uses.
pub fn parameters(hyperparameters: &Hyperparameters) -> Parameters {
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

fn neuron(neuron: &EpochNeuron) -> Neuron {
    Neuron {
        stake: neuron.stake.get(),
        last_update: neuron.updated_at.get(),
        registered_at: neuron.registered_at.get(),
        permit: neuron.permit,
        committed_at: None,
    }
}

fn packed(uid: Uid, entries: &Entries) -> Row<'_> {
    Row { uid: uid.get(), entries: entries.packed() }
}
