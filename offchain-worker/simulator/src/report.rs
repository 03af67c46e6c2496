//! What a simulation found, in the form that `yarrow simulate --json` prints.

use std::collections::BTreeMap;

use consensus::{emission::Emission, epoch::Outcome};
use serde::{Serialize, Serializer};

use crate::{Difference, Rows};

/// All cases of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// In the order of the files.
    pub cases: Vec<CaseReport>,
}

/// A case after its replay.
#[derive(Clone, Debug, Serialize)]
pub struct CaseReport {
    /// The case.
    pub name: String,
    /// What each epoch gave.
    pub epochs: Vec<EpochReport>,
    /// The largest difference from what was expected, by field; only fields with an expectation.
    pub max_diff: BTreeMap<&'static str, u64>,
    /// Whether every difference is tolerable.
    pub ok: bool,
    /// RAO that each epoch emits.
    #[serde(skip)]
    pub rao: u64,
    /// The worst difference of each field with an expectation.
    #[serde(skip)]
    pub differences: BTreeMap<&'static str, Difference>,
}

impl CaseReport {
    pub(crate) fn new(name: String, rao: u64) -> Self {
        Self { name, epochs: Vec::new(), max_diff: BTreeMap::new(), ok: true, rao, differences: BTreeMap::new() }
    }

    /// Counts a difference of one epoch.
    pub(crate) fn note(&mut self, difference: Difference) {
        self.ok &= difference.tolerable;
        let largest = self.max_diff.entry(difference.field).or_default();
        *largest = difference.largest.max(*largest);
        match self.differences.get_mut(difference.field) {
            Some(worst) if worst.severity() >= difference.severity() => {}
            Some(worst) => *worst = difference,
            None => drop(self.differences.insert(difference.field, difference)),
        }
    }
}

/// What an epoch gave, by uid. Fields are named as in the conformance cases.
#[derive(Clone, Debug, Serialize)]
pub struct EpochReport {
    /// The block at which it ran.
    pub block: u64,
    /// u16 proportions.
    pub consensus: Vec<u16>,
    /// u16 proportions.
    pub incentive: Vec<u16>,
    /// u16 proportions.
    pub dividends: Vec<u16>,
    /// u16 proportions.
    pub validator_trust: Vec<u16>,
    /// Who holds a permit from now on; 1 or 0 in JSON.
    #[serde(serialize_with = "as_integers")]
    pub validator_permit: Vec<bool>,
    /// Who updated within the activity cutoff; 1 or 0 in JSON.
    #[serde(serialize_with = "as_integers")]
    pub active: Vec<bool>,
    /// RAO for incentive.
    pub server_emission: Vec<u64>,
    /// RAO for dividends.
    pub validator_emission: Vec<u64>,
    /// RAO for both, rounded once.
    pub emission: Vec<u64>,
    /// Bonds by validator: uid and u16 proportion.
    pub bonds_sparse: Rows,
    /// Share of all stake, u16 proportions.
    #[serde(skip)]
    pub stake_weight: Vec<u16>,
}

impl EpochReport {
    pub(crate) fn new(block: u64, outcome: Outcome, emission: Emission, bonds: Rows) -> Self {
        Self {
            block,
            consensus: outcome.consensus,
            incentive: outcome.incentive,
            dividends: outcome.dividends,
            validator_trust: outcome.validator_trust,
            validator_permit: outcome.permits,
            active: outcome.active,
            server_emission: emission.server,
            validator_emission: emission.validator,
            emission: emission.combined,
            bonds_sparse: bonds,
            stake_weight: outcome.stake_weight,
        }
    }

    /// The bond of a validator towards a neuron, 0 if it has none.
    pub fn bond(&self, validator: u16, neuron: u16) -> u16 {
        let row = self.bonds_sparse.get(&validator).map_or(&[][..], Vec::as_slice);
        row.iter().find(|(uid, _)| *uid == neuron).map_or(0, |(_, bond)| *bond)
    }
}

fn as_integers<S: Serializer>(flags: &[bool], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(flags.iter().map(|flag| u8::from(*flag)))
}
