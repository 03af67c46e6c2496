//! Who holds which uid: a newcomer takes the next free one, or the one of the neuron that a full subnet prunes.

use consensus::pruning::{neuron_to_prune, Candidate, Protection};
use ink::prelude::vec::Vec;
use primitives::{
    registry::{Neuron, MAX_NEURONS_PER_PAGE, MIN_NON_IMMUNE_UIDS},
    AccountId, Netuid, ProtocolBlock, Rao, RegistryError, Uid,
};

use crate::storage::{Cells, SubnetRecord};

/// A uid that changed hands.
pub(crate) struct Seat {
    /// Which.
    pub(crate) uid: Uid,
    /// Who had it before.
    pub(crate) replaced: Option<AccountId>,
}

/// Fails if `hotkey` has a uid on the subnet.
pub(crate) fn ensure_unregistered(cells: &Cells, netuid: Netuid, hotkey: AccountId) -> Result<(), RegistryError> {
    match cells.uids.get((netuid, hotkey)) {
        Some(uid) => Err(RegistryError::HotKeyAlreadyRegisteredInSubNet { uid }),
        None => Ok(()),
    }
}

/// Gives a uid to `hotkey`, which must have none, and stores the subnet's record with the new count.
///
/// # Errors
/// `EpochNotSettled` if it would replace a neuron, `NoNeuronIdAvailable`.
pub(crate) fn seat(
    cells: &mut Cells,
    netuid: Netuid,
    mut record: SubnetRecord,
    hotkey: AccountId,
    now: ProtocolBlock,
) -> Result<Seat, RegistryError> {
    let neuron = Neuron { hotkey, registered_at: now };
    let seat = if record.subnet.neurons < record.hyperparameters.max_allowed_uids {
        let uid = Uid::new(record.subnet.neurons);
        cells.append_neuron(netuid, neuron);
        record.subnet.neurons = record.subnet.neurons.saturating_add(1);
        cells.subnets.insert(netuid, &record);
        Seat { uid, replaced: None }
    } else {
        record.ensure_settled(now)?;
        replace(cells, netuid, &record, neuron).ok_or(RegistryError::NoNeuronIdAvailable)?
    };
    cells.uids.insert((netuid, hotkey), &seat.uid);
    Ok(seat)
}

/// Puts `neuron` in the place of the one that pruning picks, and forgets what that one left.
fn replace(cells: &mut Cells, netuid: Netuid, record: &SubnetRecord, neuron: Neuron) -> Option<Seat> {
    let blocks = cells.registration_column(netuid);
    let emission = cells.emission_column(netuid);
    let protection = Protection {
        now: neuron.registered_at.get(),
        immunity_period: u64::from(record.hyperparameters.immunity_period),
        min_non_immune: MIN_NON_IMMUNE_UIDS,
        exempt: cells.uids.get((netuid, record.subnet.owner_hotkey)).map(Uid::index),
    };
    let paid = emission.iter().chain(core::iter::repeat(&Rao::ZERO));
    let candidates = blocks
        .iter()
        .zip(paid)
        .map(|(registered_at, paid)| Candidate { emission: paid.get(), registered_at: registered_at.get() });
    let uid = neuron_to_prune(candidates, &protection).and_then(Uid::from_index)?;
    let replaced = cells.replace_neuron(netuid, uid, neuron, blocks, emission)?;
    cells.uids.remove((netuid, replaced));
    cells.models.remove((netuid, replaced));
    Some(Seat { uid, replaced: Some(replaced) })
}

/// Up to `limit` neurons from uid `start` on.
pub(crate) fn page(cells: &Cells, netuid: Netuid, start: Uid, limit: u16) -> Vec<Neuron> {
    let hotkeys = cells.hotkey_column(netuid);
    let blocks = cells.registration_column(netuid);
    hotkeys
        .into_iter()
        .zip(blocks)
        .map(|(hotkey, registered_at)| Neuron { hotkey, registered_at })
        .skip(start.index())
        .take(usize::from(limit.min(MAX_NEURONS_PER_PAGE)))
        .collect()
}
