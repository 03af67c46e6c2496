//! The task `langid`: its data, its items, what a memory of past items is worth, and its reference miners.

mod support;

use std::collections::{HashMap, HashSet};

use evaluator::tasks::{Item, Split, descriptor, draw_items};
use evaluator::{Answer, Bits, Sample};
use proptest::prelude::*;
use support::{
    constants_are_not_paid, input, items_follow_from_seed_and_number_of, label, losses_are_finite, mean_loss, past,
    reference, sample, stronger_miners_score_higher, task,
};

const LADDER: [&str; 4] = ["langid-script", "langid-letters", "langid-bigrams", "langid-linear"];

const LANGUAGES: usize = 50;

fn text(item: &Item) -> String {
    String::from_utf8(input(item)).expect("items are text")
}

#[test]
fn data_set_and_descriptor_are_the_pinned_ones() {
    assert_eq!(
        task("langid").dataset().to_string(),
        "0x6215debd3f61454f3c1ec04dfa7f2cf33e033c926d6324080d158ca9db5deb99"
    );
    assert_eq!(descriptor(task("langid").spec()), b"\x00\x01\x32\x00langid");
}

#[test]
fn items_follow_from_seed_and_number() {
    items_follow_from_seed_and_number_of("langid");
}

#[test]
fn every_language_occurs_about_equally_often_in_both_parts() {
    for split in [Split::Training, Split::HeldOut] {
        let mut counts = [0_u32; LANGUAGES];
        for item in draw_items(task("langid"), split, &[1; 32], 0..20_000) {
            counts[usize::from(label(&item))] += 1;
        }
        assert!(counts.iter().all(|count| (320..480).contains(count)), "{counts:?}");
    }
}

/// Passages of this many characters that the items hold.
fn passages(split: Split) -> HashSet<String> {
    const CHARS: usize = 20;
    let mut passages = HashSet::new();
    for item in draw_items(task("langid"), split, &[1; 32], 0..20_000) {
        let chars: Vec<char> = text(&item).to_lowercase().chars().collect();
        passages.extend(chars.windows(CHARS).map(|window| window.iter().collect::<String>()));
    }
    passages
}

#[test]
fn passages_of_one_part_are_hardly_ever_in_the_other() {
    let (training, held_out) = (passages(Split::Training), passages(Split::HeldOut));
    // A declaration repeats some phrases.
    assert!(held_out.intersection(&training).count() * 1_000 < held_out.len());
}

proptest! {
    #[test]
    fn items_are_texts_of_known_languages(seed: [u8; 32], number in 0_u32..1_000_000) {
        let item = &draw_items(task("langid"), Split::HeldOut, &seed, number..number + 1)[0];
        let text = text(item);
        prop_assert!((4..=100).contains(&text.chars().count()), "{text}");
        prop_assert!(usize::from(label(item)) < LANGUAGES);
        prop_assert_eq!(task("langid").baseline(item), vec![Answer { weight: 1, total: 50 }]);
    }
}

#[test]
fn a_model_that_ignores_its_input_is_not_paid() {
    let first_half: Vec<u16> = (0..LANGUAGES).map(|language| if language < 25 { 40_000 } else { 20_000 }).collect();
    constants_are_not_paid("langid", &[vec![1_000; LANGUAGES], first_half], 1..=20);
}

#[test]
fn stronger_miners_save_more_bits_and_score_higher_on_every_seed() {
    stronger_miners_score_higher("langid", &LADDER, 10);
}

#[test]
fn losses_of_miners_are_finite_and_fuel_is_left() {
    losses_are_finite("langid", &LADDER);
}

/// Remembers which n-grams the items of each language had, and believes them as naive Bayes does.
struct Memoriser {
    ngrams: HashMap<Vec<char>, [f64; LANGUAGES]>,
    sums: [f64; LANGUAGES],
}

/// Lengths of n-grams, in characters.
const LENGTHS: [usize; 3] = [1, 3, 5];

/// Added to each count.
const PRIOR: f64 = 0.1;

impl Memoriser {
    fn of(items: &[Item]) -> Self {
        let mut memory = Self { ngrams: HashMap::new(), sums: [0.0; LANGUAGES] };
        for item in items {
            for ngram in Self::ngrams(&text(item)) {
                memory.ngrams.entry(ngram).or_insert([PRIOR; LANGUAGES])[usize::from(label(item))] += 1.0;
                memory.sums[usize::from(label(item))] += 1.0;
            }
        }
        memory
    }

    fn ngrams(text: &str) -> Vec<Vec<char>> {
        let chars: Vec<char> = text.to_lowercase().chars().collect();
        LENGTHS.iter().flat_map(|length| chars.windows(*length).map(<[char]>::to_vec)).collect()
    }

    fn answer(&self, item: &Item, share: f64) -> Answer {
        let mut scores = [0.0; LANGUAGES];
        for counts in Self::ngrams(&text(item)).iter().filter_map(|ngram| self.ngrams.get(ngram)) {
            for language in 0..LANGUAGES {
                scores[language] += share * (counts[language] / (self.sums[language] + 1.0)).ln();
            }
        }
        let largest = scores.iter().copied().fold(f64::MIN, f64::max);
        let weights = scores.map(|score| ((score - largest).exp() * 65_535.0) as u32 + 1);
        Answer { weight: weights[usize::from(label(item))], total: weights.iter().sum() }
    }

    /// With the share of its belief that is best on these items: as good as it can be.
    fn mean_loss(&self, sample: &Sample) -> Bits {
        let loss = |share: u32| {
            mean_loss(&sample.items().iter().map(|item| self.answer(item, f64::from(share) / 20.0)).collect::<Vec<_>>())
        };
        (1..=12).map(loss).min().expect("shares to try")
    }
}

#[test]
fn a_memory_of_sixteen_rounds_knows_less_than_the_strongest_miner_and_one_of_sixty_four_knows_more() {
    let [sixteen, sixty_four] = [16, 64].map(|rounds| Memoriser::of(&past("langid", rounds)));
    for seed in 1..=3 {
        let sample = sample("langid", seed, 512);
        let strongest = reference(&sample, "langid-linear");
        // Measured: 1.36 to 1.46 bits, 1.18 to 1.27, 0.93 to 0.99.
        let (sixteen, sixty_four) = (sixteen.mean_loss(&sample), sixty_four.mean_loss(&sample));
        assert!(sixteen > strongest && strongest > sixty_four, "{sixteen} {strongest} {sixty_four}");
    }
}
