//! `settlement`: takes validators' weights by commit and reveal, and has epochs settled and emission paid by its engine.
//!
//! The engine is code in a contract of its own that runs on this contract's storage ([`storage`], [`root`]), because code
//! is paid for by the byte with every call: commits and reveals load neither the epoch nor the payment. A message reads what
//! it needs from `registry` and `staking`, applies the rules of `consensus`, and stores. Nobody calls it back.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![warn(missing_docs)]

pub mod activity;
pub mod bonds;
mod commits;
pub mod emission;
pub mod entries;
pub mod epoch;
mod heap;
pub mod root;
pub mod rows;
mod schedule;
pub mod seed;
pub mod staged;
pub mod storage;
mod submission;

pub use self::settlement::{SettlementContract, SettlementContractRef};

#[ink::contract(env = primitives::Host)]
mod settlement {
    use consensus::weights::Timing;
    use ink::{prelude::vec::Vec, selector_bytes};
    use primitives::{
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        host::{messages, Outgoing as _, StakingMessages},
        registry::{WeightsContext, UIDS_PER_PAGE},
        root::Share,
        settlement::{
            BatchCompletedWithErrors, BatchWeightItemFailed, BatchWeightsCompleted, EmissionLedger, EngineSet,
            EpochResult, Schedule, Weight, WeightCommit, WeightsCommitted, WeightsRevealed, WeightsRow, WeightsSet,
            MAX_BATCH, MAX_WEIGHTS,
        },
        upgrade::{check_code, code_of, forward_as, replace_code},
        weights::{commit_hash, WeightsPayload, MAX_SALT, MIN_SALT},
        Guard, GuardError, Guarded, Netuid, ProtocolBlock, Rao, Registry as _, RegistryError, Settlement,
        SettlementError, Staking as _, Uid,
    };

    use crate::{
        activity::Place,
        commits::Taken,
        emission::Emission,
        root::Root,
        rows::NewRow,
        schedule::schedule,
        storage::{Cells, Seat, Validator, STORAGE},
        submission::{accept, Shown, Standing},
    };

    /// Weights, epochs and emission of all subnets.
    #[ink(storage)]
    pub struct SettlementContract {
        root: Root,
        cells: Cells,
    }

    impl SettlementContract {
        /// Settles for the subnets of `registry` with the code of the contract `engine`, mints at `tao` and pays to
        /// `staking`, whose clock it copies. Emission accrues from now on. The caller is the owner.
        ///
        /// # Errors
        /// `EngineMissing`.
        #[ink(constructor)]
        pub fn new(
            tao: AccountId,
            staking: AccountId,
            registry: AccountId,
            engine: AccountId,
        ) -> Result<Self, SettlementError> {
            let guard = Guard::new(STORAGE, Self::env().caller());
            let clock = messages::<StakingMessages>(staking).clock().ask();
            let engine = code_of(engine).ok_or(SettlementError::EngineMissing)?;
            let mut cells = Cells::default();
            cells.emission.set(&Emission::starting_at(clock.block(Self::env().block_timestamp())));
            let root = Root { guard, clock, tao, staking, registry, engine, root_network: None };
            Ok(Self { root, cells })
        }

        fn block(&self) -> ProtocolBlock {
            self.root.block(self.env().block_timestamp())
        }

        fn running_block(&self) -> Result<ProtocolBlock, GuardError> {
            self.root.running_block(self.env().block_timestamp())
        }

        /// A subnet as `registry` sees it for a hotkey, with the registration blocks of the first `uids`, and what that
        /// hotkey committed to; `None` if it is not registered.
        fn context(
            &self,
            netuid: Netuid,
            hotkey: AccountId,
            uids: u16,
        ) -> Result<(WeightsContext, Option<Validator>), RegistryError> {
            let context = self.root.registry().weights_context(netuid, hotkey, uids).ask()?;
            let seat = context.seat.map(|(uid, registered_at)| Seat { uid, registered_at });
            let validator = seat.map(|seat| self.cells.validator(netuid, seat));
            Ok((context, validator))
        }

        /// Who holds a uid; `None` if nobody does.
        fn seat(&self, netuid: Netuid, uid: Uid) -> Option<Seat> {
            let registered_at = *self.root.registry().registration_blocks(netuid, uid, 1).ask().first()?;
            Some(Seat { uid, registered_at })
        }

        /// Who holds a uid, and where its row is that the epoch to be settled next counts.
        fn place_of_row(&self, netuid: Netuid, uid: Uid) -> Option<(Seat, Place)> {
            let (context, _) = self.context(netuid, self.root.registry, 0).ok()?;
            let seat = self.seat(netuid, uid)?;
            let epoch = context.cycle.epoch_at(self.block());
            let next = self.cells.subnet(netuid).settled_until.saturating_add(1).max(epoch);
            let (place, updated_at) = self.cells.activity(netuid, uid).as_of(next);
            (updated_at != 0).then_some((seat, place))
        }

        /// What is known of a hotkey, with or without a permit, that shows weights.
        fn standing(
            &self,
            hotkey: AccountId,
            permit: bool,
            context: &WeightsContext,
            version_key: u64,
            timing: Timing,
        ) -> Standing {
            let stake = if context.hyperparameters.stake_threshold.is_zero() {
                Rao::ZERO
            } else {
                self.root.staking().delegate(hotkey).ask().map(|delegate| delegate.total_stake).unwrap_or_default()
            };
            Standing { permit, stake, version_key, timing }
        }

        /// Commits the caller at block `now`.
        fn commit(&mut self, netuid: Netuid, hash: [u8; 32], now: ProtocolBlock) -> Result<(), SettlementError> {
            let hotkey = self.env().caller();
            let (context, validator) = self.context(netuid, hotkey, 0)?;
            if !context.hyperparameters.commit_reveal_enabled {
                return Err(SettlementError::CommitRevealDisabled);
            }
            let mut validator = validator.ok_or(SettlementError::HotKeyNotRegisteredInSubNet(hotkey))?;
            let epoch = context.cycle.epoch_at(now);
            let commit = WeightCommit {
                hash,
                epoch,
                reveal_epoch: epoch.saturating_add(u64::from(context.hyperparameters.reveal_period_epochs)),
                version_key: context.hyperparameters.weights_version_key,
                committed_at: now,
            };
            validator.commits.push(commit, context.hyperparameters.weights_set_rate_limit)?;
            self.cells.store_validator(netuid, &validator);
            self.env().emit_event(WeightsCommitted { netuid, hotkey, commit });
            Ok(())
        }

        /// Reveals what a hotkey committed, one payload after the other. The last row is the one that counts, so no other
        /// is stored.
        fn reveal(
            &mut self,
            netuid: Netuid,
            hotkey: AccountId,
            payloads: &[WeightsPayload],
        ) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            ensure_fits(payloads.len())?;
            let (mut context, validator) = self.context(netuid, hotkey, UIDS_PER_PAGE)?;
            let mut validator = validator.ok_or(SettlementError::NoWeightsCommitFound)?;
            let seat = validator.seat;
            let state = self.cells.subnet(netuid);
            // A row that is too long is refused below, whatever the other neurons are.
            let is_long = payloads.iter().any(|payload| payload.entries.len() > MAX_WEIGHTS);
            let known = core::mem::take(&mut context.registered_at);
            let registered_at = self.root.registration_blocks(netuid, if is_long { 0 } else { context.neurons }, known);
            let permit = state.is_permitted(seat);
            let standing = self.standing(hotkey, permit, &context, 0, Timing::Reveal);
            let epoch = context.cycle.epoch_at(now);
            let (mut row, mut salt_that_counts) = (None, None);
            for payload in payloads {
                let hash = commit_hash(&self.env().account_id(), netuid, &hotkey, payload);
                let Taken { commit, is_first } =
                    validator.commits.take(hash, payload.commit_epoch, now, &context.cycle)?;
                let WeightsPayload { version_key, entries, evidence, salt, .. } = payload;
                if !(MIN_SALT..=MAX_SALT).contains(&salt.len()) {
                    return Err(SettlementError::InvalidSalt);
                }
                let shown = Shown::revealed(entries, *version_key, &registered_at);
                let standing = Standing { version_key: commit.version_key, ..standing };
                let entries = accept(&shown, hotkey, &context, &standing)?;
                let is_first_reveal = validator.revealed_in.replace(epoch) != Some(epoch);
                if (permit || context.is_owner_hotkey) && is_first_reveal && is_first {
                    salt_that_counts = Some((hotkey, &salt[..]));
                }
                let (committed_at, evidence) = (commit.committed_at, *evidence);
                row = Some(NewRow { seat, entries, committed_at, updated_at: now, evidence });
                self.env().emit_event(WeightsRevealed { netuid, hotkey, hash, evidence });
            }
            if let Some(row) = row {
                self.cells.take_row(netuid, state, validator, row, (epoch, salt_that_counts));
            }
            Ok(())
        }

        /// Sets the caller's weights directly at block `now`.
        fn set(
            &mut self,
            netuid: Netuid,
            weights: &[Weight],
            version_key: u64,
            now: ProtocolBlock,
        ) -> Result<(), SettlementError> {
            let hotkey = self.env().caller();
            let (context, validator) = self.context(netuid, hotkey, 0)?;
            if context.hyperparameters.commit_reveal_enabled {
                return Err(SettlementError::CommitRevealEnabled);
            }
            let last_update = validator.as_ref().and_then(|validator| validator.updated_at);
            let timing = Timing::Direct {
                block: now.get(),
                last_update: last_update.map(ProtocolBlock::get),
                rate_limit: context.hyperparameters.weights_set_rate_limit,
            };
            let state = self.cells.subnet(netuid);
            let shown = Shown::directly(weights, version_key);
            let permit = validator.as_ref().is_some_and(|validator| state.is_permitted(validator.seat));
            let required = context.hyperparameters.weights_version_key;
            let standing = self.standing(hotkey, permit, &context, required, timing);
            let entries = accept(&shown, hotkey, &context, &standing)?;
            let mut validator = validator.ok_or(SettlementError::HotKeyNotRegisteredInSubNet(hotkey))?;
            validator.commits.drop_all();
            let row = NewRow { seat: validator.seat, entries, committed_at: now, updated_at: now, evidence: [0; 32] };
            self.cells.take_row(netuid, state, validator, row, (context.cycle.epoch_at(now), None));
            self.env().emit_event(WeightsSet { netuid, hotkey });
            Ok(())
        }

        /// The block of a batch for subnets, whose other lists have these lengths.
        fn batch_block(&self, netuids: &[Netuid], lengths: &[usize]) -> Result<ProtocolBlock, SettlementError> {
            let now = self.running_block()?;
            if lengths.iter().any(|&length| length != netuids.len()) {
                return Err(SettlementError::InputLengthsUnequal);
            }
            ensure_fits(netuids.len())?;
            Ok(now)
        }

        /// Tells how a batch for subnets ended.
        fn complete_batch(&mut self, netuids: Vec<Netuid>, failures: Vec<(Netuid, SettlementError)>) {
            let hotkey = self.env().caller();
            if failures.is_empty() {
                self.env().emit_event(BatchWeightsCompleted { netuids, hotkey });
                return;
            }
            for (netuid, error) in failures {
                self.env().emit_event(BatchWeightItemFailed { netuid, hotkey, error });
            }
            self.env().emit_event(BatchCompletedWithErrors { hotkey });
        }
    }

    /// Checks the number of items of a batch.
    fn ensure_fits(items: usize) -> Result<(), SettlementError> {
        if items > MAX_BATCH {
            return Err(SettlementError::BatchTooLong);
        }
        Ok(())
    }

    impl Settlement for SettlementContract {
        /// Commits the caller to weights.
        #[ink(message)]
        fn commit_weights(&mut self, netuid: Netuid, hash: [u8; 32]) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            self.commit(netuid, hash, now)
        }

        /// Commits the caller to weights on several subnets.
        #[ink(message)]
        fn batch_commit_weights(
            &mut self,
            netuids: Vec<Netuid>,
            hashes: Vec<primitives::Hash>,
        ) -> Result<(), SettlementError> {
            let now = self.batch_block(&netuids, &[hashes.len()])?;
            let mut failures = Vec::new();
            for (&netuid, hash) in netuids.iter().zip(hashes) {
                self.commit(netuid, hash, now).unwrap_or_else(|error| failures.push((netuid, error)));
            }
            self.complete_batch(netuids, failures);
            Ok(())
        }

        /// Reveals weights that a hotkey committed.
        #[ink(message)]
        fn reveal_weights(
            &mut self,
            netuid: Netuid,
            hotkey: AccountId,
            payload: WeightsPayload,
        ) -> Result<(), SettlementError> {
            self.reveal(netuid, hotkey, &[payload])
        }

        /// Reveals several weights that a hotkey committed, oldest first.
        #[ink(message)]
        fn batch_reveal_weights(
            &mut self,
            netuid: Netuid,
            hotkey: AccountId,
            payloads: Vec<WeightsPayload>,
        ) -> Result<(), SettlementError> {
            self.reveal(netuid, hotkey, &payloads)
        }

        /// Sets the caller's weights directly.
        #[ink(message)]
        fn set_weights(
            &mut self,
            netuid: Netuid,
            weights: Vec<Weight>,
            version_key: u64,
        ) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            self.set(netuid, &weights, version_key, now)
        }

        /// Sets the caller's weights directly on several subnets.
        #[ink(message)]
        fn batch_set_weights(
            &mut self,
            netuids: Vec<Netuid>,
            weights: Vec<Vec<Weight>>,
            version_keys: Vec<u64>,
        ) -> Result<(), SettlementError> {
            let now = self.batch_block(&netuids, &[weights.len(), version_keys.len()])?;
            let mut failures = Vec::new();
            for (&netuid, (row, version_key)) in netuids.iter().zip(weights.iter().zip(version_keys)) {
                self.set(netuid, row, version_key, now).unwrap_or_else(|error| failures.push((netuid, error)));
            }
            self.complete_batch(netuids, failures);
            Ok(())
        }

        /// Settles the epoch of a subnet that has ended, or goes on with it, by the engine.
        #[ink(message)]
        #[expect(unused_variables, reason = "the engine reads them")]
        fn settle(&mut self, netuid: Netuid, max_steps: u32) -> Result<bool, SettlementError> {
            forward_as(self.root.engine, selector_bytes!("Engine::settle"));
            Err(SettlementError::EngineMissing)
        }

        /// Divides what is emitted from now on by these shares; the root network's.
        #[ink(message)]
        fn set_shares(&mut self, shares: Vec<Share>) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            let caller = self.env().caller();
            if self.root.root_network != Some(caller) {
                return Err(SettlementError::CallerNotRoot(caller));
            }
            let running = self.root.registry().running_subnets().ask();
            let mut emission = self.root.accrue(&self.cells, now, &running)?;
            emission.divide_by(&shares).ok_or(SettlementError::Overflow)?;
            self.cells.emission.set(&emission);
            Ok(self.root.registry().record_shares(shares).ask()?)
        }

        /// Names the root network, which says how emission is divided.
        #[ink(message)]
        fn connect(&mut self, root_network: AccountId) -> Result<(), SettlementError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            self.root.root_network = Some(root_network);
            Ok(())
        }

        /// Settles with other code from now on.
        #[ink(message)]
        fn set_engine(&mut self, engine: AccountId) -> Result<(), SettlementError> {
            self.root.guard.ensure_owner(self.env().caller())?;
            let code_hash = code_of(engine).ok_or(SettlementError::EngineMissing)?;
            check_code(code_hash, selector_bytes!("Engine::check_storage"))?;
            self.root.engine = code_hash;
            self.env().emit_event(EngineSet { engine, code_hash });
            Ok(())
        }

        /// The hash that `commit_weights` takes for a payload.
        #[ink(message)]
        fn preview_commit_hash(&self, netuid: Netuid, hotkey: AccountId, payload: WeightsPayload) -> [u8; 32] {
            commit_hash(&self.env().account_id(), netuid, &hotkey, &payload)
        }

        /// When a hotkey may do what on a subnet.
        #[ink(message)]
        fn schedule(&self, netuid: Netuid, hotkey: AccountId) -> Result<Schedule, SettlementError> {
            let now = self.block();
            let (context, validator) = self.context(netuid, hotkey, 0)?;
            Ok(schedule(now, &context, validator.as_ref(), &self.cells.subnet(netuid)))
        }

        /// The unrevealed commits of a hotkey, oldest first.
        #[ink(message)]
        fn weight_commits(&self, netuid: Netuid, hotkey: AccountId) -> Vec<WeightCommit> {
            let validator = self.context(netuid, hotkey, 0).ok().and_then(|(_, validator)| validator);
            validator.map(|validator| validator.commits.into_queue()).unwrap_or_default()
        }

        /// The weights of a uid that the next epoch counts.
        #[ink(message)]
        fn weights(&self, netuid: Netuid, uid: Uid) -> Option<WeightsRow> {
            let (seat, place) = self.place_of_row(netuid, uid)?;
            self.cells.weights(netuid, seat, place)
        }

        /// The bonds of a uid after the last epoch, towards the neurons of one block.
        #[ink(message)]
        fn bonds(&self, netuid: Netuid, uid: Uid, page: u8) -> Vec<Weight> {
            let Some(holder) = self.seat(netuid, uid) else {
                return Vec::new();
            };
            let pages = self.cells.subnet(netuid).bond_pages.get(usize::from(page)).copied().unwrap_or(0);
            for number in 0..pages {
                let rows = self.cells.bonds_page((netuid, page), number);
                if let Some(row) = rows.iter().find(|row| row.holder == holder) {
                    return row.entries.weights();
                }
            }
            Vec::new()
        }

        /// The result of the last settled epoch for a page of uids.
        #[ink(message)]
        fn epoch_result(&self, netuid: Netuid, page: u8) -> Option<EpochResult> {
            self.cells.results.get((netuid, page))
        }

        /// Where all emission is, as of the last accrual.
        #[ink(message)]
        fn emission(&self) -> EmissionLedger {
            self.cells.emission.get_or_default().ledger()
        }

        /// What waits for the next epoch of a subnet, as of the last accrual.
        #[ink(message)]
        fn pending_emission(&self, netuid: Netuid) -> Rao {
            self.cells.emission.get_or_default().pending(netuid)
        }
    }

    impl Guarded for SettlementContract {
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

        /// Makes the caller the owner.
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

        /// Pauses writes.
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
