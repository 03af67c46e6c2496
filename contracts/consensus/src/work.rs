//! Registration by proof of work: when a seal is good enough, and how hard that is.

/// Whether a seal meets a difficulty: the seal as a big-endian 256-bit number times the difficulty
/// stays below 2^256 (`hash_meets_difficulty`, subnets/registration.rs of v1.2.5).
///
/// A random seal meets it once in about `difficulty` tries.
pub fn meets_difficulty(seal: &[u8; 32], difficulty: u64) -> bool {
    let mut carry = 0_u128;
    for limb in seal.rchunks_exact(8) {
        let limb = limb.iter().fold(0_u64, |limb, &byte| limb << 8 | u64::from(byte));
        let product = u128::from(limb).wrapping_mul(u128::from(difficulty)).wrapping_add(carry);
        carry = product >> 64;
    }
    carry == 0
}

/// How a registration cost follows demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// Registrations wanted per interval. With 0 the cost never changes.
    pub target: u16,
    /// Inertia: 0 follows demand at once, `u64::MAX` never.
    pub alpha: u64,
    /// Lowest cost.
    pub min: u64,
    /// Highest cost.
    pub max: u64,
}

/// Intervals that [`Adjustment::over_intervals`] applies at most at once.
pub const MAX_INTERVALS: u64 = 1024;

impl Adjustment {
    /// The cost of the next interval after one with `registrations` (`upgraded_difficulty`,
    /// coinbase/block_step.rs of v1.2.5): `cost * (registrations + target) / (2 * target)`,
    /// averaged with the cost so far, in fixed point with 18 fractional bits.
    pub fn next(&self, cost: u64, registrations: u16) -> u64 {
        const FRACTION_BITS: u32 = 18;
        if self.target == 0 {
            return self.bound(u128::from(cost));
        }
        let demand = u128::from(registrations.saturating_add(self.target));
        let supply = u128::from(self.target.saturating_add(self.target));
        let updated = (u128::from(cost).saturating_mul(demand) << FRACTION_BITS).checked_div(supply).unwrap_or(0);
        let inertia = (u128::from(self.alpha) << FRACTION_BITS).checked_div(u128::from(u64::MAX)).unwrap_or(0);
        let weight = (1_u128 << FRACTION_BITS).saturating_sub(inertia);
        let kept = inertia.saturating_mul(u128::from(cost));
        let moved = weight.saturating_mul(updated) >> FRACTION_BITS;
        self.bound(kept.saturating_add(moved) >> FRACTION_BITS)
    }

    /// The cost after `intervals` intervals, the first with `registrations` and the others with
    /// none, and how many of the intervals it covers: all, unless there are more than
    /// [`MAX_INTERVALS`] and the cost still moves. The rest can be applied later.
    pub fn over_intervals(&self, cost: u64, registrations: u16, intervals: u64) -> (u64, u64) {
        let mut cost = cost;
        let mut registrations = registrations;
        for _ in 0..intervals.min(MAX_INTERVALS) {
            let next = self.next(cost, registrations);
            if next == cost && registrations == 0 {
                return (cost, intervals);
            }
            (cost, registrations) = (next, 0);
        }
        (cost, intervals.min(MAX_INTERVALS))
    }

    fn bound(&self, cost: u128) -> u64 {
        if cost >= u128::from(self.max) {
            self.max
        } else {
            u64::try_from(cost).unwrap_or(u64::MAX).max(self.min)
        }
    }
}
