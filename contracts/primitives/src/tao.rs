//! The interface of `tao`: what the token does beyond PSP22, PSP22Metadata and PSP22Burnable.
//!
//! `issuance` is what was minted less what was recycled, and drives the halving: recycled TAO can be emitted
//! again. Burned TAO leaves the balances but stays issued, so it is gone for good.

use ink::prelude::vec::Vec;
use psp22::PSP22Error;

use crate::{AccountId, GuardError, Rao};

/// Name of the token.
pub const TOKEN_NAME: &str = "TAO";
/// Symbol of the token.
pub const TOKEN_SYMBOL: &str = "TAO";
/// Decimals of the token: 1 TAO = 10^9 RAO.
pub const TOKEN_DECIMALS: u8 = 9;
/// Most accounts that the constructor's allocation may name.
pub const MAX_ALLOCATIONS: usize = 64;

/// What went in and out of the supply since deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Supply {
    /// Ever minted.
    pub minted: Rao,
    /// Taken out so that it can be emitted again.
    pub recycled: Rao,
    /// Taken out for good.
    pub burned: Rao,
}

impl Supply {
    /// Minted less recycled: what the halving and the cap count.
    pub fn issuance(&self) -> Rao {
        Rao::new(self.minted.get().saturating_sub(self.recycled.get()))
    }

    /// The sum of all balances.
    pub fn circulating(&self) -> Rao {
        Rao::new(self.issuance().get().saturating_sub(self.burned.get()))
    }
}

/// Why the token did not move TAO, as the other contracts pass it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum TokenError {
    /// The payer has less TAO than that.
    InsufficientBalance,
    /// The payer has not allowed that much to the contract.
    InsufficientAllowance,
    /// Anything else: the token is paused, or the caller is not who it must be.
    Refused,
}

impl From<PSP22Error> for TokenError {
    fn from(error: PSP22Error) -> Self {
        match error {
            PSP22Error::InsufficientBalance => Self::InsufficientBalance,
            PSP22Error::InsufficientAllowance => Self::InsufficientAllowance,
            _ => Self::Refused,
        }
    }
}

impl From<TaoError> for TokenError {
    fn from(error: TaoError) -> Self {
        match error {
            TaoError::Token(error) => error,
            _ => Self::Refused,
        }
    }
}

/// Why the token refused a call that PSP22 does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum TaoError {
    /// Refused by ownership or pause.
    Guard(GuardError),
    /// Refused by a rule of PSP22.
    Token(TokenError),
    /// The caller is not the minter.
    CallerNotMinter(AccountId),
    /// Issuance would pass the cap.
    CapExceeded {
        /// What may still be minted.
        left: Rao,
    },
    /// The constructor's allocation names more than [`MAX_ALLOCATIONS`] accounts.
    TooManyAllocations,
}

impl From<GuardError> for TaoError {
    fn from(error: GuardError) -> Self {
        Self::Guard(error)
    }
}

impl From<TokenError> for TaoError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

/// What `tao` does beyond PSP22.
#[ink::trait_definition]
pub trait Tao {
    /// The most that may ever be issued: 21,000,000 TAO, in RAO.
    #[ink(message)]
    fn cap(&self) -> Rao;

    /// What was minted, recycled and burned.
    #[ink(message)]
    fn supply(&self) -> Supply;

    /// Minted less recycled, in RAO.
    #[ink(message)]
    fn issuance(&self) -> Rao;

    /// The one account that may mint.
    #[ink(message)]
    fn minter(&self) -> Option<AccountId>;

    /// Appoints the account that may mint.
    ///
    /// Who: the owner.
    /// # Errors
    /// `Guard(CallerNotOwner)`.
    /// # Events
    /// `MinterSet`.
    #[ink(message)]
    fn set_minter(&mut self, minter: Option<AccountId>) -> Result<(), TaoError>;

    /// Mints `amounts` RAO to accounts; nothing is minted if their sum passes the cap.
    ///
    /// Who: the minter.
    /// # Errors
    /// `CallerNotMinter`, `CapExceeded`, `Guard(Paused)`.
    /// # Events
    /// PSP22 `Transfer` from `None`, one for each amount that is not 0.
    #[ink(message)]
    fn mint(&mut self, amounts: Vec<(AccountId, Rao)>) -> Result<(), TaoError>;

    /// Takes `amount` RAO out of `from`'s balance and of the issuance, by allowance unless `from` is the caller. For an
    /// amount of 0 nothing happens and nothing is emitted.
    ///
    /// Who: anyone.
    /// # Errors
    /// `Token(InsufficientAllowance)` before `Token(InsufficientBalance)`, `Guard(Paused)`.
    /// # Events
    /// PSP22 `Transfer` to `None` and `Recycled`; `Approval` where an allowance shrank.
    #[ink(message)]
    fn recycle(&mut self, from: AccountId, amount: Rao) -> Result<(), TaoError>;
}

/// TAO left the issuance and can be emitted again.
#[ink::event]
pub struct Recycled {
    /// Whose TAO.
    #[ink(topic)]
    pub from: AccountId,
    /// How much.
    pub amount: Rao,
}

/// The minter was appointed.
#[ink::event]
pub struct MinterSet {
    /// The minter from now on.
    pub minter: Option<AccountId>,
}
