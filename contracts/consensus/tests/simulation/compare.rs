//! Compares an epoch with what its case expects.

use super::network::Rows;
use consensus::emission::Emission;
use consensus::epoch::Outcome;
use serde_json::Value;
use std::collections::BTreeMap;

/// How far an epoch is from its expectation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distance {
    /// Largest difference of a `u16` output or bond, in units.
    pub units: u64,
    /// Largest difference of an amount, in RAO.
    pub rao: u64,
}

impl Distance {
    /// The larger of both, by field.
    pub fn max(self, other: Self) -> Self {
        Self { units: self.units.max(other.units), rao: self.rao.max(other.rao) }
    }
}

/// Compares every expected field. Flags, lengths and the entries of bonds must be equal.
pub fn compare(expect: &Value, outcome: &Outcome, emission: &Emission, bonds: &Rows) -> Result<Distance, String> {
    let mut distance = Distance::default();
    let fields = expect.as_object().ok_or("expect is not an object")?;
    for (name, expected) in fields {
        let of = |values: &[u16]| -> Result<u64, String> {
            let values: Vec<u64> = values.iter().copied().map(u64::from).collect();
            farthest(name, expected, &values)
        };
        match name.as_str() {
            "consensus" => distance.units = distance.units.max(of(&outcome.consensus)?),
            "incentive" => distance.units = distance.units.max(of(&outcome.incentive)?),
            "dividends" => distance.units = distance.units.max(of(&outcome.dividends)?),
            "validator_trust" => distance.units = distance.units.max(of(&outcome.validator_trust)?),
            "stake_weight" => distance.units = distance.units.max(of(&outcome.stake_weight)?),
            "validator_permit" => same_flags(name, expected, &outcome.permits)?,
            "active" => same_flags(name, expected, &outcome.active)?,
            "emission" => distance.rao = distance.rao.max(farthest(name, expected, &emission.combined)?),
            "server_emission" => {
                distance.rao = distance.rao.max(farthest(name, expected, &emission.server)?);
            }
            "validator_emission" => {
                distance.rao = distance.rao.max(farthest(name, expected, &emission.validator)?);
            }
            "bonds_sparse" => distance.units = distance.units.max(farthest_bond(expected, bonds)?),
            _ => return Err(format!("unknown field {name}")),
        }
    }
    Ok(distance)
}

fn list(expected: &Value) -> Option<Vec<u64>> {
    let number = |value: &Value| value.as_u64().or(value.as_bool().map(u64::from));
    expected.as_array()?.iter().map(number).collect()
}

fn farthest(name: &str, expected: &Value, values: &[u64]) -> Result<u64, String> {
    let expected = list(expected).ok_or_else(|| format!("{name} is not a list"))?;
    if expected.len() != values.len() {
        return Err(format!("{name} has {} values, expected {}", values.len(), expected.len()));
    }
    Ok(expected.iter().zip(values).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0))
}

fn same_flags(name: &str, expected: &Value, flags: &[bool]) -> Result<(), String> {
    let flags: Vec<u64> = flags.iter().copied().map(u64::from).collect();
    match list(expected) {
        Some(expected) if expected == flags => Ok(()),
        _ => Err(format!("{name} is {flags:?}, expected {expected}")),
    }
}

fn farthest_bond(expected: &Value, bonds: &Rows) -> Result<u64, String> {
    let mut wanted = BTreeMap::new();
    for (uid, row) in expected.as_object().ok_or("bonds_sparse is not an object")? {
        let uid: u64 = uid.parse().map_err(|_| format!("bonds_sparse of {uid}"))?;
        for entry in row.as_array().into_iter().flatten() {
            if let Some([target, bond]) = list(entry).as_deref() {
                wanted.insert((uid, *target), *bond);
            }
        }
    }
    let mut given = BTreeMap::new();
    for (&uid, row) in bonds {
        for &(target, bond) in row {
            given.insert((u64::from(uid), u64::from(target)), u64::from(bond));
        }
    }
    if !wanted.keys().eq(given.keys()) {
        return Err(format!("bonds are {given:?}, expected {wanted:?}"));
    }
    Ok(wanted.values().zip(given.values()).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0))
}
