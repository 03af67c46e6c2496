//! Ownership, the guardian's pause, and the settlement's address.

use primitives::{
    GuardError,
    axon::Axon,
    guard::{GuardianSet, OwnershipOffered, OwnershipTransferred, PAUSE_MS, Paused, Unpaused},
    model::{ModelCommitment, ModelKind},
    registry::SubnetIdentity,
};

use super::*;

#[test]
fn only_the_owner_names_the_settlement() {
    let mut world = world();
    let refused = world.refused(ALICE, world.stewardship().connect(ALICE));
    assert_eq!(refused, RegistryError::Guard(GuardError::CallerNotOwner(ALICE)));
    world.ok(DEPLOYER, world.stewardship().connect(ALICE));
    world.ok(ALICE, world.registry().record_epoch(SUBNET, FIRST, vec![], end(1, 0)));
}

#[test]
fn ownership_moves_in_two_steps() {
    let mut world = world();
    let refused = world.refused(ALICE, world.guard(world.registry).offer_ownership(Some(ALICE)));
    assert_eq!(refused, GuardError::CallerNotOwner(ALICE));
    world.ok(DEPLOYER, world.guard(world.registry).offer_ownership(Some(ALICE)));
    assert_eq!(world.emitted(), [Emitted::new(world.registry, OwnershipOffered { to: Some(ALICE) })]);
    let refused = world.refused(BOB, world.guard(world.registry).accept_ownership());
    assert_eq!(refused, GuardError::CallerNotPendingOwner(BOB));
    world.ok(ALICE, world.guard(world.registry).accept_ownership());
    let transferred = OwnershipTransferred { from: DEPLOYER, to: ALICE };
    assert_eq!(world.emitted(), [Emitted::new(world.registry, transferred)]);
    assert_eq!(world.read(world.guard(world.registry).guard()).owner, ALICE);
    world.ok(ALICE, world.stewardship().set_hyperparameter(SUBNET, Hyperparameter::Kappa(1)));
    let refused = world.refused(DEPLOYER, world.stewardship().set_hyperparameter(SUBNET, Hyperparameter::Kappa(2)));
    assert_eq!(refused, RegistryError::NotSubnetOwner(DEPLOYER));
}

#[test]
fn the_guardian_pauses_for_a_week_at_most() {
    let mut world = world();
    let refused = world.refused(ALICE, world.guard(world.registry).set_guardian(Some(ALICE)));
    assert_eq!(refused, GuardError::CallerNotOwner(ALICE));
    world.ok(DEPLOYER, world.guard(world.registry).set_guardian(Some(ALICE)));
    assert_eq!(world.emitted(), [Emitted::new(world.registry, GuardianSet { guardian: Some(ALICE) })]);
    let refused = world.refused(BOB, world.guard(world.registry).pause());
    assert_eq!(refused, GuardError::CallerNotGuardian(BOB));
    let refused = world.refused(ALICE, world.guard(world.registry).unpause());
    assert_eq!(refused, GuardError::NotPaused);
    let until_ms = world.now_ms() + PAUSE_MS;
    world.ok(ALICE, world.guard(world.registry).pause());
    assert_eq!(world.emitted(), [Emitted::new(world.registry, Paused { until_ms })]);
    let refused = world.refused(ALICE, world.guard(world.registry).pause());
    assert_eq!(refused, GuardError::PausedTooSoon { from_ms: until_ms + PAUSE_MS });
    world.set_time(until_ms);
    world.start(SUBNET);
}

#[test]
fn every_write_but_settlements_is_refused_while_paused() {
    let mut world = world();
    world.register(SUBNET, ALICE, HOTKEY);
    let challenge = work_target(&mut world).challenge;
    let until_ms = world.now_ms() + PAUSE_MS;
    world.ok(DEPLOYER, world.guard(world.registry).pause());
    let paused = RegistryError::Guard(GuardError::Paused { until_ms });
    let limit = Rao::new(u64::MAX);
    let refused = world.refused(ALICE, world.stewardship().register_subnet(BOB, SubnetIdentity::default(), limit));
    assert_eq!(refused, paused);
    assert_eq!(world.refused(OWNER, world.stewardship().start_subnet(SUBNET)), paused);
    assert_eq!(world.refused(OWNER, world.stewardship().set_identity(SUBNET, SubnetIdentity::default())), paused);
    assert_eq!(world.refused(OWNER, world.stewardship().dissolve_subnet(SUBNET)), paused);
    assert_eq!(world.refused(OWNER, world.stewardship().trim_to_max_allowed_uids(SUBNET, 64)), paused);
    let change = Hyperparameter::Kappa(1);
    assert_eq!(world.refused(DEPLOYER, world.stewardship().set_hyperparameter(SUBNET, change)), paused);
    assert_eq!(world.refused(ALICE, world.registry().register_by_burn(SUBNET, BOB, limit)), paused);
    assert_eq!(world.refused(ALICE, world.registry().register_by_work(SUBNET, BOB, challenge, 1)), paused);
    let model = ModelCommitment { kind: ModelKind::Wasm, size: 1, bound_hash: [1; 32], location: vec![] };
    assert_eq!(world.refused(HOTKEY, world.registry().commit_model(SUBNET, model)), paused);
    assert_eq!(world.refused(ALICE, world.stewardship().swap_hotkey(HOTKEY, BOB, None)), paused);
    assert_eq!(world.refused(ALICE, world.stewardship().take_over_subnet(SUBNET)), paused);
    let axon = Axon { version: 1, ip: 9, port: 1, ip_type: 4, protocol: 4, certificate: None };
    assert_eq!(world.refused(HOTKEY, world.registry().serve_axon(SUBNET, axon)), paused);
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], end(1, 0)));
    world.ok(DEPLOYER, world.guard(world.registry).unpause());
    assert_eq!(world.emitted(), [Emitted::new(world.registry, Unpaused { by: DEPLOYER })]);
    world.start(SUBNET);
}
