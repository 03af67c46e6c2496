//! A message on its way, and a kind of message.

use std::fmt::Debug;

use ink::{
    MessageResult,
    codegen::TraitCallBuilder,
    contract_ref,
    env::call::{
        Call, CallBuilder, ExecutionInput,
        utils::{ReturnType, Set},
    },
};
use primitives::{AccountId, Guarded, Host, RootNetwork, Steward, Stewardship, settlement::Engine};
use psp22::{PSP22Burnable, PSP22Metadata};
use scale::{Decode, DecodeAll, Encode};

use crate::{memory::Memory, play::Play};

/// A message with its arguments, addressed to a contract.
pub(crate) type Message<Args, R> = CallBuilder<Host, Set<Call<Host>>, Set<ExecutionInput<Args>>, Set<ReturnType<R>>>;
/// The rarer messages of the registry.
pub(crate) type StewardshipMessages = <contract_ref!(Stewardship, Host) as TraitCallBuilder>::Builder;
/// The messages of the steward alone.
pub(crate) type StewardMessages = <contract_ref!(Steward, Host) as TraitCallBuilder>::Builder;
/// The messages of the root network.
pub(crate) type RootMessages = <contract_ref!(RootNetwork, Host) as TraitCallBuilder>::Builder;
/// The messages of the engine.
pub(crate) type EngineMessages = <contract_ref!(Engine, Host) as TraitCallBuilder>::Builder;
/// The messages of a guard.
pub(crate) type GuardedMessages = <contract_ref!(Guarded, Host) as TraitCallBuilder>::Builder;
/// The messages of a token that can be burned.
pub(crate) type BurnableMessages = <contract_ref!(PSP22Burnable, Host) as TraitCallBuilder>::Builder;
/// The messages of a token with metadata.
pub(crate) type MetadataMessages = <contract_ref!(PSP22Metadata, Host) as TraitCallBuilder>::Builder;

/// What a contract says to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It did it.
    Done,
    /// It refused, with this error.
    Refused(String),
    /// It gave no answer.
    Undone(String),
}

/// Who may send a kind of message with success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Some account, at some time.
    Accounts,
    /// Other contracts alone: whoever else sends it is refused.
    Contracts,
    /// Anyone; it only reads.
    View,
    /// Nobody: the contract knows no other that it could ask, and gives no answer.
    Nobody,
}

/// A kind of message.
pub struct Kind {
    /// Contract and message.
    pub name: &'static str,
    /// Who may send it.
    pub reach: Reach,
    /// How often it is chosen, relative to others.
    pub(crate) weight: u64,
    /// Chooses arguments and a sender; `None` where there is nothing to say.
    pub(crate) choose: fn(&mut Play) -> Option<Sent>,
}

/// What is noted when a message has been done, given the encoded answer.
type Note = Box<dyn FnOnce(&mut Memory, &[u8])>;

/// A message with its sender.
pub(crate) struct Sent {
    pub(crate) caller: AccountId,
    pub(crate) contract: AccountId,
    pub(crate) input: Vec<u8>,
    pub(crate) read: fn(&[u8]) -> Answer,
    pub(crate) note: Note,
}

impl Sent {
    /// A message that is done or refused.
    pub(crate) fn write<Args: Encode, T: Decode, E: Decode + Debug>(
        caller: AccountId,
        message: Message<Args, Result<T, E>>,
    ) -> Self {
        Self::new(caller, message, |answer| match decode::<Result<T, E>>(answer) {
            Ok(_) => Answer::Done,
            Err(error) => Answer::Refused(format!("{error:?}")),
        })
    }

    /// A message that answers in any case.
    pub(crate) fn view<Args: Encode, R: Decode>(caller: AccountId, message: Message<Args, R>) -> Self {
        Self::new(caller, message, |answer| {
            decode::<R>(answer);
            Answer::Done
        })
    }

    fn new<Args: Encode, R>(caller: AccountId, message: Message<Args, R>, read: fn(&[u8]) -> Answer) -> Self {
        let message = message.params();
        let (contract, input) = (*message.callee(), message.exec_input().encode());
        Self { caller, contract, input, read, note: Box::new(|_, _| {}) }
    }

    /// With something to note when it has been done.
    pub(crate) fn then(mut self, note: impl FnOnce(&mut Memory, &[u8]) + 'static) -> Self {
        self.note = Box::new(note);
        self
    }
}

/// The answer to a message that the contract knows.
pub(crate) fn decode<R: Decode>(answer: &[u8]) -> R {
    let answer = MessageResult::<R>::decode_all(&mut &answer[..]).expect("the answer has the interface's type");
    answer.expect("the contract knows the message")
}
