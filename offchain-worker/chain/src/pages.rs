//! What the contracts answer in pages, read as a whole at one block.

use primitives::{
    Netuid, Settlement as _,
    settlement::{EpochResult, RESULT_PAGE},
};

use crate::{Chain, ChainError, Contracts, Snapshot};

/// The result of a subnet's last settled epoch, for all uids that it was computed for; `None` before the first.
///
/// # Errors
/// Those of [`Snapshot::view`].
pub fn last_result<C: Chain + ?Sized>(
    page: &Snapshot<'_, C>,
    contracts: &Contracts,
    netuid: Netuid,
) -> Result<Option<EpochResult>, ChainError> {
    let Some(mut result) = page.view(contracts.settlement().epoch_result(netuid, 0))? else {
        return Ok(None);
    };
    // A full page may be followed by another one of the same epoch.
    for number in 1..=u8::MAX {
        if result.consensus.len() < RESULT_PAGE * usize::from(number) {
            break;
        }
        match page.view(contracts.settlement().epoch_result(netuid, number))? {
            Some(next) if next.epoch == result.epoch => result.append(next),
            _ => break,
        }
    }
    Ok(Some(result))
}
