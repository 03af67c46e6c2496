//! Ownership in two steps and the pause, the same on every contract.

use primitives::{
    Guard, GuardError, Pause, StorageVersion,
    guard::{GuardianSet, OwnershipOffered, OwnershipTransferred, PAUSE_MS, Paused, Unpaused},
};
use yarrow_e2e::prelude::*;

const HEIR: AccountId = account("heir");
const GUARDIAN: AccountId = account("guardian");
const STRANGER: AccountId = account("stranger");

fn each_contract(check: impl Fn(&mut World, AccountId)) {
    let mut world = World::new();
    for (_, contract) in world.guarded() {
        check(&mut world, contract);
    }
}

#[test]
fn the_deployer_owns_every_contract_and_nobody_guards_it() {
    each_contract(|world, contract| {
        let guard = world.read(world.guard(contract).guard());
        assert_eq!(guard, Guard::new(guard.storage, DEPLOYER));
    });
}

#[test]
fn every_contract_has_its_own_storage_version_at_the_start_of_its_storage() {
    let mut world = World::new();
    let stored = [b"TAO_", b"STAK", b"REGI", b"SETT", b"ROOT"];
    for ((_, contract), name) in world.guarded().into_iter().zip(stored) {
        let StorageVersion { contract: stored, number } = world.read(world.guard(contract).guard()).storage;
        assert_eq!(&stored, name);
        assert_eq!(world.root_cell(contract)[..6], [&stored[..], &number.to_le_bytes()].concat());
    }
}

#[test]
fn ownership_changes_hands_in_two_steps() {
    each_contract(|world, contract| {
        let error = world.refused(STRANGER, world.guard(contract).offer_ownership(Some(STRANGER)));
        assert_eq!(error, GuardError::CallerNotOwner(STRANGER));
        world.ok(DEPLOYER, world.guard(contract).offer_ownership(Some(HEIR)));
        assert_eq!(world.emitted(), [Emitted::new(contract, OwnershipOffered { to: Some(HEIR) })]);
        assert_eq!(world.read(world.guard(contract).guard()).owner, DEPLOYER);
        let error = world.refused(STRANGER, world.guard(contract).accept_ownership());
        assert_eq!(error, GuardError::CallerNotPendingOwner(STRANGER));

        world.ok(HEIR, world.guard(contract).accept_ownership());
        assert_eq!(world.emitted(), [Emitted::new(contract, OwnershipTransferred { from: DEPLOYER, to: HEIR })]);
        let guard = world.read(world.guard(contract).guard());
        assert_eq!(guard, Guard::new(guard.storage, HEIR));
        let error = world.refused(DEPLOYER, world.guard(contract).set_guardian(None));
        assert_eq!(error, GuardError::CallerNotOwner(DEPLOYER));
    });
}

#[test]
fn an_offer_of_ownership_can_be_taken_back() {
    each_contract(|world, contract| {
        world.ok(DEPLOYER, world.guard(contract).offer_ownership(Some(HEIR)));
        world.ok(DEPLOYER, world.guard(contract).offer_ownership(None));
        let error = world.refused(HEIR, world.guard(contract).accept_ownership());
        assert_eq!(error, GuardError::CallerNotPendingOwner(HEIR));
    });
}

#[test]
fn the_guardian_pauses_and_a_pause_lapses_by_itself() {
    each_contract(|world, contract| {
        let error = world.refused(GUARDIAN, world.guard(contract).pause());
        assert_eq!(error, GuardError::CallerNotGuardian(GUARDIAN));
        world.ok(DEPLOYER, world.guard(contract).set_guardian(Some(GUARDIAN)));
        assert_eq!(world.emitted(), [Emitted::new(contract, GuardianSet { guardian: Some(GUARDIAN) })]);

        let since_ms = world.now_ms();
        let until_ms = since_ms + PAUSE_MS;
        world.ok(GUARDIAN, world.guard(contract).pause());
        assert_eq!(world.emitted(), [Emitted::new(contract, Paused { until_ms })]);
        assert_eq!(world.read(world.guard(contract).guard()).pause, Some(Pause { since_ms, until_ms }));

        world.set_time(until_ms);
        let error = world.refused(GUARDIAN, world.guard(contract).unpause());
        assert_eq!(error, GuardError::NotPaused);
        let from_ms = until_ms + PAUSE_MS;
        world.set_time(from_ms - 1);
        let error = world.refused(GUARDIAN, world.guard(contract).pause());
        assert_eq!(error, GuardError::PausedTooSoon { from_ms });
        world.set_time(from_ms);
        world.ok(GUARDIAN, world.guard(contract).pause());
        world.set_time(since_ms);
    });
}

#[test]
fn a_pause_can_be_ended_early() {
    each_contract(|world, contract| {
        let error = world.refused(DEPLOYER, world.guard(contract).unpause());
        assert_eq!(error, GuardError::NotPaused);
        world.ok(DEPLOYER, world.guard(contract).pause());
        let error = world.refused(STRANGER, world.guard(contract).unpause());
        assert_eq!(error, GuardError::CallerNotGuardian(STRANGER));
        world.ok(DEPLOYER, world.guard(contract).unpause());
        assert_eq!(world.emitted(), [Emitted::new(contract, Unpaused { by: DEPLOYER })]);
    });
}
