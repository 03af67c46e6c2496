//! What `settlement` reads of a subnet, and what it leaves here after an epoch.

use ink::prelude::vec::Vec;
use primitives::{
    registry::{EpochContext, EpochEnd, WeightsContext, SUBNET_LIMIT, UIDS_PER_PAGE},
    AccountId, Netuid, ProtocolBlock, Rao, RegistryError, Uid,
};

use crate::storage::Cells;

/// The first uid of a subnet.
const FIRST: Uid = Uid::new(0);

/// What a commitment or a reveal of `hotkey` needs, with the registration blocks of up to `blocks` uids.
///
/// # Errors
/// `SubnetNotExists`, `SubnetNotStarted`.
pub(crate) fn weights_context(
    cells: &Cells,
    netuid: Netuid,
    hotkey: AccountId,
    blocks: u16,
) -> Result<WeightsContext, RegistryError> {
    let record = cells.subnet(netuid)?;
    let cycle = record.subnet.cycle.ok_or(RegistryError::SubnetNotStarted)?;
    Ok(WeightsContext {
        cycle,
        neurons: record.subnet.neurons,
        seat: cells.members.get((netuid, hotkey)).map(|member| (member.uid, member.registered_at)),
        is_owner_hotkey: record.subnet.owner_hotkey == hotkey,
        registered_at: registration_blocks(cells, netuid, FIRST, blocks),
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
        owner_uid: cells.uid(netuid, record.subnet.owner_hotkey),
        neurons: record.subnet.neurons,
        registered_at: cells.registration_blocks(netuid, FIRST, UIDS_PER_PAGE),
        running: cells.running.get_or_default(),
        hyperparameters: record.hyperparameters,
    })
}

/// The registration blocks of up to `limit` uids from `first` on, at most a page of them.
pub(crate) fn registration_blocks(cells: &Cells, netuid: Netuid, first: Uid, limit: u16) -> Vec<ProtocolBlock> {
    if limit == 0 || !cells.subnets.contains(netuid) {
        return Vec::new();
    }
    cells.registration_blocks(netuid, first, limit.min(UIDS_PER_PAGE))
}

/// Keeps what an epoch paid to the uids of the page that begins at `first` and, with the last page, that all epochs
/// before `end` are settled, which asks for work on another challenge.
///
/// # Errors
/// `InvalidPage`, `SubnetNotExists`.
pub(crate) fn record(
    cells: &mut Cells,
    netuid: Netuid,
    first: Uid,
    mut emission: Vec<Rao>,
    end: Option<EpochEnd>,
) -> Result<(), RegistryError> {
    let page = first.get().checked_div(UIDS_PER_PAGE).unwrap_or(0);
    if page.saturating_mul(UIDS_PER_PAGE) != first.get() || emission.len() > usize::from(UIDS_PER_PAGE) {
        return Err(RegistryError::InvalidPage);
    }
    let mut record = cells.subnet(netuid)?;
    emission.truncate(usize::from(record.subnet.neurons.saturating_sub(first.get())));
    cells.set_emission(netuid, page, emission);
    if let Some(EpochEnd { epoch, challenge }) = end {
        record.settled_until = epoch;
        cells.subnets.insert(netuid, &record);
        let mut admission = cells.admission(netuid)?;
        admission.set_challenge(challenge);
        cells.admissions.insert(netuid, &admission);
    }
    Ok(())
}

/// Keeps the subnets' shares of all emission.
pub(crate) fn record_shares(cells: &mut Cells, mut shares: Vec<(Netuid, u64)>) {
    shares.truncate(usize::from(SUBNET_LIMIT));
    cells.shares.set(&shares);
}
