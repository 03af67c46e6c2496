//! Where neurons serve: one endpoint per registered hotkey and subnet.

use primitives::{
    axon::{Axon, Endpoints, ServedAxon},
    AccountId, Netuid, ProtocolBlock, RegistryError,
};

use crate::storage::Cells;

/// Keeps the endpoint that `hotkey` announces.
///
/// # Errors
/// `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`, `Axon`, `ServingRateLimitExceeded`.
pub(crate) fn serve(
    cells: &mut Cells,
    netuid: Netuid,
    hotkey: AccountId,
    axon: Axon,
    endpoints: Endpoints,
    now: ProtocolBlock,
) -> Result<(), RegistryError> {
    let rate_limit = cells.subnet(netuid)?.hyperparameters.serving_rate_limit;
    let mut member = cells.member(netuid, hotkey)?;
    axon.check(endpoints)?;
    match member.axon.map(|earlier| earlier.served_at.after(rate_limit)) {
        Some(from) if now < from => return Err(RegistryError::ServingRateLimitExceeded { from }),
        _ => member.axon = Some(ServedAxon { axon, served_at: now }),
    }
    cells.members.insert((netuid, hotkey), &member);
    Ok(())
}
