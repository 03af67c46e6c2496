//! `settlement`: takes validators' weights by commit and reveal, settles epochs, pays the emission.
//!
//! A message reads what it needs from `registry`, `staking` and `tao`, applies the rules of `consensus`, stores,
//! and only then calls others to change anything. Nobody calls it back.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![warn(missing_docs)]

mod commits;
mod digest;
mod emission;
pub mod entries;
pub mod epoch;
mod rows;
mod schedule;
mod seed;
mod settling;
mod staged;
mod storage;
mod submission;

pub use self::settlement::{SettlementContract, SettlementContractRef};

#[ink::contract(env = primitives::Host)]
mod settlement {
    use consensus::weights::Timing;
    use ink::prelude::{vec, vec::Vec};
    use primitives::{
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        host::{messages, Outgoing as _, RegistryMessages, StakingMessages, TaoMessages},
        registry::{EpochContext, WeightsContext},
        settlement::{
            EmissionLedger, EpochResult, EpochSettled, Schedule, Weight, WeightCommit, WeightsCommitted,
            WeightsRevealed, WeightsRow, WeightsSet,
        },
        upgrade::replace_code,
        weights::{commit_hash, WeightsPayload, MAX_SALT, MIN_SALT},
        Clock, Guard, GuardError, Guarded, Netuid, ProtocolBlock, Rao, Registry as _, Settlement, SettlementError,
        Staking as _, Tao as _, Uid,
    };

    use crate::{
        emission::{Emission, Payment},
        entries::Entries,
        rows::StoredRow,
        schedule::schedule,
        seed,
        settling::{self, Settled},
        storage::{Cells, Incumbent, Seat, Validator, STORAGE},
        submission::{accept, Shown, Standing},
    };

    /// Weights, epochs and emission of all subnets.
    #[ink(storage)]
    pub struct SettlementContract {
        guard: Guard,
        clock: Clock,
        tao: AccountId,
        staking: AccountId,
        registry: AccountId,
        cells: Cells,
    }

    impl SettlementContract {
        /// Settles for the subnets of `registry`, mints at `tao` and pays to `staking`, whose clock it copies. Emission
        /// accrues from now on. The caller is the owner.
        #[ink(constructor)]
        pub fn new(tao: AccountId, staking: AccountId, registry: AccountId) -> Self {
            let guard = Guard::new(STORAGE, Self::env().caller());
            let clock = messages::<StakingMessages>(staking).clock().ask();
            let mut cells = Cells::default();
            cells.emission.set(&Emission::starting_at(clock.block(Self::env().block_timestamp())));
            Self { guard, clock, tao, staking, registry, cells }
        }

        /// The block now.
        fn block(&self) -> ProtocolBlock {
            self.clock.block(self.env().block_timestamp())
        }

        /// The block now, if writes are not paused.
        fn running_block(&self) -> Result<ProtocolBlock, GuardError> {
            self.guard.ensure_running(self.env().block_timestamp())?;
            Ok(self.block())
        }

        fn registry(&self) -> RegistryMessages {
            messages(self.registry)
        }

        fn staking(&self) -> StakingMessages {
            messages(self.staking)
        }

        fn tao(&self) -> TaoMessages {
            messages(self.tao)
        }

        /// What a hotkey committed to; `None` if it is not registered.
        fn validator(&self, netuid: Netuid, hotkey: AccountId, context: &WeightsContext) -> Option<Validator> {
            let uid = context.uid?;
            let registered_at = *context.registered_at.get(uid.index())?;
            Some(self.cells.validator(netuid, Seat { uid, hotkey, registered_at }))
        }

        /// The seat of a uid and the epoch that will be settled next.
        fn seat(&self, netuid: Netuid, uid: Uid) -> Option<(Seat, u64)> {
            let context = self.registry().epoch_context(netuid).ask().ok()?;
            let hotkey = *context.hotkeys.get(uid.index())?;
            let registered_at = *context.registered_at.get(uid.index())?;
            let epoch = context.cycle.epoch_at(self.block());
            let next = self.cells.subnet(netuid).settled_until.saturating_add(1).max(epoch);
            Some((Seat { uid, hotkey, registered_at }, next))
        }

        /// The checks of `set_weights` and `reveal_weights` after their own, for a hotkey with or without a permit.
        fn accept(
            &self,
            (hotkey, permit): (AccountId, bool),
            context: &WeightsContext,
            shown: &Shown,
            version_key: u64,
            timing: Timing,
        ) -> Result<Entries, SettlementError> {
            let stake = if context.hyperparameters.stake_threshold.is_zero() {
                Rao::ZERO
            } else {
                let stakes = self.staking().stakes(vec![hotkey]).ask()?;
                stakes.of.first().copied().unwrap_or_default()
            };
            accept(shown, hotkey, context, &Standing { permit, stake, version_key, timing })
        }

        /// Mints an epoch's payment, credits the rewards, and passes emission and challenge on.
        fn pay(&self, settled: Settled) -> Result<(), SettlementError> {
            let Settled { netuid, epoch, owner, hotkeys, payment, challenge } = settled;
            let mut amounts = vec![(self.staking, payment.rewards), (owner, payment.owner_cut)];
            amounts.retain(|(_, amount)| !amount.is_zero());
            if !amounts.is_empty() {
                self.tao().mint(amounts).ask().map_err(|_| SettlementError::Mint)?;
                self.staking().pay(netuid, Uid::new(0), settling::rewards(&hotkeys, &payment)).ask()?;
            }
            let emission = payment.column().ok_or(SettlementError::Overflow)?;
            Ok(self.registry().record_epoch(netuid, epoch, emission, challenge).ask()?)
        }
    }

    impl Settlement for SettlementContract {
        /// Commits the caller to weights.
        #[ink(message)]
        fn commit_weights(&mut self, netuid: Netuid, hash: [u8; 32]) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            let hotkey = self.env().caller();
            let context = self.registry().weights_context(netuid, hotkey).ask()?;
            if !context.hyperparameters.commit_reveal_enabled {
                return Err(SettlementError::CommitRevealDisabled);
            }
            let validator = self.validator(netuid, hotkey, &context);
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

        /// Reveals weights that a hotkey committed.
        #[ink(message)]
        fn reveal_weights(
            &mut self,
            netuid: Netuid,
            hotkey: AccountId,
            payload: WeightsPayload,
        ) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            let context = self.registry().weights_context(netuid, hotkey).ask()?;
            let validator = self.validator(netuid, hotkey, &context);
            let mut validator = validator.ok_or(SettlementError::NoWeightsCommitFound)?;
            let hash = commit_hash(&self.env().account_id(), netuid, &hotkey, &payload);
            let taken = validator.commits.take(hash, payload.commit_epoch, now, &context.cycle)?;
            let commit = taken.commit;
            let WeightsPayload { version_key, entries, evidence, salt, .. } = payload;
            if !(MIN_SALT..=MAX_SALT).contains(&salt.len()) {
                return Err(SettlementError::InvalidSalt);
            }
            let state = self.cells.subnet(netuid);
            let shown = Shown::revealed(&entries, version_key, &context.registered_at);
            let permit = state.is_permitted(validator.seat.uid, &context.registered_at);
            let by = (hotkey, permit);
            let entries = self.accept(by, &context, &shown, commit.version_key, Timing::Reveal)?;
            let epoch = context.cycle.epoch_at(now);
            let has_say = permit || context.is_owner_hotkey;
            let is_first_reveal = validator.revealed_in.replace(epoch) != Some(epoch);
            let counts = has_say && is_first_reveal && taken.is_first;
            let (seat, committed_at) = (validator.seat, commit.committed_at);
            let row = StoredRow { seat, entries, committed_at, updated_at: now, evidence };
            self.cells.take_row(netuid, state, validator, &row, (epoch, counts.then_some(&salt[..])));
            self.env().emit_event(WeightsRevealed { netuid, hotkey, hash, evidence });
            Ok(())
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
            let hotkey = self.env().caller();
            let context = self.registry().weights_context(netuid, hotkey).ask()?;
            if context.hyperparameters.commit_reveal_enabled {
                return Err(SettlementError::CommitRevealEnabled);
            }
            let validator = self.validator(netuid, hotkey, &context);
            let last_update = validator.as_ref().and_then(|validator| validator.updated_at);
            let timing = Timing::Direct {
                block: now.get(),
                last_update: last_update.map(ProtocolBlock::get),
                rate_limit: context.hyperparameters.weights_set_rate_limit,
            };
            let state = self.cells.subnet(netuid);
            let shown = Shown::directly(&weights, version_key);
            let permit = context.uid.is_some_and(|uid| state.is_permitted(uid, &context.registered_at));
            let required = context.hyperparameters.weights_version_key;
            let entries = self.accept((hotkey, permit), &context, &shown, required, timing)?;
            let mut validator = validator.ok_or(SettlementError::HotKeyNotRegisteredInSubNet(hotkey))?;
            validator.commits.drop_all();
            let row =
                StoredRow { seat: validator.seat, entries, committed_at: now, updated_at: now, evidence: [0; 32] };
            self.cells.take_row(netuid, state, validator, &row, (context.cycle.epoch_at(now), None));
            self.env().emit_event(WeightsSet { netuid, hotkey });
            Ok(())
        }

        /// Settles every epoch of a subnet that has ended.
        #[ink(message)]
        fn settle(&mut self, netuid: Netuid) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            let context = self.registry().epoch_context(netuid).ask()?;
            let state = self.cells.subnet(netuid);
            let epoch = settling::due_epoch(&context.cycle, state.settled_until, now)?;
            let stakes = self.staking().stakes(context.hotkeys.clone()).ask()?;
            let inputs = settling::gather(&self.cells, &state, (netuid, epoch), &context, &stakes);
            let outcome = inputs.compute();

            let mut emission = self.cells.emission.get_or_default();
            let issuance = self.tao().issuance().ask();
            emission.accrue(now, issuance, &context.running).ok_or(SettlementError::Overflow)?;
            let cut = context.hyperparameters.owner_cut;
            let payment = Payment::divide(emission.pending(netuid), cut, &outcome.shares);
            let payment = payment.ok_or(SettlementError::Overflow)?;
            let paid = payment.total().ok_or(SettlementError::Overflow)?;
            emission.book(netuid, paid).ok_or(SettlementError::Overflow)?;
            self.cells.emission.set(&emission);

            let settlement = self.env().account_id();
            let (result, seed) = settling::conclude(&mut self.cells, &settlement, state, inputs, outcome, &payment);
            self.env().emit_event(EpochSettled { netuid, result, owner_cut: payment.owner_cut });
            let EpochContext { owner, hotkeys, .. } = context;
            self.pay(Settled { netuid, epoch, owner, hotkeys, payment, challenge: seed::challenge(&seed) })
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
            let context = self.registry().weights_context(netuid, hotkey).ask()?;
            let validator = self.validator(netuid, hotkey, &context);
            Ok(schedule(now, &context, validator.as_ref(), &self.cells.subnet(netuid)))
        }

        /// The unrevealed commits of a hotkey, oldest first.
        #[ink(message)]
        fn weight_commits(&self, netuid: Netuid, hotkey: AccountId) -> Vec<WeightCommit> {
            let context = self.registry().weights_context(netuid, hotkey).ask().ok();
            let validator = context.and_then(|context| self.validator(netuid, hotkey, &context));
            validator.map(|validator| validator.commits.into_queue()).unwrap_or_default()
        }

        /// The weights of a uid that the next epoch counts.
        #[ink(message)]
        fn weights(&self, netuid: Netuid, uid: Uid) -> Option<WeightsRow> {
            let (seat, next_epoch) = self.seat(netuid, uid)?;
            let row = self.cells.row(netuid, &self.cells.subnet(netuid).waiting, seat, next_epoch)?;
            Some(row.view())
        }

        /// The bonds of a uid after the last epoch.
        #[ink(message)]
        fn bonds(&self, netuid: Netuid, uid: Uid) -> Vec<Weight> {
            let Some((Seat { registered_at, .. }, _)) = self.seat(netuid, uid) else {
                return Vec::new();
            };
            let holder = Incumbent { uid, registered_at };
            let mut rows = self.cells.all_bonds(netuid, self.cells.subnet(netuid).bond_pages);
            rows.find(|row| row.holder == holder).map(|row| row.entries.weights()).unwrap_or_default()
        }

        /// The result of the last settled epoch.
        #[ink(message)]
        fn epoch_result(&self, netuid: Netuid) -> Option<EpochResult> {
            self.cells.results.get(netuid)
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
            self.guard.clone()
        }

        /// Offers ownership to an account, or takes the offer back.
        #[ink(message)]
        fn offer_ownership(&mut self, to: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.offer_ownership(self.env().caller(), to)?;
            self.env().emit_event(OwnershipOffered { to });
            Ok(())
        }

        /// Makes the caller the owner.
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

        /// Pauses writes.
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
