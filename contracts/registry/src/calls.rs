//! What this contract asks of `tao` and `staking`. State is stored before any of it, and an error undoes it all.

use ink::{contract_ref, env::DefaultEnvironment, prelude::vec::Vec};
use primitives::{tao::TokenError, AccountId, Clock, Netuid, Rao, RegistryError, Staking, Tao, Uid};
use psp22::PSP22;

/// The deployment's protocol clock.
pub(crate) fn clock(staking: AccountId) -> Clock {
    let staking: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    staking.clock()
}

/// Makes `hotkey` the coldkey's, or fails if it is another's.
///
/// # Errors
/// `Staking`.
pub(crate) fn associate(staking: AccountId, coldkey: AccountId, hotkey: AccountId) -> Result<(), RegistryError> {
    let mut staking: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    Ok(staking.associate_hotkey_for(coldkey, hotkey)?)
}

/// Makes `hotkey` the coldkey's, or fails if it is another's, and gives it the seat of a uid.
///
/// # Errors
/// `Staking`.
pub(crate) fn take_seat(
    staking: AccountId,
    (netuid, uid): (Netuid, Uid),
    coldkey: AccountId,
    hotkey: AccountId,
) -> Result<(), RegistryError> {
    let mut staking: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    Ok(staking.take_seat(netuid, uid, coldkey, hotkey)?)
}

/// Takes `amount` out of the payer's balance and of the issuance.
///
/// # Errors
/// `Token`.
pub(crate) fn recycle(tao: AccountId, payer: AccountId, amount: Rao) -> Result<(), RegistryError> {
    let mut tao: contract_ref!(Tao, DefaultEnvironment) = tao.into();
    Ok(tao.recycle(payer, amount).map_err(TokenError::from)?)
}

/// Moves `amount` from the payer to `holder`, which is this contract.
///
/// # Errors
/// `Token`.
pub(crate) fn take_lock(tao: AccountId, payer: AccountId, holder: AccountId, amount: Rao) -> Result<(), RegistryError> {
    let mut tao: contract_ref!(PSP22, DefaultEnvironment) = tao.into();
    Ok(tao.transfer_from(payer, holder, amount.to_psp22(), Vec::new()).map_err(TokenError::from)?)
}
