//! What this contract asks of the token. State is stored before any of it, and an error undoes it all.

use ink::{codegen::TraitCallBuilder, contract_ref, env::DefaultEnvironment, prelude::vec::Vec};
use primitives::{tao::TokenError, AccountId, Rao};
use psp22::PSP22;

/// Takes `amount` of `coldkey`'s TAO, which must have allowed it, to `holder`, which is this contract.
pub fn collect(tao: AccountId, coldkey: AccountId, holder: AccountId, amount: Rao) -> Result<(), TokenError> {
    let mut token: contract_ref!(PSP22, DefaultEnvironment) = tao.into();
    let call = token.call_mut().transfer_from(coldkey, holder, amount.to_psp22(), Vec::new());
    match call.try_invoke() {
        Ok(Ok(result)) => result.map_err(TokenError::from),
        _ => Err(TokenError::Refused),
    }
}

/// Pays `amount` to `coldkey`.
pub fn pay_out(tao: AccountId, coldkey: AccountId, amount: Rao) -> Result<(), TokenError> {
    let mut token: contract_ref!(PSP22, DefaultEnvironment) = tao.into();
    match token.call_mut().transfer(coldkey, amount.to_psp22(), Vec::new()).try_invoke() {
        Ok(Ok(result)) => result.map_err(TokenError::from),
        _ => Err(TokenError::Refused),
    }
}
