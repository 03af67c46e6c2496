//! Between the runtime's types and ours.

use std::borrow::Cow;

use ink_sandbox::{AccountId32, DispatchError, Weight, frame_system, macros::RuntimeEvent, pallet_contracts};
use pallet_contracts::{ExecReturnValue, StorageDeposit};
use primitives::AccountId;

use super::ledger::Runtime;
use crate::{Deposit, DispatchFailure, Event, Gas, Output};

pub(super) fn account32(account: AccountId) -> AccountId32 {
    AccountId32::new(account.0)
}

pub(super) fn account(account: AccountId32) -> AccountId {
    <[u8; 32]>::from(account).into()
}

pub(super) fn weight(gas: Gas) -> Weight {
    Weight::from_parts(gas.ref_time, gas.proof_size)
}

pub(super) fn gas(weight: Weight) -> Gas {
    Gas { ref_time: weight.ref_time(), proof_size: weight.proof_size() }
}

pub(super) fn deposit(deposit: &StorageDeposit<u128>) -> Deposit {
    match *deposit {
        StorageDeposit::Charge(amount) => Deposit::Charged(amount),
        StorageDeposit::Refund(amount) => Deposit::Refunded(amount),
    }
}

pub(super) fn output(returned: ExecReturnValue) -> Output {
    let reverted = returned.did_revert();
    Output { data: returned.data, reverted }
}

/// The events that contracts emitted in the block under construction.
pub(super) fn contract_events(block: u32) -> Vec<Event> {
    let records = frame_system::Pallet::<Runtime>::read_events_no_consensus();
    let emitted = records.filter_map(|record| match record.event {
        RuntimeEvent::Contracts(pallet_contracts::Event::ContractEmitted { contract, data }) => Some(Event {
            block,
            contract: account(contract),
            topics: record.topics.iter().map(|topic| topic.0).collect(),
            data,
        }),
        _ => None,
    });
    emitted.collect()
}

/// Names what stopped a call of `caller` to `contract`.
pub(super) fn failure(error: DispatchError, caller: AccountId, contract: Option<AccountId>) -> DispatchFailure {
    let name: &'static str = error.into();
    DispatchFailure::named(Cow::Borrowed(name), caller, contract)
}
