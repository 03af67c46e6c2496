//! The steward of `registry`: does what happens to subnets and keys now and then.
//!
//! `registry` runs this code on its own storage and under its own address, so everything here is `registry`'s. The contract
//! itself exists so that its code stays on the chain; its own storage has no subnet and names no other contract.
//!
//! A message checks access and the clock, changes state, and only then calls `staking` and `tao`. Nobody calls back.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod calls;
mod dissolution;
mod hyperparameters;
#[cfg(test)]
mod sequences;
mod subnets;
mod swaps;
mod trimming;

#[ink::contract(env = primitives::Host)]
mod steward {
    use ink::prelude::vec::Vec;
    use primitives::{
        registry::{
            GenesisSubnet, HotkeySwappedOnSubnet, HyperparameterSet, NeuronsTrimmed, Settings, SettingsSet,
            SubnetDissolved, SubnetIdentity, SubnetIdentitySet, SubnetOwnerChanged, SubnetRegistered, SubnetStarted,
            KEY_SWAP_COST, KEY_SWAP_ON_SUBNET_COST, MAX_SWEPT, SUBNET_LIMIT,
        },
        Clock, Guard, GuardError, Hyperparameter, Netuid, ProtocolBlock, Rao, RegistryError, Steward, Stewardship, Uid,
    };
    use registry::{
        calls::{recycle, take_seat},
        root::Root,
        storage::{Cells, STORAGE},
    };

    use crate::{
        calls,
        dissolution::{self, Dissolved, Swept},
        hyperparameters,
        subnets::{self, Registered},
        swaps::{self, Swap},
        trimming::{self, Trimmed},
    };

    /// The storage of `registry`.
    #[ink(storage)]
    pub struct StewardContract {
        root: Root,
        cells: Cells,
    }

    impl StewardContract {
        /// Puts the code on the chain. The caller is the owner of nothing that matters.
        #[ink(constructor)]
        pub fn new() -> Self {
            let nobody = AccountId::from([0; 32]);
            let root = Root {
                guard: Guard::new(STORAGE, Self::env().caller()),
                clock: Clock { genesis_ms: 0, block_ms: 1 },
                tao: nobody,
                staking: nobody,
                settlement: None,
                settings: Settings::default(),
                steward: [0; 32],
            };
            Self { root, cells: Cells::default() }
        }

        /// The current protocol block, unless writes are paused.
        fn running_block(&self) -> Result<ProtocolBlock, RegistryError> {
            Ok(self.root.running_block(self.env().block_timestamp())?)
        }

        /// Gives the lock of a dissolved subnet back and emits the event.
        fn bury(&self, dissolved: Dissolved) -> Result<(), RegistryError> {
            let Dissolved { netuid, owner, refund } = dissolved;
            if !refund.is_zero() {
                calls::refund_lock(self.root.tao, owner, refund)?;
            }
            self.env().emit_event(SubnetDissolved { netuid, owner, refund });
            Ok(())
        }
    }

    impl Stewardship for StewardContract {
        /// Names the contract that settles epochs; the first time, the genesis subnets' hotkeys become their owners'.
        #[ink(message)]
        fn connect(&mut self, settlement: AccountId) -> Result<(), RegistryError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            let is_first = self.root.settlement.replace(settlement).is_none();
            if is_first {
                for (owner, hotkey) in subnets::owners(&self.cells) {
                    calls::associate(self.root.staking, owner, hotkey)?;
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
            let now = self.running_block()?;
            let (owner, registry) = (self.env().caller(), self.env().account_id());
            let keys = (owner, owner_hotkey);
            let place = (&registry, self.root.settings.subnet_limit);
            let registered = subnets::register(&mut self.cells, place, keys, &identity, limit, now)?;
            let Registered { netuid, locked, dissolved } = registered;
            calls::associate(self.root.staking, owner, owner_hotkey)?;
            calls::take_lock(self.root.tao, owner, registry, locked)?;
            if let Some(dissolved) = dissolved {
                self.bury(dissolved)?;
            }
            self.env().emit_event(SubnetRegistered { netuid, owner, locked });
            Ok(netuid)
        }

        /// Starts a subnet of the caller: its epochs begin and it takes part in emission.
        #[ink(message)]
        fn start_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let caller = self.env().caller();
            let cycle = subnets::start(&mut self.cells, netuid, caller, now)?;
            self.env().emit_event(SubnetStarted { netuid, cycle });
            Ok(())
        }

        /// Changes what a subnet of the caller says of itself.
        #[ink(message)]
        fn set_identity(&mut self, netuid: Netuid, identity: SubnetIdentity) -> Result<(), RegistryError> {
            self.running_block()?;
            let caller = self.env().caller();
            subnets::set_identity(&mut self.cells, netuid, caller, &identity)?;
            self.env().emit_event(SubnetIdentitySet { netuid });
            Ok(())
        }

        /// Ends a subnet, as its owner or as this contract's; the lock goes back to its owner.
        #[ink(message)]
        fn dissolve_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let caller = self.env().caller();
            let dissolved = dissolution::dissolve(&mut self.cells, netuid, caller, self.root.guard.owner, now)?;
            self.bury(dissolved)
        }

        /// Clears the cells of up to `limit` neurons of a dissolved subnet; returns how many are left.
        #[ink(message)]
        fn sweep(&mut self, netuid: Netuid, limit: u16) -> Result<u16, RegistryError> {
            let Swept { first, count } = dissolution::sweep(&mut self.cells, netuid, limit.min(MAX_SWEPT))?;
            calls::leave_seats(self.root.staking, netuid, first, count)?;
            Ok(first.get())
        }

        /// Sets what holds for all subnets; the owner's.
        #[ink(message)]
        fn set_settings(&mut self, settings: Settings) -> Result<(), RegistryError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            if !(1..=SUBNET_LIMIT).contains(&settings.subnet_limit) {
                return Err(RegistryError::InvalidSubnetLimit);
            }
            self.root.settings = settings;
            self.env().emit_event(SettingsSet { settings });
            Ok(())
        }

        /// Sets one hyperparameter, as the subnet's owner or as this contract's.
        #[ink(message)]
        fn set_hyperparameter(&mut self, netuid: Netuid, change: Hyperparameter) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let caller = self.env().caller();
            hyperparameters::set(&mut self.cells, netuid, change, caller, self.root.guard.owner, now)?;
            self.env().emit_event(HyperparameterSet { netuid, change });
            Ok(())
        }

        /// Makes a subnet smaller than the neurons it has, as its owner or as this contract's.
        #[ink(message)]
        fn trim_to_max_allowed_uids(&mut self, netuid: Netuid, max: u16) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let caller = self.env().caller();
            let trimmed = trimming::trim(&mut self.cells, netuid, max, caller, self.root.guard.owner, now)?;
            let Trimmed { before, evicted, moved, seats } = trimmed;
            if !evicted.is_empty() {
                // A hotkey has left one seat before it takes another, so that it never has two here.
                calls::leave_seats(self.root.staking, netuid, Uid::new(max), before.saturating_sub(max))?;
                calls::take_seats(self.root.staking, netuid, seats)?;
            }
            self.env().emit_event(NeuronsTrimmed { netuid, max_allowed_uids: max, evicted, moved });
            Ok(())
        }

        /// Puts a hotkey in the place of another of the caller's: on all subnets with its stake, or on one.
        #[ink(message)]
        fn swap_hotkey(&mut self, from: AccountId, to: AccountId, netuid: Option<Netuid>) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let coldkey = self.env().caller();
            let (swap, staking) = (Swap { coldkey, old: from, new: to, now }, self.root.staking);
            let Some(netuid) = netuid else {
                swaps::everywhere(&mut self.cells, swap)?;
                calls::swap_hotkey(staking, coldkey, from, to)?;
                return recycle(self.root.tao, coldkey, KEY_SWAP_COST);
            };
            let uid = swaps::on_one(&mut self.cells, netuid, swap)?;
            // A hotkey with a uid is somebody's: this passes only for its coldkey, and changes nothing.
            calls::associate(staking, coldkey, from)?;
            take_seat(staking, (netuid, uid), coldkey, to)?;
            recycle(self.root.tao, coldkey, KEY_SWAP_ON_SUBNET_COST)?;
            self.env().emit_event(HotkeySwappedOnSubnet { netuid, coldkey, old: from, new: to });
            Ok(())
        }

        /// Makes the coldkey that took the place of a subnet owner's its owner.
        #[ink(message)]
        fn take_over_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            self.running_block()?;
            let from = self.cells.subnet(netuid)?.subnet.owner;
            let to = calls::swapped_to(self.root.staking, from).ok_or(RegistryError::ColdkeyNotSwapped(from))?;
            subnets::hand_over(&mut self.cells, netuid, to)?;
            self.env().emit_event(SubnetOwnerChanged { netuid, from, to });
            Ok(())
        }
    }

    impl Steward for StewardContract {
        /// Opens the first subnets, without a lock.
        #[ink(message)]
        #[allow(unused_variables, reason = "they are there because the constructor has them")]
        fn open_genesis(
            &mut self,
            tao: AccountId,
            staking: AccountId,
            steward: AccountId,
            genesis: Vec<GenesisSubnet>,
        ) -> Result<(), RegistryError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            let registry = self.env().account_id();
            let now = self.root.block(self.env().block_timestamp());
            for (netuid, owner) in subnets::open_genesis(&mut self.cells, &registry, genesis, now)? {
                self.env().emit_event(SubnetRegistered { netuid, owner, locked: Rao::ZERO });
            }
            Ok(())
        }

        /// Passes if this code works with the storage that it finds.
        #[ink(message)]
        fn check_storage(&self) -> Result<(), GuardError> {
            self.root.guard.ensure_storage(STORAGE)
        }
    }
}
