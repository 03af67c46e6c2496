//! Pass 4, per column: bonds follow weights, and earn part of a neuron's incentive.

use super::consensus::clip;
use super::entry::pack;
use super::input::{Inputs, Parameters};
use super::ledger::{Ledger, Validator};
use super::liquid_alpha::LiquidAlpha;
use crate::fixed::{normalise, I32F32};
use alloc::{vec, vec::Vec};

/// Bonds after the epoch.
pub(super) struct Bonding {
    /// Per line of the ledger: stored bonds in order of uid.
    pub(super) rows: Vec<Vec<u32>>,
    /// Per line of the ledger: dividends before normalisation.
    pub(super) earned: Vec<I32F32>,
}

/// Section "Bonds and Dividends" of `epoch_mechanism`, epoch/run_epoch.rs.
pub(super) fn update(inputs: &Inputs, ledger: &Ledger, consensus: &[I32F32], incentive: &[I32F32]) -> Bonding {
    let validators = &ledger.validators;
    let width = incentive.len();
    let mut rule = Rule::new(inputs.parameters, consensus);
    let mut bonding = Bonding {
        rows: validators.iter().map(|v| Vec::with_capacity(v.cells.min(width))).collect(),
        earned: vec![I32F32::ZERO; validators.len()],
    };
    let mut averages = vec![I32F32::ZERO; validators.len()];
    let columns = ledger.weights.columns().zip(ledger.bonds.columns());
    let facts = consensus.iter().zip(incentive);
    for ((uid, (weights, bonds)), (&consensus, &incentive)) in (0..=u16::MAX).zip(columns).zip(facts) {
        let column = Column { validators, weights, bonds, consensus };
        rule.average(&column, &mut averages);
        if inputs.parameters.yuma3 {
            store(uid, &averages, I32F32::ONE, &mut bonding.rows);
            normalise(&mut averages);
        } else {
            normalise(&mut averages);
            let largest = averages.iter().copied().max().unwrap_or_default();
            store(uid, &averages, largest, &mut bonding.rows);
        }
        for (earned, bond) in bonding.earned.iter_mut().zip(&averages) {
            *earned = earned.saturating_add(bond.saturating_mul(incentive));
        }
    }
    if inputs.parameters.yuma3 {
        for (earned, validator) in bonding.earned.iter_mut().zip(validators) {
            *earned = earned.saturating_mul(validator.active_stake);
        }
    }
    bonding
}

/// One neuron as seen by all validators.
struct Column<'a> {
    validators: &'a [Validator],
    weights: &'a [Option<u16>],
    bonds: &'a [u16],
    consensus: I32F32,
}

impl<'a> Column<'a> {
    /// Validator, raw weight, raw bond.
    fn cells(&self) -> impl Iterator<Item = (&'a Validator, Option<u16>, u16)> {
        let cells = self.weights.iter().copied().zip(self.bonds.iter().copied());
        self.validators.iter().zip(cells).map(|(validator, (weight, bond))| (validator, weight, bond))
    }
}

/// How the bonds of a subnet move.
struct Rule {
    penalty: I32F32,
    /// Part of a new bond that comes from the weight.
    alpha: I32F32,
    /// Part of a new bond that comes from the old one.
    keep: I32F32,
    kind: Kind,
}

enum Kind {
    Classic,
    Yuma3,
    /// Yuma3 with liquid alpha, once there is any consensus.
    Yuma3Liquid(LiquidAlpha),
}

impl Rule {
    fn new(parameters: &Parameters, consensus: &[I32F32]) -> Self {
        const MILLION: u64 = 1_000_000;
        let kept = u64::from(parameters.bonds_moving_average).min(MILLION);
        let alpha = I32F32::ONE.saturating_sub(I32F32::ratio(kept, MILLION));
        let agreed = consensus.iter().any(|&consensus| consensus != I32F32::ZERO);
        let kind = match (parameters.yuma3, parameters.liquid_alpha && agreed) {
            (false, _) => Kind::Classic,
            (true, false) => Kind::Yuma3,
            (true, true) => Kind::Yuma3Liquid(LiquidAlpha::new(parameters)),
        };
        let penalty = I32F32::from_proportion(parameters.bonds_penalty);
        Self { penalty, alpha, keep: I32F32::ONE.saturating_sub(alpha), kind }
    }

    /// Writes the moving average of a column's bonds; 0 means no bond.
    fn average(&mut self, column: &Column, averages: &mut [I32F32]) {
        match self.kind {
            Kind::Classic => self.average_classic(column, averages),
            Kind::Yuma3 => self.average_yuma3(column, averages),
            Kind::Yuma3Liquid(_) => self.average_liquid(column, averages),
        }
    }

    /// New bonds are the weights times stake, and both new and old bonds of a column add up to 1
    /// before they mix (`ema_bonds_normal_sparse`, epoch/run_epoch.rs).
    fn average_classic(&self, column: &Column, averages: &mut [I32F32]) {
        for ((validator, weight, _), average) in column.cells().zip(averages.iter_mut()) {
            let weight = self.bond_weight(validator, weight, column.consensus).unwrap_or_default();
            *average = weight.saturating_mul(validator.active_stake);
        }
        normalise(averages);
        let total = column.bonds.iter().fold(0_u64, |sum, &bond| sum.saturating_add(u64::from(bond)));
        for (&bond, average) in column.bonds.iter().zip(averages) {
            *average = self.mix(*average, I32F32::ratio(u64::from(bond), total));
        }
    }

    /// New bonds are the weights (`mat_ema_sparse`, epoch/math.rs).
    fn average_yuma3(&self, column: &Column, averages: &mut [I32F32]) {
        for ((validator, weight, bond), average) in column.cells().zip(averages) {
            let weight = self.bond_weight(validator, weight, column.consensus).unwrap_or_default();
            *average = self.mix(weight, I32F32::from_proportion(bond));
        }
    }

    /// New bonds are the weights and each bond has its own speed. A bond towards a neuron without
    /// an entry in the row ends at once; an explicit weight of 0 lets it decay
    /// (`mat_ema_alpha_sparse`, epoch/math.rs).
    fn average_liquid(&mut self, column: &Column, averages: &mut [I32F32]) {
        for ((validator, weight, bond), average) in column.cells().zip(averages) {
            let weight = self.bond_weight(validator, weight, column.consensus);
            let (Some(weight), Kind::Yuma3Liquid(alpha)) = (weight, &mut self.kind) else {
                *average = I32F32::ZERO;
                continue;
            };
            let bond = I32F32::from_proportion(bond);
            let speed = alpha.speed(weight, bond, column.consensus);
            let kept = I32F32::ONE.saturating_sub(speed).saturating_mul(bond);
            *average = kept.saturating_add(speed.saturating_mul(weight)).min(I32F32::ONE);
        }
    }

    fn mix(&self, new: I32F32, old: I32F32) -> I32F32 {
        self.alpha.saturating_mul(new).saturating_add(self.keep.saturating_mul(old))
    }

    /// The weight that becomes a bond: between the submitted and the clipped one. At the ends it is
    /// exactly either, which differ in what happens to zeros; between them only positive weights
    /// stay (`interpolate_sparse`, epoch/math.rs).
    fn bond_weight(&self, validator: &Validator, weight: Option<u16>, consensus: I32F32) -> Option<I32F32> {
        let submitted = validator.share(weight?);
        if self.penalty == I32F32::ZERO {
            return Some(submitted);
        }
        let clipped = clip(submitted, consensus);
        if self.penalty == I32F32::ONE {
            return clipped;
        }
        let lost = clipped.unwrap_or_default().saturating_sub(submitted);
        let weight = submitted.saturating_add(self.penalty.saturating_mul(lost));
        (weight > I32F32::ZERO).then_some(weight)
    }
}

/// Appends a column's bonds, in units of `unit`, to the validators' rows.
fn store(uid: u16, averages: &[I32F32], unit: I32F32, rows: &mut [Vec<u32>]) {
    for (&average, row) in averages.iter().zip(rows) {
        if average > I32F32::ZERO {
            row.push(pack(uid, average.saturating_div(unit).to_proportion()));
        }
    }
}
