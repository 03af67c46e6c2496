//! The table of `digits-centroid`: the mean image of each digit, and the price of distance under which the answers cost least.

use crate::labelled::{Image, PIXELS};
use crate::network::DIGITS;
use crate::rows::softmax;

/// Images from which the price is chosen.
const PRICED: usize = 8_000;

/// Prices tried, in thousandths of a nat for each squared level.
const PRICES: std::ops::Range<u32> = 1..60;

pub(crate) fn table(images: &[Image]) -> Vec<u8> {
    let means = means(images);
    let distances: Vec<([f64; DIGITS], usize)> = images[..PRICED]
        .iter()
        .map(|(image, digit)| (std::array::from_fn(|mean| distance(image, &means[mean])), *digit))
        .collect();
    let cost = |price: u32| -> f64 {
        let price = f64::from(price) / 1_000.0;
        distances.iter().map(|(all, digit)| -softmax(all.map(|distance| -price * distance))[*digit].ln()).sum()
    };
    let price = PRICES.min_by(|left, right| cost(*left).total_cmp(&cost(*right))).expect("prices to try");
    let mut table: Vec<u8> =
        means.iter().flatten().flat_map(|level| ((level * 256.0).round() as u16).to_le_bytes()).collect();
    // The guest has distances in 256ths of a squared level and answers in 256ths of a bit.
    let price = f64::from(price) / 1_000.0 * std::f64::consts::LOG2_E * 65_536.0;
    table.extend((price.round() as u32).to_le_bytes());
    table
}

fn means(images: &[Image]) -> [[f64; PIXELS]; DIGITS] {
    let mut sums = [[0.0; PIXELS]; DIGITS];
    let mut counts = [0.0; DIGITS];
    for (image, digit) in images {
        counts[*digit] += 1.0;
        sums[*digit].iter_mut().zip(image).for_each(|(sum, level)| *sum += f64::from(*level));
    }
    std::array::from_fn(|digit| sums[digit].map(|sum| sum / counts[digit]))
}

fn distance(image: &[u8; PIXELS], mean: &[f64; PIXELS]) -> f64 {
    image.iter().zip(mean).map(|(level, mean)| (f64::from(*level) - mean).powi(2)).sum()
}
