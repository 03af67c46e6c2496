//! Parts of amounts.

use primitives::Rao;

/// `numerator / denominator` of an amount, rounded down; nothing if the denominator is 0.
pub fn part(amount: Rao, numerator: u64, denominator: u64) -> Rao {
    let product = u128::from(amount.get()).saturating_mul(u128::from(numerator));
    let part = product.checked_div(u128::from(denominator)).unwrap_or(0);
    Rao::new(u64::try_from(part).unwrap_or(u64::MAX))
}
