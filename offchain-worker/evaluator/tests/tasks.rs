//! Items come from the data that the documentation names, follow from the seed, and do not reward
//! looking things up.

mod support;

use std::collections::{HashMap, HashSet};

use evaluator::tasks::{Item, Split, TASKS, descriptor, draw_items};
use evaluator::{Answer, Bits, Sample};
use support::{artifact, evaluate, evaluator, sample, task};

#[test]
fn data_sets_are_the_pinned_ones() {
    // Changes only with the crates that carry the data; then results change with it.
    let ids: Vec<(&str, String)> = TASKS.iter().map(|task| (task.spec().id, task.dataset().to_string())).collect();
    let pinned = [
        ("bytes", "0x0000000000000000000000000000000000000000000000000000000000000000".to_owned()),
        ("tabular", "0x0000000000000000000000000000000000000000000000000000000000000000".to_owned()),
    ];
    assert_eq!(ids, pinned);
}

#[test]
fn descriptors_are_as_the_abi_says() {
    assert_eq!(descriptor(task("tabular").spec()), b"\x00\x01\x04\x00tabular");
    assert_eq!(descriptor(task("bytes").spec()), b"\x01\x01\x00\x01bytes");
}

#[test]
fn items_follow_from_seed_and_number() {
    for task in TASKS {
        let draw = |seed, range| Sample::draw(task, [seed; 32], range).items().to_vec();
        let all = draw(1, 0..40);
        assert_eq!(all[10..20], draw(1, 10..20));
        assert_ne!(all, draw(2, 0..40));
        let different: HashSet<Vec<u8>> = all.iter().map(input).collect();
        assert_eq!(different.len(), 40);
    }
}

#[test]
fn samples_differ_in_identity_by_task_seed_and_range() {
    let ids = [
        sample("bytes", 1, 4).id(),
        sample("bytes", 2, 4).id(),
        sample("bytes", 1, 5).id(),
        sample("tabular", 1, 4).id(),
    ];
    assert_eq!(HashSet::from(ids).len(), 4);
    assert_eq!(ids[0], sample("bytes", 1, 4).id());
}

#[test]
fn classes_of_the_tabular_task_are_about_equally_frequent() {
    let mut counts = [0_u32; 4];
    for item in draw_items(task("tabular"), Split::Training, &[1; 32], 0..4_096) {
        let Item::Labelled { label, .. } = item else { panic!("tabular items have labels") };
        counts[usize::from(label)] += 1;
    }
    assert!(counts.iter().all(|count| (820..1_230).contains(count)), "{counts:?}");
}

#[test]
fn the_baseline_of_bytes_is_better_than_knowing_nothing() {
    let sample = sample("bytes", 1, 96);
    let mean = mean_loss(sample.baseline());
    assert!(mean > Bits::from_q32(4 << 32) && mean < Bits::from_q32(6 << 32), "{mean}");
}

fn input(item: &Item) -> Vec<u8> {
    match item {
        Item::Labelled { input, .. } => input.clone(),
        Item::Stream(bytes) => bytes.clone(),
    }
}

fn mean_loss(answers: &[Answer]) -> Bits {
    let sum: i64 = answers.iter().map(|answer| Bits::loss(*answer).q32()).sum();
    Bits::from_q32(sum / answers.len() as i64)
}

/// Items of past rounds, which everybody knows.
fn past(id: &str, rounds: u8) -> Vec<Item> {
    (100..100 + rounds).flat_map(|seed| sample(id, seed, task(id).spec().items).items().to_vec()).collect()
}

/// Mean loss of the strongest reference miner.
fn strongest(sample: &Sample, name: &str) -> Bits {
    evaluate(&evaluator(), sample, &[&artifact(name)])[0].mean_loss().unwrap()
}

#[test]
fn a_memoriser_of_past_streams_knows_less_than_the_strongest_miner() {
    const CONTEXT: usize = 12;
    let mut seen: HashMap<Vec<u8>, u8> = HashMap::new();
    for item in past("bytes", 100) {
        for window in input(&item).windows(CONTEXT + 1) {
            seen.insert(window[..CONTEXT].to_vec(), window[CONTEXT]);
        }
    }
    let sample = sample("bytes", 1, 96);
    // Where it remembers what followed the last twelve bytes it says so with 90 %, and otherwise what
    // the baseline says.
    let mut answers = Vec::new();
    let mut baseline = sample.baseline().iter();
    for item in sample.items() {
        let bytes = input(item);
        for (at, byte) in bytes.iter().enumerate() {
            let base = baseline.next().unwrap();
            let remembered = at.checked_sub(CONTEXT).and_then(|start| seen.get(&bytes[start..at]));
            answers.push(match remembered {
                Some(guess) if guess == byte => Answer { weight: 59_000, total: 65_536 },
                Some(_) => Answer { weight: base.weight / 10 + 1, total: base.total },
                None => *base,
            });
        }
    }
    let (memory, honest) = (mean_loss(&answers), strongest(&sample, "bytes-mixer"));
    assert!(memory > honest, "memory {memory}, strongest {honest}");
}

#[test]
fn a_memoriser_of_past_blends_knows_less_than_the_strongest_miner() {
    let rows = |items: &[Item]| -> Vec<(Vec<i64>, u16)> {
        let row = |item: &Item| match item {
            Item::Labelled { input, label } => {
                let columns =
                    input.chunks_exact(4).map(|four| i32::from_le_bytes([four[0], four[1], four[2], four[3]]).into());
                (columns.collect(), *label)
            }
            Item::Stream(_) => panic!("tabular items have labels"),
        };
        items.iter().map(row).collect()
    };
    let known = rows(&past("tabular", 4));
    let mean_of = |column: usize| known.iter().map(|(columns, _)| columns[column]).sum::<i64>() / known.len() as i64;
    let spread: Vec<i64> = (0..11)
        .map(|column| {
            known.iter().map(|(columns, _)| (columns[column] - mean_of(column)).abs()).sum::<i64>() / known.len() as i64
        })
        .collect();
    let sample = sample("tabular", 1, 1024);
    // It answers with the class of the nearest blend it remembers, as sure as it is often right.
    let right = rows(sample.items())
        .iter()
        .map(|(columns, label)| {
            let distance = |other: &[i64]| -> i64 {
                other.iter().zip(columns).zip(&spread).map(|((a, b), spread)| ((a - b) * 1_000 / spread).pow(2)).sum()
            };
            known.iter().min_by_key(|(other, _)| distance(other)).map(|(_, guess)| guess == label).unwrap()
        })
        .collect::<Vec<bool>>();
    let hits = right.iter().filter(|right| **right).count() as u32;
    let misses = right.len() as u32 - hits;
    let total = right.len() as u32 * 3;
    let answer = |right: &bool| Answer { weight: if *right { hits * 3 } else { misses }, total };
    let (memory, honest) =
        (mean_loss(&right.iter().map(answer).collect::<Vec<_>>()), strongest(&sample, "tabular-boosted"));
    assert!(memory > honest, "memory {memory}, strongest {honest}");
}
