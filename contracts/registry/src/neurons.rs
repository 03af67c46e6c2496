//! Who holds which uid: a newcomer takes the next free one, or the one of the neuron that a full subnet prunes.

use consensus::pruning::{neuron_to_prune, Protection};
use ink::prelude::vec::Vec;
use primitives::{
    registry::{Neuron, MAX_NEURONS_PER_PAGE},
    AccountId, Netuid, ProtocolBlock, RegistryError, Uid,
};

use crate::storage::{Cells, SubnetRecord};

/// A uid that changed hands.
pub struct Seat {
    /// Which.
    pub uid: Uid,
    /// Who had it before.
    pub replaced: Option<AccountId>,
}

/// Fails if `hotkey` has a uid on the subnet.
pub fn ensure_unregistered(cells: &Cells, netuid: Netuid, hotkey: AccountId) -> Result<(), RegistryError> {
    match cells.uid(netuid, hotkey) {
        Some(uid) => Err(RegistryError::HotKeyAlreadyRegisteredInSubNet { uid }),
        None => Ok(()),
    }
}

/// Gives a uid to `hotkey`, which must have none, and stores the subnet's record with the new count.
///
/// # Errors
/// `EpochNotSettled` if it would replace a neuron, `NoNeuronIdAvailable`.
pub fn seat(
    cells: &mut Cells,
    netuid: Netuid,
    mut record: SubnetRecord,
    hotkey: AccountId,
    now: ProtocolBlock,
) -> Result<Seat, RegistryError> {
    let uid = if record.subnet.neurons < record.hyperparameters.max_allowed_uids {
        let uid = Uid::new(record.subnet.neurons);
        record.subnet.neurons = record.subnet.neurons.saturating_add(1);
        cells.subnets.insert(netuid, &record);
        uid
    } else {
        record.ensure_settled(now)?;
        least_paid(cells, netuid, &record, now).ok_or(RegistryError::NoNeuronIdAvailable)?
    };
    let replaced = cells.put_neuron(netuid, uid, Neuron { hotkey, registered_at: now });
    if let Some(replaced) = replaced {
        cells.members.remove((netuid, replaced));
    }
    Ok(Seat { uid, replaced })
}

/// The uid that pruning picks.
fn least_paid(cells: &Cells, netuid: Netuid, record: &SubnetRecord, now: ProtocolBlock) -> Option<Uid> {
    let protection = protection(cells, netuid, record, now);
    neuron_to_prune(cells.candidates(netuid, record.subnet.neurons), &protection).and_then(Uid::from_index)
}

/// Whom pruning and trimming spare.
pub fn protection(cells: &Cells, netuid: Netuid, record: &SubnetRecord, now: ProtocolBlock) -> Protection {
    Protection {
        now: now.get(),
        immunity_period: u64::from(record.hyperparameters.immunity_period),
        min_non_immune: usize::from(record.hyperparameters.min_non_immune_uids),
        exempt: cells.uid(netuid, record.subnet.owner_hotkey).map(Uid::index),
    }
}

/// Up to `limit` neurons from uid `start` on.
pub fn page(cells: &Cells, netuid: Netuid, start: Uid, limit: u16) -> Vec<Neuron> {
    if !cells.subnets.contains(netuid) {
        return Vec::new();
    }
    let limit = limit.min(MAX_NEURONS_PER_PAGE);
    let hotkeys = cells.hotkeys(netuid, start, limit);
    let blocks = cells.registration_blocks(netuid, start, limit);
    hotkeys.into_iter().zip(blocks).map(|(hotkey, registered_at)| Neuron { hotkey, registered_at }).collect()
}
