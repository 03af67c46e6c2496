//! Which models are one and the same, or nearly so.
//!
//! Priority is the commit block, then the lower hotkey. Going by priority, a model is a copy of an
//! earlier one when the modules are equal, when they are equal without their custom sections, or when
//! they behave alike. A model that is merely close to earlier ones must beat each of them by a margin
//! that shrinks as the earlier one ages; then it takes their place, otherwise it is paid nothing. So a
//! group of close models is paid once, whoever submits them.

use crate::scoring::Hotkey;
use crate::scoring::bits::Bits;
use crate::scoring::score::ZeroReason;

/// Models closer than this are copies.
const COPY_DISTANCE_PPM: u64 = 20_000;

/// Models closer than this are near.
const NEAR_DISTANCE_PPM: u64 = 120_000;

/// The margin over an earlier near model's loss: first, last, and how long it falls, in protocol
/// blocks (7 days of 12 s). The figures are those of Bittensor's pretraining subnet.
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
    /// Loss of each prediction.
    pub(crate) losses: &'a [Bits],
    pub(crate) mean_loss: Bits,
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
pub(crate) fn collapse(contenders: &[Contender<'_>], baseline: &[Bits], now: u64) -> Vec<Option<ZeroReason>> {
    let mut verdicts: Vec<Option<ZeroReason>> = vec![None; contenders.len()];
    for (at, later) in contenders.iter().enumerate() {
        let earlier = || contenders[..at].iter();
        let same = earlier().find_map(|earlier| same_module(earlier, later).map(|kind| (earlier, kind)));
        if let Some((earlier, kind)) = same {
            verdicts[at] = Some(ZeroReason::Copy { of: earlier.hotkey, kind });
            continue;
        }
        let paid: Vec<usize> = (0..at).filter(|earlier| verdicts[*earlier].is_none()).collect();
        let distances: Vec<(usize, u64)> =
            paid.iter().map(|earlier| (*earlier, distance_ppm(&contenders[*earlier], later, baseline))).collect();
        if let Some((earlier, _)) = distances.iter().find(|(_, distance)| *distance < COPY_DISTANCE_PPM) {
            let of = contenders[*earlier].hotkey;
            verdicts[at] = Some(ZeroReason::Copy { of, kind: CopyKind::Behaviour });
            continue;
        }
        let near: Vec<usize> = distances
            .iter()
            .filter(|(_, distance)| *distance < NEAR_DISTANCE_PPM)
            .map(|(earlier, _)| *earlier)
            .collect();
        let unbeaten = near.iter().find(|earlier| {
            let earlier = &contenders[**earlier];
            later.mean_loss > allowed_loss(earlier, now)
        });
        if let Some(earlier) = unbeaten {
            let of = contenders[*earlier].hotkey;
            verdicts[at] = Some(ZeroReason::NotBetterThanEarlier { of });
            continue;
        }
        for earlier in near {
            verdicts[earlier] = Some(ZeroReason::Superseded { by: later.hotkey });
        }
    }
    verdicts
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
fn distance_ppm(a: &Contender<'_>, b: &Contender<'_>, baseline: &[Bits]) -> u64 {
    let mut between = 0_u128;
    let mut beyond = 0_u128;
    for ((a, b), base) in a.losses.iter().zip(b.losses).zip(baseline) {
        between += u128::from(a.q32().abs_diff(b.q32()));
        beyond += u128::from(base.q32().abs_diff(a.q32())) + u128::from(base.q32().abs_diff(b.q32()));
    }
    if beyond == 0 { 0 } else { u64::try_from(between * 2_000_000 / beyond).unwrap_or(u64::MAX) }
}

/// The loss that a later model may have at most to take the place of `earlier`.
fn allowed_loss(earlier: &Contender<'_>, now: u64) -> Bits {
    let age = now.saturating_sub(earlier.committed_at).min(MARGIN_BLOCKS);
    let margin = MARGIN_FIRST_PPM - (MARGIN_FIRST_PPM - MARGIN_LAST_PPM) * age / MARGIN_BLOCKS;
    let loss = i128::from(earlier.mean_loss.q32());
    Bits::from_q32((loss * i128::from(1_000_000 - margin) / 1_000_000) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hash256;

    struct Model {
        hotkey: Hotkey,
        committed_at: u64,
        module: Hash256,
        losses: Vec<Bits>,
    }

    /// A model with these losses, in thousandths of a bit, committed at the block of its number.
    fn model(number: u8, losses: &[i64]) -> Model {
        Model {
            hotkey: [number; 32],
            committed_at: number.into(),
            module: Hash256::of(&[number]),
            losses: losses.iter().map(|loss| Bits::from_q32((loss << 32) / 1000)).collect(),
        }
    }

    fn verdicts(models: &[Model], now: u64) -> Vec<Option<ZeroReason>> {
        let contenders: Vec<Contender<'_>> = models
            .iter()
            .map(|model| Contender {
                hotkey: model.hotkey,
                committed_at: model.committed_at,
                identity: Identity { module: &model.module, normalised: None },
                losses: &model.losses,
                mean_loss: crate::evaluation::mean(&model.losses),
            })
            .collect();
        collapse(&contenders, &[Bits::from_q32(2 << 32); 4], now)
    }

    #[test]
    fn models_that_differ_are_all_paid() {
        let models = [model(1, &[1000, 500, 1500, 800]), model(2, &[500, 1000, 800, 1500])];
        assert_eq!(verdicts(&models, 10), [None, None]);
    }

    #[test]
    fn behaviour_within_two_percent_is_a_copy_even_when_it_is_better() {
        let models = [model(1, &[1000, 1000, 1000, 1000]), model(2, &[985, 985, 985, 985])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 10)[1], Some(ZeroReason::Copy { of, kind: CopyKind::Behaviour }));
    }

    #[test]
    fn a_near_model_is_paid_nothing_when_it_is_not_better() {
        let models = [model(1, &[1000, 1000, 1000, 1000]), model(2, &[1050, 950, 1050, 950])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 10), [None, Some(ZeroReason::NotBetterThanEarlier { of })]);
    }

    #[test]
    fn a_near_model_takes_the_place_of_an_earlier_one_when_it_beats_the_margin() {
        // 0.6 % better than an earlier loss of 1 bit; a fresh model is protected by 0.5 %.
        let models = [model(1, &[1000, 1000, 1000, 1000]), model(2, &[1044, 944, 1044, 944])];
        let by = models[1].hotkey;
        assert_eq!(verdicts(&models, 10), [Some(ZeroReason::Superseded { by }), None]);
    }

    #[test]
    fn the_margin_falls_with_the_age_of_the_earlier_model() {
        // 0.2 % better: too little on the first day, enough after a week.
        let models = [model(1, &[1000, 1000, 1000, 1000]), model(2, &[1048, 948, 1048, 948])];
        let of = models[0].hotkey;
        assert_eq!(verdicts(&models, 10)[1], Some(ZeroReason::NotBetterThanEarlier { of }));
        assert_eq!(verdicts(&models, 60_000)[1], None);
    }
}
