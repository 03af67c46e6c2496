//! What this contract asks of the token. State is stored before any of it, and an error undoes it all.

use ink::prelude::vec::Vec;
use primitives::{
    host::{messages, Outgoing as _, TokenMessages},
    tao::TokenError,
    AccountId, Rao,
};
use psp22::PSP22 as _;

/// Takes `amount` of `coldkey`'s TAO, which must have allowed it, to `holder`, which is this contract.
pub fn collect(tao: AccountId, coldkey: AccountId, holder: AccountId, amount: Rao) -> Result<(), TokenError> {
    let transfer = token(tao).transfer_from(coldkey, holder, amount.to_psp22(), Vec::new());
    transfer.send().ok_or(TokenError::Refused)?.map_err(TokenError::from)
}

/// Pays `amount` to `coldkey`.
pub fn pay_out(tao: AccountId, coldkey: AccountId, amount: Rao) -> Result<(), TokenError> {
    let transfer = token(tao).transfer(coldkey, amount.to_psp22(), Vec::new());
    transfer.send().ok_or(TokenError::Refused)?.map_err(TokenError::from)
}

fn token(tao: AccountId) -> TokenMessages {
    messages(tao)
}
