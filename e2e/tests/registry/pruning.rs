//! A full subnet: who makes room, who is spared, and what is forgotten.

use primitives::{
    model::{ModelCommitment, ModelKind},
    registry::{Neuron, NeuronRegistered, Payment},
};

use super::*;

const NEWCOMER: AccountId = account("newcomer");

/// A subnet of 64 uids that are all taken at block 0, by the hotkeys of the numbers 0 to 63, in `immunity` blocks from
/// then on immune; the first is the owner's.
fn full(immunity: u16) -> World {
    let hyperparameters = vec![Hyperparameter::MaxAllowedUids(64), Hyperparameter::ImmunityPeriod(immunity)];
    let mut world = world_with(hyperparameters);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    register_all(&mut world, 1..64);
    world
}

/// Records an epoch that paid 100 RAO to each of 64 uids but to `exceptions`.
fn record(world: &mut World, exceptions: &[(usize, u64)]) {
    let mut emission = vec![Rao::new(100); 64];
    for &(uid, paid) in exceptions {
        emission[uid] = Rao::new(paid);
    }
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, emission, end(1, 1)));
}

fn enter(world: &mut World, hotkey: AccountId) -> Uid {
    world.register(SUBNET, hotkey, hotkey)
}

#[test]
fn the_least_paid_neuron_makes_room() {
    let mut world = full(0);
    record(&mut world, &[(7, 40), (8, 39), (9, 41)]);
    world.pass_blocks(3);
    let uid = enter(&mut world, NEWCOMER);
    assert_eq!(uid, Uid::new(8));
    let (hotkey, replaced, payment) = (NEWCOMER, Some(numbered(8)), Payment::Work(1));
    let registered = NeuronRegistered { netuid: SUBNET, uid, hotkey, replaced, payment };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, registered)));
    assert_eq!(world.read(world.registry().uid(SUBNET, NEWCOMER)), Some(uid));
    assert_eq!(world.read(world.registry().uid(SUBNET, numbered(8))), None);
    assert_eq!(world.read(world.registry().subnet(SUBNET)).expect("the subnet exists").neurons, 64);
    let neighbours = [
        Neuron { hotkey: NEWCOMER, registered_at: ProtocolBlock::new(3) },
        Neuron { hotkey: numbered(9), registered_at: ProtocolBlock::new(0) },
    ];
    assert_eq!(world.read(world.registry().neurons(SUBNET, uid, 2)), neighbours);
}

#[test]
fn the_owners_neuron_and_the_immune_are_spared() {
    let mut world = full(50);
    record(&mut world, &[(0, 0), (5, 20)]);
    world.pass_blocks(50);
    assert_eq!(enter(&mut world, NEWCOMER), Uid::new(5));
    // The newcomer was paid nothing yet, and is immune.
    record(&mut world, &[(0, 0), (5, 0), (6, 20)]);
    assert_eq!(enter(&mut world, ALICE), Uid::new(6));
}

#[test]
fn a_neuron_stays_in_the_block_in_which_it_came() {
    let mut world = full(0);
    let target = work_target(&mut world);
    let nonce = yarrow_e2e::work_nonce(&target, &NEWCOMER, &ALICE);
    let message = world.registry().register_by_work(SUBNET, NEWCOMER, target.challenge, nonce);
    assert_eq!(world.refused(ALICE, message), RegistryError::NoNeuronIdAvailable);
}

#[test]
fn without_any_epoch_the_oldest_makes_room() {
    let mut world = full(0);
    world.pass_blocks(1);
    assert_eq!(enter(&mut world, NEWCOMER), Uid::new(1), "the lowest uid of one block");
    assert_eq!(enter(&mut world, ALICE), Uid::new(2));
}

#[test]
fn the_immune_make_room_while_no_more_than_ten_others_are_left() {
    let hyperparameters = vec![Hyperparameter::MaxAllowedUids(64), Hyperparameter::ImmunityPeriod(50)];
    let mut world = world_with(hyperparameters);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    register_all(&mut world, 1..11);
    world.pass_blocks(50);
    register_all(&mut world, 11..64);
    world.pass_blocks(1);
    record(&mut world, &[(2, 0), (30, 50), (31, 49)]);
    assert_eq!(enter(&mut world, NEWCOMER), Uid::new(31));
}

#[test]
fn governance_says_how_many_others_are_left_before_the_immune_make_room() {
    let hyperparameters = vec![
        Hyperparameter::MaxAllowedUids(64),
        Hyperparameter::ImmunityPeriod(50),
        Hyperparameter::MinNonImmuneUids(9),
    ];
    let mut world = world_with(hyperparameters);
    register_all(&mut world, 0..10);
    world.pass_blocks(50);
    register_all(&mut world, 10..64);
    world.pass_blocks(1);
    record(&mut world, &[(2, 50), (30, 0)]);
    assert_eq!(enter(&mut world, NEWCOMER), Uid::new(2));
    assert_eq!(enter(&mut world, ALICE), Uid::new(30), "nine others are left");
}

#[test]
fn a_newcomer_does_not_inherit_what_its_predecessor_was_paid() {
    let mut world = world_with(vec![Hyperparameter::MaxAllowedUids(64), Hyperparameter::ImmunityPeriod(100)]);
    register_all(&mut world, 0..63);
    world.pass_blocks(50);
    register_all(&mut world, 63..64);
    world.pass_blocks(70);
    record(&mut world, &[(5, 20), (63, 1)]);
    assert_eq!(enter(&mut world, NEWCOMER), Uid::new(5), "uid 63 is immune");
    world.pass_blocks(100);
    assert_eq!(enter(&mut world, ALICE), Uid::new(5), "uid 5 has nothing now, uid 63 was paid 1 RAO");
}

#[test]
fn what_the_replaced_neuron_left_is_gone() {
    let mut world = full(0);
    world.pass_blocks(1);
    let model = ModelCommitment { kind: ModelKind::Wasm, size: 1, bound_hash: [3; 32], location: vec![] };
    world.ok(numbered(1), world.registry().commit_model(SUBNET, model));
    assert!(world.read(world.registry().model(SUBNET, numbered(1))).is_some());
    assert_eq!(enter(&mut world, NEWCOMER), Uid::new(1));
    assert_eq!(world.read(world.registry().model(SUBNET, numbered(1))), None);
    assert_eq!(world.read(world.registry().model(SUBNET, NEWCOMER)), None);
    record(&mut world, &[]);
    enter(&mut world, numbered(1));
    assert_eq!(world.read(world.registry().model(SUBNET, numbered(1))), None);
}

#[test]
fn a_burn_makes_room_too() {
    let mut world = full(0);
    world.pass_blocks(1);
    allow(&mut world, ALICE, tao(1));
    let uid = world.ok(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, tao(1)));
    assert_eq!(uid, Uid::new(1));
    assert_eq!(world.read(world.registry().uid(SUBNET, numbered(1))), None);
}

#[test]
fn nobody_is_replaced_while_an_ended_epoch_waits_to_be_settled() {
    let mut world = full(0);
    world.start(SUBNET);
    world.pass_blocks(360);
    let target = work_target(&mut world);
    let nonce = yarrow_e2e::work_nonce(&target, &NEWCOMER, &ALICE);
    let register = |world: &World| world.registry().register_by_work(SUBNET, NEWCOMER, target.challenge, nonce);
    let message = register(&world);
    assert_eq!(world.refused(ALICE, message), RegistryError::EpochNotSettled { epoch: 1 });
    govern(&mut world, Hyperparameter::MaxAllowedUids(65));
    let message = register(&world);
    assert_eq!(world.ok(ALICE, message), Uid::new(64), "a free uid robs nobody");
    record(&mut world, &[]);
    world.pass_blocks(1);
    assert_eq!(enter(&mut world, BOB), Uid::new(64), "the only one that was paid nothing");
}
