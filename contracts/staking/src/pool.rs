//! The share pool behind a hotkey: a deposit buys shares, a reward raises what each share is worth.
//!
//! Rounding favours the pool: a deposit buys shares rounded down, a withdrawal sells shares rounded up, a stake is
//! shown rounded down. So no deposit or withdrawal lowers anyone else's stake. What rounding takes is less than the
//! price of one share, and a share is always cheap: when its price reaches 1 / [`MIN_SHARES_PER_RAO`] RAO, every
//! share is split into [`SPLIT`], as a company splits its stock. Without splits somebody could empty a pool but for
//! a few shares, have rewards make each worth a fortune, and let the rounding of later deposits fall to them. A
//! holding notes how many splits it has seen and catches up when it is read, so a split is one write as well.
//!
//! Invariants: a pool is worth something exactly if it has shares; per RAO there are at least
//! [`MIN_SHARES_PER_RAO`] and at most [`SHARES_PER_RAO`] shares; no product of a value within [`MAX_VALUE`] and of
//! shares passes 128 bits. All of a pool's value belongs to its holders: whoever holds all shares can withdraw it to
//! the last RAO.

use consensus::supply::CAP;
use primitives::Rao;

/// Shares that a RAO buys in an empty pool.
const SHARES_PER_RAO: u128 = 1 << 18;
/// Fewest shares per RAO: below, shares are split.
const MIN_SHARES_PER_RAO: u128 = 1 << 8;
/// Into how many a share is split, as a power of two.
const SPLIT_BITS: u32 = 10;
/// Most that a pool can be worth: all TAO there can be. `MAX_VALUE^2 * SHARES_PER_RAO < 2^127`.
pub const MAX_VALUE: Rao = Rao::new(CAP);

/// A pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Pool {
    value: Rao,
    shares: u128,
    splits: u32,
}

/// Somebody's shares of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Holding {
    shares: u128,
    /// Splits of the pool that `shares` have been through.
    splits: u32,
}

impl Holding {
    /// Whether there are no shares.
    pub fn is_empty(&self) -> bool {
        self.shares == 0
    }
}

impl Pool {
    /// What all shares are worth.
    pub fn value(&self) -> Rao {
        self.value
    }

    /// Whether nobody has shares.
    pub fn is_empty(&self) -> bool {
        self.shares == 0
    }

    /// What a holding is worth, rounded down.
    pub fn stake(&self, holding: &Holding) -> Rao {
        let value = u128::from(self.value.get()).saturating_mul(self.shares_of(holding));
        // At most the pool's value, since nobody has more than all shares.
        let stake = value.checked_div(self.shares).unwrap_or(0);
        Rao::new(u64::try_from(stake).unwrap_or(u64::MAX))
    }

    /// Buys shares for `amount`; `None`, with nothing changed, if the pool would be worth more than [`MAX_VALUE`].
    #[must_use]
    pub fn deposit(&mut self, holding: &mut Holding, amount: Rao) -> Option<()> {
        let value = self.value.checked_add(amount).filter(|&value| value <= MAX_VALUE)?;
        let bought = if self.is_empty() {
            u128::from(amount.get()).checked_mul(SHARES_PER_RAO)?
        } else {
            let product = u128::from(amount.get()).checked_mul(self.shares)?;
            product.checked_div(u128::from(self.value.get()))?
        };
        let held = self.shares_of(holding).checked_add(bought)?;
        let shares = self.shares.checked_add(bought)?;
        *holding = Holding { shares: held, splits: self.splits };
        self.update(value, shares)
    }

    /// Sells shares for `amount`, all of them if that is all they are worth; `None`, with nothing changed, if they
    /// are worth less.
    #[must_use]
    pub fn withdraw(&mut self, holding: &mut Holding, amount: Rao) -> Option<()> {
        let stake = self.stake(holding);
        let left = stake.checked_sub(amount)?;
        let held = self.shares_of(holding);
        let sold = if left.is_zero() {
            held
        } else {
            let product = u128::from(amount.get()).checked_mul(self.shares)?;
            let value = u128::from(self.value.get());
            product.checked_add(value.checked_sub(1)?)?.checked_div(value)?
        };
        let value = self.value.checked_sub(amount)?;
        let shares = self.shares.checked_sub(sold)?;
        *holding = Holding { shares: held.checked_sub(sold)?, splits: self.splits };
        self.update(value, shares)
    }

    /// Makes the shares of two holdings one; `None`, with nothing changed, if there are more than can be counted.
    #[must_use]
    pub fn join(&self, holding: &mut Holding, other: &Holding) -> Option<()> {
        let shares = self.shares_of(holding).checked_add(self.shares_of(other))?;
        *holding = Holding { shares, splits: self.splits };
        Some(())
    }

    /// Raises what the shares are worth by `amount`; `None`, with nothing changed, if there are none or the pool
    /// would be worth more than [`MAX_VALUE`].
    #[must_use]
    pub fn reward(&mut self, amount: Rao) -> Option<()> {
        if self.is_empty() {
            return None;
        }
        let value = self.value.checked_add(amount).filter(|&value| value <= MAX_VALUE)?;
        self.update(value, self.shares)
    }

    /// The shares of a holding after all splits.
    fn shares_of(&self, holding: &Holding) -> u128 {
        let missed = self.splits.saturating_sub(holding.splits);
        let factor = 1_u128.checked_shl(missed.saturating_mul(SPLIT_BITS)).unwrap_or(u128::MAX);
        holding.shares.saturating_mul(factor).min(self.shares)
    }

    /// Stores a value and its shares, splitting them until they are cheap enough.
    fn update(&mut self, value: Rao, shares: u128) -> Option<()> {
        let fewest = u128::from(value.get()).checked_mul(MIN_SHARES_PER_RAO)?;
        let (mut shares, mut splits) = (shares, self.splits);
        while shares < fewest && shares != 0 {
            shares = shares.checked_shl(SPLIT_BITS)?;
            splits = splits.checked_add(1)?;
        }
        *self = Self { value, shares, splits };
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TAO: u64 = 1_000_000_000;

    fn deposit(pool: &mut Pool, rao: u64) -> Holding {
        let mut holding = Holding::default();
        pool.deposit(&mut holding, Rao::new(rao)).expect("within the cap");
        holding
    }

    #[test]
    fn the_last_holder_withdraws_everything_and_the_pool_starts_anew() {
        let mut pool = Pool::default();
        let mut holding = deposit(&mut pool, 3);
        pool.reward(Rao::new(1_000_000_007)).expect("there is a holder");
        assert_eq!(pool.stake(&holding), Rao::new(1_000_000_010));
        pool.withdraw(&mut holding, Rao::new(1_000_000_010)).expect("it is all there");
        assert!(pool.is_empty() && holding.is_empty() && pool.value().is_zero());
        let next = deposit(&mut pool, 5);
        assert_eq!(pool.stake(&next), Rao::new(5));
    }

    #[test]
    fn a_reward_to_nobody_is_refused() {
        assert_eq!(Pool::default().reward(Rao::new(1)), None);
    }

    #[test]
    fn more_than_the_cap_is_refused_and_the_cap_itself_can_be_withdrawn() {
        let mut pool = Pool::default();
        let mut holding = deposit(&mut pool, 1);
        pool.reward(Rao::new(MAX_VALUE.get() - 1)).expect("within the cap");
        let (full, held) = (pool, holding);
        assert_eq!(pool.reward(Rao::new(1)), None);
        assert_eq!(pool.deposit(&mut holding, Rao::new(1)), None);
        assert_eq!((pool, holding), (full, held));
        pool.withdraw(&mut holding, MAX_VALUE).expect("it is all there");
        assert!(pool.is_empty());
    }

    #[test]
    fn more_than_a_stake_cannot_be_withdrawn() {
        let mut pool = Pool::default();
        let mut holding = deposit(&mut pool, 10);
        deposit(&mut pool, 10);
        let before = (pool, holding);
        assert_eq!(pool.withdraw(&mut holding, Rao::new(11)), None);
        assert_eq!((pool, holding), before);
    }

    /// The classic attack on share pools: leave a speck in the pool, make it dear, and let the next deposit round to
    /// nothing. Here with the rewards of a whole epoch, three times over.
    #[test]
    fn a_speck_made_dear_by_rewards_takes_nothing_of_a_later_deposit() {
        let mut pool = Pool::default();
        let mut speck = deposit(&mut pool, 1);
        for _ in 0..3 {
            pool.reward(Rao::new(360 * TAO)).expect("there is a holder");
            let next = deposit(&mut pool, 1);
            let all = pool.stake(&speck);
            pool.withdraw(&mut speck, all).expect("it is all there");
            speck = next;
        }
        let before = pool.stake(&speck);
        let victim = deposit(&mut pool, TAO / 500);
        assert!(pool.stake(&victim) >= Rao::new(TAO / 500 - 1));
        assert!(pool.stake(&speck).get() - before.get() <= 1);
    }

    #[test]
    fn a_holding_older_than_many_splits_keeps_its_part() {
        let mut pool = Pool::default();
        let (one, other) = (deposit(&mut pool, 1), deposit(&mut pool, 3));
        for reward in [1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000_000] {
            pool.reward(Rao::new(reward)).expect("there are holders");
        }
        // A quarter and three quarters of 4 + 1,000,001,001,001,000 RAO.
        assert_eq!(pool.value(), Rao::new(1_000_001_001_001_004));
        assert_eq!(pool.stake(&one), Rao::new(250_000_250_250_251));
        assert_eq!(pool.stake(&other), Rao::new(750_000_750_750_753));
    }

    #[test]
    fn two_holdings_of_different_age_join_without_loss() {
        let mut pool = Pool::default();
        let old = deposit(&mut pool, 1);
        pool.reward(Rao::new(1_000_000)).expect("there is a holder");
        let mut young = deposit(&mut pool, 1_000_001);
        pool.join(&mut young, &old).expect("few");
        assert_eq!(pool.stake(&young), Rao::new(2_000_002));
        pool.withdraw(&mut young, Rao::new(2_000_002)).expect("it is all there");
        assert!(pool.is_empty());
    }

    #[derive(Clone, Debug)]
    enum Operation {
        Deposit { who: usize, rao: u64 },
        Withdraw { who: usize, part_of_256: u64 },
        Reward { rao: u64 },
    }

    /// Amounts from specks to fortunes, each order of magnitude as likely as another.
    fn rao() -> impl Strategy<Value = u64> {
        (0_u32..50, any::<u64>()).prop_map(|(bits, any)| 1 + any % (1 << bits))
    }

    fn operation() -> impl Strategy<Value = Operation> {
        prop_oneof![
            (0_usize..5, rao()).prop_map(|(who, rao)| Operation::Deposit { who, rao }),
            (0_usize..5, 0_u64..=256).prop_map(|(who, part_of_256)| Operation::Withdraw { who, part_of_256 }),
            rao().prop_map(|rao| Operation::Reward { rao }),
        ]
    }

    fn check_invariants(pool: &Pool, holdings: &[Holding]) {
        let value = u128::from(pool.value().get());
        assert_eq!(pool.is_empty(), value == 0);
        assert!(pool.shares >= value * MIN_SHARES_PER_RAO && pool.shares <= value * SHARES_PER_RAO);
        let shares: u128 = holdings.iter().map(|holding| pool.shares_of(holding)).sum();
        assert_eq!(shares, pool.shares, "every share has a holder");
        let stakes: u128 = holdings.iter().map(|holding| u128::from(pool.stake(holding).get())).sum();
        assert!(stakes <= value && value - stakes < holdings.len() as u128);
    }

    proptest! {
        #[test]
        fn nobody_loses_to_another_and_nothing_gets_lost(operations in prop::collection::vec(operation(), 1..80)) {
            let mut pool = Pool::default();
            let mut holdings = [Holding::default(); 5];
            for operation in operations {
                let before = pool;
                let stakes = holdings.map(|holding| pool.stake(&holding).get());
                let (actor, moved) = match operation {
                    Operation::Deposit { who, rao } => {
                        let done = pool.deposit(&mut holdings[who], Rao::new(rao));
                        (Some(who), if done.is_some() { i128::from(rao) } else { 0 })
                    }
                    Operation::Withdraw { who, part_of_256 } => {
                        let rao = (u128::from(stakes[who]) * u128::from(part_of_256) / 256) as u64;
                        pool.withdraw(&mut holdings[who], Rao::new(rao)).expect("what is shown can be withdrawn");
                        (Some(who), -i128::from(rao))
                    }
                    Operation::Reward { rao } => {
                        let done = pool.reward(Rao::new(rao));
                        (None, if done.is_some() { i128::from(rao) } else { 0 })
                    }
                };
                check_invariants(&pool, &holdings);
                prop_assert_eq!(i128::from(pool.value().get()) - i128::from(before.value().get()), moved);
                for (who, holding) in holdings.iter().enumerate() {
                    let gain = i128::from(pool.stake(holding).get()) - i128::from(stakes[who]);
                    match actor {
                        Some(actor) if actor == who => prop_assert!(gain == moved || gain == moved - 1),
                        Some(_) => prop_assert!(gain == 0 || gain == 1, "another's deposit or withdrawal cost {}", gain),
                        None if moved == 0 => prop_assert_eq!(gain, 0),
                        None => {
                            // The exact part of a reward, to which two roundings add or of which they take less than 1.
                            let part = moved as u128 * before.shares_of(holding) / before.shares;
                            prop_assert!((gain - part as i128).abs() <= 1);
                        }
                    }
                }
            }
        }
    }
}
