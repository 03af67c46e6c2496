//! From a contract's answer to the value that the caller wants, or to why there is none.

use ink::LangError;
use primitives::{
    AccountId, Clock, Guard, Hash, ProtocolBlock, Rao, registry::Settings, settlement::EmissionLedger,
    staking::Children, tao::Supply,
};
use scale::{Decode, DecodeAll};

use crate::{ChainError, Label, Output, Refusal};

/// What a message replies with: a value, or a value or a contract's error.
pub trait Reply: Decode {
    /// What is left when errors are taken out.
    type Value;

    /// Takes the error out.
    ///
    /// # Errors
    /// The contract's error, if the reply is one.
    fn into_value(self) -> Result<Self::Value, Refusal>;
}

impl<T: Decode, E: Decode + Into<Refusal>> Reply for Result<T, E> {
    type Value = T;

    fn into_value(self) -> Result<T, Refusal> {
        self.map_err(Into::into)
    }
}

macro_rules! plain_reply {
    ($($reply:ty $(: $parameter:ident)?),* $(,)?) => {$(
        impl$(<$parameter: Decode>)? Reply for $reply {
            type Value = Self;

            fn into_value(self) -> Result<Self, Refusal> {
                Ok(self)
            }
        }
    )*};
}

plain_reply!(
    Option<T>: T, Vec<T>: T, (), u8, u16, u128, Rao, Hash, ProtocolBlock, Supply, Clock, Guard, EmissionLedger, Children, Settings
);

/// Decodes what a contract answered to a message.
pub(crate) fn decode<R: Reply>(message: Label, contract: AccountId, output: &Output) -> Result<R::Value, ChainError> {
    match Result::<R, LangError>::decode_all(&mut output.data.as_slice()) {
        Ok(Ok(reply)) => reply.into_value().map_err(|refusal| ChainError::Refused { message, refusal }),
        Ok(Err(error)) => Err(ChainError::Misunderstood { message, contract, error }),
        Err(_) => Err(ChainError::Undecodable { message, contract, data: output.data.clone() }),
    }
}
