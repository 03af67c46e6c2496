//! What each model adds to all the others: the loss of their mixture without it, less the loss with
//! it.
//!
//! The mixture is Bayesian in form: a model's weight halves with every eighth of a bit by which its
//! mean loss is worse than the best, and is the less the less is new in it beside better models, so that
//! a model counts once over however many hotkeys it is spread. Full code length would leave one model with all the weight
//! after a few items, and nothing for those who are right where the best is wrong. The baseline is
//! always a member, so that a single model has something to be measured against.

use crate::sandbox::protocol::Answer;
use crate::scoring::bits::Bits;
use crate::scoring::log2::{exp2_neg, log2};
use crate::scoring::score::MILLION;

/// How many times a model's weight halves per bit of excess loss.
const SHARPNESS: u64 = 8;

/// Fractional bits of a probability; with weights of 16 bits, sums of 4,096 members fit in 64 bits.
const PROBABILITY_BITS: u32 = 35;

/// Fractional bits of a member's weight.
const WEIGHT_BITS: u32 = 16;

struct Member {
    weight: u64,
    probabilities: Vec<u64>,
}

impl Member {
    fn new(answers: &[Answer], excess: u64, novelty: u64) -> Self {
        let probability =
            |answer: &Answer| (u64::from(answer.weight) << PROBABILITY_BITS) / u64::from(answer.total.max(1));
        Self {
            weight: (exp2_neg(excess.saturating_mul(SHARPNESS)) >> (32 - WEIGHT_BITS)) * novelty / MILLION,
            probabilities: answers.iter().map(probability).collect(),
        }
    }
}

/// A model's answers and mean loss.
#[derive(Clone, Copy)]
pub(crate) struct Voice<'a> {
    pub(crate) answers: &'a [Answer],
    pub(crate) loss: Bits,
    /// The part of its savings that no better model saves, in millionths.
    pub(crate) novelty: u64,
}

/// The leave-one-out gain of each of `models`: bits per prediction that the mixture loses without it.
pub(crate) fn leave_one_out(baseline: Voice<'_>, models: &[Voice<'_>]) -> Vec<Bits> {
    let best = models.iter().map(|model| model.loss).min().unwrap_or(baseline.loss).min(baseline.loss);
    let member = |voice: &Voice<'_>| {
        Member::new(voice.answers, voice.loss.q32().saturating_sub(best.q32()).unsigned_abs(), voice.novelty)
    };
    let mut base = member(&baseline);
    base.weight = base.weight.max(1);
    let members: Vec<Member> = models.iter().map(member).collect();
    let weights = base.weight + members.iter().map(|member| member.weight).sum::<u64>();
    let mut gains = vec![0_i128; members.len()];
    for at in 0..base.probabilities.len() {
        let share = |member: &Member| member.weight * member.probabilities[at];
        let sum = share(&base) + members.iter().map(share).sum::<u64>();
        // The logarithm of a mean is that of the sum less that of the weights.
        let all = log2(sum) as i128 - log2(weights) as i128;
        for (gain, member) in gains.iter_mut().zip(&members) {
            let without = log2(sum - share(member)) as i128 - log2(weights - member.weight) as i128;
            *gain += all - without;
        }
    }
    let count = base.probabilities.len().max(1) as i128;
    gains.into_iter().map(|gain| Bits::from_q32((gain / count) as i64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASELINE_LOSS: Bits = Bits::from_q32(1 << 32);

    fn voice(answers: &[Answer]) -> Voice<'_> {
        let sum: i64 = answers.iter().map(|answer| Bits::loss(*answer).q32()).sum();
        Voice { answers, loss: Bits::from_q32(sum / answers.len() as i64), novelty: MILLION }
    }

    /// Right with this probability of 65,536ths on each item.
    fn answers(weights: &[u32]) -> Vec<Answer> {
        weights.iter().map(|weight| Answer { weight: *weight, total: 65_536 }).collect()
    }

    #[test]
    fn a_single_model_adds_nearly_its_whole_gain() {
        let base = answers(&[32_768; 4]);
        let good = answers(&[60_000; 4]);
        assert_eq!(voice(&base).loss, BASELINE_LOSS);
        let gains = leave_one_out(voice(&base), &[voice(&good)]);
        let own = BASELINE_LOSS.q32() - voice(&good).loss.q32();
        assert!(gains[0].q32() > own * 9 / 10 && gains[0].q32() <= own, "{gains:?}");
    }

    #[test]
    fn two_equal_models_add_less_than_one_alone() {
        let base = answers(&[32_768; 4]);
        let good = answers(&[60_000; 4]);
        let alone = leave_one_out(voice(&base), &[voice(&good)]);
        let both = leave_one_out(voice(&base), &[voice(&good), voice(&good)]);
        assert_eq!(both[0], both[1]);
        assert!(both[0].q32() < alone[0].q32() / 10, "{both:?} {alone:?}");
    }

    #[test]
    fn a_model_right_where_the_others_are_wrong_adds_most() {
        let base = answers(&[32_768; 4]);
        let common = answers(&[60_000, 60_000, 60_000, 10_000]);
        let rare = answers(&[40_000, 40_000, 40_000, 60_000]);
        let gains = leave_one_out(voice(&base), &[voice(&common), voice(&common), voice(&rare)]);
        assert!(gains[2] > gains[0] && gains[0] == gains[1], "{gains:?}");
    }
}
