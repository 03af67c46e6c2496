//! What this contract asks of `tao` and `staking`. State is stored before any of it, and an error undoes it all.

use primitives::{
    host::{messages, Outgoing as _, StakingMessages, TaoMessages},
    tao::TokenError,
    AccountId, Clock, Netuid, Rao, RegistryError, Staking as _, Tao as _, Uid,
};

/// The deployment's protocol clock.
pub(crate) fn clock(staking: AccountId) -> Clock {
    messages::<StakingMessages>(staking).clock().ask()
}

/// Makes `hotkey` the coldkey's, or fails if it is another's, and gives it the seat of a uid.
///
/// # Errors
/// `Staking`.
pub fn take_seat(
    staking: AccountId,
    (netuid, uid): (Netuid, Uid),
    coldkey: AccountId,
    hotkey: AccountId,
) -> Result<(), RegistryError> {
    Ok(messages::<StakingMessages>(staking).take_seat(netuid, uid, coldkey, hotkey).ask()?)
}

/// Takes `amount` out of the payer's balance and of the issuance.
///
/// # Errors
/// `Token`.
pub fn recycle(tao: AccountId, payer: AccountId, amount: Rao) -> Result<(), RegistryError> {
    Ok(messages::<TaoMessages>(tao).recycle(payer, amount).ask().map_err(TokenError::from)?)
}
