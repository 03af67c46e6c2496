//! Division of all emission over the subnets by the root validators' votes: `root_epoch` of subtensor v1.2.5
//! (coinbase/root.rs), in its 64.64 arithmetic.
//!
//! A subnet's rank is the stake-weighted mean of the weights towards it, its trust the share of stake behind any weight
//! towards it. A sigmoid of trust makes a subnet that little stake believes in earn next to nothing, whatever its rank.

mod wide;

use alloc::{vec, vec::Vec};

use self::wide::Wide;

/// Steepness of the sigmoid (`rho` of the root network).
pub const RHO: u32 = 10;
/// Trust at which the sigmoid is one half, as u16 fraction (`kappa` of the root network).
pub const KAPPA: u16 = 32_767;
/// All shares together, less what is lost to rounding: RAO of an undiminished block emission.
pub const WHOLE: u64 = 1_000_000_000;

/// How a root validator votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Its stake, in RAO.
    pub stake: u64,
    /// Its weights as positions of subnets and weights on any scale; what stands twice counts twice.
    pub weights: Vec<(usize, u16)>,
}

/// Each subnet's share of [`WHOLE`], or `None` where no stake is behind any weight. Weights towards other than the
/// `subnets` there are do not count.
pub fn shares(votes: &[Vote], subnets: usize, rho: u32) -> Option<Vec<u64>> {
    let all: u64 = votes.iter().fold(0, |sum, vote| sum.saturating_add(vote.stake));
    let mut rank = vec![Wide::ZERO; subnets];
    let mut trust = vec![Wide::ZERO; subnets];
    let mut total = Wide::ZERO;
    for Vote { stake, weights } in votes {
        let stake = Wide::ratio(*stake, all);
        total = total.plus(stake);
        let weights = || weights.iter().filter(|&&(subnet, weight)| subnet < subnets && weight > 0);
        let sum = weights().fold(0, |sum: u64, &(_, weight)| sum.saturating_add(u64::from(weight)));
        for &(subnet, weight) in weights() {
            if let (Some(rank), Some(trust)) = (rank.get_mut(subnet), trust.get_mut(subnet)) {
                *rank = rank.plus(stake.times(Wide::ratio(u64::from(weight), sum)));
                *trust = trust.plus(stake);
            }
        }
    }
    let weighted: Vec<Wide> =
        rank.iter().zip(&trust).map(|(rank, trust)| consensus(trust.over(total), rho).times(*rank)).collect();
    let sum = weighted.iter().fold(Wide::ZERO, |sum, &value| sum.plus(value));
    (sum > Wide::ZERO).then(|| weighted.into_iter().map(|value| value.over(sum).of(WHOLE)).collect())
}

/// `1 / (1 + e^-(rho * (trust - kappa)))`.
fn consensus(trust: Wide, rho: u32) -> Wide {
    let kappa = Wide::ratio(u64::from(KAPPA), u64::from(u16::MAX));
    let power = trust.distance(kappa).times(Wide::ratio(u64::from(rho), 1)).exp();
    let power = if trust > kappa { Wide::ONE.over(power) } else { power };
    Wide::ONE.over(Wide::ONE.plus(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(stake: u64, weights: &[(usize, u16)]) -> Vote {
        Vote { stake, weights: weights.to_vec() }
    }

    #[test]
    fn without_stake_or_weights_nobody_has_voted() {
        assert_eq!(shares(&[], 3, RHO), None);
        assert_eq!(shares(&[vote(0, &[(0, 1)])], 3, RHO), None);
        assert_eq!(shares(&[vote(7, &[]), vote(7, &[(1, 0)])], 3, RHO), None);
        assert_eq!(shares(&[vote(7, &[(3, 1)])], 3, RHO), None);
    }

    #[test]
    fn what_all_stake_is_behind_is_divided_by_weight() {
        assert_eq!(shares(&[vote(5, &[(0, 3), (2, 1)])], 3, RHO), Some(vec![750_000_000, 0, 249_999_999]));
    }

    #[test]
    fn a_minority_hardly_counts() {
        let found = shares(&[vote(80, &[(0, 1)]), vote(20, &[(1, 1)])], 2, RHO).expect("votes");
        // Sigmoids of trust 0.8 and 0.2: 0.9525749 and 0.0474261 with kappa 32,767 / 65,535.
        let minority = 0.2 * 0.047_426_1 / (0.2 * 0.047_426_1 + 0.8 * 0.952_574_9);
        assert!((found[1] as f64 / 1e9 - minority).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn weights_towards_what_is_not_there_do_not_dilute_the_others() {
        let with = vote(9, &[(0, 10), (1, 10), (7, u16::MAX)]);
        assert_eq!(shares(&[with], 2, RHO), Some(vec![500_000_000, 500_000_000]));
    }

    #[test]
    fn the_largest_stakes_do_not_overflow() {
        let votes = vec![vote(u64::MAX, &[(0, u16::MAX), (1, u16::MAX)]); 64];
        let found = shares(&votes, 2, u32::MAX).expect("votes");
        assert_eq!(found[0], found[1]);
    }
}
