//! The keeper: whoever notices that an epoch has ended settles it.

use chain::{Chain, ChainError, ChainExt, Contracts, Refusal, Signer};
use primitives::{Netuid, Settlement as _, SettlementError, settlement::EpochSettled};

/// Settles the subnet if an epoch has ended, and returns what it brought; `None` if nothing was due.
pub fn settle_if_due(
    chain: &dyn Chain,
    contracts: &Contracts,
    keeper: &Signer,
    netuid: Netuid,
) -> Result<Option<EpochSettled>, ChainError> {
    match chain.submit(keeper, contracts.settlement().settle(netuid)) {
        Ok(done) => Ok(done.receipt.event()),
        Err(ChainError::Refused { refusal: Refusal::Settlement(SettlementError::EpochNotDue { .. }), .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
