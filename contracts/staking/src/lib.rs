//! Who owns which hotkey, and the TAO staked on it.
//!
//! What each message does, who may call it, its errors and events: `primitives::staking` and `primitives::guard`.
//! [`pool`] is the arithmetic of stakes, [`hotkey`] the rules of one hotkey; here are access checks, storage, events
//! and the calls to the token. A pause stops every write but `pay` and those of the owner and the guardian: what was
//! minted must be credited.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod hotkey;
mod pool;
mod storage;

#[ink::contract]
mod staking {
    use ink::{
        codegen::TraitCallBuilder,
        contract_ref,
        prelude::vec::Vec,
        storage::{traits::ManualKey, Lazy, Mapping},
    };
    use primitives::{
        guard::{GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        staking::{
            Delegate, HotkeyAssociated, Reward, StakeAdded, StakeRemoved, Stakes, TakeSet, MAX_HOTKEYS_PER_CALL,
            MIN_STAKE,
        },
        tao::TokenError,
        Clock, Guard, GuardError, Guarded, ProtocolBlock, Rao, Staking, StakingError,
    };
    use psp22::PSP22;

    use crate::{
        hotkey::Hotkey,
        pool::{Holding, MAX_VALUE},
        storage::{HOTKEYS, NOMINATIONS, TOTAL},
    };

    /// The stakes.
    #[ink(storage)]
    pub struct Pools {
        guard: Guard,
        clock: Clock,
        tao: AccountId,
        registry: Option<AccountId>,
        settlement: Option<AccountId>,
        total: Lazy<Rao, ManualKey<TOTAL>>,
        hotkeys: Mapping<AccountId, Hotkey, ManualKey<HOTKEYS>>,
        nominations: Mapping<(AccountId, AccountId), Holding, ManualKey<NOMINATIONS>>,
    }

    impl Pools {
        /// Deploys staking of the token `tao`; protocol block 0 begins now, and each lasts `block_ms` milliseconds.
        ///
        /// # Errors
        /// `InvalidBlockTime`.
        #[ink(constructor)]
        pub fn new(tao: AccountId, block_ms: u64) -> Result<Self, StakingError> {
            if block_ms == 0 {
                return Err(StakingError::InvalidBlockTime);
            }
            let mut total = Lazy::new();
            total.set(&Rao::ZERO);
            Ok(Self {
                guard: Guard::new(Self::env().caller()),
                clock: Clock { genesis_ms: Self::env().block_timestamp(), block_ms },
                tao,
                registry: None,
                settlement: None,
                total,
                hotkeys: Mapping::new(),
                nominations: Mapping::new(),
            })
        }

        fn ensure_running(&self) -> Result<(), GuardError> {
            self.guard.ensure_running(self.env().block_timestamp())
        }

        fn now(&self) -> ProtocolBlock {
            self.clock.block(self.env().block_timestamp())
        }

        fn total(&self) -> Rao {
            self.total.get().unwrap_or_default()
        }

        fn hotkey(&self, hotkey: AccountId) -> Result<Hotkey, StakingError> {
            self.hotkeys.get(hotkey).ok_or(StakingError::HotKeyAccountNotExists(hotkey))
        }

        fn holding(&self, hotkey: AccountId, record: &Hotkey, coldkey: AccountId) -> Holding {
            if coldkey == record.owner {
                return record.owner_holding;
            }
            self.nominations.get((hotkey, coldkey)).unwrap_or_default()
        }

        fn store(&mut self, hotkey: AccountId, mut record: Hotkey, coldkey: AccountId, holding: Holding) {
            if coldkey == record.owner {
                record.owner_holding = holding;
            } else if holding.is_empty() {
                self.nominations.remove((hotkey, coldkey));
            } else {
                self.nominations.insert((hotkey, coldkey), &holding);
            }
            self.hotkeys.insert(hotkey, &record);
        }

        fn associate(&mut self, coldkey: AccountId, hotkey: AccountId) -> Result<(), StakingError> {
            self.ensure_running()?;
            if let Some(record) = self.hotkeys.get(hotkey) {
                return record.ensure_owner(coldkey);
            }
            self.hotkeys.insert(hotkey, &Hotkey::new(coldkey));
            self.env().emit_event(HotkeyAssociated { hotkey, coldkey });
            Ok(())
        }

        /// The caller's hotkey, for a change of its take.
        fn own_hotkey(&self, hotkey: AccountId) -> Result<Hotkey, StakingError> {
            self.ensure_running()?;
            let record = self.hotkey(hotkey)?;
            record.ensure_owner(self.env().caller())?;
            Ok(record)
        }

        fn set_take(&mut self, hotkey: AccountId, record: &Hotkey) {
            self.hotkeys.insert(hotkey, record);
            self.env().emit_event(TakeSet { hotkey, take: record.delegate().take });
        }

        /// Takes `amount` of `coldkey`'s TAO, which must have allowed it.
        fn collect(&self, coldkey: AccountId, amount: Rao) -> Result<(), TokenError> {
            let mut token: contract_ref!(PSP22) = self.tao.into();
            let to = self.env().account_id();
            let call = token.call_mut().transfer_from(coldkey, to, amount.to_psp22(), Vec::new());
            match call.try_invoke() {
                Ok(Ok(result)) => result.map_err(TokenError::from),
                _ => Err(TokenError::Refused),
            }
        }

        /// Pays `amount` to `coldkey`.
        fn pay_out(&self, coldkey: AccountId, amount: Rao) -> Result<(), TokenError> {
            let mut token: contract_ref!(PSP22) = self.tao.into();
            match token.call_mut().transfer(coldkey, amount.to_psp22(), Vec::new()).try_invoke() {
                Ok(Ok(result)) => result.map_err(TokenError::from),
                _ => Err(TokenError::Refused),
            }
        }
    }

    impl Staking for Pools {
        /// The deployment's protocol clock.
        #[ink(message)]
        fn clock(&self) -> Clock {
            self.clock
        }

        /// Names the contracts that may associate hotkeys and pay rewards; the owner's.
        #[ink(message)]
        fn connect(&mut self, registry: AccountId, settlement: AccountId) -> Result<(), StakingError> {
            self.guard.ensure_owner(self.env().caller())?;
            self.registry = Some(registry);
            self.settlement = Some(settlement);
            Ok(())
        }

        /// Makes a hotkey the caller's.
        #[ink(message)]
        fn associate_hotkey(&mut self, hotkey: AccountId) -> Result<(), StakingError> {
            self.associate(self.env().caller(), hotkey)
        }

        /// Makes a hotkey a coldkey's; the registry's.
        #[ink(message)]
        fn associate_hotkey_for(&mut self, coldkey: AccountId, hotkey: AccountId) -> Result<(), StakingError> {
            let caller = self.env().caller();
            if self.registry != Some(caller) {
                return Err(StakingError::CallerNotRegistry(caller));
            }
            self.associate(coldkey, hotkey)
        }

        /// Stakes the caller's TAO on a hotkey.
        #[ink(message)]
        fn add_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<(), StakingError> {
            self.ensure_running()?;
            let coldkey = self.env().caller();
            let mut record = self.hotkey(hotkey)?;
            if amount < MIN_STAKE {
                return Err(StakingError::AmountTooLow { min: MIN_STAKE });
            }
            let mut holding = self.holding(hotkey, &record, coldkey);
            record.pool.deposit(&mut holding, amount).ok_or(StakingError::Overflow)?;
            let total = self.total().checked_add(amount).ok_or(StakingError::Overflow)?;

            self.store(hotkey, record, coldkey, holding);
            self.total.set(&total);
            self.env().emit_event(StakeAdded { hotkey, coldkey, amount });
            self.collect(coldkey, amount)?;
            Ok(())
        }

        /// Withdraws the caller's stake on a hotkey as TAO and returns what was paid.
        #[ink(message)]
        fn remove_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<Rao, StakingError> {
            self.ensure_running()?;
            let coldkey = self.env().caller();
            let mut record = self.hotkey(hotkey)?;
            if amount.is_zero() {
                return Err(StakingError::AmountTooLow { min: Rao::new(1) });
            }
            let mut holding = self.holding(hotkey, &record, coldkey);
            let available = record.pool.stake(&holding);
            let rest = available.checked_sub(amount).ok_or(StakingError::NotEnoughStakeToWithdraw { available })?;
            let amount = if coldkey != record.owner && rest < MIN_STAKE { available } else { amount };
            record.pool.withdraw(&mut holding, amount).ok_or(StakingError::Overflow)?;
            let total = self.total().checked_sub(amount).ok_or(StakingError::Overflow)?;

            self.store(hotkey, record, coldkey, holding);
            self.total.set(&total);
            self.env().emit_event(StakeRemoved { hotkey, coldkey, amount });
            self.pay_out(coldkey, amount)?;
            Ok(amount)
        }

        /// Raises the take of the caller's hotkey.
        #[ink(message)]
        fn increase_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError> {
            let mut record = self.own_hotkey(hotkey)?;
            record.increase_take(take, self.now())?;
            self.set_take(hotkey, &record);
            Ok(())
        }

        /// Lowers the take of the caller's hotkey.
        #[ink(message)]
        fn decrease_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError> {
            let mut record = self.own_hotkey(hotkey)?;
            record.decrease_take(take)?;
            self.set_take(hotkey, &record);
            Ok(())
        }

        /// A hotkey as its nominators see it.
        #[ink(message)]
        fn delegate(&self, hotkey: AccountId) -> Option<Delegate> {
            self.hotkeys.get(hotkey).map(|record| record.delegate())
        }

        /// What a coldkey could withdraw from a hotkey now.
        #[ink(message)]
        fn stake_of(&self, hotkey: AccountId, coldkey: AccountId) -> Rao {
            let Some(record) = self.hotkeys.get(hotkey) else {
                return Rao::ZERO;
            };
            record.pool.stake(&self.holding(hotkey, &record, coldkey))
        }

        /// Staked on all hotkeys together.
        #[ink(message)]
        fn total_stake(&self) -> Rao {
            self.total()
        }

        /// The stakes of several hotkeys.
        #[ink(message)]
        fn stakes(&self, hotkeys: Vec<AccountId>) -> Result<Stakes, StakingError> {
            if hotkeys.len() > MAX_HOTKEYS_PER_CALL {
                return Err(StakingError::TooManyHotkeys);
            }
            let stake = |hotkey| self.hotkeys.get(hotkey).map_or(Rao::ZERO, |record| record.pool.value());
            Ok(Stakes { of: hotkeys.iter().map(stake).collect(), total: self.total() })
        }

        /// Credits an epoch's rewards, whose sum was minted to this contract; the settlement's.
        #[ink(message)]
        fn pay(&mut self, rewards: Vec<Reward>) -> Result<(), StakingError> {
            let caller = self.env().caller();
            if self.settlement != Some(caller) {
                return Err(StakingError::CallerNotSettlement(caller));
            }
            if rewards.len() > MAX_HOTKEYS_PER_CALL {
                return Err(StakingError::TooManyHotkeys);
            }
            let mut total = self.total();
            for &Reward { hotkey, incentive, dividends } in &rewards {
                let mut record = self.hotkey(hotkey)?;
                let paid = record.reward(incentive, dividends)?;
                total = total.checked_add(paid).ok_or(StakingError::Overflow)?;
                self.hotkeys.insert(hotkey, &record);
            }
            if total > MAX_VALUE {
                return Err(StakingError::Overflow);
            }
            self.total.set(&total);
            Ok(())
        }
    }

    impl Guarded for Pools {
        /// The owner, an offer of ownership, the guardian and the last pause.
        #[ink(message)]
        fn guard(&self) -> Guard {
            self.guard.clone()
        }

        /// Offers ownership to an account, or takes the offer back; the owner's.
        #[ink(message)]
        fn offer_ownership(&mut self, to: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.offer_ownership(self.env().caller(), to)?;
            self.env().emit_event(OwnershipOffered { to });
            Ok(())
        }

        /// Makes the caller the owner; for the account that was offered ownership.
        #[ink(message)]
        fn accept_ownership(&mut self) -> Result<(), GuardError> {
            let from = self.guard.owner;
            let to = self.env().caller();
            self.guard.accept_ownership(to)?;
            self.env().emit_event(OwnershipTransferred { from, to });
            Ok(())
        }

        /// Appoints or removes the guardian; the owner's.
        #[ink(message)]
        fn set_guardian(&mut self, guardian: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.set_guardian(self.env().caller(), guardian)?;
            self.env().emit_event(GuardianSet { guardian });
            Ok(())
        }

        /// Pauses writes for at most seven days; the guardian's and the owner's.
        #[ink(message)]
        fn pause(&mut self) -> Result<(), GuardError> {
            let pause = self.guard.pause(self.env().caller(), self.env().block_timestamp())?;
            self.env().emit_event(Paused { until_ms: pause.until_ms });
            Ok(())
        }

        /// Ends a pause early; the guardian's and the owner's.
        #[ink(message)]
        fn unpause(&mut self) -> Result<(), GuardError> {
            let by = self.env().caller();
            self.guard.unpause(by, self.env().block_timestamp())?;
            self.env().emit_event(Unpaused { by });
            Ok(())
        }
    }
}
