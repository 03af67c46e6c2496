//! An epoch's shares as RAO, the way subtensor rounds them.
//!
//! The simulator and the conformance cases use it; the contracts pay by [`crate::payout`], which
//! loses no dust and never pays on substituted stake.

use crate::epoch::Shares;
use crate::fixed::I32F32;
use alloc::vec::Vec;

/// RAO per uid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emission {
    /// For incentive.
    pub server: Vec<u64>,
    /// For dividends, or for stake if nobody has incentive or dividends.
    pub validator: Vec<u64>,
    /// For both together, rounded once.
    pub combined: Vec<u64>,
}

/// Splits `amount` RAO (section "Emission and Pruning scores" of `epoch_mechanism`,
/// epoch/run_epoch.rs): incentive and dividends over the sum of both, each share times the amount
/// rounded down.
pub fn split(shares: &Shares, amount: u64) -> Emission {
    let both = shares.incentive.iter().zip(&shares.dividends);
    let combined: Vec<I32F32> = both.map(|(&i, &d)| i.saturating_add(d)).collect();
    let sum: I32F32 = combined.iter().copied().sum();
    if sum != I32F32::ZERO {
        let of_sum = |values: &[I32F32]| -> Vec<u64> {
            values.iter().map(|value| value.saturating_div(sum).of(amount)).collect()
        };
        return Emission {
            server: of_sum(&shares.incentive),
            validator: of_sum(&shares.dividends),
            combined: of_sum(&combined),
        };
    }
    let whole = |values: &[I32F32]| -> Vec<u64> { values.iter().map(|value| value.of(amount)).collect() };
    let idle = shares.active_stake.iter().all(|&stake| stake == I32F32::ZERO);
    let validator = whole(if idle { &shares.stake } else { &shares.active_stake });
    Emission { server: whole(&shares.incentive), combined: validator.clone(), validator }
}
