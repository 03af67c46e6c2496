//! Which transactions were executed: the next nonce of every account, and what came of the latest transactions.

use std::collections::{BTreeMap, VecDeque};

use primitives::{AccountId, Hash};

use super::wire::{Fate, Outcome, Submission, Transaction};

/// Transactions whose outcome is kept for those who did not hear it; the oldest are forgotten first.
const KEPT_OUTCOMES: usize = 1_024;

/// The book of a server. Whoever executes holds it, so that a nonce is used once.
#[derive(Debug, Default)]
pub(super) struct Book {
    next: BTreeMap<AccountId, u64>,
    outcomes: BTreeMap<(AccountId, u64), (Hash, Outcome)>,
    order: VecDeque<(AccountId, u64)>,
}

impl Book {
    /// The nonce of an account's next transaction.
    pub(super) fn next(&self, account: AccountId) -> u64 {
        self.next.get(&account).copied().unwrap_or(0)
    }

    /// What is known of an account's transaction with some nonce.
    pub(super) fn fate(&self, account: AccountId, nonce: u64) -> Fate {
        match self.outcomes.get(&(account, nonce)) {
            Some((id, outcome)) => Fate::Seen { id: *id, outcome: Box::new(outcome.clone()) },
            None if nonce < self.next(account) => Fate::Forgotten,
            None => Fate::NotSeen,
        }
    }

    /// Executes a transaction unless it was executed or cannot be any more.
    pub(super) fn submit(
        &mut self,
        transaction: &Transaction,
        execute: impl FnOnce(&Transaction) -> Outcome,
    ) -> Submission {
        let Transaction { account, nonce, .. } = *transaction;
        let next = self.next(account);
        if nonce != next {
            return match self.outcomes.get(&(account, nonce)) {
                Some((id, outcome)) if *id == transaction.id() => Submission::Done(outcome.clone()),
                _ => Submission::Stale { next },
            };
        }
        let outcome = execute(transaction);
        self.next.insert(account, next.saturating_add(1));
        self.outcomes.insert((account, nonce), (transaction.id(), outcome.clone()));
        self.order.push_back((account, nonce));
        if self.order.len() > KEPT_OUTCOMES
            && let Some(oldest) = self.order.pop_front()
        {
            self.outcomes.remove(&oldest);
        }
        Submission::Done(outcome)
    }
}
