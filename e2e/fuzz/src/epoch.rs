//! An epoch of a network made of any bytes.

use std::collections::{BTreeMap, BTreeSet};

use consensus::{
    epoch::{BondsRow, Epoch, Inputs, Neuron, Outcome, Parameters, Row, Setting, StakeBasis, pack, run, unpack},
    fixed::I32F32,
    payout::pay,
};

use crate::bytes::Bytes;

/// A validator and its weights or bonds, packed.
type Rows = Vec<(u16, Vec<u32>)>;

/// Everything an epoch is computed from.
#[derive(Debug)]
struct Network {
    parameters: Parameters,
    neurons: Vec<Neuron>,
    block: u64,
    last_epoch: Option<u64>,
    owner: Option<u16>,
    basis: StakeBasis,
    weights: Rows,
    bonds: Rows,
}

/// Runs one epoch of the network that the bytes describe, at once and in steps, as a contract does that keeps it as words
/// between any two messages.
///
/// # Panics
/// If the two differ, shares do not sum to 1 or 0 within rounding, bonds are out of range or somebody else's, there are too
/// many permits, or a payment by the shares is not the amount to be paid.
pub fn epoch(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let width = 1 + usize::from(bytes.byte() % 40);
    let rao = bytes.number();
    let network = Network::read(&mut bytes);
    let outcome = network.run();
    assert_eq!(network.run_in_steps(width), outcome);
    network.check(&outcome);
    let payout = pay(&outcome.shares, rao);
    let paid: u128 = payout.incentive.iter().chain(&payout.dividends).map(|&amount| u128::from(amount)).sum();
    assert_eq!(paid + u128::from(payout.remainder), u128::from(rao));
}

impl Network {
    fn read(bytes: &mut Bytes) -> Self {
        Self {
            parameters: parameters(bytes),
            block: bytes.number(),
            last_epoch: bytes.option(Bytes::number),
            owner: bytes.option(Bytes::uid),
            basis: if bytes.flag() { StakeBasis::Genesis } else { StakeBasis::Staked },
            neurons: bytes.list(24, neuron),
            weights: bytes.list(24, row),
            bonds: bytes.list(24, row),
        }
    }

    fn setting(&self) -> Setting<'_> {
        Setting {
            parameters: &self.parameters,
            block: self.block,
            last_epoch: self.last_epoch,
            owner: self.owner,
            basis: self.basis,
            neurons: &self.neurons,
        }
    }

    /// The epoch at once.
    fn run(&self) -> Outcome {
        run(&Inputs { setting: self.setting(), weights: &borrowed(&self.weights), bonds: &borrowed(&self.bonds) })
    }

    /// The epoch by its steps, in blocks of `width` columns, kept as words between any two steps. A contract has one row
    /// of each validator, with one entry for each neuron, and reads only those of permitted validators.
    fn run_in_steps(&self, width: usize) -> Outcome {
        let kept = |epoch: Epoch| {
            Epoch::from_words(self.parameters.clone(), epoch.into_words()).expect("these are the words of an epoch")
        };
        let mut epoch = kept(Epoch::begin(&self.setting()));
        let mut lines = vec![];
        for (uid, row) in distinct(&self.weights) {
            let Some(neuron) = self.neurons.get(usize::from(uid)) else { continue };
            if neuron.permit || self.owner == Some(uid) {
                let line = epoch.open_line(uid, neuron.last_update, neuron.committed_at).expect("the uid is known");
                epoch.count(line, &row);
                epoch = kept(epoch);
                lines.push((line, row));
            }
        }
        let bonds = distinct(&self.bonds).into_iter();
        let bonds: Vec<_> = bonds.filter_map(|(uid, row)| Some((epoch.open_line(uid, 0, None)?, row))).collect();
        let firsts = || (0..u16::MAX).take(self.neurons.len()).step_by(width);
        for first in firsts() {
            let mut block = epoch.block(first, width);
            lines.iter().for_each(|(line, row)| epoch.load_weights(&mut block, *line, row));
            epoch.agree(&block);
            epoch = kept(epoch);
        }
        epoch.close_vote();
        let mut bonded: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for first in firsts() {
            let mut block = epoch.block(first, width);
            lines.iter().for_each(|(line, row)| epoch.load_weights(&mut block, *line, row));
            bonds.iter().for_each(|(line, row)| epoch.load_bonds(&mut block, *line, row));
            epoch.bond(&mut block);
            epoch = kept(epoch);
            for (index, line) in epoch.lines().iter().enumerate().filter(|(_, line)| line.keeps_bonds()) {
                bonded.entry(line.uid).or_default().extend(block.bonds_of(index));
            }
        }
        let order: Vec<_> = epoch.lines().iter().map(|line| line.uid).collect();
        let rows = order.into_iter().filter_map(|uid| Some(BondsRow { uid, entries: bonded.remove(&uid)? }));
        let bonds = rows.filter(|row| !row.entries.is_empty()).collect();
        Outcome { bonds, ..epoch.finish() }
    }

    /// What holds of every outcome.
    fn check(&self, outcome: &Outcome) {
        let uids = self.neurons.len();
        let shares = &outcome.shares;
        for shares in [&shares.incentive, &shares.dividends, &shares.stake, &shares.active_stake] {
            assert_eq!(shares.len(), uids);
            assert!(is_one_or_none(shares), "{shares:?}");
        }
        let permits = outcome.permits.iter().filter(|&&permit| permit).count();
        assert!(permits <= usize::from(self.parameters.max_validators) + 1, "{permits}");
        for BondsRow { uid, entries } in &outcome.bonds {
            assert!(outcome.permits[usize::from(*uid)], "{uid} has bonds and no permit");
            assert!(entries.is_sorted_by(|&one, &next| unpack(one).0 < unpack(next).0), "{entries:?}");
            assert!(entries.iter().all(|&entry| usize::from(unpack(entry).0) < uids), "{entries:?}");
        }
    }
}

fn parameters(bytes: &mut Bytes) -> Parameters {
    Parameters {
        kappa: bytes.short(),
        bonds_penalty: bytes.short(),
        // Up to more than all of them.
        bonds_moving_average: u32::from(bytes.short()) * 20,
        yuma3: bytes.flag(),
        liquid_alpha: bytes.flag(),
        alpha_low: bytes.short(),
        alpha_high: bytes.short(),
        alpha_sigmoid_steepness: bytes.short().cast_signed(),
        max_validators: u16::from(bytes.byte() % 32),
        activity_cutoff: bytes.number(),
        stake_threshold: bytes.number(),
        tempo: bytes.number(),
    }
}

fn neuron(bytes: &mut Bytes) -> Neuron {
    Neuron {
        stake: bytes.number(),
        permit: bytes.flag(),
        last_update: bytes.number(),
        registered_at: bytes.number(),
        committed_at: bytes.option(Bytes::number),
    }
}

fn row(bytes: &mut Bytes) -> (u16, Vec<u32>) {
    (bytes.uid(), bytes.list(32, |bytes| pack(bytes.uid(), bytes.short())))
}

fn borrowed(rows: &Rows) -> Vec<Row<'_>> {
    rows.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect()
}

/// The first row of each uid, with the first entry for each.
fn distinct(rows: &Rows) -> Rows {
    let mut named = BTreeSet::new();
    let first = rows.iter().filter(|(uid, _)| named.insert(*uid));
    let row = |row: &[u32]| {
        let mut named = BTreeSet::new();
        row.iter().copied().filter(|&entry| named.insert(unpack(entry).0)).collect()
    };
    first.map(|(uid, entries)| (*uid, row(entries))).collect()
}

/// Rounding down loses less than the smallest unit per uid.
fn is_one_or_none(shares: &[I32F32]) -> bool {
    let sum: i64 = shares.iter().map(|share| share.to_bits()).sum();
    let (one, lost) = (I32F32::ONE.to_bits(), i64::try_from(shares.len()).unwrap_or(i64::MAX));
    shares.iter().all(|&share| share >= I32F32::ZERO) && (sum == 0 || (sum <= one && sum + lost >= one))
}
