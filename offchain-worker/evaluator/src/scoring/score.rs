//! From evaluations to scores: who is paid, and how much of the whole.

use core::cmp::Reverse;

use thiserror::Error;

use crate::evaluation::{Evaluation, mean};
use crate::hash::Hash256;
use crate::outcome::Outcome;
use crate::scoring::Hotkey;
use crate::scoring::addition::probabilities;
use crate::scoring::bits::{Bits, Score, item_losses};
use crate::scoring::copies::{Contender, CopyKind, Identity, Said, collapse};
use crate::scoring::gain::Gain;
use crate::scoring::mixture::{Voice, leave_one_out};
use crate::scoring::novelty::novelties;
use crate::tasks::Sample;

/// One, in millionths.
pub(crate) const MILLION: u64 = 1_000_000;

/// What a model must surely save to be paid, in millionths of the baseline's loss: more than a lucky
/// answer that ignores its input can.
const BASELINE_MARGIN_PPM: u64 = 5_000;

/// A model that asks for a score.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Who committed it.
    pub hotkey: Hotkey,
    /// Protocol block of the commitment; the earlier of two equal models owns it.
    pub committed_at: u64,
    /// What it did on the sample.
    pub evaluation: &'a Evaluation,
}

/// A candidate's score and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    /// Who committed the model.
    pub hotkey: Hotkey,
    /// Mean bits saved per prediction over the baseline; absent if the model did not finish.
    pub bits_saved: Option<Bits>,
    /// Lower bound of the true bits saved at 95 % confidence.
    pub lower_bound: Option<Bits>,
    /// What the mixture of all paid models loses without this one, in bits per prediction.
    pub leave_one_out: Bits,
    /// Half own gain, as far as no better model saves the same bits, and half leave-one-out gain, each as
    /// a part of all.
    pub score: Score,
    /// Why the score is zero; absent if the candidate takes part in the payment.
    pub zero: Option<ZeroReason>,
}

/// Why a model is paid nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZeroReason {
    /// It did not finish.
    Outcome(Outcome),
    /// The lower confidence bound of its gain is not above half a percent of the baseline's loss.
    NotBetterThanBaseline,
    /// An earlier model is the same.
    Copy {
        /// Who committed it first.
        of: Hotkey,
        /// How it was recognised.
        kind: CopyKind,
    },
    /// Not better than an earlier model by the margin, nor, unless close to it, of use beside it.
    NotBetterThanEarlier {
        /// Who committed that model.
        of: Hotkey,
    },
    /// A later, close model beats it by the margin.
    Superseded {
        /// Who committed that model.
        by: Hotkey,
    },
}

/// Why candidates cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ScoreError {
    /// An evaluation was made on another sample than the one given.
    #[error("evaluation of model {module} is not of this sample")]
    AnotherSample {
        /// Whose evaluation.
        module: Hash256,
    },
}

/// Scores `candidates` on `sample` at protocol block `now`, in the order given. The scores do not
/// depend on that order.
///
/// # Errors
/// [`ScoreError::AnotherSample`] if an evaluation is not of this sample.
pub fn score(sample: &Sample, candidates: &[Candidate<'_>], now: u64) -> Result<Vec<Scored>, ScoreError> {
    let id = sample.id();
    if let Some(stranger) = candidates.iter().find(|candidate| candidate.evaluation.sample != id) {
        return Err(ScoreError::AnotherSample { module: stranger.evaluation.module });
    }
    let baseline = item_losses(sample.items(), sample.baseline());
    let mut scored: Vec<Scored> = candidates.iter().map(|candidate| standalone(&baseline, candidate)).collect();

    let mut paid: Vec<usize> = (0..candidates.len()).filter(|at| scored[*at].zero.is_none()).collect();
    paid.sort_unstable_by_key(|at| {
        let candidate = &candidates[*at];
        (candidate.committed_at, candidate.hotkey, candidate.evaluation.module)
    });
    let said: Vec<Said> = paid.iter().map(|at| said(&candidates[*at].evaluation.answers)).collect();
    let base = self::said(sample.baseline());
    for (at, reason) in paid.iter().zip(judge(sample, &base, candidates, &paid, &said, now)) {
        scored[*at].zero = reason;
    }
    let mut paid: Vec<(usize, Said)> = paid.into_iter().zip(said).collect();
    paid.retain(|(at, _)| scored[*at].zero.is_none());
    // The best first; the order of priority remains where two are equally good.
    paid.sort_by_key(|(at, _)| Reverse(scored[*at].bits_saved));
    let losses: Vec<&[Bits]> = paid.iter().map(|(_, said)| said.losses.as_slice()).collect();
    let novelties = novelties(&base.losses, &losses);
    let own: Vec<Bits> = paid
        .iter()
        .zip(&novelties)
        .map(|((at, _), novelty)| part(scored[*at].bits_saved.unwrap_or(Bits::ZERO), *novelty))
        .collect();
    let voices: Vec<Voice<'_>> =
        paid.iter().zip(novelties).map(|((at, _), novelty)| voice(candidates[*at].evaluation, novelty)).collect();
    let base = Voice { answers: sample.baseline(), loss: mean(&baseline), novelty: MILLION };
    let marginal = leave_one_out(base, &voices);
    let (all_own, all_marginal) = (positive_sum(&own), positive_sum(&marginal));
    for (((at, _), own), gain) in paid.iter().zip(own).zip(marginal) {
        let scored = &mut scored[*at];
        scored.leave_one_out = gain;
        let halves = Score::ratio(own, all_own).q32() + Score::ratio(gain, all_marginal).q32();
        scored.score = Score::from_q32(halves / 2);
    }
    Ok(scored)
}

/// A part, in millionths, of a gain.
fn part(gain: Bits, millionths: u64) -> Bits {
    Bits::from_q32((i128::from(gain.q32()) * i128::from(millionths) / i128::from(MILLION)) as i64)
}

fn positive_sum(gains: &[Bits]) -> Bits {
    Bits::from_q32(gains.iter().map(|gain| gain.q32().max(0)).sum())
}

fn said(answers: &[crate::Answer]) -> Said {
    Said { probabilities: probabilities(answers), losses: answers.iter().map(|answer| Bits::loss(*answer)).collect() }
}

/// What a model is worth alone, and whether that is anything.
fn standalone(baseline: &[Bits], candidate: &Candidate<'_>) -> Scored {
    let evaluation = candidate.evaluation;
    let gain = (evaluation.outcome == Outcome::Ok).then(|| Gain::paired(baseline, &evaluation.losses));
    let zero = match gain {
        None => Some(ZeroReason::Outcome(evaluation.outcome.clone())),
        Some(gain) if gain.lower_bound <= part(mean(baseline), BASELINE_MARGIN_PPM) => {
            Some(ZeroReason::NotBetterThanBaseline)
        }
        Some(_) => None,
    };
    Scored {
        hotkey: candidate.hotkey,
        bits_saved: gain.map(|gain| gain.mean),
        lower_bound: gain.map(|gain| gain.lower_bound),
        leave_one_out: Bits::ZERO,
        score: Score::ZERO,
        zero,
    }
}

/// The verdicts on the candidates at `order`, which is their priority and said this.
fn judge(
    sample: &Sample,
    baseline: &Said,
    candidates: &[Candidate<'_>],
    order: &[usize],
    said: &[Said],
    now: u64,
) -> Vec<Option<ZeroReason>> {
    let contenders: Vec<Contender<'_>> = order
        .iter()
        .zip(said)
        .map(|(at, said)| {
            let Candidate { hotkey, committed_at, evaluation } = candidates[*at];
            let identity = Identity { module: &evaluation.module, normalised: evaluation.normalised.as_ref() };
            Contender { hotkey, committed_at, identity, said }
        })
        .collect();
    collapse(sample.items(), baseline, &contenders, now)
}

fn voice(evaluation: &Evaluation, novelty: u64) -> Voice<'_> {
    Voice { answers: &evaluation.answers, loss: mean(&evaluation.losses), novelty }
}
