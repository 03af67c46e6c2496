//! Callees that call back, and callers that are contracts.

use yarrow_e2e::Puppet;

use super::*;

/// A puppet that accepts the ownership of `target`, a write that needs no arguments and calls nobody.
fn usurper(world: &World, target: AccountId) -> Puppet {
    let accept = world.guard(target).accept_ownership().params().exec_input().encode();
    Puppet::Forward { to: target, input: accept }
}

#[test]
fn a_callee_cannot_call_back_into_the_contract_that_calls_it() {
    let pairs = attempts(&mut world()).into_iter().map(|attempt| attempt.callees.len()).enumerate();
    for (attempt, callee) in pairs.flat_map(|(attempt, callees)| (0..callees).map(move |callee| (attempt, callee))) {
        let mut world = world();
        let attempt = attempts(&mut world).swap_remove(attempt);
        let (target, callee) = (attempt.contract, attempt.callees[callee]);
        world.ok(DEPLOYER, world.guard(target).offer_ownership(Some(callee)));
        let code_hash = world.upload(usurper(&world, target).wasm());
        world.possess(callee, code_hash);

        attempt.assert_fails(&mut world, "its callee calls back");
        assert_eq!(world.read(world.guard(target).guard()).owner, DEPLOYER);

        // The call as such is in order: not from within, but from outside it goes through.
        world.call_raw(STRANGER, callee, vec![]).expect("the callee may call");
        assert_eq!(world.read(world.guard(target).guard()).owner, callee);
    }
}

#[test]
fn a_contract_that_is_paid_tao_is_not_called() {
    let mut world = world();
    let trap = world.place(Puppet::Trap.wasm(), vec![]);
    world.ok(BOB, world.psp22().transfer(trap, 1_000, vec![]));
    assert_eq!(world.balance(trap), Rao::new(1_000));
    let owner = world.read(world.staking().delegate(VALIDATOR)).expect("a hotkey").owner;
    world.ok(BOB, world.staking().transfer_stake(VALIDATOR, trap, STAKE));
    assert_ne!(owner, trap);
    assert_eq!(world.read(world.staking().stake_of(VALIDATOR, trap)), STAKE);
}

#[test]
fn a_contract_that_stakes_is_a_caller_like_any_other() {
    let mut world = world();
    let first = world.staking().remove_stake(VALIDATOR, STAKE).params().exec_input().encode();
    let staker = world.place(Puppet::Forward { to: world.staking, input: first }.wasm(), vec![]);
    world.ok(BOB, world.staking().transfer_stake(VALIDATOR, staker, STAKE));
    world.call_raw(STRANGER, staker, vec![]).expect("its whole stake comes out");
    assert_eq!(world.balance(staker), STAKE);
    world.call_raw(STRANGER, staker, vec![]).expect_err("and not a second time");
    assert_eq!(world.balance(staker), STAKE);
}
