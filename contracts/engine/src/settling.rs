//! Settling an epoch up to its payout, in steps that may be spread over messages.
//!
//! The first step fixes everything that decides the epoch: stake, neurons, hyperparameters, emission, and which rows of
//! weights are in force. What happens between two messages changes none of it: rows that come wait in another place, and
//! `registry` replaces no neuron before the epoch is settled. So it does not matter who calls when.

use consensus::epoch::{Block, Epoch, Neuron, Setting, StakeBasis};
use ink::prelude::{vec, vec::Vec};
use primitives::{
    registry::EpochContext, staking::Stakes, Cycle, Hash, Netuid, ProtocolBlock, Rao, SettlementError, Uid,
};
use settlement::{
    activity::{Place, PAGE},
    bonds::StoredBonds,
    entries::Entries,
    epoch::parameters,
    rows::{pages_of, StoredRow},
    storage::{Cells, Seat, SubnetState},
};

use crate::{
    digest::Digest,
    payout::Payout,
    progress::{Count, CountedRow, Phase, Progress, Stage, Terms},
};

/// Rows that are counted in one go.
const ROWS_PER_TASK: usize = 64;
/// What the beginning counts as for each page of uids.
const STEPS_TO_BEGIN: usize = 16;
/// What paying a page of uids counts as.
pub(crate) const STEPS_TO_PAY: usize = 32;

/// The steps that a message may still take.
pub(crate) struct Budget(u32);

impl Budget {
    /// At least one step, so that every message gets on.
    pub(crate) fn new(max_steps: u32) -> Self {
        Self(max_steps.max(1))
    }

    /// Whether there are none left.
    pub(crate) fn is_spent(&self) -> bool {
        self.0 == 0
    }

    /// Takes steps; the last task may take more than there are left.
    pub(crate) fn spend(&mut self, steps: usize) {
        self.0 = self.0.saturating_sub(u32::try_from(steps).unwrap_or(u32::MAX));
    }
}

/// The epoch that is to be settled: the current one, which opens when all before it are settled.
///
/// # Errors
/// `EpochNotDue`.
pub(crate) fn due_epoch(cycle: &Cycle, settled_until: u64, now: ProtocolBlock) -> Result<u64, SettlementError> {
    let epoch = cycle.epoch_at(now);
    if epoch > settled_until {
        return Ok(epoch);
    }
    Err(SettlementError::EpochNotDue { now, next_epoch: cycle.starts_at(epoch.saturating_add(1)) })
}

/// What `registry` and `staking` say of a subnet, complete.
pub(crate) struct Facts {
    /// The subnet.
    pub(crate) context: EpochContext,
    /// Registration block of every uid.
    pub(crate) registered_at: Vec<ProtocolBlock>,
    /// Stake of every uid.
    pub(crate) stakes: Stakes,
}

/// Begins the settling of `epoch`, which has `emission` to pay out and after which the seed is `seed`.
///
/// The epoch counts weights as they were at its first block, and neurons that came later have neither stake nor a permit
/// in it, whenever it is settled.
pub(crate) fn begin(
    cells: &Cells,
    state: &SubnetState,
    (netuid, epoch): (Netuid, u64),
    facts: Facts,
    (emission, seed): (Rao, Hash),
    budget: &mut Budget,
) -> Progress {
    let Facts { context, registered_at, stakes } = facts;
    let EpochContext { hyperparameters, cycle, owner, owner_uid, .. } = context;
    let block = cycle.starts_at(epoch);
    let (neurons, voters) = neurons(cells, state, (netuid, epoch, block), owner_uid, (&registered_at, &stakes));
    let last_block = state.settled_block.map(|block| block.get().saturating_sub(1));
    budget.spend(neurons.len().div_ceil(PAGE).saturating_mul(STEPS_TO_BEGIN));

    let mut digest = Digest::default();
    let last = last_block.map(ProtocolBlock::new);
    let count = u16::try_from(neurons.len()).unwrap_or(u16::MAX);
    digest.add(&(netuid, epoch, block, last, &hyperparameters, owner_uid, stakes.total, count));
    for page in neurons.chunks(PAGE) {
        let facts = page.iter().map(|neuron| (neuron.registered_at, neuron.stake, neuron.last_update, neuron.permit));
        digest.add(&facts.collect::<Vec<_>>());
    }
    let stake = neurons.iter().map(|neuron| Rao::new(neuron.stake)).collect();
    let setting = Setting {
        parameters: &parameters(&hyperparameters),
        block: block.get(),
        last_epoch: last_block,
        owner: owner_uid.map(Uid::get),
        basis: if stakes.total.is_zero() { StakeBasis::Genesis } else { StakeBasis::Staked },
        neurons: &neurons,
    };
    let count = Count { phase: Phase::Rows(0), epoch: Epoch::begin(&setting), voters, rows: Vec::new() };
    let next_epoch = cycle.starts_at(epoch.saturating_add(1));
    let terms = Terms { epoch, block, next_epoch, owner, hyperparameters, emission, seed };
    Progress { terms, digest, stake, stage: Stage::Count(count) }
}

/// The neurons of an epoch, and who of them has a permit and weights, and where those are.
fn neurons(
    cells: &Cells,
    state: &SubnetState,
    (netuid, epoch, block): (Netuid, u64, ProtocolBlock),
    owner_uid: Option<Uid>,
    (registered_at, stakes): (&[ProtocolBlock], &Stakes),
) -> (Vec<Neuron>, Vec<(Seat, Place)>) {
    let mut neurons = Vec::with_capacity(registered_at.len());
    let mut voters = Vec::new();
    let mut permits = vec![false; registered_at.len()];
    for holder in state.permits.iter().filter(|holder| holder.is_held(registered_at)) {
        if let Some(permit) = permits.get_mut(holder.uid.index()) {
            *permit = true;
        }
    }
    let mut uids = (0..).map(Uid::new);
    for (number, seats) in (0_u8..=u8::MAX).zip(registered_at.chunks(PAGE)) {
        let mut activities = cells.activity_page(netuid, number).into_iter();
        for (&registered_at, uid) in seats.iter().zip(&mut uids) {
            let (place, updated_at) = activities.next().unwrap_or_default().as_of(epoch);
            let permit = permits.get(uid.index()) == Some(&true);
            let stake = stakes.of.get(uid.index()).copied().unwrap_or_default();
            if updated_at != 0 && (permit || owner_uid == Some(uid)) {
                voters.push((Seat { uid, registered_at }, place));
            }
            neurons.push(Neuron {
                stake: if registered_at < block { stake.get() } else { 0 },
                last_update: updated_at.max(registered_at.get()),
                registered_at: registered_at.get(),
                permit,
                committed_at: None,
            });
        }
    }
    (neurons, voters)
}

/// What a message has in memory of a subnet that is a single block, so that it reads nothing twice.
#[derive(Default)]
pub(crate) struct Desk {
    /// The entries of the rows that were counted in this message.
    entries: Vec<Entries>,
    /// The block with its weights.
    block: Option<Block>,
}

/// Whose books are written to.
pub(crate) struct Books<'a> {
    /// All cells.
    pub(crate) cells: &'a mut Cells,
    /// The subnet.
    pub(crate) netuid: Netuid,
    /// Its state.
    pub(crate) state: &'a mut SubnetState,
}

impl Progress {
    /// Goes on with the computation until it is over or the budget is spent.
    pub(crate) fn work(&mut self, books: Books, budget: &mut Budget) {
        let Self { terms, digest, stage, .. } = self;
        let Stage::Count(count) = stage else {
            return;
        };
        let mut worker = Worker { first_block: terms.block, digest, count, books, desk: Desk::default(), budget };
        while !worker.budget.is_spent() && worker.count.phase != Phase::Over {
            worker.count.phase = worker.task();
        }
    }

    /// Turns a computation that is over into its payout; `None` if an amount is beyond what the protocol can count.
    pub(crate) fn conclude(self) -> Option<Self> {
        let Self { terms, mut digest, stake, stage } = self;
        let stage = match stage {
            Stage::Count(Count { phase: Phase::Over, epoch, .. }) => {
                // A neuron of the epoch's own block may be another one by now.
                let seat = |uid: u16| {
                    let registered_at = ProtocolBlock::new(*epoch.registered_at().get(usize::from(uid))?);
                    (registered_at < terms.block).then_some(Seat { uid: Uid::new(uid), registered_at })
                };
                let keepers = epoch.lines().iter().filter(|line| line.keeps_bonds());
                let bonded = keepers.filter_map(|line| seat(line.uid)).collect();
                let permitted = (0..).zip(epoch.next_permits()).filter(|(_, &permit)| permit);
                let permits = permitted.filter_map(|(uid, _)| seat(uid)).collect();
                let outcome = epoch.finish();
                for column in [&outcome.consensus, &outcome.incentive, &outcome.dividends, &outcome.validator_trust] {
                    digest.add(column);
                }
                digest.add(&outcome.permits);
                digest.add(&outcome.active);
                Stage::Pay(Payout::new(outcome, &terms, [permits, bonded])?)
            }
            stage => stage,
        };
        Some(Self { terms, digest, stake, stage })
    }
}

/// Does the tasks of a computation.
struct Worker<'a> {
    /// The first block of the epoch.
    first_block: ProtocolBlock,
    digest: &'a mut Digest,
    count: &'a mut Count,
    books: Books<'a>,
    desk: Desk,
    budget: &'a mut Budget,
}

impl Worker<'_> {
    /// Does one task; returns the next.
    fn task(&mut self) -> Phase {
        let blocks = u8::try_from(self.count.epoch.neurons().div_ceil(PAGE)).unwrap_or(u8::MAX);
        let following = |block: u8| Some(block.saturating_add(1)).filter(|&next| next < blocks);
        match self.count.phase {
            Phase::Rows(from) => self.count_rows(from),
            Phase::Vote(block) if block < blocks => {
                self.vote(block);
                following(block).map_or_else(|| self.close_vote(), Phase::Vote)
            }
            Phase::Bonds(block) if block < blocks => {
                self.bond(block);
                following(block).map_or(Phase::Over, Phase::Bonds)
            }
            _ => Phase::Over,
        }
    }

    fn is_single_block(&self) -> bool {
        self.count.epoch.neurons() <= PAGE
    }

    fn count_rows(&mut self, from: u16) -> Phase {
        let start = usize::from(from);
        let end = start.saturating_add(ROWS_PER_TASK).min(self.count.voters.len());
        for position in start..end {
            let Some(&(seat, place)) = self.count.voters.get(position) else {
                break;
            };
            self.budget.spend(1);
            if let Some(row) = self.books.cells.row(self.books.netuid, seat, place) {
                self.count_row(row, place);
            }
        }
        if end < self.count.voters.len() {
            return u16::try_from(end).map_or(Phase::Over, Phase::Rows);
        }
        let epoch = &mut self.count.epoch;
        for holder in &self.books.state.bonded {
            if epoch.registered_at().get(holder.uid.index()) == Some(&holder.registered_at.get()) {
                epoch.open_line(holder.uid.get(), 0, None);
            }
        }
        Phase::Vote(0)
    }

    fn count_row(&mut self, row: StoredRow, place: Place) {
        let StoredRow { seat: Seat { uid, .. }, committed_at, updated_at, entries, pages, .. } = row;
        let Self { count: Count { epoch, rows, .. }, digest, books, budget, .. } = self;
        // A neuron that registered in the block of the commitment may have replaced the one that was scored.
        let before = committed_at.get().saturating_sub(1);
        let Some(line) = epoch.open_line(uid.get(), updated_at.get(), Some(before)) else {
            return;
        };
        digest.add(&(uid, committed_at, &entries));
        epoch.count(line, entries.packed());
        for page in pages_of(pages) {
            let entries = books.cells.row_page((books.netuid, uid, place), page);
            digest.add(&entries);
            epoch.count(line, entries.packed());
            budget.spend(1);
        }
        rows.push(CountedRow { uid, place, pages });
        if self.is_single_block() {
            self.desk.entries.push(entries);
        }
    }

    /// A block with its weights.
    fn load(&mut self, number: u8) -> Block {
        let epoch = &self.count.epoch;
        let mut block = epoch.block(u16::from_be_bytes([number, 0]), PAGE);
        let has_all = self.desk.entries.len() == self.count.rows.len();
        for (line, row) in self.count.rows.iter().enumerate() {
            self.budget.spend(1);
            let kept = self.desk.entries.get(line).filter(|_| has_all);
            let stored = if kept.is_some() { Entries::default() } else { self.stored(row, number) };
            epoch.load_weights(&mut block, line, kept.unwrap_or(&stored).packed());
        }
        block
    }

    fn stored(&self, row: &CountedRow, page: u8) -> Entries {
        let key = (self.books.netuid, row.uid, row.place);
        if page == 0 {
            return self.books.cells.rows.get(key).map(|row| row.entries).unwrap_or_default();
        }
        if pages_of(row.pages).any(|present| present == page) {
            return self.books.cells.row_page(key, page);
        }
        Entries::default()
    }

    fn vote(&mut self, number: u8) {
        let block = self.load(number);
        self.count.epoch.agree(&block);
        if self.is_single_block() {
            self.desk.block = Some(block);
        }
    }

    fn close_vote(&mut self) -> Phase {
        self.count.epoch.close_vote();
        Phase::Bonds(0)
    }

    fn bond(&mut self, number: u8) {
        let mut block = match self.desk.block.take() {
            Some(block) => block,
            None => self.load(number),
        };
        let Self { first_block, digest, count: Count { epoch, .. }, books, budget, .. } = self;
        budget.spend(epoch.lines().len());
        let (index, key) = (usize::from(number), (books.netuid, number));
        let pages = books.state.bond_pages.get(index).copied().unwrap_or(0);
        for page in 0..pages {
            let rows = books.cells.bonds_page(key, page);
            digest.add(&rows);
            for StoredBonds { holder, entries } in rows {
                if let Some(line) = line_of(epoch, holder) {
                    epoch.load_bonds(&mut block, line, entries.packed());
                }
            }
        }
        epoch.bond(&mut block);

        let bonds = epoch.lines().iter().enumerate().filter_map(|(line, of)| {
            let registered_at = ProtocolBlock::new(*epoch.registered_at().get(usize::from(of.uid))?);
            // As in `conclude`.
            let stays = of.keeps_bonds() && registered_at < *first_block;
            let entries = Entries::from(block.bonds_of(line).filter(|_| stays).collect::<Vec<_>>());
            if entries.is_empty() {
                return None;
            }
            let row = StoredBonds { holder: Seat { uid: Uid::new(of.uid), registered_at }, entries };
            digest.add(&row);
            Some(row)
        });
        let pages = books.cells.store_bonds(key, bonds, pages);
        if books.state.bond_pages.len() <= index {
            books.state.bond_pages.resize(index.saturating_add(1), 0);
        }
        if let Some(slot) = books.state.bond_pages.get_mut(index) {
            *slot = pages;
        }
    }
}

/// The line of a holder of bonds, if it still holds its uid.
fn line_of(epoch: &Epoch, holder: Seat) -> Option<usize> {
    let registered_at = epoch.registered_at().get(holder.uid.index())?;
    if *registered_at != holder.registered_at.get() {
        return None;
    }
    epoch.lines().iter().position(|line| line.uid == holder.uid.get())
}
