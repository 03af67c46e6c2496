//! The reference miners, from weak to strong, are told apart on every draw of items.

mod support;

use evaluator::{Bits, Candidate, CopyKind, Evaluator, MovingAverage, Sample, Score, Scored, ZeroReason, score};
use support::{artifact, evaluate, evaluate_named, evaluator, sample, stronger_miners_score_higher, task};

const LADDERS: [(&str, [&str; 4]); 2] = [
    ("tabular", ["tabular-stump", "tabular-bayes", "tabular-softmax", "tabular-boosted"]),
    ("bytes", ["bytes-order1", "bytes-order2", "bytes-order3", "bytes-mixer"]),
];

const SEEDS: [u8; 4] = [1, 2, 3, 4];

/// Scores models committed one block after the other.
fn scored(evaluator: &Evaluator, sample: &Sample, names: &[&str]) -> Vec<Scored> {
    support::scored(sample, &evaluate_named(evaluator, sample, names))
}

#[test]
fn stronger_miners_save_more_bits_and_score_higher_on_every_seed() {
    LADDERS.iter().for_each(|(id, ladder)| stronger_miners_score_higher(id, ladder, 4));
}

#[test]
fn a_copier_earns_nothing_and_takes_nothing_from_the_original() {
    let evaluator = evaluator();
    for (id, ladder) in LADDERS {
        let sample = sample(id, 5, task(id).spec().items);
        let honest = scored(&evaluator, &sample, &ladder);
        let [a, b, c, best] = ladder;
        let with_copy = scored(&evaluator, &sample, &[a, b, c, best, best]);
        assert_eq!(with_copy[..4], honest);
        assert_eq!(with_copy[4].score, Score::ZERO);
        let of = honest[3].hotkey;
        assert_eq!(with_copy[4].zero, Some(ZeroReason::Copy { of, kind: CopyKind::Module }));
    }
}

#[test]
fn a_copier_with_another_name_section_earns_nothing() {
    let evaluator = evaluator();
    let sample = sample("tabular", 6, 256);
    let original = artifact("tabular-softmax");
    // A custom section called "x" with one byte.
    let renamed = [original.as_slice(), &[0, 3, 1, b'x', 7]].concat();
    let evaluations = evaluate(&evaluator, &sample, &[&original, &renamed]);
    let candidate =
        |at: usize| Candidate { hotkey: [at as u8; 32], committed_at: at as u64, evaluation: &evaluations[at] };
    let scored = score(&sample, &[candidate(0), candidate(1)], 100).unwrap();
    let of = scored[0].hotkey;
    assert_eq!(scored[1].zero, Some(ZeroReason::Copy { of, kind: CopyKind::Normalised }));
}

#[test]
fn averages_of_several_rounds_keep_the_order() {
    let evaluator = evaluator();
    let (id, ladder) = LADDERS[0];
    let mut average = MovingAverage::default();
    for seed in SEEDS {
        let sample = sample(id, seed, task(id).spec().items);
        let observed: Vec<_> = scored(&evaluator, &sample, &ladder)
            .into_iter()
            .map(|scored| (evaluator::Miner { hotkey: scored.hotkey, registered_at: 1 }, scored.score))
            .collect();
        average.observe(&observed);
    }
    let averages = average.scores().unwrap();
    assert!(averages.windows(2).all(|pair| pair[0].1 < pair[1].1), "{averages:?}");
}

#[test]
fn losses_of_a_model_do_not_depend_on_how_a_sample_is_cut() {
    let evaluator = evaluator();
    let bytes = artifact("bytes-order2");
    let losses = |range| -> Vec<Bits> {
        let sample = Sample::draw(task("bytes"), [9; 32], range);
        evaluate(&evaluator, &sample, &[&bytes])[0].losses.clone()
    };
    assert_eq!(losses(0..12), [losses(0..5), losses(5..12)].concat());
}
