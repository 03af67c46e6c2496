//! The last settled epoch of a subnet, computed again from what the chain still says, and what it made of each weight.
//!
//! The contract keeps an epoch's results, and of its inputs what the next epoch needs too. What is missing is known
//! otherwise: the stakes and who was active stand in the result, the permits in the event of the epoch before, and weights
//! that were replaced since in the evidence of their validators, which the chain's events vouch for. Whether all of that
//! fits is not believed: the epoch is run, and its consensus and incentive must be the contract's to the bit.
//!
//! Incentive needs no bonds, so those, which the epoch itself replaced, are not needed either.

mod error;
mod rows;
mod votes;

pub use error::SettledError;
pub use rows::{KnownRow, RowSource, ShownRow};
pub use votes::{Explanation, Vote};

use chain::{Chain, ChainExt as _, Contracts, Snapshot, last_result};
use consensus::epoch::{self, Inputs, Neuron, Outcome, Parameters, Row, Setting, StakeBasis, pack};
use primitives::{
    Netuid, Registry as _, Settlement as _, Uid,
    registry::{self, MAX_NEURONS_PER_PAGE},
    settlement::{EpochResult, EpochSettled},
};

use rows::Ledger;

/// A settled epoch with what it was computed from.
#[derive(Clone, Debug)]
pub struct SettledEpoch {
    /// What the contract says of it.
    pub result: EpochResult,
    /// The neurons that have the uids now; the result may be of fewer.
    pub neurons: Vec<registry::Neuron>,
    /// The weights that it counted.
    pub rows: Vec<KnownRow>,
    parameters: Parameters,
    owner: Option<u16>,
    basis: StakeBasis,
    permits: Vec<bool>,
}

impl SettledEpoch {
    /// Reads the last settled epoch of a subnet, taking weights that the chain has no longer from `shown`, and runs it.
    ///
    /// # Errors
    /// [`SettledError`]: nothing was settled, weights are missing, or the epoch does not come out as the contract says.
    pub fn read(
        chain: &(impl Chain + ?Sized),
        contracts: &Contracts,
        netuid: Netuid,
        shown: &[ShownRow],
    ) -> Result<Self, SettledError> {
        let page = chain.snapshot()?;
        let result = last_result(&page, contracts, netuid)?.ok_or(SettledError::NothingSettled(netuid))?;
        let context = page.view(contracts.registry().epoch_context(netuid))?;
        let neurons = read_neurons(&page, contracts, netuid, context.neurons)?;
        let settled: Vec<(u32, EpochSettled)> = chain.history_of(contracts.settlement, page.block.number)?;
        let permits = permits_before(&settled, netuid, &result, &neurons);
        let settled_in = settled.iter().find(|(_, event)| is_of(event, netuid, result.epoch)).map(|(block, _)| *block);
        let ledger = Ledger::read(chain, contracts, netuid, page.block.number)?;
        let owner = context.owner_uid.map(Uid::get);
        let mut rows = Vec::new();
        for (uid, neuron) in (0..).map(Uid::new).zip(&neurons).take(result.consensus.len()) {
            let is_permitted = owner == Some(uid.get()) || permits.get(uid.index()) == Some(&true);
            if is_permitted && neuron.registered_at < result.block {
                let on_chain = page.view(contracts.settlement().weights(netuid, uid))?;
                let seat = (uid, neuron);
                rows.extend(ledger.counted(seat, on_chain, (&result, settled_in), (&neurons, shown))?);
            }
        }
        let nobody_staked = result.stake.iter().all(|stake| stake.is_zero());
        let epoch = Self {
            neurons,
            rows,
            parameters: settlement::epoch::parameters(&context.hyperparameters),
            owner,
            basis: if nobody_staked { StakeBasis::Genesis } else { StakeBasis::Staked },
            permits,
            result,
        };
        epoch.ensure_fits()?;
        Ok(epoch)
    }

    /// What the epoch made of the weights towards `uid`.
    ///
    /// # Errors
    /// [`SettledError::NoSuchUid`], [`SettledError::DoesNotFit`].
    pub fn explain(&self, uid: Uid) -> Result<Explanation, SettledError> {
        let known = self.result.consensus.len();
        if uid.index() >= known {
            return Err(SettledError::NoSuchUid { uid, known });
        }
        Explanation::of(self, &self.run(), uid).ok_or(SettledError::DoesNotFit { epoch: self.result.epoch })
    }

    fn ensure_fits(&self) -> Result<(), SettledError> {
        let outcome = self.run();
        let fits = outcome.consensus == self.result.consensus && outcome.incentive == self.result.incentive;
        fits.then_some(()).ok_or(SettledError::DoesNotFit { epoch: self.result.epoch })
    }

    /// Runs the epoch without bonds.
    fn run(&self) -> Outcome {
        let neurons = self.epoch_neurons();
        let packed = |row: &KnownRow| row.entries.iter().map(|&(uid, value)| pack(uid, value)).collect::<Vec<_>>();
        let packed: Vec<(u16, Vec<u32>)> = self.rows.iter().map(|row| (row.uid.get(), packed(row))).collect();
        let rows: Vec<Row<'_>> = packed.iter().map(|(uid, entries)| Row { uid: *uid, entries }).collect();
        let setting = Setting {
            parameters: &self.parameters,
            block: self.result.block.get(),
            last_epoch: None,
            owner: self.owner,
            basis: self.basis,
            neurons: &neurons,
        };
        epoch::run(&Inputs { setting, weights: &rows, bonds: &[] })
    }

    fn epoch_neurons(&self) -> Vec<Neuron> {
        let block = self.result.block.get();
        let neuron = |(uid, neuron): (Uid, &registry::Neuron)| {
            let row = self.rows.iter().find(|row| row.uid == uid);
            Neuron {
                stake: self.result.stake.get(uid.index()).map_or(0, |stake| stake.get()),
                // The result says who was active; when weights were made is in `committed_at`.
                last_update: if self.result.active.get(uid.index()) == Some(&true) { block } else { 0 },
                registered_at: neuron.registered_at.get(),
                permit: self.permits.get(uid.index()) == Some(&true),
                committed_at: row.map(|row| row.committed_at.get().saturating_sub(1)),
            }
        };
        (0..).map(Uid::new).zip(&self.neurons).take(self.result.consensus.len()).map(neuron).collect()
    }
}

fn is_of(event: &EpochSettled, netuid: Netuid, epoch: u64) -> bool {
    event.netuid == netuid && event.result.epoch == epoch
}

/// Who had a permit in an epoch: those to whom the one before it gave one, as far as they still had their seats.
fn permits_before(
    settled: &[(u32, EpochSettled)],
    netuid: Netuid,
    result: &EpochResult,
    neurons: &[registry::Neuron],
) -> Vec<bool> {
    let of_subnet = || settled.iter().map(|(_, event)| event).filter(|event| event.netuid == netuid);
    let before = of_subnet().map(|event| event.result.epoch).filter(|epoch| *epoch < result.epoch).max();
    let mut permits = vec![false; neurons.len()];
    for page in of_subnet().filter(|event| Some(event.result.epoch) == before).map(|event| &event.result) {
        for (uid, permit) in (page.first.index()..).zip(&page.permits) {
            let was_there = neurons.get(uid).is_some_and(|neuron| neuron.registered_at < page.block);
            if let Some(slot) = permits.get_mut(uid) {
                *slot = *permit && was_there;
            }
        }
    }
    permits
}

fn read_neurons<C: Chain + ?Sized>(
    page: &Snapshot<'_, C>,
    contracts: &Contracts,
    netuid: Netuid,
    count: u16,
) -> Result<Vec<registry::Neuron>, SettledError> {
    let mut neurons = Vec::with_capacity(usize::from(count));
    for start in (0..count).step_by(usize::from(MAX_NEURONS_PER_PAGE)) {
        neurons.extend(page.view(contracts.registry().neurons(netuid, Uid::new(start), MAX_NEURONS_PER_PAGE))?);
    }
    Ok(neurons)
}
