//! TAO: a PSP22 token of 9 decimals with a cap, one minter, burn and recycle.
//!
//! What each message does, who may call it, its errors and events: `primitives::tao`, `primitives::guard` and the
//! PSP22 standard. The rules are in [`ledger`]; here are access checks and events. While the token is paused every
//! write but the owner's and guardian's is refused, PSP22's with `Custom("Paused")`, because the standard has no
//! error for it. An allowance that would pass 128 bits is refused with `Custom("Overflow")`.

#![cfg_attr(not(feature = "std"), no_std, no_main)]

mod ledger;
mod storage;

#[ink::contract(env = primitives::Host)]
mod tao {
    use ink::prelude::{string::String, vec::Vec};
    use primitives::{
        guard::{CodeReplaced, GuardianSet, OwnershipOffered, OwnershipTransferred, Paused, Unpaused},
        tao::{
            MinterSet, Recycled, Supply, TaoError, TokenError, MAX_ALLOCATIONS, TOKEN_DECIMALS, TOKEN_NAME,
            TOKEN_SYMBOL,
        },
        upgrade::replace_code,
        Guard, GuardError, Guarded, Rao, Tao,
    };
    use psp22::{PSP22Burnable, PSP22Error, PSP22Event, PSP22Metadata, PSP22};

    use crate::{ledger::Ledger, storage::STORAGE};

    /// The token.
    #[ink(storage)]
    pub struct Token {
        guard: Guard,
        minter: Option<AccountId>,
        ledger: Ledger,
    }

    impl Token {
        /// Deploys the token with `allocation` minted, which is empty unless balances move here from another chain.
        ///
        /// # Errors
        /// `TooManyAllocations`, `CapExceeded`.
        /// # Events
        /// PSP22 `Transfer` from `None`, one for each amount that is not 0.
        #[ink(constructor)]
        pub fn new(allocation: Vec<(AccountId, Rao)>) -> Result<Self, TaoError> {
            if allocation.len() > MAX_ALLOCATIONS {
                return Err(TaoError::TooManyAllocations);
            }
            let mut token =
                Self { guard: Guard::new(STORAGE, Self::env().caller()), minter: None, ledger: Ledger::default() };
            let events = token.ledger.mint(&allocation)?;
            token.emit(events);
            Ok(token)
        }

        fn ensure_running(&self) -> Result<(), GuardError> {
            self.guard.ensure_running(self.env().block_timestamp())
        }

        fn ensure_running_psp22(&self) -> Result<(), PSP22Error> {
            self.ensure_running().map_err(|_| PSP22Error::Custom(String::from("Paused")))
        }

        fn emit(&self, events: Vec<PSP22Event>) {
            for event in events {
                match event {
                    PSP22Event::Transfer(event) => self.env().emit_event(event),
                    PSP22Event::Approval(event) => self.env().emit_event(event),
                }
            }
        }
    }

    impl Tao for Token {
        /// The most that may ever be issued, in RAO.
        #[ink(message)]
        fn cap(&self) -> Rao {
            Rao::new(consensus::supply::CAP)
        }

        /// What was minted, recycled and burned.
        #[ink(message)]
        fn supply(&self) -> Supply {
            self.ledger.supply()
        }

        /// Minted less recycled, in RAO.
        #[ink(message)]
        fn issuance(&self) -> Rao {
            self.ledger.supply().issuance()
        }

        /// The one account that may mint.
        #[ink(message)]
        fn minter(&self) -> Option<AccountId> {
            self.minter
        }

        /// Appoints the account that may mint; the owner's.
        #[ink(message)]
        fn set_minter(&mut self, minter: Option<AccountId>) -> Result<(), TaoError> {
            self.guard.ensure_owner(self.env().caller())?;
            self.minter = minter;
            self.env().emit_event(MinterSet { minter });
            Ok(())
        }

        /// Mints amounts to accounts, all or none; the minter's.
        #[ink(message)]
        fn mint(&mut self, amounts: Vec<(AccountId, Rao)>) -> Result<(), TaoError> {
            let caller = self.env().caller();
            if self.minter != Some(caller) {
                return Err(TaoError::CallerNotMinter(caller));
            }
            self.ensure_running()?;
            let events = self.ledger.mint(&amounts)?;
            self.emit(events);
            Ok(())
        }

        /// Takes an amount out of a balance and out of the issuance, so that it can be emitted again.
        #[ink(message)]
        fn recycle(&mut self, from: AccountId, amount: Rao) -> Result<(), TaoError> {
            self.ensure_running()?;
            let events = self.ledger.recycle(self.env().caller(), from, amount).map_err(TokenError::from)?;
            if !amount.is_zero() {
                self.emit(events);
                self.env().emit_event(Recycled { from, amount });
            }
            Ok(())
        }
    }

    impl PSP22 for Token {
        /// The sum of all balances.
        #[ink(message)]
        fn total_supply(&self) -> u128 {
            self.ledger.supply().circulating().to_psp22()
        }

        /// The balance of an account.
        #[ink(message)]
        fn balance_of(&self, owner: AccountId) -> u128 {
            self.ledger.balance(owner).to_psp22()
        }

        /// What a spender may still spend of an owner's balance.
        #[ink(message)]
        fn allowance(&self, owner: AccountId, spender: AccountId) -> u128 {
            self.ledger.allowance(owner, spender)
        }

        /// Moves a value from the caller to another account.
        #[ink(message)]
        fn transfer(&mut self, to: AccountId, value: u128, _data: Vec<u8>) -> Result<(), PSP22Error> {
            self.ensure_running_psp22()?;
            let events = self.ledger.transfer(self.env().caller(), to, value)?;
            self.emit(events);
            Ok(())
        }

        /// Moves a value between accounts by the caller's allowance.
        #[ink(message)]
        fn transfer_from(
            &mut self,
            from: AccountId,
            to: AccountId,
            value: u128,
            _data: Vec<u8>,
        ) -> Result<(), PSP22Error> {
            self.ensure_running_psp22()?;
            let events = self.ledger.transfer_from(self.env().caller(), from, to, value)?;
            self.emit(events);
            Ok(())
        }

        /// Lets a spender spend a value of the caller's balance.
        #[ink(message)]
        fn approve(&mut self, spender: AccountId, value: u128) -> Result<(), PSP22Error> {
            self.ensure_running_psp22()?;
            let events = self.ledger.approve(self.env().caller(), spender, value);
            self.emit(events);
            Ok(())
        }

        /// Lets a spender spend more of the caller's balance.
        #[ink(message)]
        fn increase_allowance(&mut self, spender: AccountId, delta_value: u128) -> Result<(), PSP22Error> {
            self.ensure_running_psp22()?;
            let events = self.ledger.increase_allowance(self.env().caller(), spender, delta_value)?;
            self.emit(events);
            Ok(())
        }

        /// Lets a spender spend less of the caller's balance.
        #[ink(message)]
        fn decrease_allowance(&mut self, spender: AccountId, delta_value: u128) -> Result<(), PSP22Error> {
            self.ensure_running_psp22()?;
            let events = self.ledger.decrease_allowance(self.env().caller(), spender, delta_value)?;
            self.emit(events);
            Ok(())
        }
    }

    impl PSP22Metadata for Token {
        /// The token's name.
        #[ink(message)]
        fn token_name(&self) -> Option<String> {
            Some(String::from(TOKEN_NAME))
        }

        /// The token's symbol.
        #[ink(message)]
        fn token_symbol(&self) -> Option<String> {
            Some(String::from(TOKEN_SYMBOL))
        }

        /// The token's decimals.
        #[ink(message)]
        fn token_decimals(&self) -> u8 {
            TOKEN_DECIMALS
        }
    }

    impl PSP22Burnable for Token {
        /// Destroys a value of the caller's balance for good: it leaves the balances but stays issued.
        #[ink(message)]
        fn burn(&mut self, value: u128) -> Result<(), PSP22Error> {
            self.ensure_running_psp22()?;
            let events = self.ledger.burn(self.env().caller(), value)?;
            self.emit(events);
            Ok(())
        }
    }

    impl Guarded for Token {
        /// The layout of the storage, the owner, an offer of ownership, the guardian and the last pause.
        #[ink(message)]
        fn guard(&self) -> Guard {
            self.guard.clone()
        }

        /// Offers ownership to an account, or takes the offer back; the owner's.
        #[ink(message)]
        fn offer_ownership(&mut self, to: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.offer_ownership(self.env().caller(), to)?;
            self.env().emit_event(OwnershipOffered { to });
            Ok(())
        }

        /// Makes the caller the owner; for the account that was offered ownership.
        #[ink(message)]
        fn accept_ownership(&mut self) -> Result<(), GuardError> {
            let from = self.guard.owner;
            let to = self.env().caller();
            self.guard.accept_ownership(to)?;
            self.env().emit_event(OwnershipTransferred { from, to });
            Ok(())
        }

        /// Appoints or removes the guardian; the owner's.
        #[ink(message)]
        fn set_guardian(&mut self, guardian: Option<AccountId>) -> Result<(), GuardError> {
            self.guard.set_guardian(self.env().caller(), guardian)?;
            self.env().emit_event(GuardianSet { guardian });
            Ok(())
        }

        /// Pauses writes for at most seven days; the guardian's and the owner's.
        #[ink(message)]
        fn pause(&mut self) -> Result<(), GuardError> {
            let pause = self.guard.pause(self.env().caller(), self.env().block_timestamp())?;
            self.env().emit_event(Paused { until_ms: pause.until_ms });
            Ok(())
        }

        /// Ends a pause early; the guardian's and the owner's.
        #[ink(message)]
        fn unpause(&mut self) -> Result<(), GuardError> {
            let by = self.env().caller();
            self.guard.unpause(by, self.env().block_timestamp())?;
            self.env().emit_event(Unpaused { by });
            Ok(())
        }

        /// Replaces this contract's code by code that works with its storage; the owner's.
        #[ink(message)]
        fn set_code_hash(&mut self, code_hash: primitives::Hash) -> Result<(), GuardError> {
            self.guard.ensure_owner(self.env().caller())?;
            self.env().emit_event(CodeReplaced { code_hash });
            replace_code(code_hash)
        }

        /// Passes if this code works with the storage that it finds.
        #[ink(message)]
        fn check_storage(&self) -> Result<(), GuardError> {
            self.guard.ensure_storage(STORAGE)
        }
    }

    #[cfg(test)]
    mod tests {
        use ink::codegen::StaticEnv as _;

        use super::*;

        fn minted_to_caller(supply: u128) -> Token {
            let amount = Rao::from_psp22(supply).expect("the suite mints small amounts");
            Token::new(Vec::from([(Token::env().caller(), amount)])).expect("within the cap")
        }

        psp22::tests!(Token, minted_to_caller);
    }
}
