//! A fully connected layer of a network, and the image that it starts from. Values are in 256ths.
//!
//! The table of a layer: for each output a bias (i32, 1/256), then a weight per input (i16, 1/4096).

use crate::wire::{i16_at, i32_at};

/// Bytes of a layer's table.
pub const fn table_bytes(inputs: usize, outputs: usize) -> usize {
    outputs * (4 + inputs * 2)
}

/// What the layer makes of `inputs`, in 256ths as they are.
pub fn forward<const OUTPUTS: usize>(table: &[u8], inputs: &[i32]) -> [i32; OUTPUTS] {
    let bytes = table_bytes(inputs.len(), 1);
    core::array::from_fn(|output| {
        let row = table.get(output * bytes..).unwrap_or_default();
        let weights = row.get(4..).unwrap_or_default();
        let sum = inputs
            .iter()
            .enumerate()
            .fold(0_i64, |sum, (at, input)| sum + i64::from(i16_at(weights, at)) * i64::from(*input));
        i32_at(row, 0).saturating_add((sum >> 12) as i32)
    })
}

/// Pixels of levels 0 to 16 as values from 0 to 1; those past the end of the input are 0.
pub fn pixels<const PIXELS: usize>(input: &[u8]) -> [i32; PIXELS] {
    core::array::from_fn(|at| i32::from(input.get(at).copied().unwrap_or(0)) * 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_biases_and_weighted_inputs() {
        // Biases of 1 and -2; weights of 0.5 and -1, 0 and 2.
        let mut table = [0; table_bytes(2, 2)];
        table[..4].copy_from_slice(&256_i32.to_le_bytes());
        table[4..6].copy_from_slice(&2_048_i16.to_le_bytes());
        table[6..8].copy_from_slice(&(-4_096_i16).to_le_bytes());
        table[8..12].copy_from_slice(&(-512_i32).to_le_bytes());
        table[14..16].copy_from_slice(&8_192_i16.to_le_bytes());
        assert_eq!(forward::<2>(&table, &[512, 256]), [256 + 256 - 256, -512 + 512]);
    }

    #[test]
    fn pixels_past_the_end_are_paper() {
        assert_eq!(pixels::<3>(&[16, 8]), [256, 128, 0]);
    }
}
