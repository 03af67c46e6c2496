//! Which models are one and the same, or add nothing to one another.
//!
//! Priority is the commit block, then the lower hotkey. Going by priority, a model is a copy of an
//! earlier one when the modules are equal, when they are equal without their custom sections, or when
//! they behave alike. Any other model must add something to each earlier one that is paid: be better
//! than it, or make it better when mixed with it, by a margin that shrinks as the earlier one ages, and
//! that the lower confidence bound exceeds. Beside a close one mixing does not count: the later model
//! must be better, and then takes its place. So a model is paid once, whoever submits it and however
//! its answers are disguised.

use crate::scoring::Hotkey;
use crate::scoring::addition::{Probabilities, Reference};
use crate::scoring::bits::Bits;
use crate::scoring::score::ZeroReason;
use crate::tasks::Item;

/// Models closer than this are copies.
const COPY_DISTANCE_PPM: u64 = 20_000;

/// Models closer than this cannot both be paid.
const NEAR_DISTANCE_PPM: u64 = 120_000;

/// The margin over an earlier model's loss: first, last, and how long it falls, in protocol blocks
/// (7 days of 12 s). The figures are those of Bittensor's pretraining subnet.
const MARGIN_FIRST_PPM: u64 = 5_000;
const MARGIN_LAST_PPM: u64 = 500;
const MARGIN_BLOCKS: u64 = 50_400;

/// A model that runs and beats the baseline.
#[derive(Clone, Copy)]
pub(crate) struct Contender<'a> {
    pub(crate) hotkey: Hotkey,
    pub(crate) committed_at: u64,
    /// Equal for equal code and data; see `Evaluation::normalised`.
    pub(crate) identity: Identity<'a>,
    /// Each prediction: what the truth was given, and what that cost.
    pub(crate) said: &'a Said,
}

/// What was said about each prediction.
pub(crate) struct Said {
    pub(crate) probabilities: Probabilities,
    pub(crate) losses: Vec<Bits>,
}

/// What makes two modules the same.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) module: &'a crate::Hash256,
    pub(crate) normalised: Option<&'a crate::Hash256>,
}

/// How a copy was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyKind {
    /// The same bytes.
    Module,
    /// The same module but for custom sections, such as names.
    Normalised,
    /// Answers that differ by less than 2 % of what the models know beyond the baseline.
    Behaviour,
}

/// Goes through `contenders`, which are in order of priority, and returns for each why it is paid
/// nothing, if it is not paid.
pub(crate) fn collapse(
    items: &[Item],
    baseline: &Said,
    contenders: &[Contender<'_>],
    now: u64,
) -> Vec<Option<ZeroReason>> {
    let mut verdicts: Vec<Option<ZeroReason>> = vec![None; contenders.len()];
    let mut paid: Vec<Paid> = Vec::new();
    for (at, later) in contenders.iter().enumerate() {
        let same = contenders[..at].iter().find_map(|earlier| Some((earlier, same_module(earlier, later)?)));
        if let Some((earlier, kind)) = same {
            verdicts[at] = Some(ZeroReason::Copy { of: earlier.hotkey, kind });
            continue;
        }
        match beside(items, baseline, contenders, &paid, later, now) {
            Err(reason) => verdicts[at] = Some(reason),
            Ok(near) => {
                for earlier in &near {
                    verdicts[*earlier] = Some(ZeroReason::Superseded { by: later.hotkey });
                }
                paid.retain(|earlier| !near.contains(&earlier.at));
                let reference = Reference::new(items, &baseline.probabilities, &later.said.probabilities);
                paid.push(Paid { at, reference });
            }
        }
    }
    verdicts
}

/// A contender that is paid, by its place among them.
struct Paid {
    at: usize,
    reference: Reference,
}

/// Whether `later` is paid beside those before it; if so, in whose places.
fn beside(
    items: &[Item],
    baseline: &Said,
    contenders: &[Contender<'_>],
    paid: &[Paid],
    later: &Contender<'_>,
    now: u64,
) -> Result<Vec<usize>, ZeroReason> {
    let distances: Vec<u64> =
        paid.iter().map(|earlier| distance_ppm(contenders[earlier.at].said, later.said, baseline)).collect();
    if let Some(closest) = distances.iter().position(|distance| *distance < COPY_DISTANCE_PPM) {
        let of = contenders[paid[closest].at].hotkey;
        return Err(ZeroReason::Copy { of, kind: CopyKind::Behaviour });
    }
    let mut near = Vec::new();
    for (earlier, distance) in paid.iter().zip(distances) {
        let contender = &contenders[earlier.at];
        let is_near = distance < NEAR_DISTANCE_PPM;
        let addition = earlier.reference.gained_by(items, &later.said.probabilities);
        let gain = if is_near { addition.alone } else { addition.mixed };
        if gain <= margin(contender.committed_at, earlier.reference.mean_loss(), now) {
            return Err(ZeroReason::NotBetterThanEarlier { of: contender.hotkey });
        }
        if is_near {
            near.push(earlier.at);
        }
    }
    Ok(near)
}

fn same_module(earlier: &Contender<'_>, later: &Contender<'_>) -> Option<CopyKind> {
    if earlier.identity.module == later.identity.module {
        return Some(CopyKind::Module);
    }
    let normalised = earlier.identity.normalised.is_some() && earlier.identity.normalised == later.identity.normalised;
    normalised.then_some(CopyKind::Normalised)
}

/// The mean difference of two models' losses, in millionths of what they differ from the baseline.
/// Relative, so that the same threshold fits tasks with large and with small losses.
fn distance_ppm(a: &Said, b: &Said, baseline: &Said) -> u64 {
    let mut between = 0_u128;
    let mut beyond = 0_u128;
    for ((a, b), base) in a.losses.iter().zip(&b.losses).zip(&baseline.losses) {
        between += u128::from(a.q32().abs_diff(b.q32()));
        beyond += u128::from(base.q32().abs_diff(a.q32())) + u128::from(base.q32().abs_diff(b.q32()));
    }
    (between * 2_000_000).checked_div(beyond).map_or(0, |ppm| u64::try_from(ppm).unwrap_or(u64::MAX))
}

/// What a later model must gain over one of this age and loss.
fn margin(committed_at: u64, loss: Bits, now: u64) -> Bits {
    let age = now.saturating_sub(committed_at).min(MARGIN_BLOCKS);
    let margin = MARGIN_FIRST_PPM - (MARGIN_FIRST_PPM - MARGIN_LAST_PPM) * age / MARGIN_BLOCKS;
    Bits::from_q32((i128::from(loss.q32()) * i128::from(margin) / 1_000_000) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::addition::probabilities;
    use crate::{Answer, Hash256};

    struct Model {
        hotkey: Hotkey,
        committed_at: u64,
        module: Hash256,
        said: Said,
    }

    fn said(weights: &[u32]) -> Said {
        let answers: Vec<Answer> = weights.iter().map(|weight| Answer { weight: *weight, total: 100_000 }).collect();
        Said {
            probabilities: probabilities(&answers),
            losses: answers.iter().map(|answer| Bits::loss(*answer)).collect(),
        }
    }

    /// A model that repeats these probabilities of the truth, in thousandths of a percent, committed
    /// at the block of its number.
    fn model(number: u8, weights: &[u32]) -> Model {
        let said = said(&weights.repeat(REPEATS));
        Model { hotkey: [number; 32], committed_at: number.into(), module: Hash256::of(&[number]), said }
    }

    const REPEATS: usize = 50;

    fn verdicts(models: &[Model], now: u64) -> Vec<Option<ZeroReason>> {
        let contenders: Vec<Contender<'_>> = models
            .iter()
            .map(|model| Contender {
                hotkey: model.hotkey,
                committed_at: model.committed_at,
                identity: Identity { module: &model.module, normalised: None },
                said: &model.said,
            })
            .collect();
        let predictions = models[0].said.losses.len();
        let items: Vec<Item> = (0..predictions).map(|_| Item::Labelled { input: Vec::new(), label: 0 }).collect();
        collapse(&items, &said(&vec![25_000; predictions]), &contenders, now)
    }

    #[test]
    fn models_that_know_different_things_are_all_paid() {
        let models = [model(1, &[50_000, 70_000, 35_000, 57_000]), model(2, &[70_000, 50_000, 57_000, 35_000])];
        assert_eq!(verdicts(&models, 10), [None, None]);
    }

    #[test]
    fn behaviour_within_two_percent_is_a_copy_even_when_it_is_better() {
        // 1 bit, and 0.985 bits: 0.015 of 1 beyond the baseline's 2.
        let models = [model(1, &[50_000; 4]), model(2, &[50_523; 4])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 10)[1], Some(ZeroReason::Copy { of, kind: CopyKind::Behaviour }));
    }

    #[test]
    fn a_near_model_is_paid_nothing_when_it_is_not_better() {
        // 1.05 and 0.95 bits.
        let models = [model(1, &[50_000; 4]), model(2, &[48_297, 51_763, 48_297, 51_763])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 10), [None, Some(ZeroReason::NotBetterThanEarlier { of })]);
    }

    #[test]
    fn a_near_model_takes_the_place_of_an_earlier_one_when_it_surely_beats_the_margin() {
        // 1.014 and 0.914 bits: 3.6 % better on average than an earlier loss of 1 bit, and by 3 % with
        // confidence; a fresh model is protected by 0.5 %.
        let models = [model(1, &[50_000; 4]), model(2, &[49_517, 53_072, 49_517, 53_072])];
        let by = models[1].hotkey;
        assert_eq!(verdicts(&models, 10), [Some(ZeroReason::Superseded { by }), None]);
    }

    #[test]
    fn a_near_model_is_paid_nothing_when_it_may_have_beaten_the_margin_by_luck() {
        // 1.05 and 0.93 bits, half each: 1 % better on average. The standard error of 200 predictions
        // is 0.06 / sqrt(200) = 0.0042 bits, so the lower bound is 0.003, below the margin of 0.005.
        let models = [model(1, &[50_000; 4]), model(2, &[48_297, 52_486, 48_297, 52_486])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 10)[1], Some(ZeroReason::NotBetterThanEarlier { of }));
    }

    #[test]
    fn the_margin_falls_with_the_age_of_the_earlier_model() {
        // The same: too little on the first day, enough after a week, when the margin is 0.0005 bits.
        let models = [model(1, &[50_000; 4]), model(2, &[48_297, 52_486, 48_297, 52_486])];
        assert_eq!(verdicts(&models, 60_000), [Some(ZeroReason::Superseded { by: models[1].hotkey }), None]);
    }

    #[test]
    fn a_model_far_from_an_earlier_one_is_paid_nothing_when_it_adds_nothing() {
        // The first, with every fourth answer left out.
        let models = [model(1, &[60_000; 4]), model(2, &[60_000, 60_000, 25_000, 60_000])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 60_000)[1], Some(ZeroReason::NotBetterThanEarlier { of }));
    }
}
