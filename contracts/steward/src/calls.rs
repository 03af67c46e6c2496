//! What the steward asks of `tao` and `staking`. State is stored before any of it, and an error undoes it all.

use ink::prelude::vec::Vec;
use primitives::{
    host::{messages, Outgoing as _, StakingMessages, TokenMessages},
    tao::TokenError,
    AccountId, Netuid, Rao, RegistryError, Staking as _, Uid,
};
use psp22::PSP22 as _;

/// Makes `hotkey` the coldkey's, or fails if it is another's.
///
/// # Errors
/// `Staking`.
pub(crate) fn associate(staking: AccountId, coldkey: AccountId, hotkey: AccountId) -> Result<(), RegistryError> {
    Ok(messages::<StakingMessages>(staking).associate_hotkey_for(coldkey, hotkey).ask()?)
}

/// Gives seats of a subnet to registered hotkeys.
///
/// # Errors
/// `Staking`.
pub(crate) fn take_seats(
    staking: AccountId,
    netuid: Netuid,
    seats: Vec<(Uid, AccountId)>,
) -> Result<(), RegistryError> {
    Ok(messages::<StakingMessages>(staking).take_seats(netuid, seats).ask()?)
}

/// Puts a hotkey of the coldkey in the place of another.
///
/// # Errors
/// `Staking`.
pub(crate) fn swap_hotkey(
    staking: AccountId,
    coldkey: AccountId,
    old: AccountId,
    new: AccountId,
) -> Result<(), RegistryError> {
    Ok(messages::<StakingMessages>(staking).swap_hotkey(coldkey, old, new).ask()?)
}

/// The account that has taken the coldkey's place.
pub(crate) fn swapped_to(staking: AccountId, coldkey: AccountId) -> Option<AccountId> {
    messages::<StakingMessages>(staking).swapped_to(coldkey).ask()
}

/// Empties `count` seats of a subnet from `first` on.
///
/// # Errors
/// `Staking`.
pub(crate) fn leave_seats(staking: AccountId, netuid: Netuid, first: Uid, count: u16) -> Result<(), RegistryError> {
    Ok(messages::<StakingMessages>(staking).leave_seats(netuid, first, count).ask()?)
}

/// Moves `amount` from the payer to `holder`, which is `registry`.
///
/// # Errors
/// `Token`.
pub(crate) fn take_lock(tao: AccountId, payer: AccountId, holder: AccountId, amount: Rao) -> Result<(), RegistryError> {
    let transfer = messages::<TokenMessages>(tao).transfer_from(payer, holder, amount.to_psp22(), Vec::new());
    Ok(transfer.ask().map_err(TokenError::from)?)
}

/// Moves `amount` from `registry` to `owner`.
///
/// # Errors
/// `Token`.
pub(crate) fn refund_lock(tao: AccountId, owner: AccountId, amount: Rao) -> Result<(), RegistryError> {
    let transfer = messages::<TokenMessages>(tao).transfer(owner, amount.to_psp22(), Vec::new());
    Ok(transfer.ask().map_err(TokenError::from)?)
}
