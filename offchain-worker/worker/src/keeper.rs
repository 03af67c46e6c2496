//! The keeper: whoever notices that an epoch has ended settles it.

use chain::{Chain, ChainError, ChainExt, Contracts, Event, Refusal, Signer};
use primitives::{
    Netuid, Settlement as _, SettlementError,
    settlement::{EpochSettled, SETTLE_STEPS},
};

/// Settles the subnet if an epoch has ended, in as many messages as it takes, and returns what it brought; `None` if
/// nothing was due.
pub fn settle_if_due(
    chain: &dyn Chain,
    contracts: &Contracts,
    keeper: &Signer,
    netuid: Netuid,
) -> Result<Option<EpochSettled>, ChainError> {
    let mut settled: Option<EpochSettled> = None;
    loop {
        let done = match chain.submit(keeper, contracts.settlement().settle(netuid, SETTLE_STEPS)) {
            Err(ChainError::Refused { refusal: Refusal::Settlement(SettlementError::EpochNotDue { .. }), .. }) => {
                return Ok(settled);
            }
            result => result?,
        };
        for page in done.receipt.events.iter().filter_map(Event::decode::<EpochSettled>) {
            match &mut settled {
                Some(settled) => settled.result.append(page.result),
                None => settled = Some(page),
            }
        }
        if done.value {
            return Ok(settled);
        }
    }
}
