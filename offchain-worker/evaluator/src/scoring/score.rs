//! From evaluations to scores: who is paid, and how much of the whole.

use thiserror::Error;

use crate::evaluation::{Evaluation, mean};
use crate::hash::Hash256;
use crate::outcome::Outcome;
use crate::scoring::Hotkey;
use crate::scoring::bits::{Bits, Score, item_losses};
use crate::scoring::copies::{Contender, CopyKind, Identity, collapse};
use crate::scoring::gain::Gain;
use crate::scoring::mixture::{Voice, leave_one_out};
use crate::tasks::Sample;

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
    /// Half own gain as a part of the best, half leave-one-out gain as a part of all.
    pub score: Score,
    /// Why the score is zero; absent if the candidate takes part in the payment.
    pub zero: Option<ZeroReason>,
}

/// Why a model is paid nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZeroReason {
    /// It did not finish.
    Outcome(Outcome),
    /// The lower confidence bound of its gain is not above 0.
    NotBetterThanBaseline,
    /// An earlier model is the same.
    Copy {
        /// Who committed it first.
        of: Hotkey,
        /// How it was recognised.
        kind: CopyKind,
    },
    /// Close to an earlier model without beating it by the margin.
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
    for (at, reason) in paid.iter().zip(judge(sample, candidates, &paid, now)) {
        scored[*at].zero = reason;
    }
    paid.retain(|at| scored[*at].zero.is_none());

    let voices: Vec<Voice<'_>> = paid.iter().map(|at| voice(candidates[*at].evaluation)).collect();
    let base = Voice { answers: sample.baseline(), loss: mean(&baseline) };
    let marginal = leave_one_out(base, &voices);
    let best = paid.iter().filter_map(|at| scored[*at].bits_saved).max().unwrap_or(Bits::ZERO);
    let all = Bits::from_q32(marginal.iter().map(|gain| gain.q32().max(0)).sum());
    for (at, gain) in paid.iter().zip(marginal) {
        let scored = &mut scored[*at];
        let own = Score::ratio(scored.bits_saved.unwrap_or(Bits::ZERO), best);
        scored.leave_one_out = gain;
        scored.score = Score::from_q32((own.q32() + Score::ratio(gain, all).q32()) / 2);
    }
    Ok(scored)
}

/// What a model is worth alone, and whether that is anything.
fn standalone(baseline: &[Bits], candidate: &Candidate<'_>) -> Scored {
    let evaluation = candidate.evaluation;
    let gain = (evaluation.outcome == Outcome::Ok).then(|| Gain::paired(baseline, &evaluation.losses));
    let zero = match gain {
        None => Some(ZeroReason::Outcome(evaluation.outcome.clone())),
        Some(gain) if gain.lower_bound <= Bits::ZERO => Some(ZeroReason::NotBetterThanBaseline),
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

/// The verdicts on the candidates at `order`, which is their priority.
fn judge(sample: &Sample, candidates: &[Candidate<'_>], order: &[usize], now: u64) -> Vec<Option<ZeroReason>> {
    let losses = |answers: &[crate::Answer]| answers.iter().map(|answer| Bits::loss(*answer)).collect::<Vec<_>>();
    let own: Vec<Vec<Bits>> = order.iter().map(|at| losses(&candidates[*at].evaluation.answers)).collect();
    let contenders: Vec<Contender<'_>> = order
        .iter()
        .zip(&own)
        .map(|(at, losses)| {
            let Candidate { hotkey, committed_at, evaluation } = candidates[*at];
            let identity = Identity { module: &evaluation.module, normalised: evaluation.normalised.as_ref() };
            Contender { hotkey, committed_at, identity, losses, mean_loss: mean(&evaluation.losses) }
        })
        .collect();
    collapse(&contenders, &losses(sample.baseline()), now)
}

fn voice(evaluation: &Evaluation) -> Voice<'_> {
    Voice { answers: &evaluation.answers, loss: mean(&evaluation.losses) }
}
