//! A subnet between two epochs: neurons, rows, and the actions that change them.

use std::collections::{BTreeMap, BTreeSet};

use consensus::{
    epoch::{self, BondsRow, Inputs, Neuron, Outcome, Parameters, Row, Setting, StakeBasis, pack, unpack},
    weights::max_upscale,
};

/// Sparse rows by validator: uid and u16 value.
pub type Rows = BTreeMap<u16, Vec<(u16, u16)>>;

/// Something that happens between two epochs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A validator submits weights; they are max-upscaled and count as an update.
    SetWeights {
        /// When.
        block: u64,
        /// The validator.
        uid: u16,
        /// Neuron and weight.
        row: Vec<(u16, u16)>,
    },
    /// A row of weights appears as it is, without counting as an update.
    RawWeights {
        /// The validator.
        uid: u16,
        /// Neuron and weight.
        row: Vec<(u16, u16)>,
    },
    /// A new neuron takes a uid.
    ReplaceUid {
        /// When.
        block: u64,
        /// The uid.
        uid: u16,
    },
    /// A neuron's stake changes.
    SetStake {
        /// The neuron.
        uid: u16,
        /// RAO.
        stake: u64,
    },
    /// Every neuron's stake changes.
    SetStakes(Vec<u64>),
    /// Every neuron's last update changes.
    SetLastUpdate(Vec<u64>),
    /// Every validator's earliest unexpired commit changes.
    SetCommitBlocks(Vec<Option<u64>>),
    /// All bonds towards a neuron end.
    RemoveBondsTowards(u16),
}

/// A subnet between two epochs.
#[derive(Clone, Debug)]
pub struct Network {
    /// The hyperparameters that its epochs use.
    pub parameters: Parameters,
    /// The uid of its owner's neuron.
    pub owner: Option<u16>,
    /// In order of uid.
    pub neurons: Vec<Neuron>,
    /// Weights in force.
    pub weights: Rows,
    /// Bonds that the last epoch stored.
    pub bonds: Rows,
}

impl Network {
    /// Changes the state by one action. Uids that do not exist are ignored.
    pub fn apply(&mut self, action: &Action) {
        match action {
            Action::SetWeights { block, uid, row } => self.set_weights(*uid, row, *block),
            Action::RawWeights { uid, row } => {
                self.weights.insert(*uid, row.clone());
            }
            Action::ReplaceUid { block, uid } => self.replace(*uid, *block),
            Action::SetStake { uid, stake } => {
                if let Some(neuron) = self.neurons.get_mut(usize::from(*uid)) {
                    neuron.stake = *stake;
                }
            }
            Action::SetStakes(stakes) => self.each(stakes, |neuron, &stake| neuron.stake = stake),
            Action::SetLastUpdate(blocks) => {
                self.each(blocks, |neuron, &block| neuron.last_update = block);
            }
            Action::SetCommitBlocks(blocks) => {
                self.each(blocks, |neuron, &block| neuron.committed_at = block);
            }
            Action::RemoveBondsTowards(uid) => {
                for row in self.bonds.values_mut() {
                    row.retain(|(target, _)| target != uid);
                }
            }
        }
    }

    /// Puts a validator's weights in force, max-upscaled, which counts as an update at `block`.
    pub fn set_weights(&mut self, uid: u16, row: &[(u16, u16)], block: u64) {
        let (uids, mut values): (Vec<u16>, Vec<u16>) = row.iter().copied().unzip();
        max_upscale(&mut values);
        self.weights.insert(uid, uids.into_iter().zip(values).collect());
        if let Some(neuron) = self.neurons.get_mut(usize::from(uid)) {
            neuron.last_update = block;
        }
    }

    /// Runs an epoch, and stores its bonds and permits. Bonds count towards neurons that registered until `last_epoch`;
    /// without one their age is measured by the tempo.
    pub fn run_epoch(&mut self, block: u64, last_epoch: Option<u64>) -> Outcome {
        let outcome = epoch::run(&Inputs {
            setting: Setting {
                parameters: &self.parameters,
                block,
                last_epoch,
                owner: self.owner,
                basis: StakeBasis::Staked,
                neurons: &self.neurons,
            },
            weights: &borrow(&packed(&self.weights)),
            bonds: &borrow(&packed(&self.bonds)),
        });
        self.bonds = outcome.bonds.iter().map(owned).collect();
        self.each(&outcome.permits, |neuron, &permit| neuron.permit = permit);
        outcome
    }

    /// How many validators have a row of weights or bonds.
    pub fn rows(&self) -> usize {
        self.weights.keys().chain(self.bonds.keys()).collect::<BTreeSet<_>>().len()
    }

    /// The leaver's rows and every weight towards it end; bonds towards it stay, and the next epoch masks them.
    fn replace(&mut self, uid: u16, block: u64) {
        if let Some(neuron) = self.neurons.get_mut(usize::from(uid)) {
            neuron.registered_at = block;
            neuron.last_update = block;
            neuron.permit = false;
            neuron.committed_at = None;
        }
        self.weights.remove(&uid);
        self.bonds.remove(&uid);
        for (target, weight) in self.weights.values_mut().flatten() {
            if *target == uid {
                *weight = 0;
            }
        }
    }

    fn each<T>(&mut self, values: &[T], change: impl Fn(&mut Neuron, &T)) {
        for (neuron, value) in self.neurons.iter_mut().zip(values) {
            change(neuron, value);
        }
    }
}

/// Rows as an epoch takes them, owned.
fn packed(rows: &Rows) -> Vec<(u16, Vec<u32>)> {
    rows.iter().map(|(&uid, row)| (uid, row.iter().map(|&(uid, value)| pack(uid, value)).collect())).collect()
}

/// The same, borrowed.
fn borrow(rows: &[(u16, Vec<u32>)]) -> Vec<Row<'_>> {
    rows.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect()
}

/// A row as an epoch gives it.
fn owned(row: &BondsRow) -> (u16, Vec<(u16, u16)>) {
    (row.uid, row.entries.iter().map(|&entry| unpack(entry)).collect())
}
