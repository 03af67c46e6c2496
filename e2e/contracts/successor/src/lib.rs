//! A later version of `tao`, as far as tests of upgrades need one.
//!
//! Its root cell has the same size as `tao`'s and another meaning: where `tao` counts what was minted, it counts what
//! is issued. Reading the one as the other works and gives wrong amounts, which only the storage version tells.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod successor {
    use ink::storage::{traits::ManualKey, Mapping};
    use primitives::{Guard, GuardError, Rao, StorageVersion};

    const STORAGE: StorageVersion = StorageVersion::new(*b"TAO_", 2);

    /// The key of `tao`'s balances.
    const BALANCES: u32 = u32::from_be_bytes(*b"BALA");

    /// The token.
    #[ink(storage)]
    pub struct Token {
        guard: Guard,
        minter: Option<AccountId>,
        issued: Rao,
        recycled: Rao,
        burned: Rao,
        balances: Mapping<AccountId, Rao, ManualKey<BALANCES>>,
    }

    impl Token {
        /// There is nothing to deploy: this code takes over from other code.
        ///
        /// # Errors
        /// `CodeRefused`.
        #[ink(constructor)]
        pub fn new() -> Result<Self, GuardError> {
            Err(GuardError::CodeRefused)
        }

        /// `Guarded::check_storage`.
        #[ink(message, selector = 0xa663d1c2)]
        pub fn check_storage(&self) -> Result<(), GuardError> {
            self.guard.ensure_storage(STORAGE)
        }

        /// What is issued and what an account has, in RAO; there is no such message in `tao`.
        #[ink(message)]
        pub fn issued_and_balance(&self, account: AccountId) -> (Rao, Rao) {
            (self.issued, self.balances.get(account).unwrap_or_default())
        }
    }
}
