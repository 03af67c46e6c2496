//! Bytes as an endless source of values: when they are used up, everything is 0.

pub(crate) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// All that is left.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        let (taken, rest) = self.0.split_at(N.min(self.0.len()));
        array[..taken.len()].copy_from_slice(taken);
        self.0 = rest;
        array
    }

    pub(crate) fn byte(&mut self) -> u8 {
        u8::from_le_bytes(self.array())
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub(crate) fn short(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    pub(crate) fn long(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// A number that is small most of the time, else anything, or the largest there is.
    pub(crate) fn number(&mut self) -> u64 {
        match self.byte() {
            small @ 0..200 => u64::from(small),
            200..255 => self.long(),
            255 => u64::MAX,
        }
    }

    /// A uid that is one of the first 24 most of the time.
    pub(crate) fn uid(&mut self) -> u16 {
        match self.byte() {
            small @ 0..240 => u16::from(small % 24),
            _ => self.short(),
        }
    }

    pub(crate) fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| value(self))
    }

    /// Fewer than `limit` values; as many as a byte says, if there are bytes for them.
    pub(crate) fn list<T>(&mut self, limit: u8, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut list = Vec::new();
        for _ in 0..self.byte() % limit {
            if self.0.is_empty() {
                break;
            }
            list.push(value(self));
        }
        list
    }
}
