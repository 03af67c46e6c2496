//! What happened in a block, as its events tell.

use primitives::AccountId;
use scale::Decode as _;
use subxt::{
    dynamic::{At as _, Value},
    events::Phase,
    ext::scale_value::{Composite, ValueDef},
};

use super::runtime::{Runtime, bytes};
use crate::{Deposit, Event, Gas};

/// What one transaction did.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// Whether it succeeded, once that is said.
    pub(super) outcome: Option<Result<(), String>>,
    pub(super) gas: Gas,
    pub(super) fee: u128,
    pub(super) instantiated: Option<AccountId>,
    pub(super) events: Vec<Event>,
    held: u128,
    released: u128,
}

impl Effects {
    /// What it did to the deposits of its signer.
    pub(super) fn deposit(&self) -> Deposit {
        match self.held.checked_sub(self.released) {
            Some(held) => Deposit::Charged(held),
            None => Deposit::Refunded(self.released - self.held),
        }
    }
}

/// What contracts emitted in a block, or nothing if the events cannot be read.
pub(super) fn emitted(runtime: &Runtime, block: u32, events: Vec<u8>) -> Option<Vec<Event>> {
    let mut all = Vec::new();
    for record in runtime.client().events().from_bytes(events).iter() {
        let record = record.ok()?;
        if (record.pallet_name(), record.event_name()) == ("Contracts", "ContractEmitted") {
            let topics = record.topics().iter().map(|topic| topic.0).collect();
            all.push(event(block, record.field_bytes(), topics)?);
        }
    }
    Some(all)
}

/// What the transaction at a place of a block did, which `signer` has signed; nothing if the events cannot be read.
pub(super) fn effects(
    runtime: &Runtime,
    block: u32,
    events: Vec<u8>,
    place: u32,
    signer: AccountId,
) -> Option<Effects> {
    let mut effects = Effects::default();
    for record in runtime.client().events().from_bytes(events).iter() {
        let record = record.ok()?;
        if record.phase() != Phase::ApplyExtrinsic(place) {
            continue;
        }
        let fields = || {
            let fields: Composite<()> = record.decode_fields_unchecked_as().ok()?;
            Some(Value { value: ValueDef::Composite(fields), context: () })
        };
        match (record.pallet_name(), record.event_name()) {
            ("Contracts", "ContractEmitted") => {
                let topics = record.topics().iter().map(|topic| topic.0).collect();
                effects.events.push(event(block, record.field_bytes(), topics)?);
            }
            ("Contracts", "Instantiated") if account(&fields()?, "deployer") == Some(signer) => {
                effects.instantiated = account(&fields()?, "contract");
            }
            ("Contracts", "StorageDepositTransferredAndHeld") if account(&fields()?, "from") == Some(signer) => {
                effects.held = effects.held.saturating_add(amount(&fields()?, "amount")?);
            }
            ("Contracts", "StorageDepositTransferredAndReleased") if account(&fields()?, "to") == Some(signer) => {
                effects.released = effects.released.saturating_add(amount(&fields()?, "amount")?);
            }
            ("TransactionPayment", "TransactionFeePaid") => effects.fee = amount(&fields()?, "actual_fee")?,
            ("System", "ExtrinsicSuccess") => {
                effects.outcome = Some(Ok(()));
                effects.gas = weight(&fields()?)?;
            }
            ("System", "ExtrinsicFailed") => {
                effects.outcome = Some(Err(runtime.error_name(record.field_bytes())));
                effects.gas = weight(&fields()?)?;
            }
            _ => {}
        }
    }
    Some(effects)
}

fn event(block: u32, mut fields: &[u8], topics: Vec<[u8; 32]>) -> Option<Event> {
    let (contract, data) = <(AccountId, Vec<u8>)>::decode(&mut fields).ok()?;
    Some(Event { block, contract, topics, data })
}

fn account(fields: &Value, name: &str) -> Option<AccountId> {
    Some(AccountId::from(<[u8; 32]>::try_from(bytes(fields.at(name)?)?).ok()?))
}

fn amount(fields: &Value, name: &str) -> Option<u128> {
    fields.at(name)?.as_u128()
}

fn weight(fields: &Value) -> Option<Gas> {
    let weight = fields.at("dispatch_info")?.at("weight")?;
    let part = |name| u64::try_from(weight.at(name)?.as_u128()?).ok();
    Some(Gas { ref_time: part("ref_time")?, proof_size: part("proof_size")? })
}
