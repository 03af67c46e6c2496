//! Typed reads, dry runs and transactions on our own contracts, and the errors of all three layers.

use chain::{Chain, ChainError, ChainExt, Contracts, Deposit, DispatchFailure, Gas, Refusal, ss58};
use primitives::{GuardError, Staking, Tao, tao::TaoError};
use psp22::{PSP22, PSP22Error, Transfer};

use crate::world::{ALLOCATED, World, signer};

#[test]
fn a_transfer_is_read_back_and_emits_its_event() {
    let world = World::new();
    let done = world.transfer(300);
    assert_eq!(world.balance_of(world.alice.account()), ALLOCATED.to_psp22() - 300);
    assert_eq!(world.balance_of(world.bob.account()), 300);

    let Contracts { tao, .. } = world.deployment.contracts;
    let event: Transfer = done.receipt.event().expect("a transfer");
    assert_eq!((event.from, event.to, event.value), (Some(world.alice.account()), Some(world.bob.account()), 300));
    let number = done.receipt.block.number;
    let found = world.chain.events_of::<Transfer>(tao, 0..=number).expect("events");
    let values: Vec<_> = found.iter().map(|(block, event)| (*block, event.value)).collect();
    assert_eq!(values.last(), Some(&(number, 300)));
    assert_eq!(values.iter().filter(|(block, _)| *block == number).count(), 1);
    let later = world.chain.events_of::<Transfer>(tao, number + 1..=u32::MAX).expect("events");
    assert_eq!(later.len(), 0);
}

#[test]
fn a_refused_call_names_message_error_and_remedy_and_changes_nothing() {
    let world = World::new();
    let too_much = ALLOCATED.to_psp22() + 1;
    let transfer = || world.deployment.contracts.token().transfer(world.bob.account(), too_much, vec![]);
    let submitted = world.chain.submit(&world.alice, transfer()).expect_err("too much");
    let dry_run = world.chain.dry_run(world.alice.account(), transfer()).expect_err("too much");
    for error in [submitted, dry_run] {
        assert_eq!(error.to_string(), "tao.transfer was refused: InsufficientBalance");
        assert!(error.hint().contains("less TAO"), "{}", error.hint());
        assert!(!error.is_retryable());
        let ChainError::Refused { refusal, .. } = error else { panic!("{error:?}") };
        assert_eq!(refusal, Refusal::Psp22(PSP22Error::InsufficientBalance));
    }
    assert_eq!(world.balance_of(world.alice.account()), ALLOCATED.to_psp22());
    assert_eq!(world.balance_of(world.bob.account()), 0);
}

#[test]
fn an_error_shows_its_values_with_accounts_in_ss58() {
    let world = World::new();
    let bob = world.bob.account();
    let error = world.chain.submit(&world.bob, world.deployment.contracts.tao().set_minter(Some(bob)));
    let error = error.expect_err("Bob is not the owner");
    assert_eq!(error.to_string(), format!("tao.set_minter was refused: Guard(CallerNotOwner({}))", ss58(&bob)));
    assert!(error.hint().contains(&ss58(&bob)), "{}", error.hint());
    let ChainError::Refused { refusal, .. } = error else { panic!("{error:?}") };
    assert_eq!(refusal, Refusal::Tao(TaoError::Guard(GuardError::CallerNotOwner(bob))));
    let minter = world.chain.view(world.deployment.contracts.tao().minter()).expect("a view");
    assert_eq!(minter, Some(world.deployment.contracts.settlement));
}

#[test]
fn a_call_to_an_address_without_a_contract_is_named() {
    let world = World::new();
    let nowhere = Contracts { tao: world.bob.account(), ..world.deployment.contracts };
    let errors = [
        world.chain.view(nowhere.tao().issuance()).expect_err("no contract"),
        world.chain.submit(&world.alice, nowhere.tao().set_minter(None)).expect_err("no contract"),
    ];
    for error in errors {
        let ChainError::Dispatch { failure, .. } = &error else { panic!("{error:?}") };
        assert_eq!(*failure, DispatchFailure::ContractNotFound(world.bob.account()));
        assert!(!error.is_retryable());
    }
}

#[test]
fn a_message_of_another_contract_is_not_understood() {
    let world = World::new();
    let crossed = Contracts { staking: world.deployment.contracts.tao, ..world.deployment.contracts };
    let error = world.chain.view(crossed.staking().total_stake()).expect_err("the token has no stake");
    assert!(matches!(error, ChainError::Misunderstood { .. }), "{error:?}");
    assert!(error.to_string().starts_with("staking.total_stake was not understood by 5"), "{error}");
}

#[test]
fn running_out_of_gas_is_named_and_changes_nothing() {
    let mut world = World::new();
    world.chain = world.chain.with_gas_limit(Gas { ref_time: 1_000_000, proof_size: u64::MAX });
    let transfer = world.deployment.contracts.token().transfer(world.bob.account(), 1, vec![]);
    let error = world.chain.submit(&world.alice, transfer).expect_err("too little gas");
    assert_eq!(error.to_string(), "tao.transfer failed: out of gas");
    assert!(matches!(error, ChainError::Dispatch { failure: DispatchFailure::OutOfGas, .. }), "{error:?}");
    world.chain = world.chain.with_gas_limit(Gas { ref_time: 300_000_000_000, proof_size: u64::MAX });
    assert_eq!(world.balance_of(world.bob.account()), 0);
}

#[test]
fn a_dry_run_changes_nothing_and_predicts_gas_and_deposit() {
    let mut world = World::new();
    let (alice, bob) = (world.alice.account(), world.bob.account());
    let before = world.chain.snapshot().expect("a block").block;
    let transfer = || world.deployment.contracts.token().transfer(bob, 300, vec![]);
    let dry_run = world.chain.dry_run(alice, transfer()).expect("it would pass");
    assert_eq!(world.chain.snapshot().expect("a block").block, before);
    assert_eq!(world.balance_of(bob), 0);

    world.chain = world.chain.with_gas_limit(dry_run.gas_limit);
    let done = world.chain.submit(&world.alice, transfer()).expect("the predicted gas is enough");
    assert_eq!(done.receipt.deposit, dry_run.deposit);
    assert!(matches!(dry_run.deposit, Deposit::Charged(1..)), "{:?}", dry_run.deposit);
    assert!(done.receipt.gas.ref_time <= dry_run.gas_limit.ref_time);
    assert!(done.receipt.gas.ref_time > 0);
}

#[test]
fn a_caller_without_native_balance_cannot_pay_for_storage() {
    let world = World::new();
    let poor = signer("Poor");
    let approve = || world.deployment.contracts.token().approve(world.bob.account(), 5);
    let error = world.chain.submit(&poor, approve()).expect_err("no balance");
    let ChainError::Dispatch { failure, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*failure, DispatchFailure::DepositNotCovered(poor.account()));
    let allowance = || world.deployment.contracts.token().allowance(poor.account(), world.bob.account());
    assert_eq!(world.chain.view(allowance()).expect("a view"), 0);

    world.chain.fund(poor.account(), 1_000_000);
    world.chain.submit(&poor, approve()).expect("now it can pay");
    assert_eq!(world.chain.view(allowance()).expect("a view"), 5);
}

#[test]
fn gas_is_logged_by_message_for_executed_calls_only() {
    let world = World::new();
    let gas = [world.transfer(1), world.transfer(2)].map(|done| done.receipt.gas.ref_time);
    world.balance_of(world.bob.account());
    let log = world.chain.gas_log();
    let transfers = log.get("tao.transfer").expect("two of them");
    assert_eq!((transfers.count, transfers.total.ref_time), (2, gas[0] + gas[1]));
    assert_eq!(transfers.max.ref_time, gas[0].max(gas[1]));
    assert_eq!(log.get("tao.balance_of"), None);
    assert_eq!(log.get("settlement.new").map(|usage| usage.count), Some(1));
}

#[test]
fn a_chain_behind_a_pointer_is_used_the_same_way_from_any_thread() {
    let world = World::new();
    world.transfer(7);
    let chain: std::sync::Arc<dyn Chain> = std::sync::Arc::new(world.chain);
    let (contracts, bob) = (world.deployment.contracts, world.bob.account());
    let balance = std::thread::spawn(move || chain.view(contracts.token().balance_of(bob)));
    assert_eq!(balance.join().expect("no panic").expect("a view"), 7);
}
