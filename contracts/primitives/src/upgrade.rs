//! How a contract's code is replaced while its storage stays.
//!
//! A contract's storage begins with its [`StorageVersion`], and its code has a constant that says with which version it
//! works. [`replace_code`] lets the new code itself decide: it runs the new code's `Guarded::check_storage` on this
//! contract's storage (a delegate call). Code that cannot read the root cell traps, code that reads it wrongly finds
//! another version than its own, and code that has no such message answers with an error; each is refused and the old
//! code stays. The version is raised with every change of the layout, which a test of the layouts in
//! `e2e/interface.txt` makes visible.
//!
//! A layout changes in two steps, which governance takes in one proposal. First comes *converting code*: the old root,
//! the old version, and the messages of `Guarded` alone. Its `set_code_hash` writes the new root with the new version
//! before it calls [`replace_code`], and leaves by `ink::env::return_value`, because ink! would otherwise store the old
//! root again. Between the steps every other message is refused, so nothing is lost by waiting.

use ink::{
    env::{
        call::{build_call, ExecutionInput, Selector},
        CallFlags,
    },
    prelude::vec::Vec,
    scale::Encode,
};

use crate::{host::Encoded, AccountId, GuardError, Hash, Host};

/// Whose layout a contract's storage has, and which of that contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct StorageVersion {
    /// The contract in ASCII, so that no contract's code passes for another's.
    pub contract: [u8; 4],
    /// Counts the layouts of that contract from 1 on.
    pub number: u16,
}

impl StorageVersion {
    /// The layout `number` of a contract.
    pub const fn new(contract: [u8; 4], number: u16) -> Self {
        Self { contract, number }
    }
}

/// Replaces the code of the contract that runs, if the new code works with its storage.
///
/// # Errors
/// `CodeRefused`, and those of the new code's `check_storage`.
pub fn replace_code(code_hash: Hash) -> Result<(), GuardError> {
    check_code(code_hash, ink::selector_bytes!("Guarded::check_storage"))?;
    ink::env::set_code_hash::<Host>(&code_hash.into()).map_err(|_| GuardError::CodeRefused)
}

/// Passes for code that works with the storage of the contract that runs, by the code's own message `check`.
///
/// # Errors
/// `CodeRefused`, and those of that message.
pub fn check_code(code_hash: Hash, check: [u8; 4]) -> Result<(), GuardError> {
    let checked = build_call::<Host>()
        .delegate(code_hash.into())
        .exec_input(ExecutionInput::new(Selector::new(check)))
        .returns::<Result<(), GuardError>>()
        .try_invoke();
    match checked {
        Ok(Ok(result)) => result,
        _ => Err(GuardError::CodeRefused),
    }
}

/// The code of a contract; `None` if the account is none.
pub fn code_of(contract: AccountId) -> Option<Hash> {
    ink::env::code_hash::<Host>(&contract).ok().map(Into::into)
}

/// Has the message under way done by other code on the storage of the contract that runs: by its message of the same
/// selector, which answers the caller itself. Execution comes back only if the chain has no such code.
pub fn forward(code_hash: Hash) {
    // Not looked at, because the input is forwarded.
    let unread = ExecutionInput::new(Selector::new([0; 4]));
    hand_over(code_hash, CallFlags::FORWARD_INPUT, unread);
}

/// Like [`forward`], by the message `selector`, which takes the same arguments.
pub fn forward_as(code_hash: Hash, selector: [u8; 4]) {
    let input: Encoded<Vec<u8>> = ink::env::decode_input().unwrap_or_default();
    let arguments = input.0.get(selector.len()..).unwrap_or_default();
    let input = ExecutionInput::new(Selector::new(selector)).push_arg(Encoded(arguments));
    hand_over(code_hash, CallFlags::empty(), input);
}

fn hand_over<Args: Encode>(code_hash: Hash, flags: CallFlags, input: ExecutionInput<Args>) {
    let _ = build_call::<Host>()
        .delegate(code_hash.into())
        .call_flags(flags | CallFlags::TAIL_CALL)
        .exec_input(input)
        .returns::<()>()
        .try_invoke();
}
