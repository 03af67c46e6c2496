//! Scores over the rounds.
//!
//! An average belongs to a hotkey and its registration: a hotkey registered anew starts anew. Only
//! miners observed in a round move; the others fall by half each round they are missed and are
//! forgotten after a few.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::scoring::Hotkey;
use crate::scoring::bits::Score;

/// A miner as the average knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Miner {
    /// The miner's hotkey.
    pub hotkey: Hotkey,
    /// Protocol block of its registration.
    pub registered_at: u64,
}

/// How fast averages move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AverageRule {
    /// Weight of the newest score, in 65,535ths. Default: 19,660 (0.3)
    pub newest_u16: u16,
    /// Rounds without observation after which a miner is forgotten. Default: 4
    pub forget_after_rounds: u32,
}

impl Default for AverageRule {
    fn default() -> Self {
        Self { newest_u16: 19_660, forget_after_rounds: 4 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    value: Score,
    missed: u32,
}

/// Exponential moving averages of scores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovingAverage {
    rule: AverageRule,
    #[serde(with = "as_list")]
    entries: BTreeMap<Miner, Entry>,
}

/// A list of pairs, which formats can write whose maps have texts for keys.
mod as_list {
    use serde::{Deserializer, Serializer};

    use super::*;

    pub(super) fn serialize<S: Serializer>(entries: &BTreeMap<Miner, Entry>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(entries)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Miner, Entry>, D::Error> {
        Ok(Vec::<(Miner, Entry)>::deserialize(deserializer)?.into_iter().collect())
    }
}

impl MovingAverage {
    /// No data yet.
    pub fn new(rule: AverageRule) -> Self {
        Self { rule, entries: BTreeMap::new() }
    }

    /// Takes in one round. A miner's first score is its average; a miner that is not in `observed`
    /// (unregistered, or inconclusive on this machine) was missed.
    pub fn observe(&mut self, observed: &[(Miner, Score)]) {
        for entry in self.entries.values_mut() {
            entry.missed = entry.missed.saturating_add(1);
        }
        for (miner, score) in observed {
            let newest = u128::from(self.rule.newest_u16);
            let rest = u128::from(u16::MAX) - newest;
            let entry = self.entries.entry(*miner).or_insert(Entry { value: *score, missed: 0 });
            let sum = u128::from(entry.value.q32()) * rest + u128::from(score.q32()) * newest;
            *entry = Entry { value: Score::from_q32((sum / u128::from(u16::MAX)) as u64), missed: 0 };
        }
        let forget_after = self.rule.forget_after_rounds;
        self.entries.retain(|_, entry| entry.missed < forget_after);
        for entry in self.entries.values_mut().filter(|entry| entry.missed > 0) {
            entry.value = Score::from_q32(entry.value.q32() / 2);
        }
    }

    /// The averages in the order of the miners; `None` when nothing has been observed or everything
    /// is zero, in which case the validator abstains.
    pub fn scores(&self) -> Option<Vec<(Miner, Score)>> {
        let scores: Vec<_> = self.entries.iter().map(|(miner, entry)| (*miner, entry.value)).collect();
        scores.iter().any(|(_, score)| *score > Score::ZERO).then_some(scores)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: Miner = Miner { hotkey: [1; 32], registered_at: 5 };
    const BOB: Miner = Miner { hotkey: [2; 32], registered_at: 5 };

    fn half_rule() -> MovingAverage {
        MovingAverage::new(AverageRule { newest_u16: 32_768, forget_after_rounds: 2 })
    }

    fn millionths(average: &MovingAverage, miner: Miner) -> Option<u64> {
        let scores = average.scores()?;
        let (_, score) = scores.into_iter().find(|(other, _)| *other == miner)?;
        Some((score.q32() * 1_000_000) >> 32)
    }

    #[test]
    fn scores_are_none_before_any_observation_and_when_all_are_zero() {
        let mut average = half_rule();
        assert_eq!(average.scores(), None);
        average.observe(&[]);
        average.observe(&[(ALICE, Score::ZERO)]);
        assert_eq!(average.scores(), None);
    }

    #[test]
    fn first_score_is_the_average_and_later_ones_move_it() {
        let mut average = half_rule();
        average.observe(&[(ALICE, Score::ONE)]);
        assert_eq!(millionths(&average, ALICE), Some(1_000_000));
        average.observe(&[(ALICE, Score::ZERO)]);
        // One half, but for the half in 65,535ths.
        assert_eq!(millionths(&average, ALICE), Some(499_992));
    }

    #[test]
    fn a_missed_miner_falls_by_half_and_is_then_forgotten() {
        let mut average = half_rule();
        average.observe(&[(ALICE, Score::ONE), (BOB, Score::ONE)]);
        average.observe(&[(BOB, Score::ONE)]);
        assert_eq!(millionths(&average, ALICE), Some(500_000));
        assert_eq!(millionths(&average, BOB), Some(1_000_000));
        average.observe(&[(BOB, Score::ONE)]);
        assert_eq!(millionths(&average, ALICE), None);
    }

    #[test]
    fn a_hotkey_registered_anew_starts_anew() {
        let mut average = half_rule();
        average.observe(&[(ALICE, Score::ONE)]);
        let again = Miner { registered_at: 9, ..ALICE };
        average.observe(&[(again, Score::ZERO)]);
        assert_eq!(millionths(&average, again), Some(0));
    }
}
