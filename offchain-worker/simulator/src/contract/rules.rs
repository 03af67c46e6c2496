//! The rules of a case as hyperparameters that governance sets.

use consensus::epoch::Parameters;
use primitives::{Authority, Hyperparameter as H, Hyperparameters, Rao};

use super::NativeOnly;

/// More registrations in one interval than there are uids.
const ANY_REGISTRATIONS: u16 = 20_000;

/// The rules of a subnet of `neurons` neurons that hold from the start; `factor` is that of the activity cutoff.
pub(super) fn of_start(rules: &Parameters, neurons: u16, factor: u32) -> Result<Vec<H>, NativeOnly> {
    let mut changes = vec![
        H::MaxAllowedUids(neurons.max(Hyperparameters::default().min_allowed_uids)),
        H::Kappa(rules.kappa),
        H::BondsPenalty(rules.bonds_penalty),
        H::BondsMovingAverage(rules.bonds_moving_average.min(1_000_000)),
        H::Yuma3Enabled(rules.yuma3),
        H::LiquidAlphaEnabled(rules.liquid_alpha),
        H::AlphaSigmoidSteepness(rules.alpha_sigmoid_steepness),
        H::ActivityCutoffFactorMilli(factor),
        H::CommitRevealEnabled(false),
        H::WeightsSetRateLimit(0),
        H::MinAllowedWeights(0),
        H::MinDifficulty(1),
        H::Difficulty(1),
        H::TargetRegistrationsPerInterval(ANY_REGISTRATIONS),
        H::MaxRegistrationsPerBlock(ANY_REGISTRATIONS),
    ];
    if rules.liquid_alpha {
        changes.push(H::AlphaValues { low: rules.alpha_low, high: rules.alpha_high });
    }
    possible(changes)
}

/// The rules that give permits: those of the case.
pub(super) fn of_permits(rules: &Parameters, neurons: u16, threshold: Rao) -> Result<Vec<H>, NativeOnly> {
    // More permits than neurons are as many as neurons.
    possible(vec![H::MaxAllowedValidators(rules.max_validators.min(neurons)), H::StakeThreshold(threshold)])
}

/// The rules that give `permits` permits to whoever has most stake.
pub(super) fn of_first_permits(permits: u16) -> Result<Vec<H>, NativeOnly> {
    possible(vec![H::MaxAllowedValidators(permits)])
}

fn possible(changes: Vec<H>) -> Result<Vec<H>, NativeOnly> {
    let mut rules = Hyperparameters::default();
    for &change in &changes {
        rules.apply(change, Authority::Governance).map_err(|_| NativeOnly::Rule(change))?;
    }
    Ok(changes)
}
