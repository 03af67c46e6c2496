//! Scores as a whole, on evaluations made up for the purpose.

mod support;

use evaluator::tasks::Item;
use evaluator::{
    Answer, Bits, Candidate, CopyKind, Evaluation, Hash256, Origin, Outcome, Sample, Score, ScoreError, Scored,
    ZeroReason, evidence, score,
};
use proptest::prelude::*;
use support::sample;

const ITEMS: u32 = 32;

/// A model with these weights, of 65,536, on what came true.
fn evaluation(sample: &Sample, name: &str, weights: &[u32]) -> Evaluation {
    with_answers(sample, name, weights.iter().map(|weight| Answer { weight: *weight, total: 65_540 }).collect())
}

fn with_answers(sample: &Sample, name: &str, answers: Vec<Answer>) -> Evaluation {
    Evaluation {
        origin: Origin::Sandboxed,
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
    #![proptest_config(ProptestConfig::with_cases(1_000))]

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
    fn splitting_a_model_over_hotkeys_earns_at_most_a_hundredth_of_all_more(
        population in population(),
        of in 0_usize..8,
        parts in prop::collection::vec((0_u64..30, 0_u32..60, 0_u32..60), 1..5),
    ) {
        let sample = sample("tabular", 1, ITEMS);
        let made = evaluations(&sample, &population);
        let of = of % made.len();
        // Further hotkeys submit the model at any time, with answers changed by less than a thousandth, and
        // with the baseline's answers on up to 60 percent of the items.
        let disguised: Vec<Evaluation> = parts.iter().enumerate().map(|(at, (_, noise, left_out))| {
            let answers = made[of].answers.iter().zip(sample.baseline()).enumerate().map(|(item, (said, baseline))| {
                let chance = (item * 7_919 + at * 104_729) as u32 % 100;
                if chance < *left_out { *baseline } else { Answer { weight: said.weight + noise * (item as u32 % 2), ..*said } }
            });
            with_answers(&sample, &format!("part {at}"), answers.collect())
        }).collect();
        // The other way is to commit one of them, the best, when the first would be.
        let first = parts.iter().map(|(block, ..)| *block).chain([population[of].2]).min().unwrap();
        let block = |at: usize| population[at].2;
        let alone = disguised.iter().chain([&made[of]]).map(|one| {
            let candidates: Vec<_> = made.iter().enumerate()
                .map(|(at, evaluation)| if at == of { candidate(at as u8, first, one) } else { candidate(at as u8, block(at), evaluation) }).collect();
            share(&score(&sample, &candidates, 100).unwrap(), |hotkey| usize::from(hotkey) == of)
        }).max().unwrap();
        let mut after: Vec<_> = made.iter().enumerate()
            .map(|(at, evaluation)| candidate(at as u8, block(at), evaluation)).collect();
        after.extend(disguised.iter().zip(&parts).enumerate().map(|(at, (evaluation, (block, ..)))| candidate(100 + at as u8, *block, evaluation)));
        let after = score(&sample, &after, 100).unwrap();
        let split = share(&after, |hotkey| usize::from(hotkey) == of || hotkey >= 100);
        prop_assert!(split <= alone + 10_000, "{split} > {alone}");
    }
}

/// A model that says exactly what is so: four classes with chances of their own for each item, of which
/// one comes true by these chances. Returns, for each item, the chances and the class.
fn true_chances(seed: u64) -> Vec<([f64; 4], usize)> {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let mut draw = || {
        let raw: [f64; 4] = core::array::from_fn(|_| random().powi(4) + 0.01);
        let chances = raw.map(|one| one / raw.iter().sum::<f64>());
        let mut left = random();
        let class = chances
            .iter()
            .position(|chance| {
                left -= chance;
                left < 0.0
            })
            .unwrap_or(3);
        (chances, class)
    };
    (0..1_024).map(|_| draw()).collect()
}

#[test]
fn a_copy_that_sharpens_and_blurs_at_random_earns_nothing_and_takes_nothing() {
    for seed in 1..=5 {
        let sample = sample("tabular", seed, 1_024);
        let truths = true_chances(seed.into());
        let said = |name: &str, exponent: &dyn Fn(usize) -> f64| {
            let answers = truths.iter().enumerate().map(|(at, (chances, class))| {
                let tempered = chances.map(|chance| chance.powf(exponent(at)));
                let weights = tempered.map(|one| (one / tempered.iter().sum::<f64>() * 60_000.0) as u32 + 1);
                Answer { weight: weights[*class], total: weights.iter().sum() }
            });
            with_answers(&sample, name, answers.collect())
        };
        let original = said("original", &|_| 1.0);
        let copies: Vec<Evaluation> = (0..5_usize)
            .map(|copy| {
                let exponent = |at: usize| {
                    if Hash256::of(&[copy as u8, at as u8, (at >> 8) as u8]).as_bytes()[0] < 128 { 0.8 } else { 1.25 }
                };
                said(&format!("copy {copy}"), &exponent)
            })
            .collect();
        let mut candidates = vec![candidate(1, 1, &original)];
        candidates.extend(copies.iter().enumerate().map(|(at, copy)| candidate(10 + at as u8, 2, copy)));
        let scored = score(&sample, &candidates, 100_000).unwrap();
        assert_eq!(scored[0].score, Score::ONE);
        assert!(scored[1..].iter().all(|copy| copy.score == Score::ZERO), "seed {seed}: {scored:#?}");
    }
}
