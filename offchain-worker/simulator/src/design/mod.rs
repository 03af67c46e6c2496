//! Designs: a subnet that does not exist yet, in a short TOML file (described in `docs/simulate.md`).
//!
//! Epoch `e`, counted from 1, runs at block `e * tempo`. What a design says of it happens before: registrations in the
//! first block after the epoch before, then stakes, then weights in the epoch's own block. Weights are in force in the
//! epoch they are given for; commits and reveals are not modelled.

mod parameters;

use std::collections::BTreeMap;

use consensus::{epoch::Neuron, supply};
use primitives::{Rao, hyperparameters::MAX_OWNER_UIDS};
use serde::Deserialize;

use self::parameters::Changes;
use crate::{
    Case, Epoch, Expected, Misplaced,
    file::printable,
    limits::{MAX_CELLS, MAX_EPOCHS},
    network::{Action, Network, Rows},
};

type Result<T> = std::result::Result<T, Misplaced>;

/// A design as it stands in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    name: Option<String>,
    neurons: u16,
    epochs: usize,
    stakes_tao: Vec<u64>,
    emission_rao: Option<u64>,
    owner_uid: Option<u16>,
    #[serde(default)]
    parameters: Changes,
    #[serde(default)]
    weights: Vec<Weights>,
    #[serde(default)]
    registrations: Vec<Registration>,
    #[serde(default)]
    stakes: Vec<StakeChange>,
}

/// Weights that validators give in each epoch of a range.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    epochs: Option<[usize; 2]>,
    validators: Vec<u16>,
    weights: BTreeMap<String, u16>,
}

/// A new neuron takes a uid.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Registration {
    epoch: usize,
    uid: u16,
    stake_tao: Option<u64>,
}

/// A neuron's stake from an epoch on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StakeChange {
    epoch: usize,
    uid: u16,
    stake_tao: u64,
}

/// The case that a design describes; `name` is for a design without one.
///
/// # Errors
/// The first value that is not what the format says.
pub fn case(design: &Design, name: &str) -> Result<Case> {
    if !(1..=MAX_OWNER_UIDS).contains(&design.neurons) {
        return wrong("neurons", Expected::Neurons(MAX_OWNER_UIDS.into()));
    }
    if !(1..=MAX_EPOCHS).contains(&design.epochs) {
        return wrong("epochs", Expected::Epochs(MAX_EPOCHS));
    }
    if design.stakes_tao.len() != usize::from(design.neurons) {
        return wrong("stakes_tao", Expected::OnePerNeuron(design.neurons.into()));
    }
    let parameters = design.parameters.applied()?;
    let tempo = parameters.tempo;
    let owner = design.owner_uid.map(|uid| design.known(uid, "owner_uid")).transpose()?;
    let network = Network { parameters, owner, neurons: design.neurons()?, weights: Rows::new(), bonds: Rows::new() };
    Ok(Case {
        name: printable(design.name.as_deref().unwrap_or(name)),
        network,
        rao: design.emission_rao.unwrap_or_else(|| supply::block_emission(0).saturating_mul(tempo)),
        epochs: design.schedule(tempo)?,
    })
}

impl Design {
    fn neurons(&self) -> Result<Vec<Neuron>> {
        let neuron = |(uid, tao): (usize, &u64)| {
            let stake = rao(*tao, || format!("stakes_tao[{uid}]"))?;
            Ok(Neuron { stake, last_update: 0, registered_at: 0, permit: false, committed_at: None })
        };
        self.stakes_tao.iter().enumerate().map(neuron).collect()
    }

    /// The epochs with their actions, in the order in which these happen.
    fn schedule(&self, tempo: u64) -> Result<Vec<Epoch>> {
        let block = |epoch: usize| epoch as u64 * tempo;
        let mut epochs: Vec<_> =
            (1..=self.epochs).map(|epoch| Epoch { block: block(epoch), actions: Vec::new(), expect: None }).collect();
        for (index, registration) in self.registrations.iter().enumerate() {
            let at = format!("registrations[{index}]");
            let uid = self.known(registration.uid, &format!("{at}.uid"))?;
            let stake = rao(registration.stake_tao.unwrap_or(0), || format!("{at}.stake_tao"))?;
            let actions = &mut self.epoch(&mut epochs, registration.epoch, &at)?.actions;
            actions.push(Action::ReplaceUid { block: block(registration.epoch - 1) + 1, uid });
            actions.push(Action::SetStake { uid, stake });
        }
        for (index, change) in self.stakes.iter().enumerate() {
            let at = format!("stakes[{index}]");
            let uid = self.known(change.uid, &format!("{at}.uid"))?;
            let stake = rao(change.stake_tao, || format!("{at}.stake_tao"))?;
            self.epoch(&mut epochs, change.epoch, &at)?.actions.push(Action::SetStake { uid, stake });
        }
        let mut entries_left = MAX_CELLS;
        for (index, weights) in self.weights.iter().enumerate() {
            self.give(weights, &format!("weights[{index}]"), &mut epochs, &mut entries_left)?;
        }
        Ok(epochs)
    }

    fn give(&self, weights: &Weights, at: &str, epochs: &mut [Epoch], entries_left: &mut u64) -> Result<()> {
        let [first, last] = weights.epochs.unwrap_or([1, self.epochs]);
        let range = format!("{at}.epochs");
        if first == 0 || last < first {
            return wrong(&range, Expected::EpochRange(self.epochs));
        }
        let Some(given) = epochs.get_mut(first - 1..last) else {
            return wrong(&range, Expected::EpochRange(self.epochs));
        };
        let mut row = Vec::with_capacity(weights.weights.len());
        for (uid, weight) in &weights.weights {
            let place = format!("{at}.weights.{}", printable(uid));
            match uid.parse() {
                Ok(uid) => row.push((self.known(uid, &place)?, *weight)),
                Err(_) => return wrong(&place, Expected::Uid(self.neurons.into())),
            }
        }
        let entries = (given.len() * weights.validators.len()) as u64 * (row.len() as u64 + 1);
        match entries_left.checked_sub(entries) {
            Some(left) => *entries_left = left,
            None => return wrong(at, Expected::FewerWeights(MAX_CELLS)),
        }
        for (index, uid) in weights.validators.iter().enumerate() {
            let uid = self.known(*uid, &format!("{at}.validators[{index}]"))?;
            for epoch in &mut *given {
                let block = epoch.block;
                epoch.actions.push(Action::SetWeights { block, uid, row: row.clone() });
            }
        }
        Ok(())
    }

    fn known(&self, uid: u16, at: &str) -> Result<u16> {
        if uid < self.neurons { Ok(uid) } else { wrong(at, Expected::Uid(self.neurons.into())) }
    }

    fn epoch<'a>(&self, epochs: &'a mut [Epoch], number: usize, at: &str) -> Result<&'a mut Epoch> {
        let epoch = number.checked_sub(1).and_then(|index| epochs.get_mut(index));
        epoch.ok_or_else(|| Misplaced { at: format!("{at}.epoch"), expected: Expected::Epoch(self.epochs) })
    }
}

/// An amount in RAO.
fn rao(tao: u64, at: impl Fn() -> String) -> Result<u64> {
    let rao = tao.checked_mul(Rao::ONE_TAO.get()).filter(|rao| *rao <= supply::CAP);
    rao.ok_or_else(|| Misplaced { at: at(), expected: Expected::WithinSupply })
}

fn wrong<T>(at: &str, expected: Expected) -> Result<T> {
    Err(Misplaced { at: at.to_owned(), expected })
}
