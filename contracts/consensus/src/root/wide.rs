//! 64.64 fixed point without a sign, bit-compatible with non-negative `I64F64` of the `substrate-fixed` crate: products and
//! quotients are rounded down, overflow saturates, and a division by zero gives zero.

/// Fractional bits of [`Wide`].
const FRACTION_BITS: u32 = 64;
/// The bits of a fraction.
const FRACTION: u128 = (1 << FRACTION_BITS) - 1;

/// A non-negative fixed-point number with 64 integer and 64 fractional bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide(u128);

impl Wide {
    /// 0.
    pub(super) const ZERO: Self = Self(0);
    /// 1.
    pub(super) const ONE: Self = Self(1 << FRACTION_BITS);

    /// `numerator / denominator`.
    pub(super) fn ratio(numerator: u64, denominator: u64) -> Self {
        let shifted = u128::from(numerator) << FRACTION_BITS;
        Self(shifted.checked_div(u128::from(denominator)).unwrap_or(0))
    }

    /// The integer part of this number of units of which there are `amount`.
    pub(super) fn of(self, amount: u64) -> u64 {
        u64::try_from(self.times(Self(u128::from(amount) << FRACTION_BITS)).0 >> FRACTION_BITS).unwrap_or(u64::MAX)
    }

    /// `self + other`.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// `|self - other|`.
    pub(super) fn distance(self, other: Self) -> Self {
        Self(self.0.abs_diff(other.0))
    }

    /// `self * other`.
    pub(super) fn times(self, other: Self) -> Self {
        let [(high, low), (other_high, other_low)] =
            [self, other].map(|Self(bits)| (bits >> FRACTION_BITS, bits & FRACTION));
        // Both parts of each have 64 bits, so none of the four products overflows.
        let whole = high.saturating_mul(other_high).saturating_mul(1 << FRACTION_BITS);
        let crossed = high.saturating_mul(other_low).saturating_add(low.saturating_mul(other_high));
        Self(whole.saturating_add(crossed).saturating_add(low.saturating_mul(other_low) >> FRACTION_BITS))
    }

    /// `self / other`, digit by digit where the dividend has an integer part; 0 if `other` is 0.
    pub(super) fn over(self, other: Self) -> Self {
        if self < Self::ONE {
            return Self((self.0 << FRACTION_BITS).checked_div(other.0).unwrap_or(0));
        }
        let (Some(mut quotient), Some(mut rest)) = (self.0.checked_div(other.0), self.0.checked_rem(other.0)) else {
            return Self::ZERO;
        };
        for _ in 0..FRACTION_BITS {
            // The bit that is shifted out of the rest makes it larger than any divisor.
            let is_over = rest.leading_zeros() == 0;
            rest = rest.wrapping_shl(1);
            let digit = is_over || rest >= other.0;
            if digit {
                rest = rest.wrapping_sub(other.0);
            }
            quotient = quotient.saturating_mul(2).saturating_add(u128::from(digit));
        }
        Self(quotient)
    }

    /// `e^self` by the Taylor series of `substrate-fixed`'s `exp`: terms 2 to 63, each the previous one times the
    /// argument, rounded, over its index, rounded.
    pub(super) fn exp(self) -> Self {
        let mut term = self;
        let mut sum = Self::ONE.plus(self);
        for index in 2..u128::from(FRACTION_BITS) {
            term = Self(term.times(self).0.checked_div(index).unwrap_or(0));
            if term == Self::ZERO {
                break;
            }
            sum = sum.plus(term);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_quotients_are_rounded_down() {
        let third = Wide::ratio(1, 3);
        assert_eq!(third.0, 0x5555_5555_5555_5555);
        assert_eq!(third.times(third).0, 0x1c71_c71c_71c7_1c71);
        assert_eq!(Wide::ONE.over(Wide::ratio(3, 1)), third);
        assert_eq!(Wide::ratio(10, 1).over(Wide::ratio(4, 1)), Wide::ratio(5, 2));
        assert_eq!(Wide::ONE.over(Wide(u128::MAX)).0, 1);
        assert_eq!(third.of(10), 3);
    }

    #[test]
    fn the_largest_numbers_saturate_and_nothing_divides_by_zero() {
        let most = Wide(u128::MAX);
        assert_eq!(most.times(most), most);
        assert_eq!(most.over(Wide(1)), most);
        assert_eq!((Wide::ONE.over(Wide::ZERO), Wide::ratio(1, 0)), (Wide::ZERO, Wide::ZERO));
        assert_eq!(most.exp(), most);
    }

    #[test]
    fn the_exponential_function_is_right_to_seventeen_digits() {
        // e^2 = 7.389056098930650227...
        let digits = Wide::ratio(2, 1).exp().of(100_000_000_000_000_000);
        assert_eq!(digits, 738_905_609_893_065_022);
    }
}
