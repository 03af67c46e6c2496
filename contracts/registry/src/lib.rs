//! `registry`: subnets and their hyperparameters, neurons, registration by burn and by work, endpoints, model
//! commitments.
//!
//! The interface and its documentation are in `primitives::registry`. Here are access, the clock, events and the
//! calls of other contracts; the rest is one file per concern. It calls `staking` and `tao` and is called by
//! `settlement`; a full subnet makes room by what `settlement` last recorded.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod admission;
mod calls;
mod columns;
mod dissolution;
mod epochs;
mod hyperparameters;
mod models;
mod neurons;
mod registration;
#[cfg(test)]
mod sequences;
mod serving;
mod storage;
mod subnets;
mod swaps;
mod trimming;

#[ink::contract(env = primitives::Host)]
mod contract {
    use ink::prelude::vec::Vec;
    use primitives::{
        axon::{Axon, ServedAxon},
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        model::{CommittedModel, ModelCommitment},
        registry::{
            AxonServed, EpochContext, EpochEnd, GenesisSubnet, HyperparameterSet, ModelCommitted, Neuron,
            NeuronRegistered, NeuronsTrimmed, Payment, RunningSubnet, Settings, SettingsSet, Subnet, SubnetDissolved,
            SubnetIdentity, SubnetIdentitySet, SubnetOwnerChanged, SubnetRegistered, SubnetStarted, WeightsContext,
            KEY_SWAP_COST, MAX_SWEPT, SUBNET_LIMIT,
        },
        upgrade::replace_code,
        work::WorkTarget,
        Clock, Guard, GuardError, Guarded, Hyperparameter, Hyperparameters, Netuid, ProtocolBlock, Rao, Registry,
        RegistryError, Uid,
    };

    use crate::{
        admission::Work,
        calls,
        dissolution::{self, Dissolved, Swept},
        epochs, hyperparameters, models,
        neurons::{self, Seat},
        registration::{self, Newcomer},
        serving,
        storage::{Cells, STORAGE},
        subnets::{self, Registered},
        swaps::{self, Swap},
        trimming::{self, Trimmed},
    };

    /// The registry of one deployment.
    #[ink(storage)]
    pub struct RegistryContract {
        guard: Guard,
        clock: Clock,
        tao: AccountId,
        staking: AccountId,
        settlement: Option<AccountId>,
        settings: Settings,
        cells: Cells,
    }

    impl RegistryContract {
        /// Deploys the registry with the first subnets; the caller becomes its owner.
        #[ink(constructor)]
        pub fn new(tao: AccountId, staking: AccountId, genesis: Vec<GenesisSubnet>) -> Result<Self, RegistryError> {
            let (env, caller) = (Self::env, Self::env().caller());
            let mut registry = Self {
                guard: Guard::new(STORAGE, caller),
                clock: calls::clock(staking),
                tao,
                staking,
                settlement: None,
                settings: Settings::default(),
                cells: Cells::default(),
            };
            let now = registry.clock.block(env().block_timestamp());
            let opened = subnets::open_genesis(&mut registry.cells, &env().account_id(), genesis, now)?;
            for (netuid, owner) in opened {
                env().emit_event(SubnetRegistered { netuid, owner, locked: Rao::ZERO });
            }
            Ok(registry)
        }

        /// The current protocol block.
        fn now(&self) -> ProtocolBlock {
            self.clock.block(self.env().block_timestamp())
        }

        /// The current protocol block, unless writes are paused.
        fn now_if_running(&self) -> Result<ProtocolBlock, RegistryError> {
            self.guard.ensure_running(self.env().block_timestamp())?;
            Ok(self.now())
        }

        fn ensure_settlement(&self) -> Result<(), RegistryError> {
            let caller = self.env().caller();
            if self.settlement == Some(caller) {
                return Ok(());
            }
            Err(RegistryError::CallerNotSettlement(caller))
        }

        /// The caller's wish to register `hotkey`, unless writes are paused.
        fn newcomer(&self, netuid: Netuid, hotkey: AccountId) -> Result<Newcomer, RegistryError> {
            Ok(Newcomer { netuid, coldkey: self.env().caller(), hotkey, now: self.now_if_running()? })
        }

        /// Gives the lock of a dissolved subnet back and emits the event.
        fn bury(&self, dissolved: Dissolved) -> Result<(), RegistryError> {
            let Dissolved { netuid, owner, refund } = dissolved;
            if !refund.is_zero() {
                calls::refund_lock(self.tao, owner, refund)?;
            }
            self.env().emit_event(SubnetDissolved { netuid, owner, refund });
            Ok(())
        }

        /// Claims the hotkey of a seat for the caller, takes the burn and emits the event.
        fn welcome(&self, newcomer: Newcomer, seat: Seat, payment: Payment) -> Result<Uid, RegistryError> {
            let Newcomer { netuid, coldkey, hotkey, now: _ } = newcomer;
            let Seat { uid, replaced } = seat;
            calls::take_seat(self.staking, (netuid, uid), coldkey, hotkey)?;
            if let Payment::Burn(price) = payment {
                calls::recycle(self.tao, coldkey, price)?;
            }
            self.env().emit_event(NeuronRegistered { netuid, uid, hotkey, replaced, payment });
            Ok(uid)
        }
    }

    impl Registry for RegistryContract {
        /// Names the contract that settles epochs; the first time, the genesis subnets' hotkeys become their owners'.
        #[ink(message)]
        fn connect(&mut self, settlement: AccountId) -> Result<(), RegistryError> {
            self.guard.ensure_owner(self.env().caller())?;
            let is_first = self.settlement.replace(settlement).is_none();
            if is_first {
                for (owner, hotkey) in subnets::owners(&self.cells) {
                    calls::associate(self.staking, owner, hotkey)?;
                }
            }
            Ok(())
        }

        /// Registers a subnet of the caller for a lock of at most `limit` RAO.
        #[ink(message)]
        fn register_subnet(
            &mut self,
            owner_hotkey: AccountId,
            identity: SubnetIdentity,
            limit: Rao,
        ) -> Result<Netuid, RegistryError> {
            let now = self.now_if_running()?;
            let (owner, registry) = (self.env().caller(), self.env().account_id());
            let keys = (owner, owner_hotkey);
            let place = (&registry, self.settings.subnet_limit);
            let registered = subnets::register(&mut self.cells, place, keys, &identity, limit, now)?;
            let Registered { netuid, locked, dissolved } = registered;
            calls::associate(self.staking, owner, owner_hotkey)?;
            calls::take_lock(self.tao, owner, registry, locked)?;
            if let Some(dissolved) = dissolved {
                self.bury(dissolved)?;
            }
            self.env().emit_event(SubnetRegistered { netuid, owner, locked });
            Ok(netuid)
        }

        /// Starts a subnet of the caller: its epochs begin and it takes part in emission.
        #[ink(message)]
        fn start_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let caller = self.env().caller();
            let cycle = subnets::start(&mut self.cells, netuid, caller, now)?;
            self.env().emit_event(SubnetStarted { netuid, cycle });
            Ok(())
        }

        /// Changes what a subnet of the caller says of itself.
        #[ink(message)]
        fn set_identity(&mut self, netuid: Netuid, identity: SubnetIdentity) -> Result<(), RegistryError> {
            self.now_if_running()?;
            let caller = self.env().caller();
            subnets::set_identity(&mut self.cells, netuid, caller, &identity)?;
            self.env().emit_event(SubnetIdentitySet { netuid });
            Ok(())
        }

        /// Ends a subnet, as its owner or as this contract's; the lock goes back to its owner.
        #[ink(message)]
        fn dissolve_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let caller = self.env().caller();
            let dissolved = dissolution::dissolve(&mut self.cells, netuid, caller, self.guard.owner, now)?;
            self.bury(dissolved)
        }

        /// Clears the cells of up to `limit` neurons of a dissolved subnet; returns how many are left.
        #[ink(message)]
        fn sweep(&mut self, netuid: Netuid, limit: u16) -> Result<u16, RegistryError> {
            let Swept { first, count } = dissolution::sweep(&mut self.cells, netuid, limit.min(MAX_SWEPT))?;
            calls::leave_seats(self.staking, netuid, first, count)?;
            Ok(first.get())
        }

        /// Sets what holds for all subnets; the owner's.
        #[ink(message)]
        fn set_settings(&mut self, settings: Settings) -> Result<(), RegistryError> {
            self.guard.ensure_owner(self.env().caller())?;
            if !(1..=SUBNET_LIMIT).contains(&settings.subnet_limit) {
                return Err(RegistryError::InvalidSubnetLimit);
            }
            self.settings = settings;
            self.env().emit_event(SettingsSet { settings });
            Ok(())
        }

        /// Sets one hyperparameter, as the subnet's owner or as this contract's.
        #[ink(message)]
        fn set_hyperparameter(&mut self, netuid: Netuid, change: Hyperparameter) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let caller = self.env().caller();
            hyperparameters::set(&mut self.cells, netuid, change, caller, self.guard.owner, now)?;
            self.env().emit_event(HyperparameterSet { netuid, change });
            Ok(())
        }

        /// Makes a subnet smaller than the neurons it has, as its owner or as this contract's.
        #[ink(message)]
        fn trim_to_max_allowed_uids(&mut self, netuid: Netuid, max: u16) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let caller = self.env().caller();
            let trimmed = trimming::trim(&mut self.cells, netuid, max, caller, self.guard.owner, now)?;
            let Trimmed { before, evicted, moved, seats } = trimmed;
            if !evicted.is_empty() {
                // A hotkey has left one seat before it takes another, so that it never has two here.
                calls::leave_seats(self.staking, netuid, Uid::new(max), before.saturating_sub(max))?;
                calls::take_seats(self.staking, netuid, seats)?;
            }
            self.env().emit_event(NeuronsTrimmed { netuid, max_allowed_uids: max, evicted, moved });
            Ok(())
        }

        /// Registers a hotkey for a burn of at most `limit` RAO.
        #[ink(message)]
        fn register_by_burn(&mut self, netuid: Netuid, hotkey: AccountId, limit: Rao) -> Result<Uid, RegistryError> {
            let newcomer = self.newcomer(netuid, hotkey)?;
            let (seat, price) = registration::by_burn(&mut self.cells, newcomer, limit)?;
            self.welcome(newcomer, seat, Payment::Burn(price))
        }

        /// Registers a hotkey for work; needs no TAO.
        #[ink(message)]
        fn register_by_work(
            &mut self,
            netuid: Netuid,
            hotkey: AccountId,
            challenge: primitives::Hash,
            nonce: u64,
        ) -> Result<Uid, RegistryError> {
            let newcomer = self.newcomer(netuid, hotkey)?;
            let work = Work { challenge, nonce };
            let (seat, difficulty) = registration::by_work(&mut self.cells, newcomer, &work)?;
            self.welcome(newcomer, seat, Payment::Work(difficulty))
        }

        /// Puts a hotkey in the place of another of the caller's on all subnets, with its stake.
        #[ink(message)]
        fn swap_hotkey(&mut self, old: AccountId, new: AccountId) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let coldkey = self.env().caller();
            swaps::everywhere(&mut self.cells, Swap { coldkey, old, new, now })?;
            calls::swap_hotkey(self.staking, coldkey, old, new)?;
            calls::recycle(self.tao, coldkey, KEY_SWAP_COST)
        }

        /// Makes the coldkey that took the place of a subnet owner's its owner.
        #[ink(message)]
        fn take_over_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            self.now_if_running()?;
            let from = self.cells.subnet(netuid)?.subnet.owner;
            let to = calls::swapped_to(self.staking, from).ok_or(RegistryError::ColdkeyNotSwapped(from))?;
            subnets::hand_over(&mut self.cells, netuid, to)?;
            self.env().emit_event(SubnetOwnerChanged { netuid, from, to });
            Ok(())
        }

        /// Commits the model of the caller, a registered hotkey.
        #[ink(message)]
        fn commit_model(&mut self, netuid: Netuid, model: ModelCommitment) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let hotkey = self.env().caller();
            models::commit(&mut self.cells, netuid, hotkey, &model, now)?;
            self.env().emit_event(ModelCommitted { netuid, hotkey, model });
            Ok(())
        }

        /// Announces where the caller, a registered hotkey, serves.
        #[ink(message)]
        fn serve_axon(&mut self, netuid: Netuid, axon: Axon) -> Result<(), RegistryError> {
            let now = self.now_if_running()?;
            let hotkey = self.env().caller();
            serving::serve(&mut self.cells, netuid, hotkey, axon, self.settings.endpoints, now)?;
            self.env().emit_event(AxonServed { netuid, hotkey });
            Ok(())
        }

        /// Keeps a page of an epoch's emission and, at its end, the next challenge for work; `settlement`'s.
        #[ink(message)]
        fn record_epoch(
            &mut self,
            netuid: Netuid,
            first: Uid,
            emission: Vec<Rao>,
            end: Option<EpochEnd>,
        ) -> Result<(), RegistryError> {
            self.ensure_settlement()?;
            epochs::record(&mut self.cells, netuid, first, emission, end)
        }

        /// Keeps the subnets' shares of all emission; `settlement`'s.
        #[ink(message)]
        fn record_shares(&mut self, shares: Vec<(Netuid, u64)>) -> Result<(), RegistryError> {
            self.ensure_settlement()?;
            epochs::record_shares(&mut self.cells, shares);
            Ok(())
        }

        /// The subnets there are.
        #[ink(message)]
        fn netuids(&self) -> Vec<Netuid> {
            self.cells.directory.get_or_default().subnets.into_iter().map(|listed| listed.netuid).collect()
        }

        /// All subnets that take part in emission.
        #[ink(message)]
        fn running_subnets(&self) -> Vec<RunningSubnet> {
            self.cells.running.get_or_default()
        }

        /// What holds for all subnets.
        #[ink(message)]
        fn settings(&self) -> Settings {
            self.settings
        }

        /// The subnet that the next one would replace.
        #[ink(message)]
        fn subnet_to_prune(&self) -> Option<Netuid> {
            dissolution::to_prune(&self.cells, &self.cells.directory.get_or_default(), self.now())
        }

        /// A subnet.
        #[ink(message)]
        fn subnet(&self, netuid: Netuid) -> Option<Subnet> {
            self.cells.subnets.get(netuid).map(|record| record.subnet)
        }

        /// What a subnet says of itself.
        #[ink(message)]
        fn identity(&self, netuid: Netuid) -> Option<SubnetIdentity> {
            self.cells.identities.get(netuid)
        }

        /// The hyperparameters of a subnet.
        #[ink(message)]
        fn hyperparameters(&self, netuid: Netuid) -> Option<Hyperparameters> {
            self.cells.subnets.get(netuid).map(|record| record.hyperparameters)
        }

        /// What registering a subnet costs now, in RAO.
        #[ink(message)]
        fn subnet_lock_cost(&self) -> Rao {
            subnets::lock_price(&self.cells.directory.get_or_default(), self.now())
        }

        /// What registering by burn costs now, in RAO.
        #[ink(message)]
        fn burn_cost(&self, netuid: Netuid) -> Option<Rao> {
            let rules = self.cells.subnets.get(netuid)?.hyperparameters;
            Some(self.cells.admissions.get(netuid)?.burn_cost(self.now(), &rules))
        }

        /// What registering by work takes now.
        #[ink(message)]
        fn work_target(&self, netuid: Netuid) -> Option<WorkTarget> {
            let rules = self.cells.subnets.get(netuid)?.hyperparameters;
            Some(self.cells.admissions.get(netuid)?.work_target(self.now(), &rules))
        }

        /// The uid of a hotkey.
        #[ink(message)]
        fn uid(&self, netuid: Netuid, hotkey: AccountId) -> Option<Uid> {
            self.cells.member_today(netuid, hotkey).map(|member| member.uid)
        }

        /// Up to `limit` neurons from uid `start` on.
        #[ink(message)]
        fn neurons(&self, netuid: Netuid, start: Uid, limit: u16) -> Vec<Neuron> {
            neurons::page(&self.cells, netuid, start, limit)
        }

        /// The model that a hotkey committed on a subnet.
        #[ink(message)]
        fn model(&self, netuid: Netuid, hotkey: AccountId) -> Option<CommittedModel> {
            self.cells.member_today(netuid, hotkey)?.model
        }

        /// Where a hotkey of a subnet serves.
        #[ink(message)]
        fn axon(&self, netuid: Netuid, hotkey: AccountId) -> Option<ServedAxon> {
            self.cells.member_today(netuid, hotkey)?.axon
        }

        /// What `settlement` needs for a commitment or a reveal.
        #[ink(message)]
        fn weights_context(
            &self,
            netuid: Netuid,
            hotkey: AccountId,
            blocks: u16,
        ) -> Result<WeightsContext, RegistryError> {
            epochs::weights_context(&self.cells, netuid, hotkey, blocks)
        }

        /// The registration blocks of up to `limit` uids from `first` on.
        #[ink(message)]
        fn registration_blocks(&self, netuid: Netuid, first: Uid, limit: u16) -> Vec<ProtocolBlock> {
            epochs::registration_blocks(&self.cells, netuid, first, limit)
        }

        /// What `settlement` needs for an epoch.
        #[ink(message)]
        fn epoch_context(&self, netuid: Netuid) -> Result<EpochContext, RegistryError> {
            epochs::epoch_context(&self.cells, netuid)
        }
    }

    impl Guarded for RegistryContract {
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
