//! The sparse Yuma epoch of subtensor (`epoch_mechanism` in `epoch/run_epoch.rs`), bit-compatible.
//!
//! An epoch turns the weights that validators gave to neurons, the validators' stake and their
//! bonds so far into consensus, incentive, dividends, new permits and new bonds. [`Epoch`] takes one
//! step after the other, so that a contract can spread them over several messages:
//!
//! 1. [`Epoch::begin`], per uid: activity, normalised stake, the next permits.
//! 2. [`Epoch::open_line`] and [`Epoch::count`], per row: whose weights count, and what they add up to.
//! 3. [`Epoch::agree`], per block of columns: the stake-weighted median, clipping, ranks, validator trust.
//! 4. [`Epoch::close_vote`], all at once: incentive.
//! 5. [`Epoch::bond`], per block: the moving average of bonds, and what they earn.
//! 6. [`Epoch::finish`], all at once: dividends.
//!
//! A column is one neuron as seen by all validators, and steps 3 and 5 need nothing of another
//! column. [`run`] does it all at once.
//!
//! Rows may list their uids in any order. subtensor's liquid alpha reads a weight as 0 where a row
//! is not sorted by uid; here the order never matters.

mod block;
mod bonds;
mod consensus;
mod entry;
mod input;
mod line;
mod liquid_alpha;
mod median;
mod outcome;
mod permits;
mod run;
mod standing;
mod words;

pub use block::Block;
pub use entry::{pack, unpack};
pub use input::{Inputs, Neuron, Parameters, Row, Setting, StakeBasis};
pub use line::Line;
pub use median::{weighted_median, Candidate};
pub use outcome::{BondsRow, Outcome, Shares};
pub use permits::top_nonzero;
pub use run::run;
pub use words::Words;

use crate::fixed::{normalise, I32F32};
use alloc::{vec, vec::Vec};
use bonds::Rule;
use consensus::Electorate;
use standing::Standing;

/// An epoch under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    parameters: Parameters,
    owner: Option<u16>,
    basis: StakeBasis,
    bonds_horizon: u64,
    /// The last block at which a neuron registered.
    newest: u64,
    registered_at: Vec<u64>,
    standing: Standing,
    electorate: Electorate,
    lines: Vec<Line>,
    consensus: Vec<I32F32>,
    /// Ranks until the vote is closed, then incentive.
    incentive: Vec<I32F32>,
}

impl Epoch {
    /// Begins an epoch.
    pub fn begin(setting: &Setting) -> Self {
        let standing = Standing::of(setting);
        let uids = standing.stake.len();
        let registered_at: Vec<_> = setting.neurons.iter().take(uids).map(|neuron| neuron.registered_at).collect();
        Self {
            parameters: setting.parameters.clone(),
            owner: setting.owner,
            basis: setting.basis,
            bonds_horizon: setting.bonds_horizon(),
            newest: registered_at.iter().copied().max().unwrap_or(0),
            registered_at,
            electorate: Electorate::new(setting.parameters.kappa, standing.votes()),
            standing,
            lines: Vec::new(),
            consensus: vec![I32F32::ZERO; uids],
            incentive: vec![I32F32::ZERO; uids],
        }
    }

    /// How many neurons there are.
    pub fn neurons(&self) -> usize {
        self.registered_at.len()
    }

    /// Registration block of each neuron.
    pub fn registered_at(&self) -> &[u64] {
        &self.registered_at
    }

    /// The lines opened so far.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Who holds a validator permit from now on, by uid.
    pub fn next_permits(&self) -> &[bool] {
        &self.standing.next_permits
    }

    /// Opens the line of a validator with weights or bonds, once; `None` for an unknown uid. Of its weights those
    /// towards neurons registered before both its last update and the block after `committed_at` count (section
    /// "Weights" of `epoch_mechanism`).
    pub fn open_line(&mut self, uid: u16, last_update: u64, committed_at: Option<u64>) -> Option<usize> {
        if let Some(position) = self.lines.iter().position(|line| line.uid == uid) {
            return Some(position);
        }
        let active_stake = *self.standing.active_stake.get(usize::from(uid))?;
        let committed = committed_at.map_or(u64::MAX, |block| block.saturating_add(1));
        self.lines.push(Line {
            uid,
            active_stake,
            vote: self.standing.vote(active_stake),
            horizon: last_update.min(committed),
            keeps_bonds: self.standing.next_permits.get(usize::from(uid)) == Some(&true),
            weight_sum: 0,
            trust: I32F32::ZERO,
            earned: I32F32::ZERO,
        });
        self.lines.len().checked_sub(1)
    }

    /// Adds weights of a line to the sum of which each is a share. All of them must be counted before any is loaded.
    pub fn count(&mut self, index: usize, entries: &[u32]) {
        let Some(line) = self.lines.get(index) else {
            return;
        };
        let counted = entries.iter().copied().map(unpack).filter(|&(uid, _)| self.counts(line, uid));
        let sum = counted.fold(line.weight_sum, |sum, (_, weight)| sum.saturating_add(u64::from(weight)));
        if let Some(line) = self.lines.get_mut(index) {
            line.weight_sum = sum;
        }
    }

    /// An empty block of up to `width` columns from `first` on.
    pub fn block(&self, first: u16, width: usize) -> Block {
        let width = self.neurons().saturating_sub(usize::from(first)).min(width);
        Block::new(first, width, self.lines.len())
    }

    /// Loads weights of a line; those outside of the block do not matter.
    pub fn load_weights(&self, block: &mut Block, index: usize, entries: &[u32]) {
        if let Some(line) = self.lines.get(index) {
            block.load_weights(index, line, entries, |uid| self.counts(line, uid));
        }
    }

    /// Loads bonds of a line; those outside of the block do not matter, and those towards neurons that are newer than
    /// the bonds do not count.
    pub fn load_bonds(&self, block: &mut Block, index: usize, entries: &[u32]) {
        let all_are_older = self.newest < self.bonds_horizon;
        let is_older = |uid| {
            let registered_at = self.registered_at.get(usize::from(uid));
            all_are_older || registered_at.is_some_and(|&at| at < self.bonds_horizon)
        };
        block.load_bonds(index, entries, is_older);
    }

    /// Takes the votes on the neurons of a block.
    pub fn agree(&mut self, block: &Block) {
        let Self { electorate, lines, consensus, incentive: ranks, .. } = self;
        let results = consensus.get_mut(block.uids()).unwrap_or_default().iter_mut();
        let ranks = ranks.get_mut(block.uids()).unwrap_or_default().iter_mut();
        electorate.agree(lines, block, results.zip(ranks));
    }

    /// Turns ranks into incentive, when all blocks have been voted on.
    pub fn close_vote(&mut self) {
        normalise(&mut self.incentive);
    }

    /// Moves the bonds of a block, which has them afterwards.
    pub fn bond(&mut self, block: &mut Block) {
        let mut rule = Rule::new(&self.parameters, &self.consensus);
        let consensus = self.consensus.get(block.uids()).unwrap_or_default();
        let incentive = self.incentive.get(block.uids()).unwrap_or_default();
        bonds::update(&mut rule, &mut self.lines, block, consensus.iter().zip(incentive));
    }

    /// Ends the epoch, when the bonds of all blocks have moved.
    pub fn finish(mut self) -> Outcome {
        if self.parameters.yuma3 {
            for line in &mut self.lines {
                line.earned = line.earned.saturating_mul(line.active_stake);
            }
        }
        let validator_trust = self.per_uid(|line| line.trust);
        let mut dividends = self.per_uid(|line| line.earned);
        normalise(&mut dividends);
        let Self { standing, consensus, incentive, basis, .. } = self;
        let Standing { active, next_permits, stake, active_stake, .. } = standing;
        Outcome {
            consensus: outcome::proportions(&consensus),
            incentive: outcome::proportions(&incentive),
            dividends: outcome::proportions(&dividends),
            validator_trust: outcome::proportions(&validator_trust),
            stake_weight: outcome::proportions(&stake),
            permits: next_permits,
            active,
            bonds: Vec::new(),
            shares: Shares { incentive, dividends, stake, active_stake, basis },
        }
    }

    /// Whether a weight of a line towards `uid` counts: the neuron was there when the line's weights were made, and is
    /// not the validator itself unless it is the owner's.
    #[inline(always)]
    fn counts(&self, line: &Line, uid: u16) -> bool {
        let index = usize::from(uid);
        let was_there = if self.newest < line.horizon {
            index < self.registered_at.len()
        } else {
            self.registered_at.get(index).is_some_and(|&at| at < line.horizon)
        };
        was_there && (uid != line.uid || self.owner == Some(uid))
    }

    /// Spreads a value per line over a vector per uid.
    fn per_uid(&self, value: impl Fn(&Line) -> I32F32) -> Vec<I32F32> {
        let mut spread = vec![I32F32::ZERO; self.neurons()];
        for line in &self.lines {
            if let Some(slot) = spread.get_mut(usize::from(line.uid)) {
                *slot = value(line);
            }
        }
        spread
    }
}
