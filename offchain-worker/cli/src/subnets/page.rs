//! What several commands read of a subnet at one block.

use chain::{ChainError, Contracts, parameters::Rules};
use primitives::{
    AccountId, Authority, Guarded as _, Netuid, ProtocolBlock, Rao, Registry as _, Staking as _, Uid,
    registry::{Subnet, SubnetIdentity},
    staking::MAX_STAKES_PER_CALL,
};
use worker::WorkerError;

use crate::{error::CliError, market::Page};

/// The protocol block of a page.
pub(crate) fn protocol_block(page: &Page, contracts: &Contracts) -> Result<ProtocolBlock, ChainError> {
    Ok(page.view(contracts.staking().clock())?.block(page.block.timestamp_ms))
}

/// A subnet that must be there.
///
/// # Errors
/// If there is no such subnet.
pub(crate) fn subnet(page: &Page, contracts: &Contracts, netuid: Netuid) -> Result<Subnet, CliError> {
    let found = page.view(contracts.registry().subnet(netuid))?;
    found.ok_or_else(|| WorkerError::NoSuchSubnet(netuid).into())
}

/// What a subnet says of itself.
pub(crate) fn identity(page: &Page, contracts: &Contracts, netuid: Netuid) -> Result<SubnetIdentity, ChainError> {
    Ok(page.view(contracts.registry().identity(netuid))?.unwrap_or_default())
}

/// The rules of a subnet that must be there.
///
/// # Errors
/// If there is no such subnet.
pub(crate) fn rules(page: &Page, contracts: &Contracts, netuid: Netuid) -> Result<Rules, CliError> {
    let hyperparameters = page.view(contracts.registry().hyperparameters(netuid))?;
    let target = page.view(contracts.registry().work_target(netuid))?;
    match (hyperparameters, target) {
        (Some(hyperparameters), Some(target)) => Ok(Rules { hyperparameters, difficulty: target.difficulty }),
        _ => Err(WorkerError::NoSuchSubnet(netuid).into()),
    }
}

/// In whose name an account changes a subnet: governance's where it owns `registry`, else its owner's.
pub(crate) fn authority(page: &Page, contracts: &Contracts, account: AccountId) -> Result<Authority, ChainError> {
    let governance = page.view(contracts.guarded(contracts.registry).guard())?.owner;
    Ok(if governance == account { Authority::Governance } else { Authority::SubnetOwner })
}

/// Staked on the hotkeys of a subnet, as an epoch counts it.
pub(super) fn stake(page: &Page, contracts: &Contracts, netuid: Netuid, neurons: u16) -> Result<Rao, ChainError> {
    let mut sum = 0_u64;
    for first in (0..neurons).step_by(MAX_STAKES_PER_CALL) {
        let count = u16::try_from(MAX_STAKES_PER_CALL).unwrap_or(u16::MAX).min(neurons - first);
        let stakes = page.view(contracts.staking().stakes(netuid, Uid::new(first), count))?;
        sum = stakes.of.iter().fold(sum, |sum, stake| sum.saturating_add(stake.get()));
    }
    Ok(Rao::new(sum))
}

/// A text that a stranger wrote, on one line and without what steers a terminal.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect::<String>().trim().to_owned()
}
