//! Liquid alpha: a bond moves the faster the further its weight departs from consensus.

use super::input::Parameters;
use crate::fixed::I32F32;

/// The speeds of a subnet's bonds.
pub(super) struct LiquidAlpha {
    low: I32F32,
    high: I32F32,
    /// Steepness of the sigmoid, negated.
    slope: I32F32,
    /// The last departure and its speed: in most columns most validators share one.
    last: (I32F32, I32F32),
}

impl LiquidAlpha {
    pub(super) fn new(parameters: &Parameters) -> Self {
        let steepness = I32F32::from_integer(i32::from(parameters.alpha_sigmoid_steepness));
        let mut speeds = Self {
            low: I32F32::from_proportion(parameters.alpha_low),
            high: I32F32::from_proportion(parameters.alpha_high),
            slope: steepness.saturating_div(I32F32::from_integer(-100)),
            last: (I32F32::ZERO, I32F32::ZERO),
        };
        speeds.last.1 = speeds.at(I32F32::ZERO);
        speeds
    }

    /// The speed of one bond (`liquid_alpha_sigmoid`, epoch/run_epoch.rs): a buyer departs by what
    /// its weight exceeds consensus, a seller by what its bond exceeds its weight.
    pub(super) fn speed(&mut self, weight: I32F32, bond: I32F32, consensus: I32F32) -> I32F32 {
        let departure = if weight >= bond { weight.saturating_sub(consensus) } else { bond.saturating_sub(weight) };
        let departure = departure.clamp(I32F32::ZERO, I32F32::ONE);
        if departure != self.last.0 {
            self.last = (departure, self.at(departure));
        }
        self.last.1
    }

    fn at(&self, departure: I32F32) -> I32F32 {
        let exponent = self.slope.saturating_mul(departure.saturating_sub(I32F32::HALF));
        let sigmoid = I32F32::ONE.saturating_div(I32F32::ONE.saturating_add(exponent.exp()));
        let range = self.high.saturating_sub(self.low);
        let speed = self.low.saturating_add(sigmoid.saturating_mul(range));
        speed.min(self.high).max(self.low)
    }
}
