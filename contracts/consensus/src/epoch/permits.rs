//! Validator permits go to the neurons with most stake.

use crate::fixed::I32F32;
use alloc::{vec, vec::Vec};

/// Marks the `count` largest values, never a zero; among equals at the cut the later positions
/// win (`is_topk_nonzero`, epoch/math.rs: a stable ascending sort whose head is dropped).
pub fn top_nonzero(values: &[I32F32], count: u16) -> Vec<bool> {
    let count = usize::from(count);
    let cut = cut_of(values, count);
    let above = values.iter().filter(|&&value| value > cut).count();
    let mut equals_left = count.saturating_sub(above);
    let mut marks = vec![false; values.len()];
    for (mark, &value) in marks.iter_mut().zip(values).rev() {
        if value <= I32F32::ZERO || value < cut {
            continue;
        }
        if value == cut {
            if equals_left == 0 {
                continue;
            }
            equals_left = equals_left.saturating_sub(1);
        }
        *mark = true;
    }
    marks
}

/// The smallest non-negative value that at most `count` values exceed, by bisection.
fn cut_of(values: &[I32F32], count: usize) -> I32F32 {
    let largest = values.iter().copied().max().unwrap_or_default();
    let (mut low, mut high) = (0_i64, largest.to_bits().max(0));
    while low < high {
        let middle = low.saturating_add(high.saturating_sub(low) >> 1);
        let cut = I32F32::from_bits(middle);
        if values.iter().filter(|&&value| value > cut).count() <= count {
            high = middle;
        } else {
            low = middle.saturating_add(1);
        }
    }
    I32F32::from_bits(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(values: &[i32], count: u16) -> Vec<usize> {
        let values: Vec<_> = values.iter().map(|&v| I32F32::from_integer(v)).collect();
        let marks = top_nonzero(&values, count);
        marks.iter().enumerate().filter(|(_, &mark)| mark).map(|(uid, _)| uid).collect()
    }

    #[test]
    fn ties_at_the_cut_keep_the_higher_uids() {
        assert_eq!(marked(&[5, 5, 7, 5, 1], 3), [1, 2, 3]);
        assert_eq!(marked(&[1, 1, 1], 2), [1, 2]);
    }

    #[test]
    fn a_zero_is_never_marked() {
        assert_eq!(marked(&[0, 3, 0], 3), [1]);
        assert_eq!(marked(&[0, 3, 0], 64), [1]);
        assert!(marked(&[0, 0], 1).is_empty());
        assert!(marked(&[], 1).is_empty());
    }

    #[test]
    fn nobody_is_marked_when_no_permits_are_given() {
        assert!(marked(&[3, 9], 0).is_empty());
    }
}
