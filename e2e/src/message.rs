//! Messages to contracts and the events that come back, as Rust types.

use drink::{
    minimal::{MinimalSandboxRuntime, RuntimeEvent},
    pallet_contracts,
};
use ink::{
    codegen::TraitCallBuilder,
    contract_ref,
    env::{
        DefaultEnvironment, Event,
        call::{
            Call, CallBuilder, ExecutionInput, FromAccountId,
            utils::{ReturnType, Set},
        },
    },
};
use ink_sandbox::EventRecordOf;
use primitives::{AccountId, Guarded, Registry, RootNetwork, Settlement, Staking, Stewardship, Tao};
use psp22::{PSP22, PSP22Burnable, PSP22Metadata};
use scale::Decode;

/// A message with its arguments, addressed to a contract.
pub type Message<Args, R> =
    CallBuilder<DefaultEnvironment, Set<Call<DefaultEnvironment>>, Set<ExecutionInput<Args>>, Set<ReturnType<R>>>;

/// The messages of the token.
pub type TaoMessages = <contract_ref!(Tao, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of a PSP22 token.
pub type Psp22Messages = <contract_ref!(PSP22, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of a token with metadata.
pub type MetadataMessages = <contract_ref!(PSP22Metadata, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of a token that can be burned.
pub type BurnableMessages = <contract_ref!(PSP22Burnable, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of staking.
pub type StakingMessages = <contract_ref!(Staking, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of the registry.
pub type RegistryMessages = <contract_ref!(Registry, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The rarer messages of the registry.
pub type StewardshipMessages = <contract_ref!(Stewardship, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of the settlement.
pub type SettlementMessages = <contract_ref!(Settlement, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of the root network.
pub type RootMessages = <contract_ref!(RootNetwork, DefaultEnvironment) as TraitCallBuilder>::Builder;
/// The messages of a guard.
pub type GuardedMessages = <contract_ref!(Guarded, DefaultEnvironment) as TraitCallBuilder>::Builder;

/// The messages of an interface, addressed to `contract`.
pub fn messages<Builder: FromAccountId<DefaultEnvironment>>(contract: AccountId) -> Builder {
    Builder::from_account_id(contract)
}

/// An event of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    contract: AccountId,
    signature: Option<[u8; 32]>,
    data: Vec<u8>,
}

impl Emitted {
    /// `event` as `contract` emits it, to compare with what was emitted.
    pub fn new<E: Event>(contract: AccountId, event: E) -> Self {
        Self { contract, signature: E::SIGNATURE_TOPIC, data: event.encode() }
    }

    /// The contract that emitted the event.
    pub fn contract(&self) -> AccountId {
        self.contract
    }

    /// The event as an `E`, if that is what it is.
    pub fn decode<E: Event + Decode>(&self) -> Option<E> {
        if self.signature != E::SIGNATURE_TOPIC {
            return None;
        }
        Some(E::decode(&mut &self.data[..]).expect("an event with the signature of its type decodes as that type"))
    }

    /// The event behind a record of the chain, if a contract emitted it.
    pub(crate) fn from_runtime(record: EventRecordOf<MinimalSandboxRuntime>) -> Option<Self> {
        let RuntimeEvent::Contracts(pallet_contracts::Event::ContractEmitted { contract, data }) = record.event else {
            return None;
        };
        // ink! puts the signature before the other topics.
        let signature = record.topics.first().map(|topic| topic.0);
        Some(Self { contract: <[u8; 32]>::from(contract).into(), signature, data })
    }
}
