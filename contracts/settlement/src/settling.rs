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

use crate::{
    activity::PAGE,
    bonds::StoredBonds,
    digest::Digest,
    entries::Entries,
    epoch::parameters,
    payout::{Next, Payout},
    progress::{Count, CountedRow, Phase, Terms},
    storage::{Cells, Seat, SubnetState},
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

/// Begins the settling of `epoch`, which has `emission` to pay out.
///
/// The epoch counts weights as they were at its first block, and neurons that came later have neither stake nor a permit
/// in it, whenever it is settled.
pub(crate) fn begin(
    cells: &Cells,
    state: &SubnetState,
    (netuid, epoch): (Netuid, u64),
    facts: Facts,
    emission: Rao,
    budget: &mut Budget,
) -> (Terms, Count) {
    let Facts { context, registered_at, stakes } = facts;
    let EpochContext { hyperparameters, cycle, owner, owner_uid, .. } = context;
    let block = cycle.starts_at(epoch);
    let (neurons, voters) = neurons(cells, state, (netuid, epoch, block), owner_uid, (&registered_at, &stakes));
    let last_block = state.settled_block.map(|block| block.get().saturating_sub(1));

    let mut digest = Digest::default();
    let last = last_block.map(ProtocolBlock::new);
    let count = u16::try_from(neurons.len()).unwrap_or(u16::MAX);
    digest.add(&(netuid, epoch, block, last, &hyperparameters, owner_uid, stakes.total, count));
    for page in neurons.chunks(PAGE) {
        let facts = page.iter().map(|neuron| (neuron.registered_at, neuron.stake, neuron.last_update, neuron.permit));
        digest.add(&facts.collect::<Vec<_>>());
    }
    let stake = neurons.iter().map(|neuron| Rao::new(neuron.stake)).collect();
    let epoch_under_way = Epoch::begin(&Setting {
        parameters: &parameters(&hyperparameters),
        block: block.get(),
        last_epoch: last_block,
        owner: owner_uid.map(Uid::get),
        basis: if stakes.total.is_zero() { StakeBasis::Genesis } else { StakeBasis::Staked },
        neurons: &neurons,
    });
    let pages = neurons.len().div_ceil(PAGE);
    budget.spend(pages.saturating_mul(STEPS_TO_BEGIN));
    let terms = Terms {
        epoch,
        block,
        next_epoch: cycle.starts_at(epoch.saturating_add(1)),
        owner,
        owner_cut: hyperparameters.owner_cut,
        emission,
        mix: *state.mix.as_of(epoch),
        stake,
    };
    (terms, Count { phase: Phase::Rows(0), epoch: epoch_under_way, digest, voters, rows: Vec::new() })
}

/// The neurons of an epoch, and who of them has a permit and weights, and where those are.
fn neurons(
    cells: &Cells,
    state: &SubnetState,
    (netuid, epoch, block): (Netuid, u64, ProtocolBlock),
    owner_uid: Option<Uid>,
    (registered_at, stakes): (&[ProtocolBlock], &Stakes),
) -> (Vec<Neuron>, Vec<(Seat, bool)>) {
    let mut neurons = Vec::with_capacity(registered_at.len());
    let mut voters = Vec::new();
    let mut permits = vec![false; registered_at.len()];
    for holder in state.permits.iter().filter(|holder| holder.is_held(registered_at)) {
        if let Some(permit) = permits.get_mut(holder.uid.index()) {
            *permit = true;
        }
    }
    let pages = (0_u8..=u8::MAX).zip(registered_at.chunks(PAGE));
    let activities = pages.flat_map(|(page, seats)| {
        let activity = cells.activity_page(netuid, page);
        activity.into_iter().chain(core::iter::repeat(Default::default())).take(seats.len())
    });
    let facts = registered_at.iter().zip(&stakes.of).zip(&permits).zip(activities);
    for (uid, (((&registered_at, &stake), &permit), activity)) in (0..).map(Uid::new).zip(facts) {
        let (place, updated_at) = activity.as_of(epoch);
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

impl Count {
    /// Goes on until it is over or the budget is spent.
    pub(crate) fn work(&mut self, books: &mut Books, first_block: ProtocolBlock, budget: &mut Budget) {
        let mut desk = Desk::default();
        while !budget.is_spent() && self.phase != Phase::Over {
            let blocks = u8::try_from(self.epoch.neurons().div_ceil(PAGE)).unwrap_or(u8::MAX);
            let following = |block: u8| Some(block.saturating_add(1)).filter(|&next| next < blocks);
            self.phase = match self.phase {
                Phase::Rows(from) => self.count_rows(books, &mut desk, from, budget),
                Phase::Vote(block) if block < blocks => {
                    self.vote(books, &mut desk, block, budget);
                    following(block).map_or_else(|| self.close_vote(), Phase::Vote)
                }
                Phase::Bonds(block) if block < blocks => {
                    self.bond(books, &mut desk, block, first_block, budget);
                    following(block).map_or(Phase::Over, Phase::Bonds)
                }
                _ => Phase::Over,
            };
        }
    }

    /// Whether nothing is left to be done.
    pub(crate) fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Ends the computation; `None` if an amount is beyond what the protocol can count.
    pub(crate) fn conclude(self, terms: &Terms, seed: Hash) -> Option<Payout> {
        let Self { epoch, mut digest, .. } = self;
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
        Payout::new(outcome, terms, digest.hash(), Next { seed, permits, bonded })
    }

    fn is_single_block(&self) -> bool {
        self.epoch.neurons() <= PAGE
    }

    fn count_rows(&mut self, books: &Books, desk: &mut Desk, from: u16, budget: &mut Budget) -> Phase {
        let start = usize::from(from);
        let end = start.saturating_add(ROWS_PER_TASK).min(self.voters.len());
        for position in start..end {
            let Some(&(seat, place)) = self.voters.get(position) else {
                break;
            };
            budget.spend(1);
            let Some(row) = books.cells.row(books.netuid, seat, place) else {
                continue;
            };
            // A neuron that registered in the block of the commitment may have replaced the one that was scored.
            let committed_at = row.committed_at.get().saturating_sub(1);
            let Some(line) = self.epoch.open_line(seat.uid.get(), row.updated_at.get(), Some(committed_at)) else {
                continue;
            };
            self.digest.add(&(seat.uid, row.committed_at, &row.entries));
            self.epoch.count(line, row.entries.packed());
            for &page in &row.pages {
                let entries = books.cells.row_page((books.netuid, seat.uid, place), page);
                self.digest.add(&entries);
                self.epoch.count(line, entries.packed());
                budget.spend(1);
            }
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            self.rows.push(CountedRow { line, uid: seat.uid, place, pages: row.pages });
            if self.is_single_block() {
                desk.entries.push(row.entries);
            }
        }
        if end < self.voters.len() {
            return u16::try_from(end).map_or(Phase::Over, Phase::Rows);
        }
        for holder in &books.state.bonded {
            if self.epoch.registered_at().get(holder.uid.index()) == Some(&holder.registered_at.get()) {
                self.epoch.open_line(holder.uid.get(), 0, None);
            }
        }
        Phase::Vote(0)
    }

    /// A block with its weights.
    fn load(&self, books: &Books, desk: &Desk, number: u8, budget: &mut Budget) -> Block {
        let first = u16::from(number).saturating_mul(u16::try_from(PAGE).unwrap_or(u16::MAX));
        let mut block = self.epoch.block(first, PAGE);
        let has_all = desk.entries.len() == self.rows.len();
        for (position, row) in self.rows.iter().enumerate() {
            let kept = desk.entries.get(position).filter(|_| has_all);
            let line = usize::from(row.line);
            match kept {
                Some(entries) => self.epoch.load_weights(&mut block, line, entries.packed()),
                None => {
                    let entries = self.stored(books, row, number);
                    self.epoch.load_weights(&mut block, line, entries.packed());
                }
            }
            budget.spend(1);
        }
        block
    }

    fn stored(&self, books: &Books, row: &CountedRow, page: u8) -> Entries {
        let key = (books.netuid, row.uid, row.place);
        if page == 0 {
            return books.cells.rows.get(key).map(|row| row.entries).unwrap_or_default();
        }
        if row.pages.contains(&page) {
            return books.cells.row_page(key, page);
        }
        Entries::default()
    }

    fn vote(&mut self, books: &Books, desk: &mut Desk, number: u8, budget: &mut Budget) {
        let block = self.load(books, desk, number, budget);
        self.epoch.agree(&block);
        if self.is_single_block() {
            desk.block = Some(block);
        }
    }

    fn close_vote(&mut self) -> Phase {
        self.epoch.close_vote();
        Phase::Bonds(0)
    }

    fn bond(
        &mut self,
        books: &mut Books,
        desk: &mut Desk,
        number: u8,
        first_block: ProtocolBlock,
        budget: &mut Budget,
    ) {
        let mut block = match desk.block.take() {
            Some(block) => block,
            None => self.load(books, desk, number, budget),
        };
        budget.spend(self.epoch.lines().len());
        let index = usize::from(number);
        let pages = books.state.bond_pages.get(index).copied().unwrap_or(0);
        for page in 0..pages {
            let rows = books.cells.bonds_page((books.netuid, number), page);
            self.digest.add(&rows);
            for StoredBonds { holder, entries } in rows {
                if let Some(line) = self.line_of(holder) {
                    self.epoch.load_bonds(&mut block, line, entries.packed());
                }
            }
        }
        self.epoch.bond(&mut block);

        let (epoch, digest) = (&self.epoch, &mut self.digest);
        let bonds = epoch.lines().iter().enumerate().filter_map(|(line, of)| {
            let registered_at = ProtocolBlock::new(*epoch.registered_at().get(usize::from(of.uid))?);
            let holder = Seat { uid: Uid::new(of.uid), registered_at };
            let entries = Entries::from(block.bonds_of(line).collect::<Vec<_>>());
            let stays = of.keeps_bonds() && registered_at < first_block && !entries.is_empty();
            stays.then(|| {
                let row = StoredBonds { holder, entries };
                digest.add(&row);
                row
            })
        });
        let pages = books.cells.store_bonds((books.netuid, number), bonds, pages);
        if books.state.bond_pages.len() <= index {
            books.state.bond_pages.resize(index.saturating_add(1), 0);
        }
        if let Some(slot) = books.state.bond_pages.get_mut(index) {
            *slot = pages;
        }
    }

    /// The line of a holder of bonds, if it still holds its uid.
    fn line_of(&self, holder: Seat) -> Option<usize> {
        let registered_at = self.epoch.registered_at().get(holder.uid.index())?;
        if *registered_at != holder.registered_at.get() {
            return None;
        }
        self.epoch.lines().iter().position(|line| line.uid == holder.uid.get())
    }
}
