//! The hyperparameters of a design: those that an epoch uses, by their names, with the protocol's defaults and within
//! the bounds that governance has.

use consensus::epoch::Parameters;
use primitives::{Authority, Hyperparameter, Hyperparameters, Rao};
use serde::Deserialize;

use super::Result;
use crate::{Expected, Misplaced};

/// Hyperparameters that differ from their defaults.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Changes {
    tempo: Option<u16>,
    kappa: Option<u16>,
    max_allowed_validators: Option<u16>,
    activity_cutoff_factor_milli: Option<u32>,
    bonds_moving_average: Option<u32>,
    bonds_penalty: Option<u16>,
    liquid_alpha_enabled: Option<bool>,
    alpha_low: Option<u16>,
    alpha_high: Option<u16>,
    alpha_sigmoid_steepness: Option<i16>,
    yuma3_enabled: Option<bool>,
    stake_threshold: Option<u64>,
}

impl Changes {
    /// What an epoch uses.
    pub(super) fn applied(&self) -> Result<Parameters> {
        use Hyperparameter as H;
        let mut hyperparameters = Hyperparameters::default();
        let alpha = (self.alpha_low.is_some() || self.alpha_high.is_some()).then_some(H::AlphaValues {
            low: self.alpha_low.unwrap_or(hyperparameters.alpha_low),
            high: self.alpha_high.unwrap_or(hyperparameters.alpha_high),
        });
        let changes = [
            ("tempo", self.tempo.map(H::Tempo)),
            ("kappa", self.kappa.map(H::Kappa)),
            ("max_allowed_validators", self.max_allowed_validators.map(H::MaxAllowedValidators)),
            ("activity_cutoff_factor_milli", self.activity_cutoff_factor_milli.map(H::ActivityCutoffFactorMilli)),
            ("bonds_moving_average", self.bonds_moving_average.map(H::BondsMovingAverage)),
            ("bonds_penalty", self.bonds_penalty.map(H::BondsPenalty)),
            ("liquid_alpha_enabled", self.liquid_alpha_enabled.map(H::LiquidAlphaEnabled)),
            ("alpha_low", alpha),
            ("alpha_sigmoid_steepness", self.alpha_sigmoid_steepness.map(H::AlphaSigmoidSteepness)),
            ("yuma3_enabled", self.yuma3_enabled.map(H::Yuma3Enabled)),
            ("stake_threshold", self.stake_threshold.map(|rao| H::StakeThreshold(Rao::new(rao)))),
        ];
        for (name, change) in changes {
            let Some(change) = change else { continue };
            let refused = |_| Misplaced { at: format!("parameters.{name}"), expected: Expected::WithinBounds };
            hyperparameters.apply(change, Authority::Governance).map_err(refused)?;
        }
        Ok(settlement::epoch::parameters(&hyperparameters))
    }
}
