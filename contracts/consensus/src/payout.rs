//! An epoch's shares as RAO, the way Yarrow pays them.
//!
//! Half to miners by incentive, half to validators by dividends, and what is paid plus the
//! remainder is the emission, to the RAO.

use crate::epoch::{Shares, StakeBasis};
use crate::fixed::I32F32;
use alloc::vec::Vec;

/// The subnet owner's part of `emission` RAO at a `cut` in `u16` proportion, taken before [`pay`]. The proportion is
/// rounded down to 32 binary digits and the part to a RAO, as in coinbase/run_coinbase.rs of v1.2.5.
pub fn owner_cut(emission: u64, cut: u16) -> u64 {
    I32F32::from_proportion(cut).of(emission)
}

/// What an epoch pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// RAO per uid for incentive.
    pub incentive: Vec<u64>,
    /// RAO per uid for dividends, or for stake if nobody has incentive or dividends.
    pub dividends: Vec<u64>,
    /// RAO that nobody gets now: rounding, or everything if nobody has a claim.
    pub remainder: u64,
}

/// Pays out `emission` RAO.
///
/// Incentive and dividends get half each, an odd RAO goes to dividends; where only one of them is
/// positive it gets all. Where neither is, active stake gets all, or stake if none is active,
/// but only if it is real ([`StakeBasis::Staked`]). Otherwise everything remains.
///
/// Every amount is its share rounded down, so a remainder after payment is smaller than the number
/// of uids paid.
pub fn pay(shares: &Shares, emission: u64) -> Payout {
    let (miners, validators, by) = claims(shares, emission);
    let (incentive, paid_miners) = divide(miners, &shares.incentive);
    let (dividends, paid_validators) = divide(validators, by);
    let paid = paid_miners.saturating_add(paid_validators);
    Payout { incentive, dividends, remainder: emission.saturating_sub(paid) }
}

/// The amount for incentive, the amount for the others, and the shares of the others.
fn claims(shares: &Shares, emission: u64) -> (u64, u64, &[I32F32]) {
    let any = |values: &[I32F32]| values.iter().any(|&value| value > I32F32::ZERO);
    match (any(&shares.incentive), any(&shares.dividends)) {
        (true, true) => {
            let half = emission >> 1;
            (half, emission.saturating_sub(half), &shares.dividends)
        }
        (true, false) => (emission, 0, &shares.dividends),
        (false, true) => (0, emission, &shares.dividends),
        (false, false) if shares.basis == StakeBasis::Genesis => (0, 0, &shares.stake),
        (false, false) if any(&shares.active_stake) => (0, emission, &shares.active_stake),
        (false, false) => (0, emission, &shares.stake),
    }
}

/// Divides `amount` in proportion to `shares`, rounded down; also returns the sum of the parts.
fn divide(amount: u64, shares: &[I32F32]) -> (Vec<u64>, u64) {
    let weight = |share: &I32F32| u128::from(u64::try_from(share.to_bits()).unwrap_or(0));
    let total = shares.iter().fold(0_u128, |sum, share| sum.saturating_add(weight(share)));
    let mut paid = 0_u64;
    let mut parts = Vec::with_capacity(shares.len());
    for share in shares {
        let part = u128::from(amount).saturating_mul(weight(share)).checked_div(total).unwrap_or(0);
        let part = u64::try_from(part).unwrap_or(0);
        paid = paid.saturating_add(part);
        parts.push(part);
    }
    (parts, paid)
}
