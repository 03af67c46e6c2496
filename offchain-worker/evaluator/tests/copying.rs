//! Nobody earns with another's answers, however they are disguised, and nobody earns more by spreading
//! a model over several hotkeys: on the real tasks, with the reference models.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]

mod support;

use std::sync::Arc;

use evaluator::{Answer, Bits, Candidate, Evaluation, Evaluator, Hash256, Sample, Score, Scored, score};
use support::{artifact, evaluate, evaluator, sample, task};

const LADDERS: [(&str, [&str; 4]); 2] = [
    ("tabular", ["tabular-stump", "tabular-bayes", "tabular-softmax", "tabular-boosted"]),
    ("bytes", ["bytes-order1", "bytes-order2", "bytes-order3", "bytes-mixer"]),
];

const SEEDS: [u8; 3] = [21, 22, 23];

/// Protocol block at which the scores are made, long after all commitments: margins are at their least.
const NOW: u64 = 100_000;

/// What a copier does to the answers it copies.
#[derive(Clone, Copy, Debug)]
enum Disguise {
    /// Says what the baseline says, on this many percent of the predictions.
    LeaveOut(u64),
    /// Mixes this many percent of the baseline into each answer.
    Blur(u64),
    /// The same, on half of the predictions.
    BlurByChance(u64),
}

const DISGUISES: [Disguise; 7] = [
    Disguise::LeaveOut(8),
    Disguise::LeaveOut(13),
    Disguise::LeaveOut(25),
    Disguise::LeaveOut(50),
    Disguise::Blur(20),
    Disguise::Blur(35),
    Disguise::BlurByChance(40),
];

/// A pseudo-random number below 100 for each copy and prediction.
fn chance(copy: u64, at: usize) -> u64 {
    let digest = Hash256::of(&[copy.to_le_bytes(), (at as u64).to_le_bytes()].concat());
    u64::from(u32::from_le_bytes(digest.as_bytes()[..4].try_into().unwrap())) % 100
}

fn probability(answer: Answer) -> f64 {
    f64::from(answer.weight) / f64::from(answer.total)
}

/// The answer that gives the truth this probability.
fn answer(probability: f64) -> Answer {
    let total = 1 << 24;
    // A weight is at most 65,536, so certain answers have a smaller total.
    let weight = (probability * f64::from(total)).round().max(1.0);
    if weight <= 65_536.0 {
        return Answer { weight: weight as u32, total };
    }
    Answer { weight: 65_536, total: (65_536.0 / probability).round() as u32 }
}

impl Disguise {
    fn answer(self, copy: u64, at: usize, said: Answer, baseline: Answer) -> Answer {
        match self {
            Self::LeaveOut(percent) => {
                if chance(copy, at) < percent {
                    baseline
                } else {
                    said
                }
            }
            Self::Blur(percent) => {
                let part = percent as f64 / 100.0;
                answer(probability(said) * (1.0 - part) + probability(baseline) * part)
            }
            Self::BlurByChance(_) if chance(copy, at) < 50 => said,
            Self::BlurByChance(percent) => Self::Blur(percent).answer(copy, at, said, baseline),
        }
    }

    fn copy(self, number: u64, original: &Evaluation, sample: &Sample) -> Evaluation {
        let answers: Vec<Answer> = original
            .answers
            .iter()
            .zip(sample.baseline())
            .enumerate()
            .map(|(at, (said, baseline))| self.answer(number, at, *said, *baseline))
            .collect();
        let name = format!("{self:?} {number} of {}", original.module);
        let per_item = answers.len() / sample.items().len();
        let mean = |item: &[Answer]| {
            Bits::from_q32(item.iter().map(|answer| Bits::loss(*answer).q32()).sum::<i64>() / item.len() as i64)
        };
        Evaluation {
            module: Hash256::of(name.as_bytes()),
            normalised: None,
            losses: answers.chunks(per_item).map(mean).collect(),
            answers,
            ..original.clone()
        }
    }
}

struct Market {
    sample: Sample,
    models: Vec<Arc<Evaluation>>,
}

fn markets(evaluator: &Evaluator) -> Vec<Market> {
    let mut markets = Vec::new();
    for (id, ladder) in LADDERS {
        let modules = ladder.map(artifact);
        for seed in SEEDS {
            let sample = sample(id, seed, task(id).spec().items);
            let models = evaluate(evaluator, &sample, &modules.each_ref().map(Vec::as_slice));
            markets.push(Market { sample, models });
        }
    }
    markets
}

/// The block at which the reference model `at` was committed.
fn block(at: usize) -> u64 {
    100 + at as u64 * 100
}

impl Market {
    fn candidates(&self) -> Vec<Candidate<'_>> {
        self.models
            .iter()
            .enumerate()
            .map(|(at, evaluation)| Candidate { hotkey: [at as u8; 32], committed_at: block(at), evaluation })
            .collect()
    }

    fn score(&self, candidates: &[Candidate<'_>]) -> Vec<Scored> {
        score(&self.sample, candidates, NOW).unwrap()
    }
}

/// Share of all scores that these hotkeys get, in millionths.
fn share(scored: &[Scored], mine: impl Fn(usize) -> bool) -> u64 {
    let sum = |mine: &dyn Fn(usize) -> bool| -> u128 {
        scored.iter().enumerate().filter(|(at, _)| mine(*at)).map(|(_, scored)| u128::from(scored.score.q32())).sum()
    };
    (sum(&mine) * 1_000_000 / sum(&|_| true).max(1)) as u64
}

/// Models that say what the reference model `original` says, in this disguise.
fn disguised(market: &Market, original: usize, disguise: Disguise, count: u64) -> Vec<Evaluation> {
    (0..count).map(|number| disguise.copy(number, &market.models[original], &market.sample)).collect()
}

/// One hotkey for each of `models`, committed one block after the other from `first`.
fn committed(models: &[Evaluation], first: u64) -> impl Iterator<Item = Candidate<'_>> {
    models.iter().zip(0_u8..).map(move |(evaluation, number)| Candidate {
        hotkey: [100 + number; 32],
        committed_at: first + u64::from(number),
        evaluation,
    })
}

#[test]
fn a_disguised_copy_earns_nothing_and_takes_nothing() {
    for market in markets(&evaluator()) {
        let honest = market.score(&market.candidates());
        for original in 0..market.models.len() {
            for disguise in DISGUISES {
                let copies = disguised(&market, original, disguise, 5);
                let mut candidates = market.candidates();
                candidates.extend(committed(&copies, block(original) + 1));
                let scored = market.score(&candidates);
                let case = format!("{disguise:?} of model {original} in {:?}", market.sample.task());
                assert_eq!(scored[..4], honest, "{case}");
                assert!(scored[4..].iter().all(|copy| copy.score == Score::ZERO), "{case}: {scored:#?}");
            }
        }
    }
}

/// How much more of everything spreading a model may bring, in millionths: which items a part leaves out
/// is luck, and what a blurred part says where the model is wrong is a little knowledge of its own.
const TOLERANCE: u64 = 10_000;

#[test]
fn spreading_a_model_over_hotkeys_does_not_pay() {
    for market in markets(&evaluator()) {
        let honest = market.score(&market.candidates());
        for original in 0..market.models.len() {
            let alone = share(&honest, |at| at == original);
            for disguise in DISGUISES {
                // Before the model itself, instead of it, and after it.
                for (parts, first, kept) in [(5, 10, true), (5, 10, false), (2, 10, false), (5, 103, true)] {
                    let parts = disguised(&market, original, disguise, parts);
                    let mut candidates = market.candidates();
                    candidates.extend(committed(&parts, block(original) - 100 + first));
                    if !kept {
                        candidates.remove(original);
                    }
                    let scored = market.score(&candidates);
                    let others = if kept { 4 } else { 3 };
                    let spread = share(&scored, |at| at >= others || kept && at == original);
                    let case = format!("{disguise:?} of model {original} in {:?}", market.sample.task());
                    assert!(spread <= alone + TOLERANCE, "{case}: {spread} instead of {alone}");
                }
            }
        }
    }
}
