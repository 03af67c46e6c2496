//! 32.32 fixed point, bit-compatible with `I32F32` of the `substrate-fixed` crate as subtensor
//! uses it: a product is rounded towards minus infinity, a quotient towards zero, overflow
//! saturates, and a division by zero gives zero (`safe_div` of subtensor's `safe-math`).
//!
//! Nearly every value of an epoch lies in `[0, 1)`, so products and quotients have a path that needs
//! only 64-bit instructions: WebAssembly has no wider ones, and a 128-bit product or quotient costs
//! it a library call. That path is inlined even where contracts are compiled for size, because
//! interpreted calls cost more than what they do; it halves the gas of an epoch.

/// Fractional bits of [`I32F32`].
const FRACTION_BITS: u32 = 32;

/// A signed fixed-point number with 32 integer and 32 fractional bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct I32F32(i64);

impl I32F32 {
    /// 0.
    pub const ZERO: Self = Self(0);
    /// 1.
    pub const ONE: Self = Self(1 << FRACTION_BITS);
    /// 1/2.
    pub const HALF: Self = Self(1 << (FRACTION_BITS - 1));
    /// The largest value, just below 2^31.
    pub const MAX: Self = Self(i64::MAX);
    /// Euler's number as `substrate-fixed` holds it: 23 fractional bits.
    const E: Self = Self(22_802_600 << 9);
    /// The bound of the argument of [`Self::exp`].
    const EXP_LIMIT: Self = Self(20 << FRACTION_BITS);

    /// The number whose representation is `bits`, that is `bits / 2^32`.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// The representation: the number times 2^32.
    pub const fn to_bits(self) -> i64 {
        self.0
    }

    /// An integer.
    pub fn from_integer(integer: i32) -> Self {
        Self(i64::from(integer) << FRACTION_BITS)
    }

    /// `numerator / denominator` rounded down, saturating; 0 if the denominator is 0.
    #[inline(always)]
    pub fn ratio(numerator: u64, denominator: u64) -> Self {
        Self(saturate(quotient(numerator, denominator)))
    }

    /// The number a stored `u16` proportion stands for: `proportion / 65535`
    /// (`u16_proportion_to_fixed`, epoch/math.rs).
    #[inline(always)]
    pub fn from_proportion(proportion: u16) -> Self {
        // Without a division, because 2^32 is 65535 * 65537 + 1: only 65535 itself has a carry.
        let carry = i64::from(proportion == u16::MAX);
        Self(i64::from(proportion).wrapping_mul(65_537).wrapping_add(carry))
    }

    /// The `u16` proportion that stores this number: `floor(self * 65535)`, saturating
    /// (`fixed_proportion_to_u16`, epoch/math.rs).
    #[inline(always)]
    pub fn to_proportion(self) -> u16 {
        if self >= Self::ONE {
            return u16::MAX;
        }
        let share = u64::try_from(self.0).unwrap_or(0);
        u16::try_from(share.wrapping_mul(u64::from(u16::MAX)) >> FRACTION_BITS).unwrap_or(u16::MAX)
    }

    /// This share of an amount: `floor(self * amount)`, saturating; 0 if the share is negative.
    pub fn of(self, amount: u64) -> u64 {
        let Ok(share) = u64::try_from(self.0) else {
            return 0;
        };
        let product = u128::from(share).saturating_mul(u128::from(amount)) >> FRACTION_BITS;
        u64::try_from(product).unwrap_or(u64::MAX)
    }

    /// `self + other`.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// `self - other`.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self + other` where that is known to be a number: the sum of shares, of which there are at most 65,536. It is for
    /// the inner loops of an epoch.
    #[inline(always)]
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// `self * other`, rounded towards minus infinity.
    #[inline(always)]
    pub fn saturating_mul(self, other: Self) -> Self {
        if is_below_one(self) && is_below_one(other) {
            return Self(signed(unsigned(self.0).wrapping_mul(unsigned(other.0)) >> FRACTION_BITS));
        }
        wide_product(self, other)
    }

    /// `self / other`, rounded towards zero; 0 if `other` is 0.
    #[inline(always)]
    pub fn saturating_div(self, other: Self) -> Self {
        if is_below_one(self) && other > Self::ZERO {
            return Self(saturate(quotient(unsigned(self.0), unsigned(other.0))));
        }
        wide_quotient(self, other)
    }

    /// `e^self`, the argument first clamped to `[-20, 20]` (`exp_safe`, epoch/math.rs).
    ///
    /// The Taylor series of `substrate-fixed`'s `exp`: terms 2 to 31, each the previous one times
    /// the argument, rounded, over its index, rounded; `1 / e^|x|` for a negative argument.
    pub fn exp(self) -> Self {
        let argument = self.max(Self(Self::EXP_LIMIT.0.saturating_neg())).min(Self::EXP_LIMIT);
        if argument == Self::ONE {
            return Self::E;
        }
        let magnitude = argument.0.unsigned_abs();
        let mut term = magnitude;
        let mut sum = Self::ONE.0.unsigned_abs().saturating_add(term);
        for index in 2..FRACTION_BITS {
            term = product_of_term(term, magnitude).checked_div(u64::from(index)).unwrap_or(0);
            if term == 0 {
                break;
            }
            sum = sum.saturating_add(term);
        }
        let power = Self(saturate(sum));
        if argument.0 < 0 {
            Self::ONE.saturating_div(power)
        } else {
            power
        }
    }

    /// `1 / (1 + e^-(steepness * (self - midpoint)))` (`sigmoid_safe`, epoch/math.rs).
    pub fn sigmoid(self, steepness: Self, midpoint: Self) -> Self {
        let exponent = Self(steepness.0.saturating_neg()).saturating_mul(self.saturating_sub(midpoint));
        Self::ONE.saturating_div(exponent.exp().saturating_add(Self::ONE))
    }
}

impl core::iter::Sum for I32F32 {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        values.fold(Self::ZERO, Self::saturating_add)
    }
}

/// Divides every value by the sum of all, unless that is zero (`inplace_normalize`, epoch/math.rs).
pub fn normalise(values: &mut [I32F32]) {
    let sum: I32F32 = values.iter().copied().sum();
    if sum == I32F32::ZERO {
        return;
    }
    for value in values {
        *value = value.saturating_div(sum);
    }
}

/// A representation that is not negative.
#[inline(always)]
const fn unsigned(bits: i64) -> u64 {
    u64::from_le_bytes(bits.to_le_bytes())
}

/// A representation of which the highest bit is 0.
#[inline(always)]
const fn signed(bits: u64) -> i64 {
    i64::from_le_bytes(bits.to_le_bytes())
}

/// Whether a number lies in `[0, 1)`.
#[inline(always)]
fn is_below_one(number: I32F32) -> bool {
    number.0 >> FRACTION_BITS == 0
}

/// A product of any two numbers.
#[inline(never)]
fn wide_product(a: I32F32, b: I32F32) -> I32F32 {
    let product = i128::from(a.0).saturating_mul(i128::from(b.0)) >> FRACTION_BITS;
    let limit = if product < 0 { i64::MIN } else { i64::MAX };
    I32F32(i64::try_from(product).unwrap_or(limit))
}

/// A quotient of any two numbers.
#[inline(never)]
fn wide_quotient(a: I32F32, b: I32F32) -> I32F32 {
    let magnitude = saturate(quotient(a.0.unsigned_abs(), b.0.unsigned_abs()));
    if (a.0 < 0) == (b.0 < 0) {
        I32F32(magnitude)
    } else {
        I32F32(magnitude.saturating_neg())
    }
}

/// `floor(numerator * 2^32 / denominator)`, saturating; 0 if the denominator is 0.
#[inline(always)]
fn quotient(numerator: u64, denominator: u64) -> u64 {
    if numerator >> FRACTION_BITS == 0 {
        return (numerator << FRACTION_BITS).checked_div(denominator).unwrap_or(0);
    }
    quotient_of_wide(numerator, denominator)
}

/// [`quotient`] for a numerator of any size.
#[inline(never)]
fn quotient_of_wide(numerator: u64, denominator: u64) -> u64 {
    if denominator >> 48 == 0 {
        return long_quotient(numerator, denominator);
    }
    u128::from(numerator)
        .wrapping_shl(FRACTION_BITS)
        .checked_div(u128::from(denominator))
        .map_or(0, |wide| u64::try_from(wide).unwrap_or(u64::MAX))
}

/// [`quotient`] for a denominator below 2^48: the 32 fractional bits in two steps of 16, so that
/// no remainder leaves 64 bits.
fn long_quotient(numerator: u64, denominator: u64) -> u64 {
    let step = |remainder: u64| {
        let digit = remainder.checked_div(denominator).unwrap_or(0);
        (digit, remainder.wrapping_sub(digit.wrapping_mul(denominator)) << 16)
    };
    let (whole, remainder) = step(numerator);
    if whole >> 31 != 0 {
        return u64::MAX;
    }
    let (high, remainder) = step(remainder);
    let (low, _) = step(remainder);
    (whole << FRACTION_BITS) | (high << 16) | low
}

/// `floor(term * argument / 2^32)` with 64-bit products only. Exact for the Taylor terms of an
/// argument of at most 20: they stay below 2^26, so no partial product reaches 2^63.
fn product_of_term(term: u64, argument: u64) -> u64 {
    const LOW: u64 = u32::MAX as u64;
    let whole = term.wrapping_mul(argument >> FRACTION_BITS);
    let mixed = (term >> FRACTION_BITS).wrapping_mul(argument & LOW);
    let low = (term & LOW).wrapping_mul(argument & LOW) >> FRACTION_BITS;
    whole.saturating_add(mixed).saturating_add(low)
}

/// A non-negative representation, cut at the largest one.
#[inline(always)]
fn saturate(bits: u64) -> i64 {
    i64::try_from(bits).unwrap_or(i64::MAX)
}
