//! Registration by work: without TAO, against a challenge, at a difficulty that follows demand.

use primitives::{
    StakingError,
    registry::{NeuronRegistered, Payment},
};
use yarrow_e2e::work_nonce;

use super::*;

#[test]
fn a_market_without_any_tao_is_entered_by_work() {
    let setup = Setup::default().allocation(vec![]);
    let mut subnet = Setup::subnet("subnet owner", "subnet owner's hotkey");
    subnet.hyperparameters.push(Hyperparameter::Difficulty(200));
    let mut world = deploy(setup, vec![subnet]).expect("the registry was deployed");
    let uid = world.register(SUBNET, ALICE, HOTKEY);
    let registered =
        NeuronRegistered { netuid: SUBNET, uid, hotkey: HOTKEY, replaced: None, payment: Payment::Work(200) };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, registered)));
    assert_eq!(world.read(world.registry().uid(SUBNET, HOTKEY)), Some(Uid::new(0)));
    assert_eq!(world.read(world.staking().delegate(HOTKEY)).expect("it was associated").owner, ALICE);
    assert_eq!(world.read(world.tao().issuance()), Rao::ZERO);
}

#[test]
fn work_that_is_too_easy_is_refused() {
    let mut world = world();
    govern(&mut world, Hyperparameter::Difficulty(1_000));
    let mut target = work_target(&mut world);
    target.difficulty = 1;
    let nonce = work_nonce(&target, &HOTKEY, &ALICE);
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, target.challenge, nonce));
    assert_eq!(refused, RegistryError::InvalidDifficulty { difficulty: 1_000 });
}

#[test]
fn work_is_for_one_hotkey_one_coldkey_and_one_subnet() {
    let genesis = vec![Setup::subnet("subnet owner", "a"), Setup::subnet("subnet owner", "b")];
    let mut world = deploy(Setup::default(), genesis).expect("the registry was deployed");
    govern(&mut world, Hyperparameter::Difficulty(100_000));
    let target = work_target(&mut world);
    let nonce = work_nonce(&target, &HOTKEY, &ALICE);
    for (coldkey, hotkey) in [(ALICE, BOB), (BOB, HOTKEY)] {
        let stolen = world.registry().register_by_work(SUBNET, hotkey, target.challenge, nonce);
        let refused = world.refused(coldkey, stolen);
        assert_eq!(refused, RegistryError::InvalidDifficulty { difficulty: 100_000 });
    }
    let elsewhere = Netuid::new(2);
    let refused = world.refused(BOB, world.registry().register_by_work(elsewhere, HOTKEY, target.challenge, nonce));
    assert_eq!(refused, RegistryError::InvalidWorkBlock);
    world.ok(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, target.challenge, nonce));
}

#[test]
fn work_for_the_challenge_before_a_settled_epoch_is_refused() {
    let mut world = world();
    let before = work_target(&mut world);
    let nonce = work_nonce(&before, &HOTKEY, &ALICE);
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], end(1, 8)));
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, before.challenge, nonce));
    assert_eq!(refused, RegistryError::InvalidWorkBlock);
    assert_eq!(work_target(&mut world).challenge, [8; 32]);
    world.register(SUBNET, ALICE, HOTKEY);
}

#[test]
fn a_nonce_that_was_used_is_refused_until_the_challenge_changes() {
    let mut world = world_with(vec![Hyperparameter::MaxAllowedUids(64), Hyperparameter::ImmunityPeriod(0)]);
    let challenge = work_target(&mut world).challenge;
    world.ok(numbered(0), world.registry().register_by_work(SUBNET, numbered(0), challenge, 5));
    register_all(&mut world, 1..64);
    world.pass_blocks(1);
    register_all(&mut world, 64..65);
    assert_eq!(world.read(world.registry().uid(SUBNET, numbered(0))), None);
    let again = |world: &World, challenge| world.registry().register_by_work(SUBNET, numbered(0), challenge, 5);
    let message = again(&world, challenge);
    assert_eq!(world.refused(numbered(0), message), RegistryError::WorkRepeated);
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], end(1, 8)));
    let message = again(&world, [8; 32]);
    world.ok(numbered(0), message);
}

#[test]
fn a_hotkey_of_another_coldkey_is_refused() {
    let mut world = world();
    world.ok(BOB, world.staking().associate_hotkey(HOTKEY));
    let challenge = work_target(&mut world).challenge;
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, challenge, 1));
    assert_eq!(refused, RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: BOB }));
}

#[test]
fn a_registered_hotkey_is_refused() {
    let mut world = world();
    let uid = world.register(SUBNET, ALICE, HOTKEY);
    let challenge = work_target(&mut world).challenge;
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, challenge, 99));
    assert_eq!(refused, RegistryError::HotKeyAlreadyRegisteredInSubNet { uid });
}

#[test]
fn a_subnet_that_is_closed_for_work_or_not_there_is_refused() {
    let mut world = world_with(vec![Hyperparameter::PowRegistrationAllowed(false)]);
    let challenge = work_target(&mut world).challenge;
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, challenge, 1));
    assert_eq!(refused, RegistryError::SubNetRegistrationDisabled);
    let refused = world.refused(ALICE, world.registry().register_by_work(NOWHERE, HOTKEY, challenge, 1));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
    allow(&mut world, ALICE, tao(1));
    world.ok(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, tao(1)));
}

#[test]
fn the_caps_per_block_and_per_interval_hold() {
    let mut world = world_with(vec![
        Hyperparameter::MaxRegistrationsPerBlock(2),
        Hyperparameter::TargetRegistrationsPerInterval(1),
    ]);
    let challenge = work_target(&mut world).challenge;
    register_all(&mut world, 0..2);
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, challenge, 1));
    assert_eq!(refused, RegistryError::TooManyRegistrationsThisBlock);
    world.pass_blocks(1);
    register_all(&mut world, 2..3);
    let refused = world.refused(ALICE, world.registry().register_by_work(SUBNET, HOTKEY, challenge, 1));
    assert_eq!(refused, RegistryError::TooManyRegistrationsThisInterval);
    allow(&mut world, ALICE, tao(2));
    world.ok(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, tao(2)));
    world.pass_blocks(99);
    register_all(&mut world, 3..4);
}

#[test]
fn the_difficulty_follows_demand_from_interval_to_interval() {
    let mut world = world_with(vec![Hyperparameter::TargetRegistrationsPerInterval(1), Hyperparameter::Difficulty(8)]);
    let mut difficulties = vec![];
    register_all(&mut world, 0..3);
    for _ in 0..6 {
        difficulties.push(work_target(&mut world).difficulty);
        world.pass_blocks(100);
    }
    assert_eq!(difficulties, [8, 16, 8, 4, 2, 1]);
}
