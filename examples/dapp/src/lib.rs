//! A patron of a subnet, as an example of a contract that works with Yarrow's: it holds TAO, stakes some of it on hotkeys of
//! its owner's choice, and pays a bonus to the subnet's miners by their incentive, once per epoch.
//!
//! [`market`] is all that it asks of Yarrow's contracts, through their interfaces in `primitives`; [`bonus`] is the arithmetic.
//! Here are access checks and the order of it all: check, write what changes, call others last.
//!
//! To give it TAO, transfer it with PSP22's `transfer`: a contract's balance is an account's like any other.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod bonus;
mod error;
mod market;

pub use error::PatronError;
pub use market::{Market, Metagraph, MetagraphNeuron};

#[ink::contract(env = primitives::Host)]
mod patron {
    use primitives::{Netuid, Rao, Uid};

    use crate::{bonus, Market, Metagraph, PatronError};

    /// Most neurons that one call of `pay_miners` looks at, so that it stays below the gas of a message.
    pub const MAX_PAYEES: u16 = 32;

    /// The patron.
    #[ink(storage)]
    pub struct Patron {
        owner: AccountId,
        market: Market,
        netuid: Netuid,
        bonus: Rao,
        round: Round,
    }

    /// How far the bonus of an epoch was paid.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    #[ink::scale_derive(Encode, Decode, TypeInfo)]
    #[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
    pub struct Round {
        /// The epoch whose incentives count; 0 before the first.
        pub epoch: u64,
        /// The next uid to be paid.
        pub next: Uid,
        /// What is divided in this round, whatever the bonus is since.
        pub bonus: Rao,
    }

    /// The bonus of some miners was paid.
    #[ink(event)]
    pub struct BonusPaid {
        /// For which epoch.
        #[ink(topic)]
        pub epoch: u64,
        /// From this uid on.
        pub first: Uid,
        /// To so many miners.
        pub payees: u16,
        /// Together, in RAO.
        pub amount: Rao,
    }

    impl Patron {
        /// A patron of the subnet `netuid`, whose owner is the caller. It pays nothing until a bonus is set.
        #[ink(constructor)]
        pub fn new(market: Market, netuid: Netuid) -> Self {
            let owner = Self::env().caller();
            Self { owner, market, netuid, bonus: Rao::ZERO, round: Round::default() }
        }

        /// Who may stake, withdraw and set the bonus.
        #[ink(message)]
        pub fn owner(&self) -> AccountId {
            self.owner
        }

        /// What is divided among the miners for each epoch, in RAO.
        #[ink(message)]
        pub fn bonus(&self) -> Rao {
            self.bonus
        }

        /// How far the last bonus was paid.
        #[ink(message)]
        pub fn round(&self) -> Round {
            self.round
        }

        /// Up to `limit` neurons from the uid `first` on, with what the last settled epoch says of them; `None` before the
        /// first epoch, and beyond the last neuron.
        #[ink(message)]
        pub fn metagraph(&self, first: Uid, limit: u16) -> Option<Metagraph> {
            self.market.metagraph(self.netuid, first, limit)
        }

        /// What this contract's stake on `hotkey` is worth now.
        #[ink(message)]
        pub fn position(&self, hotkey: AccountId) -> Rao {
            self.market.position(hotkey, self.env().account_id())
        }

        /// Stakes `amount` of this contract's TAO on `hotkey`.
        ///
        /// Who: the owner.
        /// # Errors
        /// In this order: `CallerNotOwner`, `Token`, `Staking` with the errors of `Staking::add_stake`.
        /// # Events
        /// The token's `Approval` and `Transfer`, staking's `StakeAdded`.
        #[ink(message)]
        pub fn stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<(), PatronError> {
            self.ensure_owner()?;
            self.market.stake(hotkey, amount)
        }

        /// Takes `amount` of this contract's stake on `hotkey` back, and returns what came. The TAO stays here: `withdraw`
        /// pays it out.
        ///
        /// Who: the owner.
        /// # Errors
        /// In this order: `CallerNotOwner`, `Staking` with the errors of `Staking::remove_stake`, among them
        /// `StakingOperationRateLimitExceeded` while a deposit has to stay.
        /// # Events
        /// The token's `Transfer`, staking's `StakeRemoved`.
        #[ink(message)]
        pub fn unstake(&mut self, hotkey: AccountId, amount: Rao) -> Result<Rao, PatronError> {
            self.ensure_owner()?;
            self.market.unstake(hotkey, amount)
        }

        /// Pays `amount` of this contract's TAO to the owner.
        ///
        /// Who: the owner.
        /// # Errors
        /// In this order: `CallerNotOwner`, `Token`.
        /// # Events
        /// The token's `Transfer`.
        #[ink(message)]
        pub fn withdraw(&mut self, amount: Rao) -> Result<(), PatronError> {
            self.ensure_owner()?;
            self.market.pay(self.owner, amount)
        }

        /// Sets what is divided among the miners for each epoch from the next round on.
        ///
        /// Who: the owner.
        /// # Errors
        /// `CallerNotOwner`.
        #[ink(message)]
        pub fn set_bonus(&mut self, bonus: Rao) -> Result<(), PatronError> {
            self.ensure_owner()?;
            self.bonus = bonus;
            Ok(())
        }

        /// Pays `limit` neurons (1 to [`MAX_PAYEES`]) their part of the bonus for the last settled epoch, to the
        /// coldkeys that own them, and returns what was paid. A subnet with more neurons takes several calls; each goes on where
        /// the last one ended, and nobody is paid twice for an epoch. An epoch that nobody pays before the next one is
        /// settled is passed over.
        ///
        /// Who: anyone.
        /// # Errors
        /// In this order: `NoEpochYet`, `NothingDue`, `Token` if this contract has too little TAO: nobody is paid then.
        /// # Events
        /// `BonusPaid`, and the token's `Transfer` for each miner.
        #[ink(message)]
        pub fn pay_miners(&mut self, limit: u16) -> Result<Rao, PatronError> {
            let (round, page) = self.due(limit.clamp(1, MAX_PAYEES))?;
            let shares = bonus::shares(&page, round.bonus);
            // The round is stored before anybody is called, so that no call can come back and find it unpaid.
            self.round = Round { next: page.next(), ..round };
            let mut paid = Rao::ZERO;
            let mut payees = 0_u16;
            for (hotkey, amount) in shares {
                let Some(coldkey) = self.market.owner_of(hotkey) else { continue };
                self.market.pay(coldkey, amount)?;
                paid = paid.checked_add(amount).ok_or(PatronError::Overflow)?;
                payees = payees.saturating_add(1);
            }
            self.env().emit_event(BonusPaid { epoch: round.epoch, first: round.next, payees, amount: paid });
            Ok(paid)
        }

        /// The round to go on with, and its next neurons; a new round once there is another epoch.
        fn due(&self, limit: u16) -> Result<(Round, Metagraph), PatronError> {
            let round = self.round;
            if let Some(page) = self.metagraph(round.next, limit) {
                if page.epoch == round.epoch {
                    return Ok((round, page));
                }
            }
            let page = self.metagraph(Uid::new(0), limit).ok_or(PatronError::NoEpochYet)?;
            if page.epoch == round.epoch {
                return Err(PatronError::NothingDue { epoch: round.epoch });
            }
            Ok((Round { epoch: page.epoch, next: Uid::new(0), bonus: self.bonus }, page))
        }

        fn ensure_owner(&self) -> Result<(), PatronError> {
            let caller = self.env().caller();
            if caller == self.owner {
                Ok(())
            } else {
                Err(PatronError::CallerNotOwner(caller))
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use ink::env::test::{default_accounts, set_caller, DefaultAccounts};
        use primitives::Host;

        use super::*;

        fn accounts() -> DefaultAccounts<Host> {
            default_accounts::<Host>()
        }

        /// A patron of Alice's.
        fn patron() -> Patron {
            let [tao, registry, staking, settlement] = [1, 2, 3, 4].map(|byte| AccountId::from([byte; 32]));
            set_caller::<Host>(accounts().alice);
            Patron::new(Market { tao, registry, staking, settlement }, Netuid::new(1))
        }

        #[ink::test]
        fn the_deployer_owns_a_patron_that_pays_nothing_yet() {
            let patron = patron();
            assert_eq!(
                (patron.owner(), patron.bonus(), patron.round()),
                (accounts().alice, Rao::ZERO, Round::default())
            );
        }

        #[ink::test]
        fn only_the_owner_moves_tao_and_sets_the_bonus() {
            let mut patron = patron();
            let (hotkey, amount) = (accounts().django, Rao::ONE_TAO);
            set_caller::<Host>(accounts().bob);
            let refusal = PatronError::CallerNotOwner(accounts().bob);
            assert_eq!(patron.stake(hotkey, amount), Err(refusal.clone()));
            assert_eq!(patron.unstake(hotkey, amount), Err(refusal.clone()));
            assert_eq!(patron.withdraw(amount), Err(refusal.clone()));
            assert_eq!(patron.set_bonus(amount), Err(refusal));
            assert_eq!(patron.bonus(), Rao::ZERO);

            set_caller::<Host>(accounts().alice);
            assert_eq!(patron.set_bonus(amount), Ok(()));
            assert_eq!(patron.bonus(), amount);
        }
    }
}

pub use self::patron::{BonusPaid, Patron, PatronRef, Round, MAX_PAYEES};
