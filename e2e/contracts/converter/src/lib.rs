//! Converting code (see `primitives::upgrade`) from `tao`'s layout to its successor's.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod converter {
    use ink::{
        env::{return_value, set_contract_storage, ReturnFlags},
        primitives::Key,
        MessageResult,
    };
    use primitives::{tao::Supply, upgrade::replace_code, Guard, GuardError, StorageVersion};

    /// The layout that there is.
    const BEFORE: StorageVersion = StorageVersion::new(*b"TAO_", 1);
    /// The layout that the successor needs.
    const AFTER: StorageVersion = StorageVersion::new(*b"TAO_", 2);
    /// Where ink! keeps the root.
    const ROOT: Key = 0;

    /// `tao`'s root.
    #[ink(storage)]
    pub struct Token {
        guard: Guard,
        minter: Option<AccountId>,
        supply: Supply,
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

        /// `Guarded::set_code_hash`: writes the successor's root and makes its code this contract's.
        #[ink(message, selector = 0x93345137)]
        pub fn set_code_hash(&mut self, code_hash: primitives::Hash) -> Result<(), GuardError> {
            self.guard.ensure_owner(self.env().caller())?;
            self.guard.storage = AFTER;
            let supply = self.supply;
            set_contract_storage(
                &ROOT,
                &(self.guard.clone(), self.minter, supply.issuance(), supply.recycled, supply.burned),
            );
            replace_code(code_hash)?;
            return_value(ReturnFlags::empty(), &MessageResult::Ok(Ok::<(), GuardError>(())))
        }

        /// `Guarded::check_storage`.
        #[ink(message, selector = 0xa663d1c2)]
        pub fn check_storage(&self) -> Result<(), GuardError> {
            self.guard.ensure_storage(BEFORE)
        }
    }
}
