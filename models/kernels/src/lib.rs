//! Inner loops of models, for the guest and for the host: `yarrow bench` runs the same source in the sandbox and natively
//! and compares the times.
//!
//! Where there are vectors of 128 bits, both sides use them by hand and in the same way (`simd128` in Wasm, SSE2 on x86-64), so
//! that what is compared is the sandbox and not how well two compilers find vectors. Elsewhere the host does without.
#![no_std]

mod vectors;

/// Rows and columns of the layers.
const ROWS: usize = 128;
const COLUMNS: usize = 768;

/// Counters of the byte model.
const COUNTERS: usize = 1 << 16;

/// A loop to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// A layer of 128 x 768 multiplications and additions of `f32`.
    Floats,
    /// The same with `i16` into `i32`.
    Integers,
    /// 12,288 bytes learnt by a model of their bits: for each bit a counter is looked up, compared and moved.
    Branches,
}

impl Kernel {
    /// The kernel of this number.
    pub const fn of(number: u8) -> Self {
        match number {
            0 => Self::Floats,
            1 => Self::Integers,
            _ => Self::Branches,
        }
    }
}

/// What the kernels work on.
#[derive(Debug)]
pub struct Kernels {
    floats: [f32; ROWS * COLUMNS],
    integers: [i16; ROWS * COLUMNS],
    counters: [u16; COUNTERS],
}

impl Kernels {
    /// Nothing but zeros.
    pub const NEW: Self =
        Self { floats: [0.0; ROWS * COLUMNS], integers: [0; ROWS * COLUMNS], counters: [0; COUNTERS] };

    /// Runs a kernel so many times; the answer is made of everything that was computed.
    pub fn run(&mut self, kernel: Kernel, times: u32) -> u32 {
        let mut state = 1_u32;
        for (float, integer) in self.floats.iter_mut().zip(&mut self.integers) {
            state = next(state);
            *integer = (state >> 20) as i16 - 2_048;
            *float = f32::from(*integer);
        }
        self.counters.fill(1 << 15);
        (0..times).fold(0, |sum: u32, _| {
            state = next(state);
            let result = match kernel {
                Kernel::Floats => self.layer_of_floats(state),
                Kernel::Integers => self.layer_of_integers(state),
                Kernel::Branches => self.bits(state),
            };
            sum.rotate_left(1) ^ result
        })
    }

    fn layer_of_floats(&self, seed: u32) -> u32 {
        let input: [f32; COLUMNS] = core::array::from_fn(|at| f32::from((seed >> (at % 16)) as u8));
        self.floats.chunks_exact(COLUMNS).fold(0, |sum, row| sum ^ vectors::dot_f32(row, &input).to_bits())
    }

    fn layer_of_integers(&self, seed: u32) -> u32 {
        let input: [i16; COLUMNS] = core::array::from_fn(|at| i16::from((seed >> (at % 16)) as u8));
        self.integers.chunks_exact(COLUMNS).fold(0, |sum: u32, row| sum ^ vectors::dot_i16(row, &input) as u32)
    }

    fn bits(&mut self, seed: u32) -> u32 {
        let (mut state, mut before, mut right) = (seed, 0, 0);
        for _ in 0..ROWS * COLUMNS / 8 {
            state = next(state);
            // Three bits in four are 0, which is what there is to learn.
            let byte = (state >> 24) & (state >> 16) & 0xff;
            let mut node = 1;
            // By hand, because every turn of a loop costs a look at the fuel.
            let mut learn = |place: u32| {
                let bit = (byte >> place) & 1 == 1;
                right += u32::from(self.learn((before << 8) | node, bit));
                node = (node << 1) | usize::from(bit);
            };
            learn(7);
            learn(6);
            learn(5);
            learn(4);
            learn(3);
            learn(2);
            learn(1);
            learn(0);
            before = node & 0xff;
        }
        right
    }

    /// Moves the counter of a context towards `bit`; whether it knew.
    #[inline(always)]
    fn learn(&mut self, context: usize, bit: bool) -> bool {
        let counter = &mut self.counters[context % COUNTERS];
        let knew = bit == (*counter >= 1 << 15);
        if bit {
            *counter += (u16::MAX - *counter) >> 5;
        } else {
            *counter -= *counter >> 5;
        }
        knew
    }
}

/// A linear congruential generator; its upper bits are good enough to fill tables.
const fn next(state: u32) -> u32 {
    state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_give_what_one_number_after_the_other_gives() {
        let integers: [i16; 64] = core::array::from_fn(|at| at as i16 * 55 - 1_700);
        let floats = integers.map(f32::from);
        // The sum of squares; small enough for the f32 to be exact.
        let sum: i32 = integers.iter().map(|one| i32::from(*one) * i32::from(*one)).sum();
        assert_eq!(vectors::dot_i16(&integers, &integers), sum);
        let small = floats.map(|one| one / 64.0);
        let exact: f32 = small.iter().map(|one| one * one).sum();
        assert!((vectors::dot_f32(&small, &small) - exact).abs() < 0.01);
    }

    #[test]
    fn every_kernel_gives_the_same_again_and_something_else_for_another_number_of_times() {
        for number in 0..3 {
            let run = |times| {
                let mut kernels = Kernels::NEW;
                kernels.run(Kernel::of(number), times)
            };
            assert_eq!(run(3), run(3));
            assert_ne!(run(3), run(4));
        }
    }
}
