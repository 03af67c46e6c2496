//! What `settlement` reads of a subnet, and what it leaves here after an epoch.

use ink::prelude::vec::Vec;
use primitives::{
    registry::{EpochContext, WeightsContext},
    AccountId, Hash, Netuid, Rao, RegistryError,
};

use crate::storage::Cells;

/// What a commitment or a reveal of `hotkey` needs.
///
/// # Errors
/// `SubnetNotExists`, `SubnetNotStarted`.
pub(crate) fn weights_context(
    cells: &Cells,
    netuid: Netuid,
    hotkey: AccountId,
) -> Result<WeightsContext, RegistryError> {
    let record = cells.subnet(netuid)?;
    let cycle = record.subnet.cycle.ok_or(RegistryError::SubnetNotStarted)?;
    Ok(WeightsContext {
        cycle,
        uid: cells.uids.get((netuid, hotkey)),
        is_owner_hotkey: record.subnet.owner_hotkey == hotkey,
        registered_at: cells.registration_column(netuid),
        hyperparameters: record.hyperparameters,
    })
}

/// What an epoch needs.
///
/// # Errors
/// `SubnetNotExists`, `SubnetNotStarted`.
pub(crate) fn epoch_context(cells: &Cells, netuid: Netuid) -> Result<EpochContext, RegistryError> {
    let record = cells.subnet(netuid)?;
    let cycle = record.subnet.cycle.ok_or(RegistryError::SubnetNotStarted)?;
    Ok(EpochContext {
        cycle,
        owner: record.subnet.owner,
        owner_uid: cells.uids.get((netuid, record.subnet.owner_hotkey)),
        hotkeys: cells.hotkey_column(netuid),
        registered_at: cells.registration_column(netuid),
        running: cells.running.get_or_default(),
        hyperparameters: record.hyperparameters,
    })
}

/// Keeps that all epochs before `epoch` are settled and what that paid to each uid, and asks for work on another
/// challenge.
///
/// # Errors
/// `SubnetNotExists`.
pub(crate) fn record(
    cells: &mut Cells,
    netuid: Netuid,
    epoch: u64,
    mut emission: Vec<Rao>,
    challenge: Hash,
) -> Result<(), RegistryError> {
    let mut record = cells.subnet(netuid)?;
    record.settled_until = epoch;
    cells.subnets.insert(netuid, &record);
    let mut admission = cells.admission(netuid)?;
    admission.set_challenge(challenge);
    cells.admissions.insert(netuid, &admission);
    emission.truncate(usize::from(record.subnet.neurons));
    cells.emission.insert(netuid, &emission);
    Ok(())
}
