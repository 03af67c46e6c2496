//! What an epoch must give, and how far it is from it.
//!
//! The tolerances are those of the conformance cases: u16 proportions and bonds within 1, with the same entries of
//! bonds; flags equal; amounts within a millionth of what the epoch emits.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display, Formatter},
};

use crate::{EpochReport, Rows};

/// Parts of the epoch's emission within which an amount is tolerable.
const MILLION: u128 = 1_000_000;
/// The field of the bonds.
const BONDS: &str = "bonds_sparse";

/// A result that an epoch has for each neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented at the field of EpochReport of the same name")]
pub enum Column {
    StakeWeight,
    Consensus,
    Incentive,
    Dividends,
    ValidatorTrust,
    ValidatorPermit,
    Active,
    ServerEmission,
    ValidatorEmission,
    Emission,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::StakeWeight,
        Self::Consensus,
        Self::Incentive,
        Self::Dividends,
        Self::ValidatorTrust,
        Self::ValidatorPermit,
        Self::Active,
        Self::ServerEmission,
        Self::ValidatorEmission,
        Self::Emission,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StakeWeight => "stake_weight",
            Self::Consensus => "consensus",
            Self::Incentive => "incentive",
            Self::Dividends => "dividends",
            Self::ValidatorTrust => "validator_trust",
            Self::ValidatorPermit => "validator_permit",
            Self::Active => "active",
            Self::ServerEmission => "server_emission",
            Self::ValidatorEmission => "validator_emission",
            Self::Emission => "emission",
        }
    }

    /// Its values in an epoch.
    pub fn of(self, epoch: &EpochReport) -> Vec<u64> {
        let proportions = |values: &[u16]| values.iter().copied().map(u64::from).collect();
        let flags = |values: &[bool]| values.iter().copied().map(u64::from).collect();
        match self {
            Self::StakeWeight => proportions(&epoch.stake_weight),
            Self::Consensus => proportions(&epoch.consensus),
            Self::Incentive => proportions(&epoch.incentive),
            Self::Dividends => proportions(&epoch.dividends),
            Self::ValidatorTrust => proportions(&epoch.validator_trust),
            Self::ValidatorPermit => flags(&epoch.validator_permit),
            Self::Active => flags(&epoch.active),
            Self::ServerEmission => epoch.server_emission.clone(),
            Self::ValidatorEmission => epoch.validator_emission.clone(),
            Self::Emission => epoch.emission.clone(),
        }
    }

    fn tolerates(self, difference: u64, rao: u64) -> bool {
        match self {
            Self::StakeWeight | Self::Consensus | Self::Incentive | Self::Dividends | Self::ValidatorTrust => {
                difference <= 1
            }
            Self::ValidatorPermit | Self::Active => difference == 0,
            Self::ServerEmission | Self::ValidatorEmission | Self::Emission => {
                u128::from(difference) * MILLION <= u128::from(rao)
            }
        }
    }
}

/// What an epoch must give; each list has a value for each neuron.
#[derive(Clone, Debug, Default)]
pub struct Expectation {
    /// Results per neuron.
    pub columns: Vec<(Column, Vec<u64>)>,
    /// All bonds.
    pub bonds: Option<Rows>,
}

/// How far a field of an epoch is from its expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field's name in files.
    pub field: &'static str,
    /// The largest difference of a value.
    pub largest: u64,
    /// Whether all differences are within the tolerance, and the same bonds exist.
    pub tolerable: bool,
    /// Where the worst is, if anything differs.
    pub place: Option<Place>,
}

/// One value that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The epoch, counted from 1.
    pub epoch: usize,
    /// Its block.
    pub block: u64,
    /// The neuron; for a bond the validator.
    pub uid: u16,
    /// For a bond the neuron it is towards.
    pub towards: Option<u16>,
    /// What the epoch gave; `None` for a bond that does not exist.
    pub found: Option<u64>,
    /// What was expected; `None` for no bond.
    pub expected: Option<u64>,
}

impl Display for Difference {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let Some(place) = &self.place else {
            return write!(f, "{} does not differ", self.field);
        };
        let Place { epoch, block, uid, .. } = place;
        write!(f, "{} of uid {uid}", self.field)?;
        if let Some(towards) = place.towards {
            write!(f, " towards {towards}")?;
        }
        let value = |value: Option<u64>| value.map_or("none".to_owned(), |value| value.to_string());
        write!(f, " in epoch {epoch} (block {block}) is {}, expected {}", value(place.found), value(place.expected))
    }
}

impl Difference {
    fn none(field: &'static str) -> Self {
        Self { field, largest: 0, tolerable: true, place: None }
    }

    /// Orders differences of a field: what is not tolerable comes after what is.
    pub(crate) fn severity(&self) -> (bool, u64) {
        (!self.tolerable, self.largest)
    }

    /// Takes in one value.
    fn note(&mut self, place: Place, tolerable: bool) {
        if place.found == place.expected {
            return;
        }
        let size = place.found.unwrap_or(0).abs_diff(place.expected.unwrap_or(0));
        if self.place.is_none() || (!tolerable, size) > self.severity() {
            self.place = Some(place);
        }
        self.largest = self.largest.max(size);
        self.tolerable &= tolerable;
    }
}

impl Expectation {
    /// All that an epoch gave.
    pub(crate) fn of(epoch: &EpochReport) -> Self {
        let columns = Column::ALL.into_iter().map(|column| (column, column.of(epoch))).collect();
        Self { columns, bonds: Some(epoch.bonds_sparse.clone()) }
    }

    /// The difference of each expected field from an epoch that emitted `rao`; `epoch` counts from 1.
    pub fn differences(&self, epoch: usize, result: &EpochReport, rao: u64) -> Vec<Difference> {
        let at = |uid, towards, found, expected| Place { epoch, block: result.block, uid, towards, found, expected };
        let mut differences = Vec::with_capacity(Column::ALL.len());
        for (column, expected) in &self.columns {
            let mut difference = Difference::none(column.name());
            for ((uid, found), expected) in (0..=u16::MAX).zip(column.of(result)).zip(expected) {
                let tolerable = column.tolerates(found.abs_diff(*expected), rao);
                difference.note(at(uid, None, Some(found), Some(*expected)), tolerable);
            }
            differences.push(difference);
        }
        if let Some(expected) = &self.bonds {
            let mut difference = Difference::none(BONDS);
            let (wanted, given) = (entries(expected), entries(&result.bonds_sparse));
            let pairs: BTreeSet<_> = wanted.keys().chain(given.keys()).copied().collect();
            for (uid, towards) in pairs {
                let (found, wanted) = (given.get(&(uid, towards)).copied(), wanted.get(&(uid, towards)).copied());
                let tolerable = found.zip(wanted).is_some_and(|(found, wanted)| found.abs_diff(wanted) <= 1);
                difference.note(at(uid, Some(towards), found, wanted), tolerable);
            }
            differences.push(difference);
        }
        differences
    }
}

/// Bonds by validator and neuron.
fn entries(rows: &Rows) -> BTreeMap<(u16, u16), u64> {
    let row = |(uid, row): (&u16, &Vec<(u16, u16)>)| {
        let uid = *uid;
        row.iter().map(move |(target, bond)| ((uid, *target), u64::from(*bond))).collect::<Vec<_>>()
    };
    rows.iter().flat_map(row).collect()
}
