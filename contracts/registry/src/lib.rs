//! `registry`: subnets and their hyperparameters, neurons, registration by burn and by work, endpoints, model
//! commitments.
//!
//! The interface and its documentation are in `primitives::registry`. Here are access, the clock, events and the
//! calls of other contracts; the rest is one file per concern. It calls `staking` and `tao` and is called by
//! `settlement`; a full subnet makes room by what `settlement` last recorded.
//!
//! What happens to subnets and keys now and then is done by the steward: code in a contract of its own that runs on this
//! contract's storage ([`storage`], [`root`]), because code is paid for by the byte with every call, and every commit,
//! reveal and epoch asks this contract.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![warn(missing_docs)]

pub mod admission;
pub mod calls;
pub mod columns;
mod epochs;
mod models;
pub mod neurons;
mod registration;
pub mod root;
mod serving;
pub mod storage;
pub mod subnets;

pub use self::registry::{RegistryContract, RegistryContractRef};

#[ink::contract(env = primitives::Host)]
mod registry {
    use ink::{prelude::vec::Vec, selector_bytes};
    use primitives::{
        axon::{Axon, ServedAxon},
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        model::{CommittedModel, ModelCommitment},
        registry::{
            AxonServed, EpochContext, EpochEnd, GenesisSubnet, ModelCommitted, Neuron, NeuronRegistered, Payment,
            RunningSubnet, Settings, StewardSet, Subnet, SubnetIdentity, WeightsContext,
        },
        upgrade::{check_code, code_of, forward, forward_as, replace_code},
        work::WorkTarget,
        Guard, GuardError, Guarded, Hyperparameter, Hyperparameters, Netuid, ProtocolBlock, Rao, Registry,
        RegistryError, Stewardship, Uid,
    };

    use crate::{
        admission::Work,
        calls, epochs, models,
        neurons::{self, Seat},
        registration::{self, Newcomer},
        root::Root,
        serving,
        storage::{Cells, STORAGE},
        subnets,
    };

    /// Where the dispatcher keeps the root.
    const ROOT_KEY: u32 = <RegistryContract as ink::storage::traits::StorageKey>::KEY;

    /// The registry of one deployment.
    #[ink(storage)]
    pub struct RegistryContract {
        root: Root,
        cells: Cells,
    }

    impl RegistryContract {
        /// Deploys the registry with the first subnets, which the code of the contract `steward` opens; the caller becomes
        /// its owner.
        ///
        /// # Errors
        /// In this order: `StewardMissing`, `Guard(CodeRefused)` and `Guard(StorageMismatch)` if that code does not work with
        /// this contract's storage, and those of [`Steward::open_genesis`](primitives::Steward::open_genesis).
        /// # Events
        /// `SubnetRegistered` for each subnet.
        #[ink(constructor)]
        #[allow(unused_variables, reason = "the steward reads `genesis`")]
        pub fn new(
            tao: AccountId,
            staking: AccountId,
            steward: AccountId,
            genesis: Vec<GenesisSubnet>,
        ) -> Result<Self, RegistryError> {
            let steward = code_of(steward).ok_or(RegistryError::StewardMissing)?;
            let guard = Guard::new(STORAGE, Self::env().caller());
            let (clock, settings) = (calls::clock(staking), Settings::default());
            let root = Root { guard, clock, tao, staking, settlement: None, settings, steward };
            let registry = Self { root, cells: Cells::default() };
            // The steward, which ends this deployment, finds the root where the dispatcher would store it.
            ink::env::set_contract_storage(&ROOT_KEY, &registry);
            check_code(steward, selector_bytes!("Steward::check_storage"))?;
            forward_as(steward, selector_bytes!("Steward::open_genesis"));
            Err(RegistryError::StewardMissing)
        }

        /// Has the message under way done by the steward, which answers the caller: execution comes back only without one.
        fn ask_steward<T>(&self) -> Result<T, RegistryError> {
            forward(self.root.steward);
            Err(RegistryError::StewardMissing)
        }

        /// The current protocol block.
        fn block(&self) -> ProtocolBlock {
            self.root.block(self.env().block_timestamp())
        }

        /// The current protocol block, unless writes are paused.
        fn running_block(&self) -> Result<ProtocolBlock, RegistryError> {
            Ok(self.root.running_block(self.env().block_timestamp())?)
        }

        fn ensure_settlement(&self) -> Result<(), RegistryError> {
            let caller = self.env().caller();
            if self.root.settlement == Some(caller) {
                return Ok(());
            }
            Err(RegistryError::CallerNotSettlement(caller))
        }

        /// The caller's wish to register `hotkey`, unless writes are paused.
        fn newcomer(&self, netuid: Netuid, hotkey: AccountId) -> Result<Newcomer, RegistryError> {
            Ok(Newcomer { netuid, coldkey: self.env().caller(), hotkey, now: self.running_block()? })
        }

        /// Claims the hotkey of a seat for the caller, takes the burn and emits the event.
        fn welcome(&self, newcomer: Newcomer, seat: Seat, payment: Payment) -> Result<Uid, RegistryError> {
            let Newcomer { netuid, coldkey, hotkey, now: _ } = newcomer;
            let Seat { uid, replaced } = seat;
            calls::take_seat(self.root.staking, (netuid, uid), coldkey, hotkey)?;
            if let Payment::Burn(price) = payment {
                calls::recycle(self.root.tao, coldkey, price)?;
            }
            self.env().emit_event(NeuronRegistered { netuid, uid, hotkey, replaced, payment });
            Ok(uid)
        }
    }

    impl Registry for RegistryContract {
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

        /// Commits the model of the caller, a registered hotkey.
        #[ink(message)]
        fn commit_model(&mut self, netuid: Netuid, model: ModelCommitment) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let hotkey = self.env().caller();
            models::commit(&mut self.cells, netuid, hotkey, &model, now)?;
            self.env().emit_event(ModelCommitted { netuid, hotkey, model });
            Ok(())
        }

        /// Announces where the caller, a registered hotkey, serves.
        #[ink(message)]
        fn serve_axon(&mut self, netuid: Netuid, axon: Axon) -> Result<(), RegistryError> {
            let now = self.running_block()?;
            let hotkey = self.env().caller();
            serving::serve(&mut self.cells, netuid, hotkey, axon, self.root.settings.endpoints, now)?;
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

        /// Has the rarer messages done by other code from now on.
        #[ink(message)]
        fn set_steward(&mut self, steward: AccountId) -> Result<(), RegistryError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            let code_hash = code_of(steward).ok_or(RegistryError::StewardMissing)?;
            check_code(code_hash, selector_bytes!("Steward::check_storage"))?;
            self.root.steward = code_hash;
            self.env().emit_event(StewardSet { steward, code_hash });
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
            self.root.settings
        }

        /// The subnet that the next one would replace.
        #[ink(message)]
        fn subnet_to_prune(&self) -> Option<Netuid> {
            subnets::to_prune(&self.cells, &self.cells.directory.get_or_default(), self.block())
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
            subnets::lock_price(&self.cells.directory.get_or_default(), self.block())
        }

        /// What registering by burn costs now, in RAO.
        #[ink(message)]
        fn burn_cost(&self, netuid: Netuid) -> Option<Rao> {
            let rules = self.cells.subnets.get(netuid)?.hyperparameters;
            Some(self.cells.admissions.get(netuid)?.burn_cost(self.block(), &rules))
        }

        /// What registering by work takes now.
        #[ink(message)]
        fn work_target(&self, netuid: Netuid) -> Option<WorkTarget> {
            let rules = self.cells.subnets.get(netuid)?.hyperparameters;
            Some(self.cells.admissions.get(netuid)?.work_target(self.block(), &rules))
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

    #[allow(unused_variables, reason = "the steward reads them, which `expect` does not see through ink!'s macro")]
    impl Stewardship for RegistryContract {
        /// Names the contract that settles epochs; the first time, the genesis subnets' hotkeys become their owners'.
        #[ink(message)]
        fn connect(&mut self, settlement: AccountId) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Registers a subnet of the caller for a lock of at most `limit` RAO.
        #[ink(message)]
        fn register_subnet(
            &mut self,
            owner_hotkey: AccountId,
            identity: SubnetIdentity,
            limit: Rao,
        ) -> Result<Netuid, RegistryError> {
            self.ask_steward()
        }

        /// Starts a subnet of the caller: its epochs begin and it takes part in emission.
        #[ink(message)]
        fn start_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Changes what a subnet of the caller says of itself.
        #[ink(message)]
        fn set_identity(&mut self, netuid: Netuid, identity: SubnetIdentity) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Ends a subnet, as its owner or as this contract's; the lock goes back to its owner.
        #[ink(message)]
        fn dissolve_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Clears the cells of up to `limit` neurons of a dissolved subnet; returns how many are left.
        #[ink(message)]
        fn sweep(&mut self, netuid: Netuid, limit: u16) -> Result<u16, RegistryError> {
            self.ask_steward()
        }

        /// Sets what holds for all subnets; the owner's.
        #[ink(message)]
        fn set_settings(&mut self, settings: Settings) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Sets one hyperparameter, as the subnet's owner or as this contract's.
        #[ink(message)]
        fn set_hyperparameter(&mut self, netuid: Netuid, change: Hyperparameter) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Makes a subnet smaller than the neurons it has, as its owner or as this contract's.
        #[ink(message)]
        fn trim_to_max_allowed_uids(&mut self, netuid: Netuid, max: u16) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Puts a hotkey in the place of another of the caller's: on all subnets with its stake, or on one.
        #[ink(message)]
        fn swap_hotkey(&mut self, from: AccountId, to: AccountId, netuid: Option<Netuid>) -> Result<(), RegistryError> {
            self.ask_steward()
        }

        /// Makes the coldkey that took the place of a subnet owner's its owner.
        #[ink(message)]
        fn take_over_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError> {
            self.ask_steward()
        }
    }

    impl Guarded for RegistryContract {
        /// The layout of the storage, the owner, an offer of ownership, the guardian and the last pause.
        #[ink(message)]
        fn guard(&self) -> Guard {
            self.root.guard.clone()
        }

        /// Offers ownership to an account, or takes the offer back.
        #[ink(message)]
        fn offer_ownership(&mut self, to: Option<AccountId>) -> Result<(), GuardError> {
            self.root.guard.offer_ownership(self.env().caller(), to)?;
            self.env().emit_event(OwnershipOffered { to });
            Ok(())
        }

        /// Makes the caller the owner, if it was offered ownership.
        #[ink(message)]
        fn accept_ownership(&mut self) -> Result<(), GuardError> {
            let from = self.root.guard.owner;
            let to = self.env().caller();
            self.root.guard.accept_ownership(to)?;
            self.env().emit_event(OwnershipTransferred { from, to });
            Ok(())
        }

        /// Appoints or removes the guardian.
        #[ink(message)]
        fn set_guardian(&mut self, guardian: Option<AccountId>) -> Result<(), GuardError> {
            self.root.guard.set_guardian(self.env().caller(), guardian)?;
            self.env().emit_event(GuardianSet { guardian });
            Ok(())
        }

        /// Pauses writes for a limited time.
        #[ink(message)]
        fn pause(&mut self) -> Result<(), GuardError> {
            let pause = self.root.guard.pause(self.env().caller(), self.env().block_timestamp())?;
            self.env().emit_event(Paused { until_ms: pause.until_ms });
            Ok(())
        }

        /// Ends a pause early.
        #[ink(message)]
        fn unpause(&mut self) -> Result<(), GuardError> {
            let by = self.env().caller();
            self.root.guard.unpause(by, self.env().block_timestamp())?;
            self.env().emit_event(Unpaused { by });
            Ok(())
        }

        /// Replaces this contract's code by code that works with its storage; the owner's.
        #[ink(message)]
        fn set_code_hash(&mut self, code_hash: primitives::Hash) -> Result<(), GuardError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            self.env().emit_event(CodeReplaced { code_hash });
            replace_code(code_hash)
        }

        /// Passes if this code works with the storage that it finds.
        #[ink(message)]
        fn check_storage(&self) -> Result<(), GuardError> {
            self.root.guard.ensure_storage(STORAGE)
        }
    }
}
