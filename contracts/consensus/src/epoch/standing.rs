//! Per uid: who is active, what stake counts, who validates now and next.

use super::input::{Setting, StakeBasis};
use super::permits::top_nonzero;
use crate::fixed::{normalise, I32F32};
use alloc::vec::Vec;

/// What each neuron is at the epoch, by uid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Updated within the activity cutoff.
    pub(super) active: Vec<bool>,
    /// Holds a permit until the next epoch.
    pub(super) next_permits: Vec<bool>,
    /// Share of all stake.
    pub(super) stake: Vec<I32F32>,
    /// Share of the stake of active permitted neurons.
    pub(super) active_stake: Vec<I32F32>,
    /// Sum of the active stake.
    pub(super) active_sum: I32F32,
}

impl Standing {
    /// Sections "Active & updated", "Stake", "Validator permits" and "Active Stake" of
    /// `epoch_mechanism`, epoch/run_epoch.rs.
    pub(super) fn of(setting: &Setting) -> Self {
        let parameters = setting.parameters;
        let neurons = || setting.neurons.iter().take(UIDS);
        let active: Vec<bool> = neurons()
            .map(|neuron| neuron.last_update.saturating_add(parameters.activity_cutoff) >= setting.block)
            .collect();

        let stake = shares_of_stake(setting);
        let mut next_permits = top_nonzero(&stake, parameters.max_validators);
        if let Some(permit) = setting.owner.and_then(|uid| next_permits.get_mut(usize::from(uid))) {
            *permit = true;
        }

        let mut active_stake = stake.clone();
        let facts = (0_u16..).zip(neurons()).zip(&active);
        for (stake, ((uid, neuron), &active)) in active_stake.iter_mut().zip(facts) {
            if !(active && setting.is_permitted(uid, neuron)) {
                *stake = I32F32::ZERO;
            }
        }
        normalise(&mut active_stake);
        let active_sum = active_stake.iter().copied().sum();
        Self { active, next_permits, stake, active_stake, active_sum }
    }

    /// The share that an active stake has of the votes on consensus: it is normalised once more, as
    /// `weighted_median_col_sparse` of epoch/math.rs does.
    pub(super) fn vote(&self, active_stake: I32F32) -> I32F32 {
        if self.active_sum == I32F32::ZERO {
            return active_stake;
        }
        active_stake.saturating_div(self.active_sum)
    }

    /// The votes of all.
    pub(super) fn votes(&self) -> I32F32 {
        self.active_stake.iter().map(|&stake| self.vote(stake)).sum()
    }
}

/// Number of uids a subnet can have.
const UIDS: usize = 1 << u16::BITS;

/// Each neuron's share of the stake that reaches the threshold. subtensor divides in 64.64 fixed
/// point and drops 32 bits, which is the quotient rounded down.
fn shares_of_stake(setting: &Setting) -> Vec<I32F32> {
    let threshold = setting.parameters.stake_threshold;
    let owner = setting.owner.map(usize::from);
    let counted = || {
        setting.neurons.iter().take(UIDS).enumerate().map(move |(uid, neuron)| match setting.basis {
            StakeBasis::Genesis => u64::from(neuron.registered_at < setting.block),
            StakeBasis::Staked if owner != Some(uid) && neuron.stake < threshold => 0,
            StakeBasis::Staked => neuron.stake,
        })
    };
    let total = counted().fold(0_u128, |total, stake| total.saturating_add(u128::from(stake)));
    counted()
        .map(|stake| {
            let share = (u128::from(stake) << 32).checked_div(total).unwrap_or(0);
            I32F32::from_bits(i64::try_from(share).unwrap_or(i64::MAX))
        })
        .collect()
}
