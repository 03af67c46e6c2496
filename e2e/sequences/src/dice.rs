//! Numbers that look random.

/// Splitmix64.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The same numbers for the same seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub(crate) fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.any() % limit
    }

    /// A number of 16 bits below `limit`.
    pub(crate) fn small(&mut self, limit: u16) -> u16 {
        u16::try_from(self.below(limit.into())).expect("below a number of 16 bits")
    }

    /// True once in `times`.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }

    /// A place in a list of that length, which is not 0.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("below a length")
    }

    /// A number up to `most` of any order of magnitude.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        let bits = self.below(65);
        let limit = if bits == 64 { u64::MAX } else { (1 << bits) - 1 };
        match limit.min(most) {
            u64::MAX => self.any(),
            limit => self.below(limit + 1),
        }
    }

    /// Bytes of a hash.
    pub(crate) fn hash(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.any().to_le_bytes());
        }
        bytes
    }

    /// Up to `most` bytes.
    pub(crate) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.index(most + 1);
        (0..length).map(|_| self.any().to_le_bytes()[0]).collect()
    }
}
