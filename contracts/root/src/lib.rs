//! `root`: the root network, whose validators vote on how emission is divided over the subnets.
//!
//! The interface and its documentation are in `primitives::root`, the rule in `consensus::root`. A message reads stakes from
//! `staking` and subnets from `registry`; a root epoch hands the shares to `settlement`. Nobody calls it back.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod storage;

#[ink::contract(env = primitives::Host)]
mod contract {
    use consensus::root::{self, Vote, RHO};
    use ink::prelude::vec::Vec;
    use primitives::{
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        host::{messages, Outgoing as _, RegistryMessages, SettlementMessages, StakingMessages},
        root::{
            RootEpoch, RootRegistered, RootWeight, RootWeights, RootWeightsSet, Share, MAX_ROOT_VALIDATORS, ROOT_TEMPO,
            ROOT_WEIGHTS_RATE_LIMIT,
        },
        upgrade::replace_code,
        Clock, Guard, GuardError, Guarded, Netuid, ProtocolBlock, Rao, Registry as _, RootError, RootNetwork,
        Settlement as _, Staking as _,
    };

    use crate::storage::{Cells, STORAGE};

    /// The root network of one deployment.
    #[ink(storage)]
    pub struct RootContract {
        guard: Guard,
        clock: Clock,
        staking: AccountId,
        registry: AccountId,
        settlement: AccountId,
        next_epoch: ProtocolBlock,
        cells: Cells,
    }

    impl RootContract {
        /// Divides the emission of `settlement` among the subnets of `registry` by votes that weigh as the stakes at
        /// `staking`, whose clock it copies. The caller is the owner.
        #[ink(constructor)]
        pub fn new(staking: AccountId, registry: AccountId, settlement: AccountId) -> Self {
            Self {
                guard: Guard::new(STORAGE, Self::env().caller()),
                clock: messages::<StakingMessages>(staking).clock().ask(),
                staking,
                registry,
                settlement,
                next_epoch: ProtocolBlock::default(),
                cells: Cells::default(),
            }
        }

        /// The current protocol block, unless writes are paused.
        fn now_if_running(&self) -> Result<ProtocolBlock, RootError> {
            let now_ms = self.env().block_timestamp();
            self.guard.ensure_running(now_ms)?;
            Ok(self.clock.block(now_ms))
        }

        fn ensure_coldkey(&self, hotkey: AccountId) -> Result<(), RootError> {
            let delegate = messages::<StakingMessages>(self.staking).delegate(hotkey).ask();
            match delegate {
                Some(delegate) if delegate.owner == self.env().caller() => Ok(()),
                _ => Err(RootError::NonAssociatedColdKey),
            }
        }

        fn total_stakes(&self, hotkeys: &[AccountId]) -> Vec<Rao> {
            messages::<StakingMessages>(self.staking).total_stakes(hotkeys.to_vec()).ask()
        }

        /// The position of the validator whose place a hotkey takes; `None` while there is room.
        fn outvoted(&self, validators: &[AccountId], hotkey: AccountId) -> Result<Option<usize>, RootError> {
            if validators.len() < MAX_ROOT_VALIDATORS {
                return Ok(None);
            }
            let stakes = self.total_stakes(validators);
            let lowest = stakes.iter().enumerate().min_by_key(|(_, stake)| **stake);
            let own = self.total_stakes(&[hotkey]);
            match (lowest, own.first()) {
                (Some((position, lowest)), Some(own)) if own > lowest => Ok(Some(position)),
                (lowest, _) => {
                    Err(RootError::StakeTooLowForRoot { lowest: lowest.map_or(Rao::ZERO, |(_, stake)| *stake) })
                }
            }
        }

        /// The shares of the subnets that run, by the votes and stakes of now; none if nobody has voted for them.
        fn counted_shares(&self) -> Vec<Share> {
            let running = messages::<RegistryMessages>(self.registry).running_subnets().ask();
            let validators = self.cells.validators.get_or_default();
            let stakes = self.total_stakes(&validators);
            let position = |netuid| running.iter().position(|subnet| subnet.netuid == netuid);
            let votes = validators.iter().zip(stakes).map(|(hotkey, stake)| {
                let weights = self.cells.weights.get(hotkey).map(|row| row.weights).unwrap_or_default();
                let weights = weights.into_iter().filter_map(|(netuid, weight)| Some((position(netuid)?, weight)));
                Vote { stake: stake.get(), weights: weights.collect() }
            });
            let shares = root::shares(&votes.collect::<Vec<_>>(), running.len(), RHO).unwrap_or_default();
            running.iter().map(|subnet| subnet.netuid).zip(shares).collect()
        }
    }

    impl RootNetwork for RootContract {
        /// Makes a hotkey of the caller's a root validator.
        #[ink(message)]
        fn root_register(&mut self, hotkey: AccountId) -> Result<(), RootError> {
            self.now_if_running()?;
            self.ensure_coldkey(hotkey)?;
            let mut validators = self.cells.validators.get_or_default();
            if validators.contains(&hotkey) {
                return Err(RootError::HotKeyAlreadyRegistered);
            }
            let position = self.outvoted(&validators, hotkey)?;
            let replaced = position.map(|position| validators.remove(position));
            if let Some(replaced) = replaced {
                self.cells.weights.remove(replaced);
            }
            validators.push(hotkey);
            self.cells.validators.set(&validators);
            self.env().emit_event(RootRegistered { hotkey, replaced });
            Ok(())
        }

        /// Votes for a hotkey of the caller's.
        #[ink(message)]
        fn set_root_weights(&mut self, hotkey: AccountId, weights: Vec<RootWeight>) -> Result<(), RootError> {
            let now = self.now_if_running()?;
            self.ensure_coldkey(hotkey)?;
            if !self.cells.validators.get_or_default().contains(&hotkey) {
                return Err(RootError::HotKeyNotRegistered(hotkey));
            }
            let last = self.cells.weights.get(hotkey).map(|row| row.updated_at);
            let from = last.map_or(now, |block| block.after(ROOT_WEIGHTS_RATE_LIMIT));
            if now < from {
                return Err(RootError::SettingWeightsTooFast { from });
            }
            ensure_subnets(&weights, &messages::<RegistryMessages>(self.registry).netuids().ask())?;
            self.cells.weights.insert(hotkey, &RootWeights { weights, updated_at: now });
            self.env().emit_event(RootWeightsSet { hotkey });
            Ok(())
        }

        /// Divides emission anew, by the votes and stakes of now.
        #[ink(message)]
        fn root_epoch(&mut self) -> Result<(), RootError> {
            let now = self.now_if_running()?;
            if now < self.next_epoch {
                return Err(RootError::RootEpochNotDue { now, next_epoch: self.next_epoch });
            }
            self.next_epoch = now.after(ROOT_TEMPO);
            let shares = self.counted_shares();
            self.cells.shares.set(&shares);
            messages::<SettlementMessages>(self.settlement).set_shares(shares.clone()).ask()?;
            self.env().emit_event(RootEpoch { shares });
            Ok(())
        }

        /// The root validators, in the order in which they came.
        #[ink(message)]
        fn root_validators(&self) -> Vec<AccountId> {
            self.cells.validators.get_or_default()
        }

        /// How a root validator votes.
        #[ink(message)]
        fn root_weights(&self, hotkey: AccountId) -> Option<RootWeights> {
            self.cells.weights.get(hotkey)
        }

        /// The shares of the last root epoch.
        #[ink(message)]
        fn shares(&self) -> Vec<Share> {
            self.cells.shares.get_or_default()
        }

        /// The shares that a root epoch would give now.
        #[ink(message)]
        fn preview_shares(&self) -> Vec<Share> {
            self.counted_shares()
        }

        /// When the next root epoch may be.
        #[ink(message)]
        fn next_root_epoch(&self) -> ProtocolBlock {
            self.next_epoch
        }
    }

    /// Fails for a vote that names a subnet twice, or one that is not among all, which are in ascending order.
    fn ensure_subnets(weights: &[RootWeight], all: &[Netuid]) -> Result<(), RootError> {
        let mut netuids: Vec<_> = weights.iter().map(|&(netuid, _)| netuid).collect();
        netuids.sort_unstable();
        if netuids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(RootError::DuplicateNetuids);
        }
        match netuids.into_iter().find(|netuid| all.binary_search(netuid).is_err()) {
            Some(unknown) => Err(RootError::SubnetNotExists(unknown)),
            None => Ok(()),
        }
    }

    impl Guarded for RootContract {
        /// The layout of the storage, the owner, an offer of ownership, the guardian and the last pause.
        #[ink(message)]
        fn guard(&self) -> Guard {
            self.guard.clone()
        }

        /// Offers ownership to an account, or takes the offer back.
        #[ink(message)]
        fn offer_ownership(&mut self, to: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.offer_ownership(self.env().caller(), to)?;
            self.env().emit_event(OwnershipOffered { to });
            Ok(())
        }

        /// Makes the caller the owner, if it was offered ownership.
        #[ink(message)]
        fn accept_ownership(&mut self) -> Result<(), GuardError> {
            let from = self.guard.owner;
            let to = self.env().caller();
            self.guard.accept_ownership(to)?;
            self.env().emit_event(OwnershipTransferred { from, to });
            Ok(())
        }

        /// Appoints or removes the guardian.
        #[ink(message)]
        fn set_guardian(&mut self, guardian: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.set_guardian(self.env().caller(), guardian)?;
            self.env().emit_event(GuardianSet { guardian });
            Ok(())
        }

        /// Pauses writes for a limited time.
        #[ink(message)]
        fn pause(&mut self) -> Result<(), GuardError> {
            let pause = self.guard.pause(self.env().caller(), self.env().block_timestamp())?;
            self.env().emit_event(Paused { until_ms: pause.until_ms });
            Ok(())
        }

        /// Ends a pause early.
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
