//! Who may steer a contract: an owner that changes hands in two steps, and a guardian that may pause.
//!
//! A pause lapses by itself after [`PAUSE_MS`] and the next one of the same contract may begin only [`PAUSE_MS`] after
//! that. Every contract has a guard of its own: pauses of several contracts can follow one another, and what needs all
//! of them to run, such as settling an epoch, can be held up for longer than one pause. TAO and its withdrawal from
//! stake need the token alone, so no key, not even a stolen one, keeps anyone's TAO from them for longer than
//! [`PAUSE_MS`] at a time. Time is host time in ms. How the owner replaces the code: [`crate::upgrade`].

use crate::{upgrade::StorageVersion, AccountId, Hash};

/// How long a pause lasts, and how long the contract must then run before its next, in ms: 7 days.
pub const PAUSE_MS: u64 = 7 * 24 * 3600 * 1000;

/// A pause, under way or over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Pause {
    /// Host time at which it began, in ms.
    pub since_ms: u64,
    /// Host time at which it ends or ended, in ms.
    pub until_ms: u64,
}

/// The layout, the owner, the guardian and the last pause of a contract; the first field of its root cell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Guard {
    /// How the contract's storage is laid out: the first bytes of the root cell, whatever follows.
    pub storage: StorageVersion,
    /// May change settings and appoint the guardian.
    pub owner: AccountId,
    /// Has been offered ownership and has not accepted yet.
    pub pending_owner: Option<AccountId>,
    /// May pause; `None` if nobody may.
    pub guardian: Option<AccountId>,
    /// The last pause, if there ever was one.
    pub pause: Option<Pause>,
}

/// Why a call was refused by the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
pub enum GuardError {
    /// The caller is not the owner.
    CallerNotOwner(AccountId),
    /// The caller has not been offered ownership.
    CallerNotPendingOwner(AccountId),
    /// The caller is neither the guardian nor the owner.
    CallerNotGuardian(AccountId),
    /// Writes are paused until the given host time (ms).
    Paused {
        /// When the pause lapses, in ms.
        until_ms: u64,
    },
    /// There was a pause not long ago: the next may begin at the given host time (ms).
    PausedTooSoon {
        /// From when a pause is possible again, in ms.
        from_ms: u64,
    },
    /// The contract is not paused.
    NotPaused,
    /// The chain has no such code, or it is not that of a contract that reads this one's storage.
    CodeRefused,
    /// The code works with another layout than that of the contract's storage.
    StorageMismatch {
        /// The layout that there is.
        stored: StorageVersion,
        /// The layout that the code works with.
        code: StorageVersion,
    },
}

impl Guard {
    /// A guard with an owner and no guardian, of a contract with this layout.
    pub const fn new(storage: StorageVersion, owner: AccountId) -> Self {
        Self { storage, owner, pending_owner: None, guardian: None, pause: None }
    }

    /// Passes only for the owner.
    pub fn ensure_owner(&self, caller: AccountId) -> Result<(), GuardError> {
        if caller == self.owner {
            return Ok(());
        }
        Err(GuardError::CallerNotOwner(caller))
    }

    /// Passes only while no pause is under way.
    pub fn ensure_running(&self, now_ms: u64) -> Result<(), GuardError> {
        match self.pause {
            Some(pause) if now_ms < pause.until_ms => Err(GuardError::Paused { until_ms: pause.until_ms }),
            _ => Ok(()),
        }
    }

    /// Offers ownership to `to`, or takes an offer back with `None`; the owner's.
    pub fn offer_ownership(&mut self, caller: AccountId, to: Option<AccountId>) -> Result<(), GuardError> {
        self.ensure_owner(caller)?;
        self.pending_owner = to;
        Ok(())
    }

    /// Makes the caller the owner if it was offered ownership.
    pub fn accept_ownership(&mut self, caller: AccountId) -> Result<(), GuardError> {
        if self.pending_owner != Some(caller) {
            return Err(GuardError::CallerNotPendingOwner(caller));
        }
        self.owner = caller;
        self.pending_owner = None;
        Ok(())
    }

    /// Appoints or removes the guardian; the owner's.
    pub fn set_guardian(&mut self, caller: AccountId, guardian: Option<AccountId>) -> Result<(), GuardError> {
        self.ensure_owner(caller)?;
        self.guardian = guardian;
        Ok(())
    }

    /// Pauses writes for [`PAUSE_MS`]; the guardian's and the owner's.
    pub fn pause(&mut self, caller: AccountId, now_ms: u64) -> Result<Pause, GuardError> {
        self.ensure_guardian(caller)?;
        if let Some(last) = self.pause {
            let from_ms = last.until_ms.saturating_add(PAUSE_MS);
            if now_ms < from_ms {
                return Err(GuardError::PausedTooSoon { from_ms });
            }
        }
        let pause = Pause { since_ms: now_ms, until_ms: now_ms.saturating_add(PAUSE_MS) };
        self.pause = Some(pause);
        Ok(pause)
    }

    /// Ends a pause early; the guardian's and the owner's.
    pub fn unpause(&mut self, caller: AccountId, now_ms: u64) -> Result<(), GuardError> {
        self.ensure_guardian(caller)?;
        match &mut self.pause {
            Some(pause) if now_ms < pause.until_ms => {
                pause.until_ms = now_ms;
                Ok(())
            }
            _ => Err(GuardError::NotPaused),
        }
    }

    /// Passes only for code that works with the layout that there is.
    pub fn ensure_storage(&self, code: StorageVersion) -> Result<(), GuardError> {
        if code == self.storage {
            return Ok(());
        }
        Err(GuardError::StorageMismatch { stored: self.storage, code })
    }

    fn ensure_guardian(&self, caller: AccountId) -> Result<(), GuardError> {
        if caller == self.owner || Some(caller) == self.guardian {
            return Ok(());
        }
        Err(GuardError::CallerNotGuardian(caller))
    }
}

/// The guard of a contract, the same on each.
#[ink::trait_definition]
pub trait Guarded {
    /// The layout of the storage, the owner, an offer of ownership, the guardian and the last pause.
    #[ink(message)]
    fn guard(&self) -> Guard;

    /// Offers ownership to an account, or takes the offer back with `None`.
    ///
    /// Who: the owner.
    /// # Errors
    /// `CallerNotOwner`.
    /// # Events
    /// `OwnershipOffered`.
    #[ink(message)]
    fn offer_ownership(&mut self, to: Option<AccountId>) -> Result<(), GuardError>;

    /// Makes the caller the owner.
    ///
    /// Who: the account that was offered ownership.
    /// # Errors
    /// `CallerNotPendingOwner`.
    /// # Events
    /// `OwnershipTransferred`.
    #[ink(message)]
    fn accept_ownership(&mut self) -> Result<(), GuardError>;

    /// Appoints the guardian, or removes it with `None`.
    ///
    /// Who: the owner.
    /// # Errors
    /// `CallerNotOwner`.
    /// # Events
    /// `GuardianSet`.
    #[ink(message)]
    fn set_guardian(&mut self, guardian: Option<AccountId>) -> Result<(), GuardError>;

    /// Pauses writes for [`PAUSE_MS`] at most.
    ///
    /// Who: the guardian or the owner.
    /// # Errors
    /// `CallerNotGuardian`, `PausedTooSoon`.
    /// # Events
    /// `Paused`.
    #[ink(message)]
    fn pause(&mut self) -> Result<(), GuardError>;

    /// Ends a pause early.
    ///
    /// Who: the guardian or the owner.
    /// # Errors
    /// `CallerNotGuardian`, `NotPaused`.
    /// # Events
    /// `Unpaused`.
    #[ink(message)]
    fn unpause(&mut self) -> Result<(), GuardError>;

    /// Replaces the contract's code, paused or not, if the new code works with the storage that there is; see
    /// [`crate::upgrade`].
    ///
    /// Who: the owner.
    /// # Errors
    /// `CallerNotOwner`, `CodeRefused`, and those of the new code's [`Guarded::check_storage`].
    /// # Events
    /// `CodeReplaced`.
    #[ink(message)]
    fn set_code_hash(&mut self, code_hash: Hash) -> Result<(), GuardError>;

    /// Passes if this code works with the storage that it finds.
    ///
    /// Who: anyone; [`Guarded::set_code_hash`] of the code before it runs it on the contract's storage.
    /// # Errors
    /// `StorageMismatch`.
    #[ink(message)]
    fn check_storage(&self) -> Result<(), GuardError>;
}

/// Ownership was offered (or, with `None`, the offer taken back).
#[ink::event]
pub struct OwnershipOffered {
    /// To whom.
    pub to: Option<AccountId>,
}

/// Ownership changed hands.
#[ink::event]
pub struct OwnershipTransferred {
    /// The owner until now.
    pub from: AccountId,
    /// The owner from now on.
    pub to: AccountId,
}

/// The guardian was appointed or removed.
#[ink::event]
pub struct GuardianSet {
    /// The guardian from now on.
    pub guardian: Option<AccountId>,
}

/// Writes are paused.
#[ink::event]
pub struct Paused {
    /// Host time at which the pause lapses, in ms.
    pub until_ms: u64,
}

/// A pause ended early.
#[ink::event]
pub struct Unpaused {
    /// Who ended it.
    pub by: AccountId,
}

/// The contract runs other code from its next call on.
#[ink::event]
pub struct CodeReplaced {
    /// Blake2b-256 of that code.
    pub code_hash: Hash,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(byte: u8) -> AccountId {
        AccountId::from([byte; 32])
    }

    fn guarded() -> Guard {
        let mut guard = Guard::new(StorageVersion::new(*b"TEST", 1), account(1));
        guard.set_guardian(account(1), Some(account(2))).expect("the owner may");
        guard
    }

    #[test]
    fn ownership_moves_only_when_accepted_by_the_account_it_was_offered_to() {
        let mut guard = guarded();
        assert_eq!(guard.offer_ownership(account(3), Some(account(3))), Err(GuardError::CallerNotOwner(account(3))));
        guard.offer_ownership(account(1), Some(account(4))).expect("the owner may");
        assert_eq!(guard.owner, account(1));
        assert_eq!(guard.accept_ownership(account(3)), Err(GuardError::CallerNotPendingOwner(account(3))));
        guard.accept_ownership(account(4)).expect("it was offered");
        assert_eq!((guard.owner, guard.pending_owner), (account(4), None));
        assert_eq!(guard.ensure_owner(account(1)), Err(GuardError::CallerNotOwner(account(1))));
    }

    #[test]
    fn a_pause_lapses_by_itself_and_cannot_be_renewed_at_once() {
        let mut guard = guarded();
        assert_eq!(guard.pause(account(3), 10), Err(GuardError::CallerNotGuardian(account(3))));
        let week = 604_800_000;
        let pause = guard.pause(account(2), 10).expect("the guardian may");
        assert_eq!(pause.until_ms, 10 + week);
        assert_eq!(guard.ensure_running(9 + week), Err(GuardError::Paused { until_ms: 10 + week }));
        assert_eq!(guard.ensure_running(10 + week), Ok(()));
        let from_ms = 10 + 2 * week;
        assert_eq!(guard.pause(account(2), from_ms - 1), Err(GuardError::PausedTooSoon { from_ms }));
        assert!(guard.pause(account(1), from_ms).is_ok());
    }

    #[test]
    fn code_passes_only_with_the_very_layout_that_there_is() {
        let guard = guarded();
        assert_eq!(guard.ensure_storage(StorageVersion::new(*b"TEST", 1)), Ok(()));
        for code in [StorageVersion::new(*b"TEST", 2), StorageVersion::new(*b"ELSE", 1)] {
            let error = GuardError::StorageMismatch { stored: guard.storage, code };
            assert_eq!(guard.ensure_storage(code), Err(error));
        }
    }

    #[test]
    fn a_pause_that_ended_early_counts_from_its_end() {
        let mut guard = guarded();
        guard.pause(account(2), 0).expect("the guardian may");
        guard.unpause(account(1), 1_000).expect("the owner may");
        assert_eq!(guard.ensure_running(1_000), Ok(()));
        assert_eq!(guard.unpause(account(1), 1_001), Err(GuardError::NotPaused));
        let from_ms = 1_000 + PAUSE_MS;
        assert_eq!(guard.pause(account(2), 2_000), Err(GuardError::PausedTooSoon { from_ms }));
    }
}
