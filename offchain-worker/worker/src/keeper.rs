//! The keeper: whoever notices that an epoch has ended settles it, on a subnet or on the root network.

use chain::{Chain, ChainError, ChainExt, Contracts, Event, Refusal, Signer};
use primitives::{
    Netuid, RootError, RootNetwork as _, Settlement as _, SettlementError, Staking as _,
    root::Share,
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

/// Divides emission by the votes of the root network if a root epoch is due and would change anything; returns the new
/// shares of the subnets.
pub fn root_epoch_if_due(
    chain: &dyn Chain,
    contracts: &Contracts,
    keeper: &Signer,
) -> Result<Option<Vec<Share>>, ChainError> {
    let page = chain.snapshot()?;
    let now = page.view(contracts.staking().clock())?.block(page.block.timestamp_ms);
    if now < page.view(contracts.root().next_root_epoch())?
        || page.view(contracts.root().preview_shares())? == page.view(contracts.root().shares())?
    {
        return Ok(None);
    }
    match chain.submit(keeper, contracts.root().root_epoch()) {
        // Another keeper came first.
        Err(ChainError::Refused { refusal: Refusal::Root(RootError::RootEpochNotDue { .. }), .. }) => Ok(None),
        result => {
            result?;
            Ok(Some(chain.view(contracts.root().shares())?))
        }
    }
}
