//! The phases of settling around the computation: gather the inputs, store what comes out.

use consensus::epoch::Outcome;
use ink::prelude::vec::Vec;
use primitives::{
    registry::{EpochContext, EpochEnd},
    settlement::EpochResult,
    staking::{Reward, Stakes},
    AccountId, Cycle, Hash, Netuid, ProtocolBlock, Rao, SettlementError, Uid,
};

use crate::{
    emission::Payment,
    entries::Entries,
    epoch::{CountedBonds, CountedWeights, EpochInputs, EpochNeuron},
    seed,
    storage::{Cells, Incumbent, Seat, StoredBonds, SubnetState},
};

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

/// Gathers what decides an epoch.
///
/// The epoch counts weights as they were at its first block, and neurons that came later have neither stake nor a
/// permit in it, whenever it is settled. Stake is that of the first block, too. Rules and neurons are those of the first block unless
/// governance changed them: `registry` refuses the owner's changes and replacements until the epoch is settled.
pub(crate) fn gather(
    cells: &Cells,
    state: &SubnetState,
    (netuid, epoch): (Netuid, u64),
    context: &EpochContext,
    hotkeys: &[AccountId],
    stakes: &Stakes,
) -> EpochInputs {
    let block = context.cycle.starts_at(epoch);
    let neurons = neurons(state, (epoch, block), context, hotkeys, stakes);
    let weights = weights(cells, state, (netuid, epoch), context.owner_uid, &neurons);
    let bonds = cells
        .all_bonds(netuid, state.bond_pages)
        .filter(|row| row.holder.holds_its_uid(&context.registered_at))
        .map(|row| CountedBonds { uid: row.holder.uid, entries: row.entries })
        .collect();
    EpochInputs {
        netuid,
        epoch,
        block,
        last_block: state.settled_block.map(|block| ProtocolBlock::new(block.get().saturating_sub(1))),
        hyperparameters: context.hyperparameters.clone(),
        owner_uid: context.owner_uid,
        total_stake: stakes.total,
        neurons,
        weights,
        bonds,
    }
}

fn neurons(
    state: &SubnetState,
    (epoch, block): (u64, ProtocolBlock),
    context: &EpochContext,
    hotkeys: &[AccountId],
    stakes: &Stakes,
) -> Vec<EpochNeuron> {
    let seats = hotkeys.iter().zip(&context.registered_at);
    let mut neurons: Vec<_> = seats
        .zip(&stakes.of)
        .map(|((&hotkey, &registered_at), &stake)| EpochNeuron {
            hotkey,
            registered_at,
            stake: if registered_at < block { stake } else { Rao::ZERO },
            updated_at: registered_at,
            permit: false,
        })
        .collect();
    for (neuron, &updated_at) in neurons.iter_mut().zip(&state.activity.as_of(epoch).updated_at) {
        neuron.updated_at = neuron.updated_at.max(ProtocolBlock::new(updated_at));
    }
    for holder in state.permits.iter().filter(|holder| holder.holds_its_uid(&context.registered_at)) {
        if let Some(neuron) = neurons.get_mut(holder.uid.index()) {
            neuron.permit = true;
        }
    }
    neurons
}

/// The weights that count: of everyone with a permit, and of the owner.
fn weights(
    cells: &Cells,
    state: &SubnetState,
    (netuid, epoch): (Netuid, u64),
    owner_uid: Option<Uid>,
    neurons: &[EpochNeuron],
) -> Vec<CountedWeights> {
    let permitted = |&(uid, neuron): &(Uid, &EpochNeuron)| neuron.permit || Some(uid) == owner_uid;
    let row = |(uid, neuron): (Uid, &EpochNeuron)| {
        let seat = Seat { uid, hotkey: neuron.hotkey, registered_at: neuron.registered_at };
        let row = cells.row(netuid, &state.waiting, seat, epoch)?;
        Some(CountedWeights { uid, committed_at: row.committed_at, entries: row.entries })
    };
    (0..).map(Uid::new).zip(neurons).filter(permitted).filter_map(row).collect()
}

/// Stores an epoch's bonds, permits, seed and result; returns the result and the seed.
pub(crate) fn conclude(
    cells: &mut Cells,
    settlement: &AccountId,
    mut state: SubnetState,
    inputs: EpochInputs,
    mut outcome: Outcome,
    payment: &Payment,
) -> (EpochResult, Hash) {
    let bonds: Vec<_> = core::mem::take(&mut outcome.bonds)
        .into_iter()
        .map(|row| CountedBonds { uid: Uid::new(row.uid), entries: Entries::from(row.entries) })
        .collect();
    let digest = inputs.digest(&outcome, &bonds);
    let EpochInputs { netuid, epoch, block, neurons, .. } = inputs;
    let incumbent = |uid: Uid| {
        let neuron = neurons.get(uid.index())?;
        let is_older = neuron.registered_at < block;
        is_older.then_some(Incumbent { uid, registered_at: neuron.registered_at })
    };

    let stored = |row: CountedBonds| Some(StoredBonds { holder: incumbent(row.uid)?, entries: row.entries });
    let bonds = bonds.into_iter().filter_map(stored).collect();
    state.bond_pages = cells.store_bonds(netuid, bonds, state.bond_pages);
    let permitted = (0..).map(Uid::new).zip(&outcome.permits).filter(|(_, &permit)| permit);
    state.permits = permitted.filter_map(|(uid, _)| incumbent(uid)).collect();
    state.seed = seed::next(settlement, netuid, &state.seed, &state.activity.as_of(epoch).mix, epoch);
    state.settled_until = epoch;
    state.settled_block = Some(block);
    cells.subnets.insert(netuid, &state);

    let result = EpochResult {
        epoch,
        block,
        consensus: outcome.consensus,
        incentive: outcome.incentive,
        dividends: outcome.dividends,
        validator_trust: outcome.validator_trust,
        server_emission: payment.incentive.clone(),
        validator_emission: payment.dividends.clone(),
        permits: outcome.permits,
        active: outcome.active,
        stake: neurons.iter().map(|neuron| neuron.stake).collect(),
        digest,
    };
    cells.results.insert(netuid, &result);
    (result, state.seed)
}

/// What other contracts must be told of a settled epoch.
pub(crate) struct Settled {
    /// The subnet.
    pub(crate) netuid: Netuid,
    /// The block at which the next one begins.
    pub(crate) next_epoch: ProtocolBlock,
    /// The coldkey that owns it.
    pub(crate) owner: AccountId,
    /// What is paid.
    pub(crate) payment: Payment,
    /// What `registry` keeps beside the emission.
    pub(crate) end: EpochEnd,
}

/// The rewards of all uids, those that get nothing included.
pub(crate) fn rewards(payment: &Payment) -> Vec<Reward> {
    let amounts = payment.incentive.iter().zip(&payment.dividends);
    amounts.map(|(&incentive, &dividends)| Reward { incentive, dividends }).collect()
}
