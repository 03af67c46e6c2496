//! A hotkey in another's place, on all subnets or on one.
//!
//! The neuron stays what it is: its uid, the block at which it took it, what it was paid, its model and its endpoint.

use primitives::{
    registry::{KEY_SWAP_INTERVAL, KEY_SWAP_ON_SUBNET_INTERVAL},
    AccountId, Netuid, ProtocolBlock, RegistryError, Uid,
};
use registry::{neurons::ensure_unregistered, storage::Cells};

/// Who swaps what, and when.
#[derive(Clone, Copy)]
pub(crate) struct Swap {
    /// The caller, who must own the old hotkey.
    pub(crate) coldkey: AccountId,
    /// The hotkey until now.
    pub(crate) old: AccountId,
    /// The hotkey from now on.
    pub(crate) new: AccountId,
    /// The block of the call.
    pub(crate) now: ProtocolBlock,
}

/// Swaps a hotkey wherever it is registered or named as the owner's. Whose it is, and that the new one is registered
/// nowhere, is left to `staking`, which knows the owner and the seats of each hotkey.
///
/// # Errors
/// `HotKeySetTxRateLimitExceeded`, `EpochNotSettled`.
pub(crate) fn everywhere(cells: &mut Cells, swap: Swap) -> Result<(), RegistryError> {
    count(cells, swap)?;
    for listed in cells.directory.get_or_default().subnets {
        on_subnet(cells, listed.netuid, swap)?;
    }
    Ok(())
}

/// Swaps a hotkey on one subnet; returns its uid. Whose the hotkeys are is left to `staking`.
///
/// # Errors
/// `HotKeySetTxRateLimitExceeded`, `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`,
/// `HotKeySwapOnSubnetIntervalNotPassed`, `HotKeyAlreadyRegisteredInSubNet`, `EpochNotSettled`.
pub(crate) fn on_one(cells: &mut Cells, netuid: Netuid, swap: Swap) -> Result<Uid, RegistryError> {
    let Swap { coldkey, old, new, now } = swap;
    count(cells, swap)?;
    cells.subnet(netuid)?;
    let uid = cells.member(netuid, old)?.uid;
    match cells.subnet_key_swaps.get((netuid, coldkey)).map(|last| last.after(KEY_SWAP_ON_SUBNET_INTERVAL)) {
        Some(from) if now < from => return Err(RegistryError::HotKeySwapOnSubnetIntervalNotPassed { from }),
        _ => cells.subnet_key_swaps.insert((netuid, coldkey), &now),
    };
    ensure_unregistered(cells, netuid, new)?;
    on_subnet(cells, netuid, swap)?;
    Ok(uid)
}

/// Counts a swap by a coldkey.
fn count(cells: &mut Cells, Swap { coldkey, now, .. }: Swap) -> Result<(), RegistryError> {
    match cells.key_swaps.get(coldkey).map(|last| last.after(KEY_SWAP_INTERVAL)) {
        Some(from) if now < from => return Err(RegistryError::HotKeySetTxRateLimitExceeded { from }),
        _ => cells.key_swaps.insert(coldkey, &now),
    };
    Ok(())
}

fn on_subnet(cells: &mut Cells, netuid: Netuid, swap: Swap) -> Result<(), RegistryError> {
    let Swap { old, new, now, .. } = swap;
    let mut record = cells.subnet(netuid)?;
    let member = cells.members.get((netuid, old));
    let is_owners = record.subnet.owner_hotkey == old;
    if member.is_some() || is_owners {
        record.ensure_settled(now)?;
    }
    if is_owners {
        record.subnet.owner_hotkey = new;
        cells.subnets.insert(netuid, &record);
    }
    if let Some(member) = member {
        cells.members.remove((netuid, old));
        cells.set_hotkey(netuid, member.uid, new);
        cells.members.insert((netuid, new), &member);
    }
    Ok(())
}
