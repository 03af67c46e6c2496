//! Pass 2, per row: what the masks leave of weights and bonds, arranged by column.

use super::entry::unpack;
use super::input::{Inputs, Neuron, Row};
use super::standing::Standing;
use crate::fixed::I32F32;
use alloc::{vec, vec::Vec};

/// A validator with a row of weights that count, or of bonds.
pub(super) struct Validator {
    pub(super) uid: u16,
    pub(super) active_stake: I32F32,
    /// Its share of the votes on consensus.
    pub(super) vote: I32F32,
    /// Sum of its raw weights that count.
    weight_sum: u64,
    /// Number of cells in its rows of weights and bonds together.
    pub(super) cells: usize,
}

impl Validator {
    /// A raw weight as a share of the row (`inplace_row_normalize_sparse`, epoch/math.rs).
    pub(super) fn share(&self, weight: u16) -> I32F32 {
        I32F32::ratio(u64::from(weight), self.weight_sum)
    }
}

/// A dense matrix stored column by column: a column is a neuron, a line a [`Validator`].
pub(super) struct Matrix<T> {
    height: usize,
    cells: Vec<T>,
}

impl<T: Copy + Default> Matrix<T> {
    fn new(height: usize, width: usize) -> Self {
        Self { height, cells: vec![T::default(); height.saturating_mul(width)] }
    }

    fn cell_mut(&mut self, column: u16, line: usize) -> Option<&mut T> {
        self.cells.get_mut(usize::from(column).saturating_mul(self.height).saturating_add(line))
    }

    /// The columns in order of uid; none if the matrix has no line.
    pub(super) fn columns(&self) -> impl Iterator<Item = &[T]> {
        self.cells.chunks_exact(self.height.max(1))
    }
}

/// Weights and bonds of an epoch.
pub(super) struct Ledger {
    /// The lines of both matrices.
    pub(super) validators: Vec<Validator>,
    /// Raw weights that count. An explicit 0 is kept: it makes Yuma3 bonds decay, where a missing
    /// weight may end them.
    pub(super) weights: Matrix<Option<u16>>,
    /// Raw bonds, 0 where there are none.
    pub(super) bonds: Matrix<u16>,
}

impl Ledger {
    /// Masks and loads the rows.
    pub(super) fn load(inputs: &Inputs, standing: &Standing) -> Self {
        let permitted = |row: &&Row| standing.permitted.get(usize::from(row.uid)) == Some(&true);
        let mut lines = Lines::new(standing.stake.len(), inputs.weights.len());
        for row in inputs.weights.iter().filter(permitted).chain(inputs.bonds) {
            lines.add(row, standing);
        }
        let Lines { by_uid, validators } = lines;
        let line_of = |row: &Row| by_uid.get(usize::from(row.uid)).copied().flatten().map(usize::from);
        let (height, width) = (validators.len(), standing.stake.len());
        let mut ledger = Self { validators, weights: Matrix::new(height, width), bonds: Matrix::new(height, width) };
        for row in inputs.weights.iter().filter(permitted) {
            if let Some(line) = line_of(row) {
                ledger.load_weights(inputs, row, line);
            }
        }
        for row in inputs.bonds {
            if let Some(line) = line_of(row) {
                ledger.load_bonds(inputs.neurons, inputs.bonds_horizon(), row, line);
            }
        }
        ledger
    }

    /// Drops the weights that do not count (section "Weights" of `epoch_mechanism`): towards
    /// oneself unless owner, towards neurons registered at or after the validator's last update,
    /// and, with a commit, towards neurons registered after it.
    fn load_weights(&mut self, inputs: &Inputs, row: &Row, line: usize) {
        let Some(neuron) = inputs.neurons.get(usize::from(row.uid)) else {
            return;
        };
        let committed = neuron.committed_at.map_or(u64::MAX, |block| block.saturating_add(1));
        let horizon = neuron.last_update.min(committed);
        let weighs_itself = inputs.owner == Some(row.uid);
        let mut sum = 0_u64;
        for (uid, weight) in row.entries.iter().copied().map(unpack) {
            let Some(target) = inputs.neurons.get(usize::from(uid)) else {
                continue;
            };
            if target.registered_at >= horizon || (uid == row.uid && !weighs_itself) {
                continue;
            }
            if let Some(cell @ None) = self.weights.cell_mut(uid, line) {
                *cell = Some(weight);
                sum = sum.saturating_add(u64::from(weight));
            }
        }
        if let Some(validator) = self.validators.get_mut(line) {
            validator.weight_sum = validator.weight_sum.saturating_add(sum);
        }
    }

    /// Drops the bonds towards neurons that are newer than the bonds.
    fn load_bonds(&mut self, neurons: &[Neuron], horizon: u64, row: &Row, line: usize) {
        for (uid, bond) in row.entries.iter().copied().map(unpack) {
            let Some(target) = neurons.get(usize::from(uid)) else {
                continue;
            };
            if target.registered_at >= horizon {
                continue;
            }
            if let Some(cell @ 0) = self.bonds.cell_mut(uid, line) {
                *cell = bond;
            }
        }
    }

    /// Spreads a value per validator over a vector per uid.
    pub(super) fn per_uid(&self, values: &[I32F32], uids: usize) -> Vec<I32F32> {
        let mut spread = vec![I32F32::ZERO; uids];
        for (validator, &value) in self.validators.iter().zip(values) {
            if let Some(slot) = spread.get_mut(usize::from(validator.uid)) {
                *slot = value;
            }
        }
        spread
    }
}

/// Assigns lines to validators.
struct Lines {
    by_uid: Vec<Option<u16>>,
    validators: Vec<Validator>,
}

impl Lines {
    fn new(uids: usize, rows: usize) -> Self {
        Self { by_uid: vec![None; uids], validators: Vec::with_capacity(rows.min(uids)) }
    }

    /// Gives the row's validator a line if it has none yet.
    fn add(&mut self, row: &Row, standing: &Standing) {
        let uid = usize::from(row.uid);
        let Some(slot) = self.by_uid.get_mut(uid) else {
            return;
        };
        let line = *slot.get_or_insert_with(|| {
            let line = u16::try_from(self.validators.len()).unwrap_or(u16::MAX);
            let share = |shares: &[I32F32]| shares.get(uid).copied().unwrap_or_default();
            self.validators.push(Validator {
                uid: row.uid,
                active_stake: share(&standing.active_stake),
                vote: share(&standing.votes),
                weight_sum: 0,
                cells: 0,
            });
            line
        });
        if let Some(validator) = self.validators.get_mut(usize::from(line)) {
            validator.cells = validator.cells.saturating_add(row.entries.len());
        }
    }
}
