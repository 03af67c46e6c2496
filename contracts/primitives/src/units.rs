//! Units and ids as newtypes, so that a uid is never taken for a netuid nor an amount for a block.
//!
//! Every conversion has a name; none is implicit. Amounts inside the protocol are [`Rao`] (64 bits: the cap of
//! 21e15 RAO needs 55); PSP22 messages carry 128 bits because the standard does.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $raw:ty) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        #[ink::scale_derive(Encode, Decode, TypeInfo)]
        #[cfg_attr(feature = "std", derive(Hash, ink::storage::traits::StorageLayout))]
        pub struct $name($raw);

        impl $name {
            /// Wraps a raw value.
            pub const fn new(raw: $raw) -> Self {
                Self(raw)
            }

            /// The raw value.
            pub const fn get(self) -> $raw {
                self.0
            }
        }

        #[cfg(feature = "std")]
        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// An amount of TAO in RAO; 1 TAO = 10^9 RAO.
    Rao, u64
}
id! {
    /// The number of a subnet.
    Netuid, u16
}
id! {
    /// The place of a neuron in its subnet.
    Uid, u16
}
id! {
    /// A protocol block: a fixed span of host time, see [`crate::Clock`].
    ProtocolBlock, u64
}

impl Rao {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One TAO.
    pub const ONE_TAO: Self = Self(1_000_000_000);

    /// The sum, or `None` on overflow.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` if `other` is larger.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }

    /// Whether this is nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The amount as a PSP22 value.
    pub const fn to_psp22(self) -> u128 {
        self.0 as u128
    }

    /// A PSP22 value as an amount; `None` above 64 bits, which no supply of TAO reaches.
    pub fn from_psp22(value: u128) -> Option<Self> {
        u64::try_from(value).ok().map(Self)
    }
}

impl ProtocolBlock {
    /// The block `blocks` later; stays at the last block that a `u64` holds.
    pub const fn after(self, blocks: u64) -> Self {
        Self(self.0.saturating_add(blocks))
    }

    /// Blocks from `earlier` to this one; 0 if `earlier` is later.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Uid {
    /// The uid as an index into a column of its subnet.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The uid of an index; `None` where a `u16` does not reach.
    pub fn from_index(index: usize) -> Option<Self> {
        u16::try_from(index).ok().map(Self)
    }
}
