//! Calls: bytes for a backend, and the same with the type of their reply.

use std::marker::PhantomData;

use ink::env::{
    DefaultEnvironment,
    call::{
        CallBuilder, ExecutionInput,
        utils::{ReturnType, Set},
    },
};
use primitives::AccountId;
use scale::{Decode, Encode};

use crate::label::{self, Label};

/// A message to a contract, encoded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Call {
    /// To which contract.
    pub contract: AccountId,
    /// Selector and arguments.
    pub input: Vec<u8>,
}

impl Call {
    /// The message's name for people: `registry.register_by_work`.
    pub fn label(&self) -> Label {
        label::of_input(&self.input)
    }
}

/// A message to a contract that replies with an `R`; made by the doors of [`crate::Contracts`].
#[derive(Debug)]
pub struct Message<R> {
    /// What is sent.
    pub call: Call,
    reply: PhantomData<fn() -> R>,
}

impl<R> Clone for Message<R> {
    fn clone(&self) -> Self {
        Self { call: self.call.clone(), reply: PhantomData }
    }
}

/// What a method of a door returns.
type Built<Args, R> = CallBuilder<
    DefaultEnvironment,
    Set<ink::env::call::Call<DefaultEnvironment>>,
    Set<ExecutionInput<Args>>,
    Set<ReturnType<R>>,
>;

impl<Args, R> From<Built<Args, R>> for Message<R>
where
    ExecutionInput<Args>: Encode,
{
    fn from(built: Built<Args, R>) -> Self {
        let params = built.params();
        Self { call: Call { contract: *params.callee(), input: params.exec_input().encode() }, reply: PhantomData }
    }
}
