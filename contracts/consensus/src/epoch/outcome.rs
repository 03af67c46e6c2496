//! What an epoch yields.

use super::input::StakeBasis;
use crate::fixed::I32F32;
use alloc::vec::Vec;

/// Results of an epoch, by uid where not said otherwise, in the form subtensor stores them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The weight that a majority of stake supports, as a `u16` proportion.
    pub consensus: Vec<u16>,
    /// A neuron's share of what miners earn, as a `u16` proportion.
    pub incentive: Vec<u16>,
    /// A validator's share of what validators earn, as a `u16` proportion.
    pub dividends: Vec<u16>,
    /// The part of a validator's weights within consensus, as a `u16` proportion.
    pub validator_trust: Vec<u16>,
    /// Share of all stake, as a `u16` proportion.
    pub stake_weight: Vec<u16>,
    /// Who holds a validator permit from now on.
    pub permits: Vec<bool>,
    /// Who updated within the activity cutoff.
    pub active: Vec<bool>,
    /// All bonds from now on, in which a uid without a row has none; empty from [`super::Epoch::finish`], whose caller has
    /// taken them from the blocks.
    pub bonds: Vec<BondsRow>,
    /// The shares from which amounts are computed.
    pub shares: Shares,
}

/// The bonds of one validator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BondsRow {
    /// The validator.
    pub uid: u16,
    /// Neurons and bonds, see [`super::pack`], in order of uid. Classic bonds are scaled so that the largest towards a
    /// neuron is 65535, Yuma3 bonds are `u16` proportions.
    pub entries: Vec<u32>,
}

/// An epoch's unrounded shares, by uid; each vector sums to 1 within rounding or is all zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Of what miners earn.
    pub incentive: Vec<I32F32>,
    /// Of what validators earn.
    pub dividends: Vec<I32F32>,
    /// Of all stake.
    pub stake: Vec<I32F32>,
    /// Of the stake of active permitted neurons.
    pub active_stake: Vec<I32F32>,
    /// Whether the stake behind these shares is real.
    pub basis: StakeBasis,
}

pub(super) fn proportions(values: &[I32F32]) -> Vec<u16> {
    values.iter().map(|value| value.to_proportion()).collect()
}
