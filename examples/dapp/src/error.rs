//! Why the patron refuses a call. The errors of Yarrow's contracts are passed on as they are, so that whoever calls knows
//! what to do about them.

#![expect(clippy::cast_possible_truncation, reason = "the derived codec of an enum writes its variant's index as u8")]

use primitives::{tao::TokenError, AccountId, StakingError};
use psp22::PSP22Error;

/// Why the patron refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum PatronError {
    /// Only the owner may do this.
    CallerNotOwner(AccountId),
    /// No epoch of the subnet has been settled.
    NoEpochYet,
    /// All that there was to pay for the last settled epoch was paid.
    NothingDue {
        /// Which epoch.
        epoch: u64,
    },
    /// The token refused; most often this contract has less TAO than that.
    Token(TokenError),
    /// Staking refused.
    Staking(StakingError),
    /// An amount is beyond what the protocol can count.
    Overflow,
}

impl From<PSP22Error> for PatronError {
    fn from(error: PSP22Error) -> Self {
        Self::Token(error.into())
    }
}

impl From<StakingError> for PatronError {
    fn from(error: StakingError) -> Self {
        Self::Staking(error)
    }
}
