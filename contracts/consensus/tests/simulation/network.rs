//! A subnet as epoch cases see it: neurons, rows, and the actions that change them.

use consensus::emission::{self, Emission};
use consensus::epoch::{self, pack, unpack, Inputs, Neuron, Outcome, Parameters, Row, StakeBasis};
use consensus::weights::max_upscale;
use std::collections::BTreeMap;

/// Sparse rows by validator.
pub type Rows = BTreeMap<u16, Vec<(u16, u16)>>;

/// Something that happens between two epochs.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A validator submits weights; they are max-upscaled and count as an update.
    SetWeights { block: u64, uid: u16, uids: Vec<u16>, values: Vec<u16> },
    /// A row of weights appears as it is, without counting as an update.
    RawWeights { uid: u16, row: Vec<(u16, u16)> },
    /// A new neuron takes a uid.
    ReplaceUid { block: u64, uid: u16 },
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
    pub parameters: Parameters,
    pub owner: Option<u16>,
    pub neurons: Vec<Neuron>,
    pub weights: Rows,
    pub bonds: Rows,
}

impl Network {
    /// Changes the state by one action. Uids that do not exist are ignored.
    pub fn apply(&mut self, action: &Action) {
        match action {
            Action::SetWeights { block, uid, uids, values } => {
                let mut values = values.clone();
                max_upscale(&mut values);
                self.weights.insert(*uid, uids.iter().copied().zip(values).collect());
                if let Some(neuron) = self.neurons.get_mut(usize::from(*uid)) {
                    neuron.last_update = *block;
                }
            }
            Action::RawWeights { uid, row } => {
                self.weights.insert(*uid, row.clone());
            }
            Action::ReplaceUid { block, uid } => self.replace(*uid, *block),
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

    /// Runs an epoch and stores its bonds and permits.
    ///
    /// The cases come from networks on which no epoch was ever recorded as run, so a bond's age is
    /// measured by the tempo.
    pub fn run_epoch(&mut self, block: u64, rao: u64) -> (Outcome, Emission) {
        let outcome = epoch::run(&Inputs {
            parameters: &self.parameters,
            block,
            last_epoch: None,
            owner: self.owner,
            basis: StakeBasis::Staked,
            neurons: &self.neurons,
            weights: &borrow(&packed(&self.weights)),
            bonds: &borrow(&packed(&self.bonds)),
        });
        self.bonds = outcome
            .bonds
            .iter()
            .map(|row| (row.uid, row.entries.iter().map(|&entry| unpack(entry)).collect()))
            .collect();
        self.each(&outcome.permits, |neuron, &permit| neuron.permit = permit);
        let emission = emission::split(&outcome.shares, rao);
        (outcome, emission)
    }

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

fn packed(rows: &Rows) -> Vec<(u16, Vec<u32>)> {
    rows.iter().map(|(&uid, row)| (uid, row.iter().map(|&(uid, value)| pack(uid, value)).collect())).collect()
}

fn borrow(rows: &[(u16, Vec<u32>)]) -> Vec<Row<'_>> {
    rows.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect()
}
