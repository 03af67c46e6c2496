//! An epoch under way as lists of 64-bit words, for whoever keeps it between two steps.
//!
//! Words and not a codec of its own: storage copies a list of words in one go, and the code for it is small.

use super::consensus::Electorate;
use super::input::{Parameters, StakeBasis};
use super::line::Line;
use super::standing::Standing;
use super::Epoch;
use crate::fixed::I32F32;
use alloc::vec::Vec;

/// Lists of words: an epoch's columns, one word per neuron, then its lines, then what there is only once.
pub type Words = [Vec<u64>; 8];

/// Words of a line.
const LINE: usize = 8;
/// Flags of a neuron.
const ACTIVE: u64 = 1;
const PERMITTED: u64 = 2;

impl Epoch {
    /// The epoch but for the subnet's parameters. Takes little memory beside it: columns change their type in place.
    pub fn into_words(self) -> Words {
        let Self {
            owner, basis, bonds_horizon, registered_at, standing, electorate, lines, consensus, incentive, ..
        } = self;
        let flags =
            standing.active.iter().zip(&standing.next_permits).map(|(&active, &permitted)| {
                (if active { ACTIVE } else { 0 }) | (if permitted { PERMITTED } else { 0 })
            });
        let lines = lines.into_iter().flat_map(|line| {
            let Line { uid, active_stake, vote, horizon, keeps_bonds, weight_sum, trust, earned } = line;
            let [active_stake, vote, trust, earned] = [active_stake, vote, trust, earned].map(word);
            [u64::from(uid), active_stake, vote, horizon, u64::from(keeps_bonds), weight_sum, trust, earned]
        });
        // A uid has 16 bits: the number beyond them is nobody.
        let owner = owner.map_or(u64::from(u16::MAX).saturating_add(1), u64::from);
        let basis = u64::from(basis == StakeBasis::Genesis);
        let [total, minority, active_sum] = [electorate.total, electorate.minority, standing.active_sum].map(word);
        [
            registered_at,
            flags.collect(),
            words(standing.stake),
            words(standing.active_stake),
            words(consensus),
            words(incentive),
            lines.collect(),
            [owner, basis, bonds_horizon, total, minority, active_sum].to_vec(),
        ]
    }

    /// The epoch that [`Self::into_words`] gave, with the parameters that it began with; `None` for anything else.
    pub fn from_words(parameters: Parameters, words: Words) -> Option<Self> {
        let [registered_at, flags, stake, active_stake, consensus, incentive, lines, once] = words;
        let &[owner, basis, bonds_horizon, total, minority, active_sum] = once.as_slice() else {
            return None;
        };
        let line = |words: &[u64]| {
            let &[uid, active_stake, vote, horizon, keeps_bonds, weight_sum, trust, earned] = words else {
                return None;
            };
            let [active_stake, vote, trust, earned] = [active_stake, vote, trust, earned].map(number);
            let uid = u16::try_from(uid).ok()?;
            Some(Line { uid, active_stake, vote, horizon, keeps_bonds: keeps_bonds != 0, weight_sum, trust, earned })
        };
        Some(Self {
            parameters,
            owner: u16::try_from(owner).ok(),
            basis: if basis == 0 { StakeBasis::Staked } else { StakeBasis::Genesis },
            bonds_horizon,
            newest: registered_at.iter().copied().max().unwrap_or(0),
            standing: Standing {
                active: flags.iter().map(|flags| flags & ACTIVE != 0).collect(),
                next_permits: flags.iter().map(|flags| flags & PERMITTED != 0).collect(),
                stake: numbers(stake),
                active_stake: numbers(active_stake),
                active_sum: number(active_sum),
            },
            electorate: Electorate { total: number(total), minority: number(minority) },
            lines: lines.chunks(LINE).map(line).collect::<Option<_>>()?,
            consensus: numbers(consensus),
            incentive: numbers(incentive),
            registered_at,
        })
    }
}

fn word(number: I32F32) -> u64 {
    u64::from_le_bytes(number.to_bits().to_le_bytes())
}

fn number(word: u64) -> I32F32 {
    I32F32::from_bits(i64::from_le_bytes(word.to_le_bytes()))
}

fn words(numbers: Vec<I32F32>) -> Vec<u64> {
    numbers.into_iter().map(word).collect()
}

fn numbers(words: Vec<u64>) -> Vec<I32F32> {
    words.into_iter().map(number).collect()
}
