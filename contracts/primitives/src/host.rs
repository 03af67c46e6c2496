//! The host chain as the contracts see it. Chains differ in two things, and a cargo feature of every contract chooses each:
//!
//! | feature | without it | with it |
//! |---|---|---|
//! | `u64-balance` | the chain's own currency is counted in 128 bits | in 64 bits, as on Bittensor's chain |
//! | `v1-calls` | other contracts are called by the host function `call` 2 | by `call` 1, on chains with an older pallet |
//!
//! Amounts of TAO are [`crate::Rao`] and PSP22's are 128 bits on every chain. A contract calls another by
//! [`messages`] and [`Outgoing`] alone, so that no call misses its profile.

use ink::{
    codegen::TraitCallBuilder,
    contract_ref,
    env::{
        call::{
            build_call,
            utils::{ReturnType, Set},
            Call, CallBuilder, ExecutionInput, FromAccountId, Selector,
        },
        DefaultEnvironment, Environment,
    },
    prelude::{vec, vec::Vec},
    scale::{Decode, DecodeAll as _, Encode, Error, Input, Output},
};
use psp22::PSP22;

use crate::{AccountId, Registry, Settlement, Staking, Tao};

/// An amount of the chain's own currency.
#[cfg(not(feature = "u64-balance"))]
pub type Balance = u128;
/// An amount of the chain's own currency.
#[cfg(feature = "u64-balance")]
pub type Balance = u64;

/// The types of the host chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {}

impl Environment for Host {
    const MAX_EVENT_TOPICS: usize = DefaultEnvironment::MAX_EVENT_TOPICS;
    type AccountId = AccountId;
    type Balance = Balance;
    type Hash = <DefaultEnvironment as Environment>::Hash;
    type Timestamp = <DefaultEnvironment as Environment>::Timestamp;
    type BlockNumber = <DefaultEnvironment as Environment>::BlockNumber;
    type ChainExtension = <DefaultEnvironment as Environment>::ChainExtension;
}

/// The messages of `tao`.
pub type TaoMessages = <contract_ref!(Tao, Host) as TraitCallBuilder>::Builder;
/// The messages of a PSP22 token.
pub type TokenMessages = <contract_ref!(PSP22, Host) as TraitCallBuilder>::Builder;
/// The messages of `staking`.
pub type StakingMessages = <contract_ref!(Staking, Host) as TraitCallBuilder>::Builder;
/// The messages of `registry`.
pub type RegistryMessages = <contract_ref!(Registry, Host) as TraitCallBuilder>::Builder;

/// The messages of `settlement`.
pub type SettlementMessages = <contract_ref!(Settlement, Host) as TraitCallBuilder>::Builder;

/// The messages of an interface, addressed to a contract.
pub fn messages<Interface: FromAccountId<Host>>(contract: AccountId) -> Interface {
    Interface::from_account_id(contract)
}

/// A message to another contract, ready to be sent.
type Message<Args, R> = CallBuilder<Host, Set<Call<Host>>, Set<ExecutionInput<Args>>, Set<ReturnType<R>>>;

/// Sends a message to another contract.
pub trait Outgoing {
    /// What the callee answers.
    type Answer;

    /// The answer; a callee that does not give one undoes the whole call.
    fn ask(self) -> Self::Answer;

    /// The answer, or `None` from a callee that does not give one.
    fn send(self) -> Option<Self::Answer>;
}

impl<Args: Encode, R: Decode> Outgoing for Message<Args, R> {
    type Answer = R;

    fn ask(self) -> R {
        self.send().expect("the callee gives an answer that can be read")
    }

    fn send(self) -> Option<R> {
        let message = self.params();
        let answer = send_encoded(*message.callee(), &message.exec_input().encode())?;
        R::decode_all(&mut &answer[..]).ok()
    }
}

/// Bytes that are an encoding already.
#[derive(Default)]
pub(crate) struct Encoded<T>(pub(crate) T);

impl Encode for Encoded<&[u8]> {
    fn encode_to<T: Output + ?Sized>(&self, to: &mut T) {
        to.write(self.0);
    }
}

impl Decode for Encoded<Vec<u8>> {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let length = input.remaining_len()?.unwrap_or(0);
        let mut bytes = vec![0; length];
        input.read(&mut bytes)?;
        Ok(Self(bytes))
    }
}

/// Sends an encoded message and returns the encoded answer. All messages go this way, because each kind of message that
/// ink! sends brings its own copy of what sending takes, half a kilobyte.
#[inline(never)]
fn send_encoded(callee: AccountId, message: &[u8]) -> Option<Vec<u8>> {
    // Every message begins with its selector.
    let (&selector, arguments) = message.split_first_chunk()?;
    let input = ExecutionInput::new(Selector::new(selector)).push_arg(Encoded(arguments));
    let call = build_call::<Host>().call(callee);
    #[cfg(feature = "v1-calls")]
    let call = call.call_v1();
    let answer = call.exec_input(input).returns::<Encoded<Vec<u8>>>().try_invoke();
    Some(answer.ok()?.ok()?.0)
}
