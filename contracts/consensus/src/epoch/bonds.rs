//! Per column: bonds follow weights, and earn part of a neuron's incentive.

use super::block::{Block, Cell};
use super::consensus::clip;
use super::input::Parameters;
use super::line::Line;
use super::liquid_alpha::LiquidAlpha;
use crate::fixed::{normalise, I32F32};
use alloc::{vec, vec::Vec};

/// Section "Bonds and Dividends" of `epoch_mechanism`, epoch/run_epoch.rs, for the columns of a block, given consensus
/// and incentive of each: replaces its bonds and adds to what the lines earn.
pub(super) fn update<'a>(
    rule: &mut Rule,
    lines: &mut [Line],
    block: &mut Block,
    facts: impl Iterator<Item = (&'a I32F32, &'a I32F32)>,
) {
    let mut averages = vec![I32F32::ZERO; lines.len()];
    let mut traces = Vec::new();
    for (index, ((weights, bonds), (&consensus, &incentive))) in block.columns().zip(facts).enumerate() {
        rule.average(&Column { lines, weights, bonds, consensus }, &mut averages);
        if rule.is_yuma3() {
            store(&averages, None, bonds, |line| traces.push((line, index)));
            normalise(&mut averages);
        } else {
            normalise(&mut averages);
            let largest = averages.iter().copied().max().unwrap_or_default();
            store(&averages, Some(largest), bonds, |line| traces.push((line, index)));
        }
        if incentive != I32F32::ZERO {
            for (line, bond) in lines.iter_mut().zip(&averages) {
                line.earned = line.earned.plus(bond.saturating_mul(incentive));
            }
        }
    }
    block.set_traces(traces);
}

/// One neuron as seen by all lines.
struct Column<'a> {
    lines: &'a [Line],
    weights: &'a [Cell],
    bonds: &'a [u16],
    consensus: I32F32,
}

impl<'a> Column<'a> {
    /// Line, weight, raw bond.
    fn cells(&self) -> impl Iterator<Item = (&'a Line, Option<I32F32>, u16)> {
        let cells = self.weights.iter().map(|cell| cell.share()).zip(self.bonds.iter().copied());
        self.lines.iter().zip(cells).map(|(line, (weight, bond))| (line, weight, bond))
    }
}

/// How the bonds of a subnet move.
pub(super) struct Rule {
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
    /// The rule of a subnet, given the consensus on all its neurons.
    pub(super) fn new(parameters: &Parameters, consensus: &[I32F32]) -> Self {
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

    fn is_yuma3(&self) -> bool {
        !matches!(self.kind, Kind::Classic)
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
        for ((line, weight, _), average) in column.cells().zip(averages.iter_mut()) {
            let weight = self.bond_weight(weight, column.consensus).unwrap_or_default();
            *average = weight.saturating_mul(line.active_stake);
        }
        normalise(averages);
        let total = column.bonds.iter().fold(0_u64, |sum, &bond| sum.saturating_add(u64::from(bond)));
        for (&bond, average) in column.bonds.iter().zip(averages) {
            *average = self.mix(*average, I32F32::ratio(u64::from(bond), total));
        }
    }

    /// New bonds are the weights (`mat_ema_sparse`, epoch/math.rs).
    fn average_yuma3(&self, column: &Column, averages: &mut [I32F32]) {
        for ((_, weight, bond), average) in column.cells().zip(averages) {
            let weight = self.bond_weight(weight, column.consensus).unwrap_or_default();
            *average = self.mix(weight, I32F32::from_proportion(bond));
        }
    }

    /// New bonds are the weights and each bond has its own speed. A bond towards a neuron without
    /// an entry in the row ends at once; an explicit weight of 0 lets it decay
    /// (`mat_ema_alpha_sparse`, epoch/math.rs).
    fn average_liquid(&mut self, column: &Column, averages: &mut [I32F32]) {
        for ((_, weight, bond), average) in column.cells().zip(averages) {
            let weight = self.bond_weight(weight, column.consensus);
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

    #[inline(always)]
    fn mix(&self, new: I32F32, old: I32F32) -> I32F32 {
        self.alpha.saturating_mul(new).plus(self.keep.saturating_mul(old))
    }

    /// The weight that becomes a bond: between the submitted and the clipped one. At the ends it is
    /// exactly either, which differ in what happens to zeros; between them only positive weights
    /// stay (`interpolate_sparse`, epoch/math.rs).
    #[inline(always)]
    fn bond_weight(&self, weight: Option<I32F32>, consensus: I32F32) -> Option<I32F32> {
        let submitted = weight?;
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

/// Stores a column's bonds in units of `unit`, or of 1; calls `trace` with the lines of those that come to 0 by it.
fn store(averages: &[I32F32], unit: Option<I32F32>, bonds: &mut [u16], mut trace: impl FnMut(usize)) {
    for (index, (&average, bond)) in averages.iter().zip(bonds).enumerate() {
        *bond = unit.map_or(average, |unit| average.saturating_div(unit)).to_proportion();
        if *bond == 0 && average > I32F32::ZERO {
            trace(index);
        }
    }
}
