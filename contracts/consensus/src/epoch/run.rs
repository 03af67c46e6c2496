//! A whole epoch at once.

use super::input::{Inputs, Row, Setting};
use super::outcome::{BondsRow, Outcome};
use super::{unpack, Epoch};
use alloc::{vec, vec::Vec};

/// Runs one epoch.
///
/// Entries and rows of unknown uids are ignored; of several entries of a row for one uid the first
/// counts, and of several rows of one uid the first as well.
pub fn run(inputs: &Inputs) -> Outcome {
    let setting = inputs.setting;
    let mut epoch = Epoch::begin(&setting);
    let weights: Vec<_> = inputs.weights.iter().filter_map(|row| open(&mut epoch, &setting, row)).collect();
    let mut bonded = vec![false; epoch.neurons()];
    let bonds = inputs.bonds.iter().filter(|row| is_new(&mut bonded, row.uid));
    let bonds: Vec<_> =
        bonds.filter_map(|row| Some((epoch.open_line(row.uid, 0, None)?, distinct(&epoch, row)))).collect();
    for (line, entries) in &weights {
        epoch.count(*line, entries);
    }
    let mut block = epoch.block(0, epoch.neurons());
    for (line, entries) in &weights {
        epoch.load_weights(&mut block, *line, entries);
    }
    for (line, entries) in &bonds {
        epoch.load_bonds(&mut block, *line, entries);
    }
    epoch.agree(&block);
    epoch.close_vote();
    epoch.bond(&mut block);

    let keepers = epoch.lines().iter().enumerate().filter(|(_, line)| line.keeps_bonds());
    let rows = keepers.map(|(index, line)| BondsRow { uid: line.uid, entries: block.bonds_of(index).collect() });
    let bonds = rows.filter(|row| !row.entries.is_empty()).collect();
    Outcome { bonds, ..epoch.finish() }
}

/// Opens the line of a row of weights that counts.
fn open(epoch: &mut Epoch, setting: &Setting, row: &Row) -> Option<(usize, Vec<u32>)> {
    let neuron = setting.neurons.get(usize::from(row.uid))?;
    let is_first = epoch.lines().iter().all(|line| line.uid != row.uid);
    if !is_first || !setting.is_permitted(row.uid, neuron) {
        return None;
    }
    let line = epoch.open_line(row.uid, neuron.last_update, neuron.committed_at)?;
    Some((line, distinct(epoch, row)))
}

/// The first entry of a row for each neuron.
fn distinct(epoch: &Epoch, row: &Row) -> Vec<u32> {
    let mut named = vec![false; epoch.neurons()];
    row.entries.iter().copied().filter(|&entry| is_new(&mut named, unpack(entry).0)).collect()
}

/// Whether a neuron was not named before.
fn is_new(named: &mut [bool], uid: u16) -> bool {
    named.get_mut(usize::from(uid)).is_some_and(|named| !core::mem::replace(named, true))
}
