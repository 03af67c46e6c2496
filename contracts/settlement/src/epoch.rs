//! What of a subnet's hyperparameters its epoch uses: shared with whoever runs epochs off chain.

use consensus::epoch::Parameters;
use primitives::Hyperparameters;

/// The part of a subnet's hyperparameters that its epoch uses.
pub fn parameters(hyperparameters: &Hyperparameters) -> Parameters {
    let tempo = u64::from(hyperparameters.tempo);
    let factor_milli = u64::from(hyperparameters.activity_cutoff_factor_milli);
    Parameters {
        kappa: hyperparameters.kappa,
        bonds_penalty: hyperparameters.bonds_penalty,
        bonds_moving_average: hyperparameters.bonds_moving_average,
        yuma3: hyperparameters.yuma3_enabled,
        liquid_alpha: hyperparameters.liquid_alpha_enabled,
        alpha_low: hyperparameters.alpha_low,
        alpha_high: hyperparameters.alpha_high,
        alpha_sigmoid_steepness: hyperparameters.alpha_sigmoid_steepness,
        max_validators: hyperparameters.max_allowed_validators,
        activity_cutoff: (factor_milli.saturating_mul(tempo) / 1_000).max(1),
        stake_threshold: hyperparameters.stake_threshold.get(),
        tempo,
    }
}
