//! Faults come where the plan says, before or after a call has its effect.

use std::sync::Arc;

use chain::{
    At, Chain, ChainError, ChainExt,
    faulty::{Fault, Faulty, Kind},
};
use psp22::PSP22;

use crate::world::World;

/// Sends 7 RAO to Bob through a chain that fails in its first call.
fn failed_transfer(world: &World, fault: Fault) -> ChainError {
    let faulty = Faulty::dead_from(&world.chain, 0, fault);
    let transfer = world.deployment.contracts.token().transfer(world.bob.account(), 7, vec![]);
    faulty.submit(&world.alice, transfer).expect_err("it fails by plan")
}

#[test]
fn a_transaction_that_fails_before_has_no_effect_and_may_be_sent_again() {
    let world = World::new();
    let error = failed_transfer(&world, Fault::Before);
    assert!(matches!(error, ChainError::Connection { .. }) && error.is_retryable(), "{error:?}");
    assert_eq!(world.balance_of(world.bob.account()), 0);
}

#[test]
fn a_transaction_that_fails_after_has_its_effect_and_its_sender_is_told_to_look() {
    let world = World::new();
    let error = failed_transfer(&world, Fault::After);
    assert!(matches!(&error, ChainError::OutcomeUnknown { message } if message == "tao.transfer"), "{error:?}");
    assert!(error.hint().contains("Read from the chain"), "{}", error.hint());
    assert_eq!(world.balance_of(world.bob.account()), 7);
}

#[test]
fn a_dead_chain_answers_nothing_more_while_the_one_behind_it_lives() {
    let world = World::new();
    let dead = Faulty::dead_from(&world.chain, 2, Fault::After);
    assert!(dead.block(At::Head).is_ok() && dead.events(0..=1).is_ok());
    for _ in 0..3 {
        assert!(matches!(dead.block(At::Head), Err(ChainError::Connection { .. })));
    }
    assert_eq!(dead.calls(), 5);
    assert!(world.chain.block(At::Head).is_ok());
}

#[test]
fn a_plan_sees_each_calls_number_and_kind() {
    let world = World::new();
    let (alice, contracts, bob) = (world.alice, world.deployment.contracts, world.bob.account());
    let chain: Arc<dyn Chain> = Arc::new(world.chain);
    let faulty = Faulty::new(chain, |call, kind| (call > 1 && kind == Kind::Transaction).then_some(Fault::Before));
    let transfer = || faulty.submit(&alice, contracts.token().transfer(bob, 1, vec![]));
    let outcomes = [transfer().is_ok(), transfer().is_ok(), transfer().is_ok(), faulty.snapshot().is_ok()];
    assert_eq!(outcomes, [true, true, false, true]);
}
