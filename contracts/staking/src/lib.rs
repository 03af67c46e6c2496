//! Who owns which hotkey, and the TAO staked on it.
//!
//! What each message does, who may call it, its errors and events: `primitives::staking` and `primitives::guard`.
//! [`pool`] and [`vesting`] are the arithmetic; [`stake`], [`snapshot`], [`hotkey`] and [`page`] what is stored;
//! [`seats`], [`payment`] and [`storage`] how hotkeys come to seats, rewards to seats, and from there into pools;
//! [`children`] how hotkeys lend each other stake; [`swaps`] how keys give way to others; [`token`] the calls to the token. Here are access checks and the order of it
//! all. A pause stops every write but `pay`, `leave_seats`, `remove_stake` and those of the owner and the guardian:
//! what was minted must be credited, and what is somebody's can be withdrawn.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod children;
mod epochs;
mod hotkey;
mod page;
mod part;
mod payment;
mod pool;
mod seats;
#[cfg(test)]
mod sequences;
mod snapshot;
mod stake;
mod storage;
mod swaps;
mod token;
mod vesting;

#[ink::contract(env = primitives::Host)]
mod staking {
    use ink::prelude::vec::Vec;
    use primitives::{
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        staking::{
            ChildkeyTakeSet, Children, ChildrenSet, ColdkeySwapAnnounced, ColdkeySwapAnnouncement, ColdkeySwapCleared,
            ColdkeySwapped, Delegate, HotkeyAssociated, HotkeySwapped, Kin, Reward, StakeAdded, StakeMoved,
            StakeRemoved, StakeTransferred, Stakes, TakeSet, MAX_HOTKEYS_PER_SWAP, MAX_SEATS_PER_CALL,
            MAX_STAKES_PER_CALL, MIN_STAKE,
        },
        upgrade::replace_code,
        Clock, Guard, GuardError, Guarded, Netuid, ProtocolBlock, Rao, Staking, StakingError, Uid,
    };

    use crate::{
        hotkey::Hotkey,
        stake::Stake,
        storage::{Cells, Open, STORAGE},
        token,
    };

    /// The stakes.
    #[ink(storage)]
    pub struct Pools {
        guard: Guard,
        clock: Clock,
        tao: AccountId,
        registry: Option<AccountId>,
        settlement: Option<AccountId>,
        cells: Cells,
    }

    /// Whether stake that arrives has to stay.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Arrival {
        Held,
        Free,
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
            let mut cells = Cells::default();
            cells.total.set(&Rao::ZERO);
            Ok(Self {
                guard: Guard::new(STORAGE, Self::env().caller()),
                clock: Clock { genesis_ms: Self::env().block_timestamp(), block_ms },
                tao,
                registry: None,
                settlement: None,
                cells,
            })
        }

        fn ensure_running(&self) -> Result<(), GuardError> {
            self.guard.ensure_running(self.env().block_timestamp())
        }

        fn now(&self) -> ProtocolBlock {
            self.clock.block(self.env().block_timestamp())
        }

        fn ensure_registry(&self) -> Result<(), StakingError> {
            let caller = self.env().caller();
            if self.registry != Some(caller) {
                return Err(StakingError::CallerNotRegistry(caller));
            }
            Ok(())
        }

        /// Makes a hotkey a coldkey's and returns it.
        fn associate(&mut self, coldkey: AccountId, hotkey: AccountId) -> Result<Hotkey, StakingError> {
            self.ensure_running()?;
            if let Some(record) = self.cells.find(&hotkey)? {
                record.ensure_owner(&coldkey)?;
                return Ok(record);
            }
            let record = Hotkey::new(hotkey, coldkey, self.now());
            self.put_association(hotkey, &record);
            Ok(record)
        }

        fn put_association(&mut self, hotkey: AccountId, record: &Hotkey) {
            self.cells.put(&hotkey, record);
            self.env().emit_event(HotkeyAssociated { hotkey, coldkey: record.owner });
        }

        /// The caller's hotkey, for a change of its take.
        fn own_hotkey(&self, hotkey: AccountId) -> Result<Hotkey, StakingError> {
            self.ensure_running()?;
            let record = self.cells.hotkey(&hotkey)?;
            record.ensure_owner(&self.env().caller())?;
            Ok(record)
        }

        fn put_take(&mut self, hotkey: AccountId, record: &Hotkey) {
            self.cells.put(&hotkey, record);
            self.env().emit_event(TakeSet { hotkey, take: record.delegate(Rao::ZERO).take });
        }

        /// Takes `amount` of the caller's stake out of the pool of a hotkey; a rest may go with it. Returns how much.
        fn take_out(&mut self, open: &mut Open, amount: Rao) -> Result<Rao, StakingError> {
            let (coldkey, now) = (self.env().caller(), self.now());
            let Open { record, .. } = open;
            let mut stake = self.cells.stake(record, &coldkey);
            let amount = record.withdrawal(&coldkey, &stake, amount, now)?;
            record.pool.withdraw(&mut stake.holding, amount).ok_or(StakingError::Overflow)?;
            self.cells.put_stake(record, &coldkey, stake);
            Ok(amount)
        }

        /// Puts `amount` into the pool of a hotkey as the stake of `coldkey`.
        fn put_in(
            &mut self,
            open: &mut Open,
            coldkey: AccountId,
            amount: Rao,
            arrival: Arrival,
        ) -> Result<(), StakingError> {
            let now = self.now();
            let Open { record, .. } = open;
            let mut stake: Stake = self.cells.stake(record, &coldkey);
            record.pool.deposit(&mut stake.holding, amount).ok_or(StakingError::Overflow)?;
            if arrival == Arrival::Held {
                stake.hold.renew(amount, now).ok_or(StakingError::Overflow)?;
            }
            self.cells.put_stake(record, &coldkey, stake);
            Ok(())
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
            self.associate(self.env().caller(), hotkey)?;
            Ok(())
        }

        /// Makes a hotkey a coldkey's; the registry's.
        #[ink(message)]
        fn associate_hotkey_for(&mut self, coldkey: AccountId, hotkey: AccountId) -> Result<(), StakingError> {
            self.ensure_registry()?;
            self.associate(coldkey, hotkey)?;
            Ok(())
        }

        /// Makes a hotkey a coldkey's and gives it a seat; the registry's.
        #[ink(message)]
        fn take_seat(
            &mut self,
            netuid: Netuid,
            uid: Uid,
            coldkey: AccountId,
            hotkey: AccountId,
        ) -> Result<(), StakingError> {
            self.ensure_registry()?;
            let (record, now) = (self.associate(coldkey, hotkey)?, self.now());
            self.cells.take_seat((netuid, uid), &hotkey, record, now)
        }

        /// Gives seats of a subnet to known hotkeys; the registry's.
        #[ink(message)]
        fn take_seats(&mut self, netuid: Netuid, seats: Vec<(Uid, AccountId)>) -> Result<(), StakingError> {
            self.ensure_registry()?;
            let now = self.now();
            for (uid, hotkey) in seats {
                let record = self.cells.hotkey(&hotkey)?;
                self.cells.take_seat((netuid, uid), &hotkey, record, now)?;
            }
            Ok(())
        }

        /// Empties seats of a subnet; the registry's.
        #[ink(message)]
        fn leave_seats(&mut self, netuid: Netuid, first: Uid, count: u16) -> Result<(), StakingError> {
            self.ensure_registry()?;
            if usize::from(count) > MAX_SEATS_PER_CALL {
                return Err(StakingError::TooManySeats);
            }
            self.cells.leave_seats(netuid, first, count, self.now())
        }

        /// Makes the calling hotkey a coldkey's, while nothing is staked on it.
        #[ink(message)]
        fn claim_hotkey(&mut self, coldkey: AccountId) -> Result<(), StakingError> {
            self.ensure_running()?;
            let (hotkey, now) = (self.env().caller(), self.now());
            let Some(record) = self.cells.find(&hotkey)? else {
                self.put_association(hotkey, &Hotkey::new(hotkey, coldkey, now));
                return Ok(());
            };
            if record.owner == coldkey {
                return Ok(());
            }
            let stake = self.cells.stake_on(&hotkey)?;
            if !stake.is_zero() {
                return Err(StakingError::HotKeyStaked { stake });
            }
            self.put_association(hotkey, &record.passed_to(coldkey, now));
            Ok(())
        }

        /// Stakes the caller's TAO on a hotkey.
        #[ink(message)]
        fn add_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<(), StakingError> {
            self.ensure_running()?;
            let coldkey = self.env().caller();
            let mut open = self.cells.open(&hotkey, self.now())?;
            if amount < MIN_STAKE {
                return Err(StakingError::AmountTooLow { min: MIN_STAKE });
            }
            self.put_in(&mut open, coldkey, amount, Arrival::Held)?;
            let total = self.cells.total().checked_add(amount).ok_or(StakingError::Overflow)?;

            self.cells.close(open)?;
            self.cells.total.set(&total);
            self.env().emit_event(StakeAdded { hotkey, coldkey, amount });
            token::collect(self.tao, coldkey, self.env().account_id(), amount)?;
            Ok(())
        }

        /// Withdraws the caller's stake on a hotkey as TAO and returns what was paid.
        #[ink(message)]
        fn remove_stake(&mut self, hotkey: AccountId, amount: Rao) -> Result<Rao, StakingError> {
            let coldkey = self.env().caller();
            self.cells.ensure_unannounced(&coldkey)?;
            let mut open = self.cells.open(&hotkey, self.now())?;
            if amount.is_zero() {
                return Err(StakingError::AmountTooLow { min: Rao::new(1) });
            }
            let amount = self.take_out(&mut open, amount)?;
            let total = self.cells.total().checked_sub(amount).ok_or(StakingError::Overflow)?;

            self.cells.close(open)?;
            self.cells.total.set(&total);
            self.env().emit_event(StakeRemoved { hotkey, coldkey, amount });
            token::pay_out(self.tao, coldkey, amount)?;
            Ok(amount)
        }

        /// Moves the caller's stake from one hotkey to another and returns how much.
        #[ink(message)]
        fn move_stake(&mut self, from: AccountId, to: AccountId, amount: Rao) -> Result<Rao, StakingError> {
            self.ensure_running()?;
            let (coldkey, now) = (self.env().caller(), self.now());
            self.cells.ensure_unannounced(&coldkey)?;
            if from == to {
                return Err(StakingError::SameStake);
            }
            let mut source = self.cells.open(&from, now)?;
            self.cells.hotkey(&to)?;
            if amount < MIN_STAKE {
                return Err(StakingError::AmountTooLow { min: MIN_STAKE });
            }
            let amount = self.take_out(&mut source, amount)?;
            self.cells.close(source)?;
            let mut destination = self.cells.open(&to, now)?;
            self.put_in(&mut destination, coldkey, amount, Arrival::Held)?;
            self.cells.close(destination)?;
            self.env().emit_event(StakeMoved { from, to, coldkey, amount });
            Ok(amount)
        }

        /// Makes the caller's stake on a hotkey another coldkey's and returns how much.
        #[ink(message)]
        fn transfer_stake(&mut self, hotkey: AccountId, to: AccountId, amount: Rao) -> Result<Rao, StakingError> {
            self.ensure_running()?;
            let from = self.env().caller();
            self.cells.ensure_unannounced(&from)?;
            if from == to {
                return Err(StakingError::SameStake);
            }
            let mut open = self.cells.open(&hotkey, self.now())?;
            if amount < MIN_STAKE {
                return Err(StakingError::AmountTooLow { min: MIN_STAKE });
            }
            let amount = self.take_out(&mut open, amount)?;
            self.put_in(&mut open, to, amount, Arrival::Free)?;
            self.cells.close(open)?;
            self.env().emit_event(StakeTransferred { hotkey, from, to, amount });
            Ok(amount)
        }

        /// Raises the take of the caller's hotkey.
        #[ink(message)]
        fn increase_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError> {
            let mut record = self.own_hotkey(hotkey)?;
            record.increase_take(take, self.now())?;
            self.put_take(hotkey, &record);
            Ok(())
        }

        /// Lowers the take of the caller's hotkey.
        #[ink(message)]
        fn decrease_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError> {
            let mut record = self.own_hotkey(hotkey)?;
            record.decrease_take(take, self.now())?;
            self.put_take(hotkey, &record);
            Ok(())
        }

        /// Gives parts of the stake of the caller's hotkey to other hotkeys.
        #[ink(message)]
        fn set_children(&mut self, hotkey: AccountId, netuid: Netuid, children: Vec<Kin>) -> Result<(), StakingError> {
            let (record, now) = (self.own_hotkey(hotkey)?, self.now());
            let from = self.cells.set_children((netuid, &hotkey), record, children.clone(), now)?;
            self.env().emit_event(ChildrenSet { hotkey, netuid, children, from });
            Ok(())
        }

        /// Sets what the caller's hotkey takes as a child.
        #[ink(message)]
        fn set_childkey_take(&mut self, hotkey: AccountId, take: u16) -> Result<(), StakingError> {
            let mut record = self.own_hotkey(hotkey)?;
            record.set_childkey_take(take, self.now())?;
            self.cells.put(&hotkey, &record);
            self.env().emit_event(ChildkeyTakeSet { hotkey, take });
            Ok(())
        }

        /// The children of a hotkey on a subnet.
        #[ink(message)]
        fn children(&self, hotkey: AccountId, netuid: Netuid) -> Children {
            self.cells.children(&hotkey, netuid)
        }

        /// The parents of a hotkey on a subnet.
        #[ink(message)]
        fn parents(&self, hotkey: AccountId, netuid: Netuid) -> Vec<Kin> {
            self.cells.parents_of(&hotkey, netuid)
        }

        /// What a hotkey takes of what it earns for its parents.
        #[ink(message)]
        fn childkey_take(&self, hotkey: AccountId) -> u16 {
            self.cells.record(&hotkey).map(|record| record.childkey_take).unwrap_or_default()
        }

        /// Puts a hotkey in the place of another; the registry's.
        #[ink(message)]
        fn swap_hotkey(&mut self, coldkey: AccountId, from: AccountId, to: AccountId) -> Result<(), StakingError> {
            self.ensure_registry()?;
            self.ensure_running()?;
            self.cells.swap_hotkey(&coldkey, &from, &to)?;
            self.env().emit_event(HotkeySwapped { from, to, coldkey });
            Ok(())
        }

        /// Announces that another account takes the caller's place.
        #[ink(message)]
        fn announce_coldkey_swap(&mut self, hash: [u8; 32]) -> Result<(), StakingError> {
            self.ensure_running()?;
            let coldkey = self.env().caller();
            self.cells.announce_coldkey_swap(&coldkey, hash, self.now())?;
            self.env().emit_event(ColdkeySwapAnnounced { coldkey, hash });
            Ok(())
        }

        /// Takes the caller's announcement back.
        #[ink(message)]
        fn clear_coldkey_swap(&mut self) -> Result<(), StakingError> {
            self.ensure_running()?;
            let coldkey = self.env().caller();
            self.cells.clear_coldkey_swap(&coldkey, self.now())?;
            self.env().emit_event(ColdkeySwapCleared { coldkey });
            Ok(())
        }

        /// Puts an account in the place of the caller on some hotkeys.
        #[ink(message)]
        fn swap_coldkey(&mut self, to: AccountId, hotkeys: Vec<AccountId>) -> Result<(), StakingError> {
            self.ensure_running()?;
            if hotkeys.len() > MAX_HOTKEYS_PER_SWAP {
                return Err(StakingError::TooManyHotkeys);
            }
            let (from, now) = (self.env().caller(), self.now());
            self.cells.swap_coldkey(&from, &to, now)?;
            for hotkey in &hotkeys {
                self.cells.hand_over(hotkey, &from, &to, now)?;
            }
            self.env().emit_event(ColdkeySwapped { from, to, hotkeys });
            Ok(())
        }

        /// The swap that a coldkey has announced.
        #[ink(message)]
        fn announced_coldkey_swap(&self, coldkey: AccountId) -> Option<ColdkeySwapAnnouncement> {
            self.cells.coldkey_swap(&coldkey).announced
        }

        /// The account that has taken a coldkey's place.
        #[ink(message)]
        fn swapped_to(&self, coldkey: AccountId) -> Option<AccountId> {
            self.cells.coldkey_swap(&coldkey).to
        }

        /// The hotkey that has taken another's place.
        #[ink(message)]
        fn hotkey_swapped_to(&self, hotkey: AccountId) -> Option<AccountId> {
            self.cells.hotkey_swaps.get(hotkey)
        }

        /// A hotkey as its nominators see it.
        #[ink(message)]
        fn delegate(&self, hotkey: AccountId) -> Option<Delegate> {
            let record = self.cells.record(&hotkey)?;
            Some(record.delegate(self.cells.stake_on(&hotkey).ok()?))
        }

        /// The stake on each of these hotkeys.
        #[ink(message)]
        fn total_stakes(&self, hotkeys: Vec<AccountId>) -> Vec<Rao> {
            hotkeys.iter().map(|hotkey| self.cells.stake_on(hotkey).unwrap_or(Rao::ZERO)).collect()
        }

        /// What is a coldkey's on a hotkey now.
        #[ink(message)]
        fn stake_of(&self, hotkey: AccountId, coldkey: AccountId) -> Rao {
            let Ok(Open { record, .. }) = self.cells.open(&hotkey, self.now()) else {
                return Rao::ZERO;
            };
            record.pool.stake(&self.cells.stake(&record, &coldkey).holding)
        }

        /// Staked on all hotkeys together.
        #[ink(message)]
        fn total_stake(&self) -> Rao {
            self.cells.total()
        }

        /// The stakes that decide the epoch of a subnet.
        #[ink(message)]
        fn stakes(&self, netuid: Netuid, first: Uid, count: u16) -> Result<Stakes, StakingError> {
            if usize::from(count) > MAX_STAKES_PER_CALL {
                return Err(StakingError::TooManySeats);
            }
            self.cells.stakes(netuid, first, count)
        }

        /// Credits an epoch's rewards, whose sum was minted to this contract; the settlement's.
        #[ink(message)]
        fn pay(
            &mut self,
            netuid: Netuid,
            first: Uid,
            rewards: Vec<Reward>,
            next_epoch: ProtocolBlock,
        ) -> Result<(), StakingError> {
            let caller = self.env().caller();
            if self.settlement != Some(caller) {
                return Err(StakingError::CallerNotSettlement(caller));
            }
            if rewards.len() > MAX_SEATS_PER_CALL {
                return Err(StakingError::TooManySeats);
            }
            self.cells.pay(netuid, first, &rewards, next_epoch, self.now())
        }
    }

    impl Guarded for Pools {
        /// The layout of the storage, the owner, an offer of ownership, the guardian and the last pause.
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

        /// Replaces this contract's code by code that works with its storage; the owner's.
        #[ink(message)]
        fn set_code_hash(&mut self, code_hash: primitives::Hash) -> Result<(), GuardError> {
            self.guard.ensure_owner(self.env().caller())?;
            self.env().emit_event(CodeReplaced { code_hash });
            replace_code(code_hash)
        }

        /// Passes if this code works with the storage that it finds.
        #[ink(message)]
        fn check_storage(&self) -> Result<(), GuardError> {
            self.guard.ensure_storage(STORAGE)
        }
    }
}
