//! A contract of somebody who built on OpenBrush: it knows a token by OpenBrush's PSP22 interface and nothing else.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

#[ink::contract]
mod caller {
    use ink::prelude::vec::Vec;
    use openbrush::contracts::psp22::{PSP22Error, PSP22Ref};

    /// Holds a token.
    #[ink(storage)]
    pub struct Caller {
        token: AccountId,
    }

    impl Caller {
        /// A holder of `token`.
        #[ink(constructor)]
        pub fn new(token: AccountId) -> Self {
            Self { token }
        }

        /// What this contract has.
        #[ink(message)]
        pub fn balance(&self) -> Balance {
            PSP22Ref::balance_of(&self.token, self.env().account_id())
        }

        /// Sends some of what this contract has.
        #[ink(message)]
        pub fn transfer(&mut self, to: AccountId, value: Balance) -> Result<(), PSP22Error> {
            PSP22Ref::transfer(&self.token, to, value, Vec::new())
        }

        /// Lets somebody spend what this contract has.
        #[ink(message)]
        pub fn approve(&mut self, spender: AccountId, value: Balance) -> Result<(), PSP22Error> {
            PSP22Ref::approve(&self.token, spender, value)
        }

        /// Takes what the caller has allowed to this contract.
        #[ink(message)]
        pub fn collect(&mut self, value: Balance) -> Result<(), PSP22Error> {
            let (from, to) = (self.env().caller(), self.env().account_id());
            PSP22Ref::transfer_from(&self.token, from, to, value, Vec::new())
        }
    }
}
