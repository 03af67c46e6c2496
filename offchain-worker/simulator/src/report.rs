//! What a simulation found, in the form that `yarrow simulate --json` prints.

use std::collections::BTreeMap;

use consensus::{emission::Emission, epoch::Outcome};
use serde::{Serialize, Serializer};

use crate::{Difference, NativeOnly, Rows};

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
    /// Why the contracts did not replay it, if they should have and could not: there are no epochs then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native_only: Option<String>,
    /// RAO that each epoch emits.
    #[serde(skip)]
    pub rao: u64,
    /// The worst difference of each field with an expectation.
    #[serde(skip)]
    pub differences: BTreeMap<&'static str, Difference>,
    /// By field, where the contracts differ most from the native engine on the same inputs; they must not at all.
    #[serde(skip)]
    pub unlike_native: BTreeMap<&'static str, Difference>,
}

impl CaseReport {
    pub(crate) fn new(name: String, rao: u64) -> Self {
        Self {
            name,
            epochs: Vec::new(),
            max_diff: BTreeMap::new(),
            ok: true,
            native_only: None,
            rao,
            differences: BTreeMap::new(),
            unlike_native: BTreeMap::new(),
        }
    }

    /// A case that the contracts cannot replay.
    pub(crate) fn native_only(name: String, rao: u64, reason: &NativeOnly) -> Self {
        Self { native_only: Some(reason.to_string()), ..Self::new(name, rao) }
    }

    /// Counts a difference of one epoch.
    pub(crate) fn note(&mut self, difference: Difference) {
        self.ok &= difference.tolerable;
        let largest = self.max_diff.entry(difference.field).or_default();
        *largest = difference.largest.max(*largest);
        keep_worst(&mut self.differences, difference);
    }

    /// Counts a difference of one epoch from the native engine on the same inputs, if it is one.
    pub(crate) fn note_unlike_native(&mut self, difference: Difference) {
        if difference.place.is_some() {
            self.ok = false;
            keep_worst(&mut self.unlike_native, difference);
        }
    }
}

fn keep_worst(worst: &mut BTreeMap<&'static str, Difference>, difference: Difference) {
    match worst.get(difference.field) {
        Some(worst) if worst.severity() >= difference.severity() => {}
        _ => drop(worst.insert(difference.field, difference)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Place;

    #[test]
    fn epoch_unlike_the_native_one_is_not_ok_however_little_it_differs() {
        let place = Place { epoch: 2, block: 9, uid: 3, towards: None, found: Some(1), expected: Some(2) };
        let difference = |place| Difference { field: "incentive", largest: 1, tolerable: true, place };
        let mut report = CaseReport::new("a case".to_owned(), 1);
        report.note_unlike_native(difference(None));
        assert!(report.ok && report.unlike_native.is_empty());
        report.note_unlike_native(difference(Some(place)));
        assert!(!report.ok);
        assert_eq!(report.unlike_native["incentive"].place, Some(place));
    }
}
