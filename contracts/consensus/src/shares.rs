//! Division of what accrues over the running subnets.
//!
//! A cumulative index: what one unit of weight has earned since the beginning. A subnet of weight
//! `w` that was last settled at index `a` is owed `w * (b - a)` at index `b`, however many blocks
//! and other subnets' settlements lie between, and adding to the index costs the same for any
//! number of subnets. Without votes ([`crate::root`]) every running subnet has the weight 1.
//!
//! Invariant: what all running subnets are owed plus [`Accrual::carried`] grows by exactly what is
//! added. While the total weight stays the same, adding once or block by block is the same.

/// What has accrued for all running subnets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accrual {
    /// RAO per unit of weight since the beginning.
    pub index: u128,
    /// RAO that did not divide evenly; less than the total weight.
    pub carried: u64,
}

impl Accrual {
    /// Adds `amount` RAO for subnets of `total_weight` together. Without any weight nothing can be
    /// owed, and the amount is carried whole.
    #[must_use]
    pub fn add(self, amount: u64, total_weight: u64) -> Self {
        let pot = u128::from(self.carried).saturating_add(u128::from(amount));
        let weight = u128::from(total_weight);
        let each = pot.checked_div(weight).unwrap_or(0);
        let carried = pot.saturating_sub(each.saturating_mul(weight));
        Self { index: self.index.saturating_add(each), carried: u64::try_from(carried).unwrap_or(u64::MAX) }
    }

    /// RAO owed to a subnet of `weight` that was last settled at `index`.
    pub fn owed(self, index: u128, weight: u64) -> u64 {
        let earned = self.index.saturating_sub(index).saturating_mul(u128::from(weight));
        u64::try_from(earned).unwrap_or(u64::MAX)
    }
}
