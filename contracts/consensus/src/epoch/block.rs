//! Some neighbouring columns of weights and bonds, dense: a column is a neuron as seen by all lines.
//!
//! A small subnet is one block; of a large one each block is loaded, used and dropped, so that memory
//! stays bounded. Six bytes for each pair of a line and a neuron.

use super::entry::unpack;
use super::line::Line;
use crate::fixed::I32F32;
use alloc::{vec, vec::Vec};

/// A weight as a share of its row, in 32 binary digits: 1 is the largest number, because no other
/// share comes near it (`w / (w + 1)` with `w` of 16 bits), and no weight is the number before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell(u32);

impl Cell {
    const ONE: Self = Self(u32::MAX);
    const NONE: Self = Self(u32::MAX - 1);

    fn of(share: I32F32) -> Self {
        u32::try_from(share.to_bits()).map_or(Self::ONE, Self)
    }

    /// The share; `None` where the row has no entry. An explicit 0 is an entry: it makes Yuma3 bonds
    /// decay, where a missing weight may end them.
    #[inline(always)]
    pub(super) fn share(self) -> Option<I32F32> {
        match self {
            Self::NONE => None,
            Self::ONE => Some(I32F32::ONE),
            Self(bits) => Some(I32F32::from_bits(i64::from(bits))),
        }
    }
}

/// Columns `first` to `first + width`.
#[derive(Clone, Debug)]
pub struct Block {
    first: u16,
    width: usize,
    height: usize,
    weights: Vec<Cell>,
    /// Raw bonds, 0 where there are none.
    bonds: Vec<u16>,
    /// Line and column of the bonds that are positive but rounded down to 0.
    traces: Vec<(usize, usize)>,
}

impl Block {
    pub(super) fn new(first: u16, width: usize, height: usize) -> Self {
        let cells = height.saturating_mul(width);
        Self { first, width, height, weights: vec![Cell::NONE; cells], bonds: vec![0; cells], traces: Vec::new() }
    }

    /// The uids of the columns.
    pub(super) fn uids(&self) -> core::ops::Range<usize> {
        let first = usize::from(self.first);
        first..first.saturating_add(self.width)
    }

    fn index(&self, uid: u16, line: usize) -> Option<usize> {
        let column = usize::from(uid.checked_sub(self.first)?);
        (column < self.width).then(|| column.saturating_mul(self.height).saturating_add(line))
    }

    /// Puts the weights of a line that count into their cells; of several for one uid the first counts.
    pub(super) fn load_weights(&mut self, index: usize, line: &Line, entries: &[u32], counts: impl Fn(u16) -> bool) {
        for (uid, weight) in entries.iter().copied().map(unpack).filter(|&(uid, _)| counts(uid)) {
            let cell = self.index(uid, index).and_then(|position| self.weights.get_mut(position));
            if let Some(cell @ &mut Cell::NONE) = cell {
                *cell = Cell::of(line.share(weight));
            }
        }
    }

    /// Puts the bonds of a line that count into their cells; of several for one uid the first counts.
    pub(super) fn load_bonds(&mut self, index: usize, entries: &[u32], counts: impl Fn(u16) -> bool) {
        for (uid, bond) in entries.iter().copied().map(unpack).filter(|&(uid, _)| counts(uid)) {
            let cell = self.index(uid, index).and_then(|position| self.bonds.get_mut(position));
            if let Some(cell @ &mut 0) = cell {
                *cell = bond;
            }
        }
    }

    /// The weights column by column.
    pub(super) fn weights(&self) -> impl Iterator<Item = &[Cell]> {
        self.weights.chunks_exact(self.height.max(1))
    }

    /// Weights, and bonds to be replaced, column by column.
    pub(super) fn columns(&mut self) -> impl Iterator<Item = (&[Cell], &mut [u16])> {
        let height = self.height.max(1);
        self.weights.chunks_exact(height).zip(self.bonds.chunks_exact_mut(height))
    }

    pub(super) fn set_traces(&mut self, traces: Vec<(usize, usize)>) {
        self.traces = traces;
    }

    /// The bonds of a line, in order of uid: neurons and bonds, see [`super::pack`].
    pub fn bonds_of(&self, line: usize) -> impl Iterator<Item = u32> + '_ {
        let bonds = self.bonds.iter().skip(line).step_by(self.height.max(1));
        (self.first..=u16::MAX).zip(bonds).enumerate().filter_map(move |(column, (uid, &bond))| {
            let is_bond = bond != 0 || self.traces.contains(&(line, column));
            is_bond.then(|| super::pack(uid, bond))
        })
    }
}
