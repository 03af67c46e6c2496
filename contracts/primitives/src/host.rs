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
            utils::{ReturnType, Set},
            Call, CallBuilder, ExecutionInput, FromAccountId,
        },
        DefaultEnvironment, Environment,
    },
    scale::{Decode, Encode},
};
use psp22::PSP22;

use crate::{AccountId, Registry, Staking, Tao};

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
        of_profile(self).invoke()
    }

    fn send(self) -> Option<R> {
        of_profile(self).try_invoke().ok()?.ok()
    }
}

#[cfg(not(feature = "v1-calls"))]
fn of_profile<Args, R>(message: Message<Args, R>) -> Message<Args, R> {
    message
}

#[cfg(feature = "v1-calls")]
fn of_profile<Args, R>(
    message: Message<Args, R>,
) -> CallBuilder<Host, Set<ink::env::call::CallV1<Host>>, Set<ExecutionInput<Args>>, Set<ReturnType<R>>> {
    message.call_v1()
}
