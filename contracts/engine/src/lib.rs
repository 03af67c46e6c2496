//! The engine of `settlement`: settles epochs and pays the emission.
//!
//! `settlement` runs this code on its own storage and under its own address, so everything here but the epoch under way is
//! `settlement`'s. The contract itself exists so that its code stays on the chain; its own storage names no other contract.
//!
//! A message computes and stores, and only then calls `tao`, `staking` and `registry` to pay and record. Nobody calls back.

#![cfg_attr(not(feature = "std"), no_std, no_main)]
#![warn(missing_docs)]

pub mod digest;
mod payout;
mod progress;
mod settling;

pub use self::engine::{EngineContract, EngineContractRef};

#[ink::contract(env = primitives::Host)]
mod engine {
    use ink::prelude::{vec, vec::Vec};
    use primitives::{
        host::Outgoing as _,
        registry::EpochEnd,
        settlement::{Engine, EpochSettled, SETTLE_STEPS},
        staking::{Stakes, MAX_STAKES_PER_CALL},
        Clock, Guard, GuardError, Netuid, ProtocolBlock, Rao, Registry as _, SettlementError, Staking as _, Tao as _,
        Uid,
    };
    use settlement::{
        root::Root,
        seed,
        storage::{Cells, SubnetState, STORAGE},
    };

    use crate::{
        payout::{self, Page},
        progress::{Ledger, Progress, Stage, Terms},
        settling::{self, Books, Budget, Facts},
    };

    /// The storage of `settlement`, and what is kept of an epoch that is settled in part.
    #[ink(storage)]
    pub struct EngineContract {
        root: Root,
        cells: Cells,
        ledger: Ledger,
    }

    impl EngineContract {
        /// Puts the code on the chain. The caller is the owner of nothing that matters.
        #[ink(constructor)]
        #[expect(clippy::new_without_default, reason = "a contract begins by its constructor")]
        pub fn new() -> Self {
            let nobody = AccountId::from([0; 32]);
            let clock = Clock { genesis_ms: 0, block_ms: 1 };
            let guard = Guard::new(STORAGE, Self::env().caller());
            let root = Root {
                guard,
                clock,
                tao: nobody,
                staking: nobody,
                registry: nobody,
                engine: [0; 32],
                root_network: None,
            };
            Self { root, cells: Cells::default(), ledger: Ledger::default() }
        }

        /// Begins to settle the epoch that is due.
        fn begin(
            &mut self,
            netuid: Netuid,
            state: &SubnetState,
            now: ProtocolBlock,
            budget: &mut Budget,
        ) -> Result<Progress, SettlementError> {
            let mut context = self.root.registry().epoch_context(netuid).ask()?;
            let epoch = settling::due_epoch(&context.cycle, state.settled_until, now)?;
            let known = core::mem::take(&mut context.registered_at);
            let registered_at = self.root.registration_blocks(netuid, context.neurons, known);
            let stakes = self.stakes(netuid, registered_at.len())?;
            let emission = self.root.accrue(&self.cells, now, &context.running)?;
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
                let page = self.root.staking().stakes(netuid, first, u16::try_from(count).unwrap_or(u16::MAX)).ask()?;
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
                    let page = payout.hand_out(&progress.terms, &progress.stake, progress.digest.hash());
                    pages.push(page.ok_or(SettlementError::Overflow)?);
                }
            }
            Ok((progress, pages))
        }

        /// Stores a subnet, and what is under way.
        fn put(&mut self, netuid: Netuid, mut state: SubnetState, progress: Progress) {
            match progress.stage {
                Stage::Pay(payout) if payout.is_over() => {
                    if state.settling.take().is_some() {
                        self.ledger.remove(netuid);
                    }
                    let Terms { epoch, block, seed, .. } = progress.terms;
                    (state.settled_until, state.settled_block, state.seed) = (epoch, Some(block), seed);
                    (state.permits, state.bonded) = (payout.permits, payout.bonded);
                }
                _ => {
                    state.settling = Some(progress.terms.epoch);
                    self.ledger.store(netuid, progress);
                }
            }
            self.cells.subnets.insert(netuid, &state);
        }

        /// Mints what some pages pay, credits it, and tells `registry`.
        fn pay(&mut self, netuid: Netuid, due: Due, pages: Vec<Page>) -> Result<(), SettlementError> {
            let Due { owner, rewards, mut owner_cut, next_epoch, end } = due;
            let mut amounts = vec![(self.root.staking, rewards), (owner, owner_cut)];
            amounts.retain(|(_, amount)| !amount.is_zero());
            if !amounts.is_empty() {
                self.root.tao().mint(amounts).ask().map_err(|_| SettlementError::Mint)?;
            }
            let last = pages.len().saturating_sub(1);
            for (position, page) in pages.into_iter().enumerate() {
                self.root.staking().pay(netuid, page.result.first, page.rewards(), next_epoch).ask()?;
                if let Some((first, emission)) = page.record {
                    self.root
                        .registry()
                        .record_epoch(netuid, first, emission, end.filter(|_| position == last))
                        .ask()?;
                }
                self.env().emit_event(EpochSettled { netuid, result: page.result, owner_cut });
                owner_cut = Rao::ZERO;
            }
            Ok(())
        }
    }

    /// What other contracts must do for some pages of an epoch.
    struct Due {
        owner: AccountId,
        /// Minted to the uids of the pages.
        rewards: Rao,
        /// Minted to the owner, with the first page.
        owner_cut: Rao,
        /// When the subnet's next epoch begins.
        next_epoch: ProtocolBlock,
        /// With the last page.
        end: Option<EpochEnd>,
    }

    impl Engine for EngineContract {
        /// Settles the epoch of a subnet that has ended, or goes on with it.
        #[ink(message)]
        fn settle(&mut self, netuid: Netuid, max_steps: u32) -> Result<bool, SettlementError> {
            let now = self.root.running_block(self.env().block_timestamp())?;
            let mut state = self.cells.subnet(netuid);
            let mut budget = Budget::new(max_steps.min(SETTLE_STEPS));
            let progress = match state.settling {
                Some(_) => {
                    let progress = self.ledger.load(netuid).ok_or(SettlementError::EpochUnreadable)?;
                    // An epoch ends with its subnet: who was to be paid gives up the seats.
                    self.root.registry().epoch_context(netuid).ask()?;
                    progress
                }
                None => self.begin(netuid, &state, now, &mut budget)?,
            };
            let has_paid = matches!(&progress.stage, Stage::Pay(payout) if payout.page() > 0);
            let (progress, pages) = self.advance(netuid, &mut state, progress, budget)?;

            let Terms { owner, next_epoch, .. } = progress.terms;
            let mut due = Due { owner, rewards: Rao::ZERO, owner_cut: Rao::ZERO, next_epoch, end: None };
            if let Stage::Pay(payout) = &progress.stage {
                if !pages.is_empty() {
                    // What later pages pay stays pending: were the subnet dissolved before, it would be nobody's.
                    due.rewards = payout::total(&pages).ok_or(SettlementError::Overflow)?;
                    due.owner_cut = if has_paid { Rao::ZERO } else { payout.owner_cut };
                    let paid = due.rewards.checked_add(due.owner_cut).ok_or(SettlementError::Overflow)?;
                    let mut emission = self.cells.emission.get_or_default();
                    emission.book(netuid, paid).ok_or(SettlementError::Overflow)?;
                    self.cells.emission.set(&emission);
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

        /// Passes if this code works with the storage that it finds.
        #[ink(message)]
        fn check_storage(&self) -> Result<(), GuardError> {
            self.root.guard.ensure_storage(STORAGE)
        }
    }
}
