//! Registration of a neuron, by burn or by work: the same checks, another price.

use primitives::{AccountId, Netuid, ProtocolBlock, Rao, RegistryError};

use crate::{
    admission::Work,
    neurons::{ensure_unregistered, seat, Seat},
    storage::{Cells, SubnetRecord},
};

/// Who wants to register where, and when.
#[derive(Clone, Copy)]
pub(crate) struct Newcomer {
    /// On which subnet.
    pub(crate) netuid: Netuid,
    /// Whose hotkey it is, or becomes: the caller.
    pub(crate) coldkey: AccountId,
    /// Which hotkey.
    pub(crate) hotkey: AccountId,
    /// The block of the call.
    pub(crate) now: ProtocolBlock,
}

/// Gives a uid to a newcomer who burns at most `limit`; the payment is left to the caller.
///
/// # Errors
/// `SubnetNotExists`, `SubNetRegistrationDisabled`, `HotKeyAlreadyRegisteredInSubNet`,
/// `TooManyRegistrationsThisBlock`, `PriceAboveLimit`, `EpochNotSettled`, `NoNeuronIdAvailable`.
pub(crate) fn by_burn(cells: &mut Cells, newcomer: Newcomer, limit: Rao) -> Result<(Seat, Rao), RegistryError> {
    let Newcomer { netuid, hotkey, now, .. } = newcomer;
    let record = open_subnet(cells, newcomer, |record| record.hyperparameters.registration_allowed)?;
    let mut admission = cells.admission(netuid)?;
    let price = admission.by_burn(now, &record.hyperparameters, limit)?;
    cells.admissions.insert(netuid, &admission);
    Ok((seat(cells, netuid, record, hotkey, now)?, price))
}

/// Gives a uid to a newcomer for work; returns the difficulty that it met.
///
/// # Errors
/// `SubnetNotExists`, `SubNetRegistrationDisabled`, `HotKeyAlreadyRegisteredInSubNet`,
/// `TooManyRegistrationsThisBlock`, `TooManyRegistrationsThisInterval`, `InvalidWorkBlock`, `InvalidDifficulty`,
/// `WorkRepeated`, `EpochNotSettled`, `NoNeuronIdAvailable`.
pub(crate) fn by_work(cells: &mut Cells, newcomer: Newcomer, work: &Work) -> Result<(Seat, u64), RegistryError> {
    let Newcomer { netuid, coldkey, hotkey, now } = newcomer;
    let record = open_subnet(cells, newcomer, |record| record.hyperparameters.pow_registration_allowed)?;
    let mut admission = cells.admission(netuid)?;
    let difficulty = admission.by_work(now, &record.hyperparameters, (&coldkey, &hotkey), work)?;
    cells.admissions.insert(netuid, &admission);
    Ok((seat(cells, netuid, record, hotkey, now)?, difficulty))
}

fn open_subnet(
    cells: &Cells,
    newcomer: Newcomer,
    is_open: impl FnOnce(&SubnetRecord) -> bool,
) -> Result<SubnetRecord, RegistryError> {
    let record = cells.subnet(newcomer.netuid)?;
    if !is_open(&record) {
        return Err(RegistryError::SubNetRegistrationDisabled);
    }
    ensure_unregistered(cells, newcomer.netuid, newcomer.hotkey)?;
    Ok(record)
}
