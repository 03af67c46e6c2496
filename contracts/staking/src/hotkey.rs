//! A hotkey: its owner, its take, its pool, and the owner's shares.
//!
//! The owner's shares are kept here and not beside the nominators', so that a reward, which always goes to the owner
//! and the pool together, touches one storage cell.

use primitives::{
    staking::{Delegate, MAX_TAKE, TAKE_RAISE_INTERVAL},
    AccountId, ProtocolBlock, Rao, StakingError,
};

use crate::pool::{Holding, Pool};

/// A hotkey as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Hotkey {
    /// The coldkey that owns it.
    pub owner: AccountId,
    /// Everything staked on it, the owner's stake included.
    pub pool: Pool,
    /// The owner's shares of the pool.
    pub owner_holding: Holding,
    take: u16,
    take_raised_at: Option<ProtocolBlock>,
}

impl Hotkey {
    /// A hotkey of `owner` with the highest take and nothing staked. Source of the take: subtensor
    /// `DefaultDelegateTake`.
    pub fn new(owner: AccountId) -> Self {
        Self { owner, pool: Pool::default(), owner_holding: Holding::default(), take: MAX_TAKE, take_raised_at: None }
    }

    /// Passes only for the owner.
    pub fn ensure_owner(&self, coldkey: AccountId) -> Result<(), StakingError> {
        if coldkey == self.owner {
            return Ok(());
        }
        Err(StakingError::NonAssociatedColdKey { owner: self.owner })
    }

    /// Raises the take to `take` at block `now`.
    pub fn increase_take(&mut self, take: u16, now: ProtocolBlock) -> Result<(), StakingError> {
        if take > MAX_TAKE {
            return Err(StakingError::DelegateTakeTooHigh { max: MAX_TAKE });
        }
        if take <= self.take {
            return Err(StakingError::DelegateTakeTooLow { take: self.take });
        }
        if let Some(last) = self.take_raised_at {
            let from = last.after(TAKE_RAISE_INTERVAL);
            if now < from {
                return Err(StakingError::DelegateTxRateLimitExceeded { from });
            }
        }
        self.take = take;
        self.take_raised_at = Some(now);
        Ok(())
    }

    /// Lowers the take to `take`.
    pub fn decrease_take(&mut self, take: u16) -> Result<(), StakingError> {
        if take >= self.take {
            return Err(StakingError::DelegateTakeTooHigh { max: self.take.saturating_sub(1) });
        }
        self.take = take;
        Ok(())
    }

    /// Credits a reward and returns what it added: the take of the dividends and the incentive to the owner's stake,
    /// after the rest of the dividends has raised the pool. If nobody has staked it all goes to the owner.
    pub fn reward(&mut self, incentive: Rao, dividends: Rao) -> Result<Rao, StakingError> {
        let all = incentive.checked_add(dividends).ok_or(StakingError::Overflow)?;
        if self.pool.is_empty() {
            self.pool.deposit(&mut self.owner_holding, all).ok_or(StakingError::Overflow)?;
            return Ok(all);
        }
        let shared = dividends.checked_sub(self.take_of(dividends)).ok_or(StakingError::Overflow)?;
        let to_owner = all.checked_sub(shared).ok_or(StakingError::Overflow)?;
        self.pool.reward(shared).ok_or(StakingError::Overflow)?;
        self.pool.deposit(&mut self.owner_holding, to_owner).ok_or(StakingError::Overflow)?;
        Ok(all)
    }

    /// The hotkey as its nominators see it.
    pub fn delegate(&self) -> Delegate {
        Delegate {
            owner: self.owner,
            take: self.take,
            take_raised_at: self.take_raised_at,
            total_stake: self.pool.value(),
        }
    }

    /// The owner's part of dividends, rounded down.
    fn take_of(&self, dividends: Rao) -> Rao {
        let product = u128::from(dividends.get()).saturating_mul(u128::from(self.take));
        // The take is below 1, so it is less than the dividends.
        let take = product.checked_div(u128::from(u16::MAX)).unwrap_or(0);
        Rao::new(u64::try_from(take).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hotkey() -> Hotkey {
        Hotkey::new(AccountId::from([1; 32]))
    }

    #[test]
    fn a_reward_pays_the_take_and_the_incentive_to_the_owner_and_the_rest_to_all() {
        let mut hotkey = hotkey();
        let mut nominator = Holding::default();
        hotkey.pool.deposit(&mut hotkey.owner_holding, Rao::new(1_000_000)).expect("small");
        hotkey.pool.deposit(&mut nominator, Rao::new(3_000_000)).expect("small");
        assert_eq!(hotkey.reward(Rao::new(500), Rao::new(65_535)), Ok(Rao::new(66_035)));
        // The take of 65,535 is 11,796; of the other 53,739 the nominator has three quarters, 40,304.25.
        assert_eq!(hotkey.pool.stake(&nominator), Rao::new(3_040_304));
        assert_eq!(hotkey.pool.stake(&hotkey.owner_holding), Rao::new(1_000_000 + 13_434 + 11_796 + 500));
        assert_eq!(hotkey.pool.value(), Rao::new(4_066_035));
    }

    #[test]
    fn a_reward_goes_to_the_owner_when_nobody_has_staked() {
        let mut hotkey = hotkey();
        assert_eq!(hotkey.reward(Rao::new(2), Rao::new(5)), Ok(Rao::new(7)));
        assert_eq!(hotkey.pool.stake(&hotkey.owner_holding), Rao::new(7));
    }
}
