//! The task `digits`: its data, its items, what a memory of past items is worth, and its reference miners.

mod support;

use evaluator::tasks::{Item, Split, descriptor, draw_items};
use evaluator::{Answer, Bits, Sample};
use proptest::prelude::*;
use support::{
    constants_are_not_paid, input, items_follow_from_seed_and_number_of, label, losses_are_finite, mean_loss, past,
    reference, sample, stronger_miners_score_higher, task,
};

const LADDER: [&str; 3] = ["digits-centroid", "digits-softmax", "digits-network"];

const DIGITS: usize = 10;

#[test]
fn data_set_and_descriptor_are_the_pinned_ones() {
    assert_eq!(
        task("digits").dataset().to_string(),
        "0x1c2df2bd50eeff35d27c642d054213cbf0fb488d2b46f03c0991f0083519f60c"
    );
    assert_eq!(descriptor(task("digits").spec()), b"\x00\x01\x0a\x00digits");
}

#[test]
fn items_follow_from_seed_and_number() {
    items_follow_from_seed_and_number_of("digits");
}

#[test]
fn every_digit_occurs_about_equally_often_in_both_parts() {
    for split in [Split::Training, Split::HeldOut] {
        let mut counts = [0_u32; DIGITS];
        for item in draw_items(task("digits"), split, &[1; 32], 0..10_000) {
            counts[usize::from(label(&item))] += 1;
        }
        assert!(counts.iter().all(|count| (900..1_100).contains(count)), "{counts:?}");
    }
}

proptest! {
    #[test]
    fn items_are_images_of_digits(seed: [u8; 32], number in 0_u32..1_000_000) {
        let item = &draw_items(task("digits"), Split::HeldOut, &seed, number..number + 1)[0];
        let pixels = input(item);
        prop_assert_eq!(pixels.len(), 64);
        prop_assert!(pixels.iter().all(|pixel| *pixel <= 16), "{:?}", pixels);
        prop_assert!(usize::from(label(item)) < DIGITS);
        prop_assert_eq!(task("digits").baseline(item), vec![Answer { weight: 1, total: 10 }]);
    }
}

#[test]
fn a_model_that_ignores_its_input_is_not_paid() {
    let ones_and_twos = vec![1_000, 1_500, 1_500, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000];
    constants_are_not_paid("digits", &[vec![1_000; DIGITS], ones_and_twos], 1..=20);
}

#[test]
fn stronger_miners_save_more_bits_and_score_higher_on_every_seed() {
    stronger_miners_score_higher("digits", &LADDER, 30);
}

#[test]
fn losses_of_miners_are_finite_and_fuel_is_left() {
    losses_are_finite("digits", &LADDER);
}

/// Remembers items, and believes the more in a digit the more remembered images of it are near.
struct Memoriser(Vec<(Vec<u8>, usize)>);

impl Memoriser {
    fn of(items: &[Item]) -> Self {
        Self(items.iter().map(|item| (input(item), usize::from(label(item)))).collect())
    }

    fn distances(&self, item: &Item) -> Vec<(i32, usize)> {
        let image = input(item);
        let square = |(a, b): (&u8, &u8)| (i32::from(*a) - i32::from(*b)).pow(2);
        self.0.iter().map(|(other, digit)| (image.iter().zip(other).map(square).sum(), *digit)).collect()
    }

    /// With the width of its kernel that is best on these items: as good as it can be.
    fn mean_loss(&self, sample: &Sample) -> Bits {
        let distances: Vec<_> =
            sample.items().iter().map(|item| (self.distances(item), usize::from(label(item)))).collect();
        let answer = |(distances, digit): &(Vec<(i32, usize)>, usize), width: f64| {
            let mut weights = [0.003; DIGITS];
            let nearest = distances.iter().map(|(distance, _)| *distance).min().unwrap_or(0);
            for (distance, digit) in distances {
                weights[*digit] += (f64::from(nearest - distance) / width).exp();
            }
            let sum: f64 = weights.iter().sum();
            Answer { weight: (weights[*digit] / sum * 65_536.0) as u32 + 1, total: 65_536 + 10 }
        };
        let loss = |width: f64| mean_loss(&distances.iter().map(|known| answer(known, width)).collect::<Vec<_>>());
        [40.0, 60.0, 80.0, 100.0, 130.0, 160.0, 200.0].into_iter().map(loss).min().expect("widths to try")
    }
}

#[test]
fn a_memory_of_four_rounds_knows_more_than_softmax_and_one_of_sixty_four_less_than_the_network() {
    let [four, sixty_four] = [4, 64].map(|rounds| Memoriser::of(&past("digits", rounds)));
    for seed in 1..=3 {
        let sample = sample("digits", seed, 512);
        let [softmax, network] = ["digits-softmax", "digits-network"].map(|name| reference(&sample, name));
        // Measured: 1.96 to 2.03 bits, 1.46 to 1.59, 1.02 to 1.10, 0.73 to 0.82.
        let (four, sixty_four) = (four.mean_loss(&sample), sixty_four.mean_loss(&sample));
        assert!(softmax > four && four > sixty_four && sixty_four > network, "{softmax} {four} {sixty_four} {network}");
    }
}
