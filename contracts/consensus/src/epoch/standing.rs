//! Pass 1, per uid: who is active, what stake counts, who validates now and next.

use super::input::{Inputs, StakeBasis};
use super::permits::top_nonzero;
use crate::fixed::{normalise, I32F32};
use alloc::vec::Vec;

/// What each neuron is at the epoch, by uid.
pub(super) struct Standing {
    /// Updated within the activity cutoff.
    pub(super) active: Vec<bool>,
    /// Holds a permit during this epoch.
    pub(super) permitted: Vec<bool>,
    /// Holds a permit until the next one.
    pub(super) next_permits: Vec<bool>,
    /// Share of all stake.
    pub(super) stake: Vec<I32F32>,
    /// Share of the stake of active permitted neurons.
    pub(super) active_stake: Vec<I32F32>,
    /// Share of the votes on consensus: the active stake normalised once more, as
    /// `weighted_median_col_sparse` of epoch/math.rs does.
    pub(super) votes: Vec<I32F32>,
}

impl Standing {
    /// Sections "Active & updated", "Stake", "Validator permits" and "Active Stake" of
    /// `epoch_mechanism`, epoch/run_epoch.rs.
    pub(super) fn of(inputs: &Inputs) -> Self {
        let parameters = inputs.parameters;
        let is_owner = |uid: usize| inputs.owner.map(usize::from) == Some(uid);
        let neurons = || inputs.neurons.iter().take(UIDS).enumerate();

        let active: Vec<bool> = neurons()
            .map(|(_, neuron)| neuron.last_update.saturating_add(parameters.activity_cutoff) >= inputs.block)
            .collect();
        let permitted: Vec<bool> = neurons().map(|(uid, neuron)| neuron.permit || is_owner(uid)).collect();

        let stake = shares_of_stake(inputs);
        let mut next_permits = top_nonzero(&stake, parameters.max_validators);
        if let Some(permit) = inputs.owner.and_then(|uid| next_permits.get_mut(usize::from(uid))) {
            *permit = true;
        }

        let mut active_stake = stake.clone();
        for ((stake, &active), &permitted) in active_stake.iter_mut().zip(&active).zip(&permitted) {
            if !(active && permitted) {
                *stake = I32F32::ZERO;
            }
        }
        normalise(&mut active_stake);
        let mut votes = active_stake.clone();
        normalise(&mut votes);

        Self { active, permitted, next_permits, stake, active_stake, votes }
    }
}

/// Number of uids a subnet can have.
const UIDS: usize = 1 << u16::BITS;

/// Each neuron's share of the stake that reaches the threshold. subtensor divides in 64.64 fixed
/// point and drops 32 bits, which is the quotient rounded down.
fn shares_of_stake(inputs: &Inputs) -> Vec<I32F32> {
    let threshold = inputs.parameters.stake_threshold;
    let owner = inputs.owner.map(usize::from);
    let counted = || {
        inputs.neurons.iter().take(UIDS).enumerate().map(move |(uid, neuron)| match inputs.basis {
            StakeBasis::Genesis => u64::from(neuron.registered_at < inputs.block),
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
