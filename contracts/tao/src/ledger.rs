//! Who holds how much, who may spend what of whom, and how much there is.
//!
//! The ledger knows no environment: it takes the caller and returns the events of what it did. Every change of a
//! balance passes `debit` or `credit`, and TAO comes into being in `mint` alone. Empty balances and allowances
//! leave storage. A function that returns an error has changed nothing. Invariant: the sum of all balances is `supply.circulating()`, and `supply.issuance()` is at most
//! the cap.

use consensus::supply::CAP;
use ink::{
    prelude::{string::String, vec, vec::Vec},
    storage::{traits::ManualKey, Mapping},
};
use primitives::{
    tao::{Supply, TaoError, TokenError},
    AccountId, Rao,
};
use psp22::{Approval, PSP22Error, PSP22Event, Transfer};

use crate::storage::{ALLOWANCES, BALANCES};

/// Balances, allowances and supply.
#[ink::storage_item]
#[derive(Debug, Default)]
pub struct Ledger {
    balances: Mapping<AccountId, Rao, ManualKey<BALANCES>>,
    allowances: Mapping<(AccountId, AccountId), u128, ManualKey<ALLOWANCES>>,
    supply: Supply,
}

impl Ledger {
    /// What was minted, recycled and burned.
    pub fn supply(&self) -> Supply {
        self.supply
    }

    /// The balance of `account`.
    pub fn balance(&self, account: AccountId) -> Rao {
        self.balances.get(account).unwrap_or_default()
    }

    /// What `spender` may still spend of `owner`'s balance.
    pub fn allowance(&self, owner: AccountId, spender: AccountId) -> u128 {
        self.allowances.get((owner, spender)).unwrap_or_default()
    }

    /// Moves `value` from the caller to `to`; does nothing for 0 or to itself.
    pub fn transfer(&mut self, caller: AccountId, to: AccountId, value: u128) -> Result<Vec<PSP22Event>, PSP22Error> {
        if caller == to || value == 0 {
            return Ok(vec![]);
        }
        let amount = amount(value)?;
        self.debit(caller, amount)?;
        self.credit(to, amount)?;
        Ok(vec![transferred(Some(caller), Some(to), amount)])
    }

    /// Moves `value` from `from` to `to` by the caller's allowance; does nothing for 0 or to itself.
    pub fn transfer_from(
        &mut self,
        caller: AccountId,
        from: AccountId,
        to: AccountId,
        value: u128,
    ) -> Result<Vec<PSP22Event>, PSP22Error> {
        if from == to || value == 0 {
            return Ok(vec![]);
        }
        let left = self.allowance_left(caller, from, value)?;
        let moved = self.transfer(from, to, value)?;
        let mut events = self.spend_allowance(caller, from, left);
        events.extend(moved);
        Ok(events)
    }

    /// Lets `spender` spend `value` of the caller's balance; does nothing for the caller itself.
    pub fn approve(&mut self, caller: AccountId, spender: AccountId, value: u128) -> Vec<PSP22Event> {
        if caller == spender {
            return vec![];
        }
        self.set_allowance(caller, spender, value)
    }

    /// Lets `spender` spend `delta` more; does nothing for 0 or for the caller itself.
    pub fn increase_allowance(
        &mut self,
        caller: AccountId,
        spender: AccountId,
        delta: u128,
    ) -> Result<Vec<PSP22Event>, PSP22Error> {
        if caller == spender || delta == 0 {
            return Ok(vec![]);
        }
        let value = self.allowance(caller, spender).checked_add(delta).ok_or_else(overflow)?;
        Ok(self.set_allowance(caller, spender, value))
    }

    /// Lets `spender` spend `delta` less; does nothing for 0 or for the caller itself.
    pub fn decrease_allowance(
        &mut self,
        caller: AccountId,
        spender: AccountId,
        delta: u128,
    ) -> Result<Vec<PSP22Event>, PSP22Error> {
        if caller == spender || delta == 0 {
            return Ok(vec![]);
        }
        let allowance = self.allowance(caller, spender);
        let value = allowance.checked_sub(delta).ok_or(PSP22Error::InsufficientAllowance)?;
        Ok(self.set_allowance(caller, spender, value))
    }

    /// Creates all of `amounts`, or nothing if the issuance would pass the cap.
    pub fn mint(&mut self, amounts: &[(AccountId, Rao)]) -> Result<Vec<PSP22Event>, TaoError> {
        let left = self.left_to_mint();
        let total = amounts.iter().try_fold(Rao::ZERO, |sum, &(_, amount)| sum.checked_add(amount));
        let total = total.filter(|&total| total <= left).ok_or(TaoError::CapExceeded { left })?;
        self.supply.minted = self.supply.minted.checked_add(total).ok_or(TaoError::CapExceeded { left })?;
        let mut events = Vec::with_capacity(amounts.len());
        for &(to, amount) in amounts.iter().filter(|(_, amount)| !amount.is_zero()) {
            self.credit(to, amount).map_err(TokenError::from)?;
            events.push(transferred(None, Some(to), amount));
        }
        Ok(events)
    }

    /// Destroys `value` of the caller's balance for good; does nothing for 0.
    pub fn burn(&mut self, caller: AccountId, value: u128) -> Result<Vec<PSP22Event>, PSP22Error> {
        if value == 0 {
            return Ok(vec![]);
        }
        let amount = amount(value)?;
        let burned = self.supply.burned.checked_add(amount).ok_or_else(overflow)?;
        self.debit(caller, amount)?;
        self.supply.burned = burned;
        Ok(vec![transferred(Some(caller), None, amount)])
    }

    /// Takes `amount` of `from`'s balance out of the issuance, by allowance unless `from` is the caller; does
    /// nothing for 0.
    pub fn recycle(&mut self, caller: AccountId, from: AccountId, amount: Rao) -> Result<Vec<PSP22Event>, PSP22Error> {
        if amount.is_zero() {
            return Ok(vec![]);
        }
        let left = self.allowance_left(caller, from, amount.to_psp22())?;
        let recycled = self.supply.recycled.checked_add(amount).ok_or_else(overflow)?;
        self.debit(from, amount)?;
        self.supply.recycled = recycled;
        let mut events = self.spend_allowance(caller, from, left);
        events.push(transferred(Some(from), None, amount));
        Ok(events)
    }

    /// What the cap, and the counter of what was ever minted, leave to be minted.
    fn left_to_mint(&self) -> Rao {
        let cap = CAP.saturating_sub(self.supply.issuance().get());
        let counter = u64::MAX.saturating_sub(self.supply.minted.get());
        Rao::new(cap.min(counter))
    }

    /// What is left of `owner`'s allowance to `spender` after `value`; `None` for an owner, who needs none.
    fn allowance_left(&self, spender: AccountId, owner: AccountId, value: u128) -> Result<Option<u128>, PSP22Error> {
        if spender == owner {
            return Ok(None);
        }
        let left = self.allowance(owner, spender).checked_sub(value);
        left.map(Some).ok_or(PSP22Error::InsufficientAllowance)
    }

    fn spend_allowance(&mut self, spender: AccountId, owner: AccountId, left: Option<u128>) -> Vec<PSP22Event> {
        left.map_or_else(Vec::new, |left| self.set_allowance(owner, spender, left))
    }

    fn set_allowance(&mut self, owner: AccountId, spender: AccountId, value: u128) -> Vec<PSP22Event> {
        if value == 0 {
            self.allowances.remove((owner, spender));
        } else {
            self.allowances.insert((owner, spender), &value);
        }
        vec![PSP22Event::Approval(Approval { owner, spender, amount: value })]
    }

    fn debit(&mut self, account: AccountId, amount: Rao) -> Result<(), PSP22Error> {
        let rest = self.balance(account).checked_sub(amount).ok_or(PSP22Error::InsufficientBalance)?;
        if rest.is_zero() {
            self.balances.remove(account);
        } else {
            self.balances.insert(account, &rest);
        }
        Ok(())
    }

    fn credit(&mut self, account: AccountId, amount: Rao) -> Result<(), PSP22Error> {
        let balance = self.balance(account).checked_add(amount).ok_or_else(overflow)?;
        self.balances.insert(account, &balance);
        Ok(())
    }
}

/// A PSP22 value as an amount; what 64 bits do not hold is more than any balance.
fn amount(value: u128) -> Result<Rao, PSP22Error> {
    Rao::from_psp22(value).ok_or(PSP22Error::InsufficientBalance)
}

fn overflow() -> PSP22Error {
    PSP22Error::Custom(String::from("Overflow"))
}

fn transferred(from: Option<AccountId>, to: Option<AccountId>, amount: Rao) -> PSP22Event {
    PSP22Event::Transfer(Transfer { from, to, value: amount.to_psp22() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[ink::test]
    fn empty_balances_and_allowances_leave_storage() {
        let (alice, bob) = (AccountId::from([1; 32]), AccountId::from([2; 32]));
        let mut ledger = Ledger::default();
        ledger.mint(&[(alice, Rao::new(5)), (bob, Rao::ZERO)]).expect("within the cap");
        assert!(ledger.balances.contains(alice) && !ledger.balances.contains(bob));
        ledger.approve(alice, bob, 5);
        ledger.transfer_from(bob, alice, bob, 5).expect("it is allowed");
        assert!(!ledger.balances.contains(alice) && !ledger.allowances.contains((alice, bob)));
        ledger.burn(bob, 5).expect("it is there");
        assert!(!ledger.balances.contains(bob));
        ledger.approve(alice, bob, 5);
        ledger.approve(alice, bob, 0);
        assert!(!ledger.allowances.contains((alice, bob)));
    }

    #[ink::test]
    fn a_refused_call_leaves_everything_as_it_was() {
        let (alice, bob) = (AccountId::from([1; 32]), AccountId::from([2; 32]));
        let mut ledger = Ledger::default();
        ledger.mint(&[(alice, Rao::new(5))]).expect("within the cap");
        ledger.approve(alice, bob, 9);
        let supply = ledger.supply();
        assert_eq!(ledger.transfer_from(bob, alice, bob, 6).err(), Some(PSP22Error::InsufficientBalance));
        assert_eq!(ledger.recycle(bob, alice, Rao::new(6)).err(), Some(PSP22Error::InsufficientBalance));
        assert_eq!(ledger.burn(alice, 6).err(), Some(PSP22Error::InsufficientBalance));
        assert!(ledger.mint(&[(bob, Rao::new(1)), (bob, Rao::new(CAP))]).is_err());
        assert_eq!((ledger.balance(alice), ledger.balance(bob)), (Rao::new(5), Rao::ZERO));
        assert_eq!((ledger.allowance(alice, bob), ledger.supply()), (9, supply));
    }
}
