//! What this contract asks of `tao` and `staking`. State is stored before any of it, and an error undoes it all.

use ink::{
    codegen::TraitCallBuilder,
    contract_ref,
    env::{
        call::{build_call, ExecutionInput, Selector},
        DefaultEnvironment,
    },
    prelude::vec::Vec,
    scale::{Encode, Output},
};
use primitives::{tao::TokenError, AccountId, Clock, Netuid, Rao, RegistryError, Staking, StakingError, Tao, Uid};
use psp22::PSP22;

/// The arguments of a message, encoded.
struct Arguments<'a>(&'a [u8]);

impl Encode for Arguments<'_> {
    fn encode_to<T: Output + ?Sized>(&self, to: &mut T) {
        to.write(self.0);
    }
}

/// Sends a message, encoded, to `staking`. All that answer nothing or an error go this way: each kind of message that is
/// sent as `contract_ref` offers it brings its own copy of all this, of half a kilobyte.
#[inline(never)]
fn send(staking: AccountId, message: &[u8]) -> Result<(), RegistryError> {
    // Every message begins with its selector.
    let (&selector, arguments) = message.split_first_chunk().ok_or(RegistryError::Overflow)?;
    let input = ExecutionInput::new(Selector::new(selector)).push_arg(Arguments(arguments));
    let call = build_call::<DefaultEnvironment>().call(staking).exec_input(input);
    Ok(call.returns::<Result<(), StakingError>>().invoke()?)
}

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
    let mut message: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    send(staking, &message.call_mut().associate_hotkey_for(coldkey, hotkey).params().exec_input().encode())
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
    let mut message: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    send(staking, &message.call_mut().take_seat(netuid, uid, coldkey, hotkey).params().exec_input().encode())
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
    let mut message: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    send(staking, &message.call_mut().take_seats(netuid, seats).params().exec_input().encode())
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
    let mut message: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    send(staking, &message.call_mut().swap_hotkey(coldkey, old, new).params().exec_input().encode())
}

/// The account that has taken the coldkey's place.
pub(crate) fn swapped_to(staking: AccountId, coldkey: AccountId) -> Option<AccountId> {
    let staking: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    staking.swapped_to(coldkey)
}

/// Empties `count` seats of a subnet from `first` on.
///
/// # Errors
/// `Staking`.
pub(crate) fn leave_seats(staking: AccountId, netuid: Netuid, first: Uid, count: u16) -> Result<(), RegistryError> {
    let mut message: contract_ref!(Staking, DefaultEnvironment) = staking.into();
    send(staking, &message.call_mut().leave_seats(netuid, first, count).params().exec_input().encode())
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

/// Moves `amount` from this contract to `owner`.
///
/// # Errors
/// `Token`.
pub(crate) fn refund_lock(tao: AccountId, owner: AccountId, amount: Rao) -> Result<(), RegistryError> {
    let mut tao: contract_ref!(PSP22, DefaultEnvironment) = tao.into();
    Ok(tao.transfer(owner, amount.to_psp22(), Vec::new()).map_err(TokenError::from)?)
}
