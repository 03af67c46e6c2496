//! A linear layer over columns that are first brought to mean 0 and standard deviation 1.
//!
//! Its table, all 32 bits: for each column the mean (i32), 2^40 divided by the standard deviation (u32) and a weight per class
//! (i32, 1/256 bit per standard deviation); then a bias per class (i32, 1/256 bit).

use crate::wire::{i32_at, u32_at};

/// Standardised values end at four standard deviations, in 256ths.
const FARTHEST: i64 = 4 * 256;

/// Bytes of a layer's table.
pub const fn table_bytes(columns: usize, classes: usize) -> usize {
    (columns * (2 + classes) + classes) * 4
}

/// Each class's sum over the columns (i32) of `input`, in 1/256 bit.
pub fn scores<const CLASSES: usize>(table: &[u8], columns: usize, input: &[u8]) -> [i32; CLASSES] {
    let biases = columns * (2 + CLASSES);
    let mut scores = core::array::from_fn(|class| i32_at(table, biases + class));
    for column in 0..columns {
        let at = column * (2 + CLASSES);
        let distance = i64::from(i32_at(input, column)) - i64::from(i32_at(table, at));
        let scaled = (i128::from(distance) * i128::from(u32_at(table, at + 1))) >> 32;
        let standard = (scaled as i64).clamp(-FARTHEST, FARTHEST) as i32;
        for (class, score) in scores.iter_mut().enumerate() {
            *score += (i32_at(table, at + 2 + class) * standard) >> 8;
        }
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One column of mean 1,000 and standard deviation 1,024; weights of 1 and -2 bits; a bias of 1/4 bit on the first.
    fn table() -> [u8; table_bytes(1, 2)] {
        let numbers = [1_000, 1 << 30, 256, -512, 64, 0_i32];
        let mut table = [0; table_bytes(1, 2)];
        for (place, number) in table.chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        table
    }

    #[test]
    fn scores_are_biases_at_the_mean() {
        assert_eq!(scores::<2>(&table(), 1, &1_000_i32.to_le_bytes()), [64, 0]);
    }

    #[test]
    fn scores_move_by_the_weight_per_standard_deviation() {
        assert_eq!(scores::<2>(&table(), 1, &2_024_i32.to_le_bytes()), [64 + 256, -512]);
    }

    #[test]
    fn scores_stay_where_they_are_beyond_four_standard_deviations() {
        assert_eq!(scores::<2>(&table(), 1, &i32::MAX.to_le_bytes()), [64 + 4 * 256, -4 * 512]);
    }
}
