//! Scores as a whole, on evaluations made up for the purpose.

mod support;

use evaluator::tasks::Item;
use evaluator::{
    Answer, Bits, Candidate, CopyKind, Evaluation, Hash256, Outcome, Sample, Score, ScoreError, Scored, ZeroReason,
    evidence, score,
};
use proptest::prelude::*;
use support::sample;

const ITEMS: u32 = 32;

/// A model with these weights, of 65,536, on what came true.
fn evaluation(sample: &Sample, name: &str, weights: &[u32]) -> Evaluation {
    let answers: Vec<Answer> = weights.iter().map(|weight| Answer { weight: *weight, total: 65_540 }).collect();
    Evaluation {
        module: Hash256::of(name.as_bytes()),
        sample: sample.id(),
        normalised: Some(Hash256::of(format!("{name} normalised").as_bytes())),
        outcome: Outcome::Ok,
        losses: answers.iter().map(|answer| Bits::loss(*answer)).collect(),
        answers,
        fuel: 1,
        peak_memory: 1,
    }
}

/// Weights around `level`, each its own.
fn weights(level: u32, salt: u32) -> Vec<u32> {
    (0..ITEMS).map(|at| (level + (at * 7_919 + salt * 104_729) % 9_000).min(65_000)).collect()
}

fn total(scored: &[Scored], hotkeys: impl Fn(u8) -> bool) -> u64 {
    scored.iter().filter(|scored| hotkeys(scored.hotkey[0])).map(|scored| scored.score.q32()).sum()
}

/// Share of all scores that the hotkeys get, in millionths.
fn share(scored: &[Scored], hotkeys: impl Fn(u8) -> bool) -> u64 {
    (u128::from(total(scored, hotkeys)) * 1_000_000 / u128::from(total(scored, |_| true).max(1))) as u64
}

fn candidate(hotkey: u8, committed_at: u64, evaluation: &Evaluation) -> Candidate<'_> {
    Candidate { hotkey: [hotkey; 32], committed_at, evaluation }
}

#[test]
fn a_model_that_says_what_the_baseline_says_is_paid_nothing() {
    let sample = sample("tabular", 1, ITEMS);
    let mut same = evaluation(&sample, "same", &weights(30_000, 0));
    same.answers = sample.baseline().to_vec();
    same.losses = same.answers.iter().map(|answer| Bits::loss(*answer)).collect();
    let scored = score(&sample, &[candidate(1, 1, &same)], 10).unwrap();
    assert_eq!(scored[0].zero, Some(ZeroReason::NotBetterThanBaseline));
    assert_eq!((scored[0].score, scored[0].bits_saved), (Score::ZERO, Some(Bits::ZERO)));
}

#[test]
fn a_single_good_model_scores_one() {
    let sample = sample("tabular", 1, ITEMS);
    let good = evaluation(&sample, "good", &weights(50_000, 0));
    let scored = score(&sample, &[candidate(1, 1, &good)], 10).unwrap();
    assert_eq!(scored[0].score, Score::ONE);
    assert!(scored[0].bits_saved > scored[0].lower_bound && scored[0].lower_bound > Some(Bits::ZERO));
}

#[test]
fn the_copy_of_two_equal_models_is_the_later_one_then_the_higher_hotkey() {
    let sample = sample("tabular", 1, ITEMS);
    let good = evaluation(&sample, "good", &weights(50_000, 0));
    let copy = |of: u8| Some(ZeroReason::Copy { of: [of; 32], kind: CopyKind::Module });
    let later = score(&sample, &[candidate(1, 9, &good), candidate(2, 5, &good)], 10).unwrap();
    assert_eq!((&later[0].zero, &later[1].zero), (&copy(2), &None));
    let tied = score(&sample, &[candidate(2, 5, &good), candidate(1, 5, &good)], 10).unwrap();
    assert_eq!((&tied[0].zero, &tied[1].zero), (&copy(1), &None));
}

#[test]
fn an_evaluation_of_another_sample_is_refused() {
    let (sample, other) = (sample("tabular", 1, ITEMS), support::sample("tabular", 2, ITEMS));
    let strange = evaluation(&other, "strange", &weights(50_000, 0));
    let error = score(&sample, &[candidate(1, 1, &strange)], 10).unwrap_err();
    assert_eq!(error, ScoreError::AnotherSample { module: strange.module });
}

#[test]
fn evidence_does_not_depend_on_order_and_changes_with_every_input() {
    let (sample, other) = (sample("tabular", 1, ITEMS), support::sample("tabular", 2, ITEMS));
    let engine = Hash256::of(b"engine");
    let (a, b) = (evaluation(&sample, "a", &weights(50_000, 0)), evaluation(&sample, "b", &weights(40_000, 1)));
    let base = evidence(&engine, &sample, &[&a, &b]);
    assert_eq!(base, evidence(&engine, &sample, &[&b, &a, &b]));
    let mut worse = a.clone();
    worse.losses[31] = Bits::from_q32(worse.losses[31].q32() + 1);
    let mut failed = a.clone();
    failed.outcome = Outcome::OutOfFuel;
    let changed = [
        evidence(&Hash256::of(b"another"), &sample, &[&a, &b]),
        evidence(&engine, &other, &[&a, &b]),
        evidence(&engine, &sample, &[&a]),
        evidence(&engine, &sample, &[&worse, &b]),
        evidence(&engine, &sample, &[&failed, &b]),
    ];
    assert!(changed.iter().all(|evidence| *evidence != base));
}

#[test]
fn items_of_the_sample_have_one_label_each() {
    let sample = sample("tabular", 1, ITEMS);
    assert!(sample.items().iter().all(|item| matches!(item, Item::Labelled { label: 0..=3, .. })));
    assert_eq!(sample.baseline().len(), sample.items().len());
}

/// A population: per model a level of knowledge, a salt and a commit block.
fn population() -> impl Strategy<Value = Vec<(u32, u32, u64)>> {
    prop::collection::vec((10_000_u32..60_000, 0_u32..1_000, 0_u64..20), 1..8)
}

fn evaluations(sample: &Sample, population: &[(u32, u32, u64)]) -> Vec<Evaluation> {
    let make = |(at, (level, salt, _)): (usize, &(u32, u32, u64))| {
        evaluation(sample, &at.to_string(), &weights(*level, *salt))
    };
    population.iter().enumerate().map(make).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scores_do_not_depend_on_the_order_of_the_miners(population in population(), rotate in 0_usize..8, now in 0_u64..100_000) {
        let sample = sample("tabular", 1, ITEMS);
        let made = evaluations(&sample, &population);
        let mut candidates: Vec<_> = made.iter().zip(&population).enumerate()
            .map(|(at, (evaluation, (_, _, block)))| candidate(at as u8, *block, evaluation)).collect();
        let straight = score(&sample, &candidates, now).unwrap();
        let by = rotate % candidates.len();
        candidates.rotate_left(by);
        candidates.reverse();
        let mut turned = score(&sample, &candidates, now).unwrap();
        turned.reverse();
        turned.rotate_right(by);
        prop_assert_eq!(straight, turned);
    }

    #[test]
    fn a_copy_earns_nothing_and_changes_nothing(population in population(), of in 0_usize..8, later in 1_u64..50) {
        let sample = sample("tabular", 1, ITEMS);
        let made = evaluations(&sample, &population);
        let mut candidates: Vec<_> = made.iter().zip(&population).enumerate()
            .map(|(at, (evaluation, (_, _, block)))| candidate(at as u8, *block, evaluation)).collect();
        let before = score(&sample, &candidates, 100).unwrap();
        let original = candidates[of % candidates.len()];
        candidates.push(candidate(200, original.committed_at + later, original.evaluation));
        let after = score(&sample, &candidates, 100).unwrap();
        prop_assert_eq!(&after[..before.len()], &before[..]);
        prop_assert_eq!(after[before.len()].score, Score::ZERO);
    }

    #[test]
    fn splitting_a_model_over_hotkeys_never_earns_more(
        population in population(),
        of in 0_usize..8,
        parts in prop::collection::vec((0_u64..30, 0_u32..60), 1..5),
    ) {
        let sample = sample("tabular", 1, ITEMS);
        let made = evaluations(&sample, &population);
        let of = of % made.len();
        // Further hotkeys submit the model with answers changed by less than a thousandth, at any time.
        let noisy: Vec<Evaluation> = parts.iter().enumerate().map(|(at, (_, noise))| {
            let changed = made[of].answers.iter().enumerate().map(|(item, answer)| answer.weight + noise * (item as u32 % 2)).collect::<Vec<_>>();
            evaluation(&sample, &format!("part {at}"), &changed)
        }).collect();
        let mut candidates: Vec<_> = made.iter().zip(&population).enumerate()
            .map(|(at, (evaluation, (_, _, block)))| candidate(at as u8, *block, evaluation)).collect();
        let before = score(&sample, &candidates, 100).unwrap();
        candidates.extend(noisy.iter().zip(&parts).enumerate().map(|(at, (evaluation, (block, _)))| candidate(100 + at as u8, *block, evaluation)));
        let after = score(&sample, &candidates, 100).unwrap();
        let alone = share(&before, |hotkey| usize::from(hotkey) == of);
        let split = share(&after, |hotkey| usize::from(hotkey) == of || hotkey >= 100);
        // A part may be better by its noise, and an earlier part may outrank a neighbour of the original.
        prop_assert!(after.iter().filter(|scored| scored.zero.is_none()).count() <= before.iter().filter(|scored| scored.zero.is_none()).count());
        let neighbours_fell = before.iter().zip(&after).any(|(before, after)| before.zero.is_none() && after.zero.is_some() && usize::from(before.hotkey[0]) != of);
        prop_assert!(neighbours_fell || split <= alone + 2_000, "{split} > {alone}");
    }
}
