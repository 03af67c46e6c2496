//! `settlement`: takes validators' weights by commit and reveal, settles epochs, pays the emission.
//!
//! A message reads what it needs from `registry`, `staking` and `tao`, applies the rules of `consensus`, stores,
//! and only then calls others to change anything. Nobody calls it back.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![warn(missing_docs)]

mod activity;
mod bonds;
mod commits;
pub mod digest;
mod emission;
pub mod entries;
pub mod epoch;
#[cfg_attr(not(any(test, target_arch = "wasm32")), allow(dead_code))]
mod heap;
mod payout;
mod progress;
mod rows;
mod schedule;
mod seed;
mod settling;
mod staged;
mod storage;
mod submission;

pub use self::settlement::{SettlementContract, SettlementContractRef};

#[ink::contract]
mod settlement {
    use consensus::weights::Timing;
    use ink::prelude::{vec, vec::Vec};
    use primitives::{
        guard::{GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        registry::{EpochEnd, WeightsContext, UIDS_PER_PAGE},
        settlement::{
            EmissionLedger, EpochResult, EpochSettled, Schedule, Weight, WeightCommit, WeightsCommitted,
            WeightsRevealed, WeightsRow, WeightsSet, MAX_WEIGHTS,
        },
        staking::{Stakes, MAX_STAKES_PER_CALL},
        weights::{commit_hash, WeightsPayload, MAX_SALT, MIN_SALT},
        Clock, Guard, GuardError, Guarded, Netuid, ProtocolBlock, Rao, Registry, Settlement, SettlementError, Staking,
        Tao, Uid,
    };

    use crate::{
        emission::Emission,
        entries::Entries,
        payout::Page,
        progress::{Phase, Progress, Stage, Terms},
        rows::NewRow,
        schedule::schedule,
        seed,
        settling::{self, Books, Budget, Facts},
        storage::{Cells, Seat, SubnetState, Validator},
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
            let guard = Guard::new(Self::env().caller());
            let clock = staking_at(staking).clock();
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

        fn registry(&self) -> ink::contract_ref!(Registry) {
            self.registry.into()
        }

        fn staking(&self) -> ink::contract_ref!(Staking) {
            staking_at(self.staking)
        }

        fn tao(&self) -> ink::contract_ref!(Tao) {
            self.tao.into()
        }

        /// What a hotkey committed to; `None` if it is not registered.
        fn validator(&self, netuid: Netuid, context: &WeightsContext) -> Option<Validator> {
            let (uid, registered_at) = context.seat?;
            Some(self.cells.validator(netuid, Seat { uid, registered_at }))
        }

        /// The registration blocks of all uids, of which a context has the first.
        fn registration_blocks(
            &self,
            netuid: Netuid,
            neurons: u16,
            mut known: Vec<ProtocolBlock>,
        ) -> Vec<ProtocolBlock> {
            while let Some(first) = Uid::from_index(known.len()).filter(|first| first.get() < neurons) {
                let page = self.registry().registration_blocks(netuid, first, UIDS_PER_PAGE);
                if page.is_empty() {
                    break;
                }
                known.extend(page);
            }
            known
        }

        /// The seat of a uid, and where its row is that the epoch to be settled next counts.
        fn place_of_row(&self, netuid: Netuid, uid: Uid) -> Option<(Seat, bool)> {
            let context = self.registry().epoch_context(netuid).ok()?;
            let registered_at = *self.registry().registration_blocks(netuid, uid, 1).first()?;
            let epoch = context.cycle.epoch_at(self.block());
            let next = self.cells.subnet(netuid).settled_until.saturating_add(1).max(epoch);
            let (place, updated_at) = self.cells.activity(netuid, uid).as_of(next);
            (updated_at != 0).then_some((Seat { uid, registered_at }, place))
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
                self.staking().delegate(hotkey).map(|delegate| delegate.total_stake).unwrap_or_default()
            };
            accept(shown, hotkey, context, &Standing { permit, stake, version_key, timing })
        }

        /// Begins to settle the epoch that is due.
        fn begin(
            &mut self,
            netuid: Netuid,
            state: &SubnetState,
            now: ProtocolBlock,
            budget: &mut Budget,
        ) -> Result<Progress, SettlementError> {
            let mut context = self.registry().epoch_context(netuid)?;
            let epoch = settling::due_epoch(&context.cycle, state.settled_until, now)?;
            let known = core::mem::take(&mut context.registered_at);
            let registered_at = self.registration_blocks(netuid, context.neurons, known);
            let stakes = self.stakes(netuid, registered_at.len())?;
            let mut emission = self.cells.emission.get_or_default();
            emission.accrue(now, self.tao().issuance(), &context.running).ok_or(SettlementError::Overflow)?;
            self.cells.emission.set(&emission);
            let facts = Facts { context, registered_at, stakes };
            let settlement = self.env().account_id();
            let seed = seed::next(&settlement, netuid, &state.seed, state.mix.as_of(epoch), epoch);
            let payable = (emission.pending(netuid), seed);
            Ok(settling::begin(&self.cells, state, (netuid, epoch), facts, payable, budget))
        }

        /// The stakes of all uids of a subnet.
        fn stakes(&self, netuid: Netuid, neurons: usize) -> Result<Stakes, SettlementError> {
            let mut stakes = Stakes { of: Vec::with_capacity(neurons), total: Rao::ZERO };
            loop {
                let first = Uid::from_index(stakes.of.len()).ok_or(SettlementError::Overflow)?;
                let count = neurons.saturating_sub(stakes.of.len()).min(MAX_STAKES_PER_CALL);
                let page = self.staking().stakes(netuid, first, u16::try_from(count).unwrap_or(u16::MAX))?;
                stakes.total = page.total;
                stakes.of.extend(page.of.into_iter().take(count));
                if stakes.of.len() >= neurons {
                    return Ok(stakes);
                }
            }
        }

        /// Goes on with an epoch; returns where it is then, and the pages that it hands out.
        fn advance(
            &mut self,
            netuid: Netuid,
            state: &mut SubnetState,
            mut progress: Progress,
            mut budget: Budget,
        ) -> Result<(Progress, Vec<Page>), SettlementError> {
            progress.work(Books { cells: &mut self.cells, netuid, state }, &mut budget);
            let mut progress = progress.conclude().ok_or(SettlementError::Overflow)?;
            let mut pages = Vec::new();
            if let Stage::Pay(payout) = &mut progress.stage {
                while !budget.is_spent() && !payout.is_over() {
                    budget.spend(settling::STEPS_TO_PAY);
                    let page = payout.hand_out(&progress.terms, &progress.stake);
                    pages.push(page.ok_or(SettlementError::Overflow)?);
                }
                progress.phase = Phase::Pay(payout.page());
            }
            Ok((progress, pages))
        }

        /// Stores a subnet, and what is under way.
        fn put(&mut self, netuid: Netuid, mut state: SubnetState, progress: Progress) {
            match progress.stage {
                Stage::Pay(payout) if payout.is_over() => {
                    if state.is_settling {
                        Progress::remove(&mut self.cells, netuid);
                    }
                    let Terms { epoch, block, seed, .. } = progress.terms;
                    (state.settled_until, state.settled_block, state.seed) = (epoch, Some(block), seed);
                    (state.permits, state.bonded) = (payout.permits, payout.bonded);
                    state.is_settling = false;
                }
                _ => {
                    progress.store(&mut self.cells, netuid);
                    state.is_settling = true;
                }
            }
            self.cells.subnets.insert(netuid, &state);
        }

        /// Mints an epoch's payment with its first page, credits the rewards of all pages, and tells `registry`.
        fn pay(&mut self, netuid: Netuid, due: Due, pages: Vec<Page>) -> Result<(), SettlementError> {
            let Due { owner, rewards, mut owner_cut, next_epoch, end } = due;
            let mut amounts = vec![(self.staking, rewards), (owner, owner_cut)];
            amounts.retain(|(_, amount)| !amount.is_zero());
            if !amounts.is_empty() {
                self.tao().mint(amounts).map_err(|_| SettlementError::Mint)?;
            }
            let last = pages.len().saturating_sub(1);
            for (position, page) in pages.into_iter().enumerate() {
                self.staking().pay(netuid, page.result.first, page.rewards(), next_epoch)?;
                if let Some((first, emission)) = page.record {
                    self.registry().record_epoch(netuid, first, emission, end.filter(|_| position == last))?;
                }
                self.env().emit_event(EpochSettled { netuid, result: page.result, owner_cut });
                owner_cut = Rao::ZERO;
            }
            Ok(())
        }
    }

    /// What other contracts must do for an epoch beside paying its pages.
    struct Due {
        owner: AccountId,
        /// Minted to all uids, with the first page.
        rewards: Rao,
        /// Minted to the owner, with the first page.
        owner_cut: Rao,
        /// When the subnet's next epoch begins.
        next_epoch: ProtocolBlock,
        /// With the last page.
        end: Option<EpochEnd>,
    }

    fn staking_at(account: AccountId) -> ink::contract_ref!(Staking) {
        account.into()
    }

    impl Settlement for SettlementContract {
        /// Commits the caller to weights.
        #[ink(message)]
        fn commit_weights(&mut self, netuid: Netuid, hash: [u8; 32]) -> Result<(), SettlementError> {
            let now = self.running_block()?;
            let hotkey = self.env().caller();
            let context = self.registry().weights_context(netuid, hotkey, 0)?;
            if !context.hyperparameters.commit_reveal_enabled {
                return Err(SettlementError::CommitRevealDisabled);
            }
            let validator = self.validator(netuid, &context);
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
            let mut context = self.registry().weights_context(netuid, hotkey, UIDS_PER_PAGE)?;
            let validator = self.validator(netuid, &context);
            let mut validator = validator.ok_or(SettlementError::NoWeightsCommitFound)?;
            let hash = commit_hash(&self.env().account_id(), netuid, &hotkey, &payload);
            let taken = validator.commits.take(hash, payload.commit_epoch, now, &context.cycle)?;
            let commit = taken.commit;
            let WeightsPayload { version_key, entries, evidence, salt, .. } = payload;
            if !(MIN_SALT..=MAX_SALT).contains(&salt.len()) {
                return Err(SettlementError::InvalidSalt);
            }
            let state = self.cells.subnet(netuid);
            // A row that is too long is refused below, whatever the other neurons are.
            let neurons = if entries.len() > MAX_WEIGHTS { 0 } else { context.neurons };
            let known = core::mem::take(&mut context.registered_at);
            let registered_at = self.registration_blocks(netuid, neurons, known);
            let shown = Shown::revealed(&entries, version_key, &registered_at);
            let permit = state.is_permitted(validator.seat);
            let by = (hotkey, permit);
            let entries = self.accept(by, &context, &shown, commit.version_key, Timing::Reveal)?;
            let epoch = context.cycle.epoch_at(now);
            let has_say = permit || context.is_owner_hotkey;
            let is_first_reveal = validator.revealed_in.replace(epoch) != Some(epoch);
            let counts = has_say && is_first_reveal && taken.is_first;
            let (seat, committed_at) = (validator.seat, commit.committed_at);
            let row = NewRow { seat, entries, committed_at, updated_at: now, evidence };
            self.cells.take_row(netuid, state, validator, row, (epoch, counts.then_some((hotkey, &salt[..]))));
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
            let context = self.registry().weights_context(netuid, hotkey, 0)?;
            if context.hyperparameters.commit_reveal_enabled {
                return Err(SettlementError::CommitRevealEnabled);
            }
            let validator = self.validator(netuid, &context);
            let last_update = validator.as_ref().and_then(|validator| validator.updated_at);
            let timing = Timing::Direct {
                block: now.get(),
                last_update: last_update.map(ProtocolBlock::get),
                rate_limit: context.hyperparameters.weights_set_rate_limit,
            };
            let state = self.cells.subnet(netuid);
            let shown = Shown::directly(&weights, version_key);
            let permit = validator.as_ref().is_some_and(|validator| state.is_permitted(validator.seat));
            let required = context.hyperparameters.weights_version_key;
            let entries = self.accept((hotkey, permit), &context, &shown, required, timing)?;
            let mut validator = validator.ok_or(SettlementError::HotKeyNotRegisteredInSubNet(hotkey))?;
            validator.commits.drop_all();
            let row = NewRow { seat: validator.seat, entries, committed_at: now, updated_at: now, evidence: [0; 32] };
            self.cells.take_row(netuid, state, validator, row, (context.cycle.epoch_at(now), None));
            self.env().emit_event(WeightsSet { netuid, hotkey });
            Ok(())
        }

        /// Settles the epoch of a subnet that has ended, or goes on with it.
        #[ink(message)]
        fn settle(&mut self, netuid: Netuid, max_steps: u32) -> Result<bool, SettlementError> {
            let now = self.running_block()?;
            let mut state = self.cells.subnet(netuid);
            let mut budget = Budget::new(max_steps);
            let progress = if state.is_settling {
                Progress::load(&self.cells, netuid).ok_or(SettlementError::Overflow)?
            } else {
                self.begin(netuid, &state, now, &mut budget)?
            };
            let has_paid = matches!(progress.phase, Phase::Pay(page) if page > 0);
            let (progress, pages) = self.advance(netuid, &mut state, progress, budget)?;

            let Terms { owner, next_epoch, .. } = progress.terms;
            let mut due = Due { owner, rewards: Rao::ZERO, owner_cut: Rao::ZERO, next_epoch, end: None };
            if let Stage::Pay(payout) = &progress.stage {
                if !has_paid && !pages.is_empty() {
                    let mut emission = self.cells.emission.get_or_default();
                    let paid = payout.total().ok_or(SettlementError::Overflow)?;
                    emission.book(netuid, paid).ok_or(SettlementError::Overflow)?;
                    self.cells.emission.set(&emission);
                    (due.rewards, due.owner_cut) = (payout.rewards, payout.owner_cut);
                }
                if payout.is_over() {
                    let challenge = seed::challenge(&progress.terms.seed);
                    due.end = Some(EpochEnd { epoch: progress.terms.epoch, challenge });
                }
            }
            self.put(netuid, state, progress);
            for page in &pages {
                self.cells.results.insert((netuid, page.number), &page.result);
            }
            let is_settled = due.end.is_some();
            self.pay(netuid, due, pages)?;
            Ok(is_settled)
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
            let context = self.registry().weights_context(netuid, hotkey, 0)?;
            let validator = self.validator(netuid, &context);
            Ok(schedule(now, &context, validator.as_ref(), &self.cells.subnet(netuid)))
        }

        /// The unrevealed commits of a hotkey, oldest first.
        #[ink(message)]
        fn weight_commits(&self, netuid: Netuid, hotkey: AccountId) -> Vec<WeightCommit> {
            let context = self.registry().weights_context(netuid, hotkey, 0).ok();
            let validator = context.and_then(|context| self.validator(netuid, &context));
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
            let Some(&registered_at) = self.registry().registration_blocks(netuid, uid, 1).first() else {
                return Vec::new();
            };
            let holder = Seat { uid, registered_at };
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
        /// The owner, an offer of ownership, the guardian and the last pause.
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
    }
}
