//! A subnet made smaller than the neurons it has.

use primitives::{
    hyperparameters::HyperparameterError,
    model::{ModelCommitment, ModelKind},
    registry::{Neuron, NeuronsTrimmed},
};

use super::*;

/// A subnet of 20 neurons that may be trimmed down to 4, none of them immune; that of uid 18 is the owner's.
fn subnet() -> World {
    let mut world = world_with(vec![Hyperparameter::MinAllowedUids(4), Hyperparameter::ImmunityPeriod(0)]);
    register_all(&mut world, 0..18);
    world.register(SUBNET, OWNER, OWNER_HOTKEY);
    register_all(&mut world, 19..20);
    world
}

/// Records an epoch that paid each uid its own number and 10 RAO more, but to `exceptions`.
fn record(world: &mut World, count: u64, exceptions: &[(usize, u64)]) {
    let mut emission: Vec<_> = (10..10 + count).map(Rao::new).collect();
    for &(uid, paid) in exceptions {
        emission[uid] = Rao::new(paid);
    }
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, emission, end(1, 1)));
}

fn uids(of: &[u16]) -> Vec<Uid> {
    of.iter().copied().map(Uid::new).collect()
}

fn trim(world: &mut World, max: u16) -> NeuronsTrimmed {
    world.ok(DEPLOYER, world.stewardship().trim_to_max_allowed_uids(SUBNET, max));
    world.events().pop().expect("an event tells what happened")
}

fn refused(world: &mut World, caller: AccountId, max: u16) -> RegistryError {
    world.refused(caller, world.stewardship().trim_to_max_allowed_uids(SUBNET, max))
}

#[test]
fn the_least_paid_go_and_the_last_take_their_uids() {
    let mut world = subnet();
    record(&mut world, 20, &[(0, 99), (19, 99), (18, 0), (17, 1)]);
    world.pass_blocks(5);
    let NeuronsTrimmed { max_allowed_uids, evicted, moved, .. } = trim(&mut world, 15);
    assert_eq!((max_allowed_uids, evicted), (15, uids(&[1, 2, 3, 4, 17])));
    assert_eq!(moved, [(15, 1), (16, 2), (18, 3), (19, 4)].map(|(from, to)| (Uid::new(from), Uid::new(to))));
    let subnet = world.read(world.registry().subnet(SUBNET)).expect("the subnet exists");
    assert_eq!(subnet.neurons, 15);
    let rules = world.read(world.registry().hyperparameters(SUBNET)).expect("the subnet exists");
    assert_eq!(rules.max_allowed_uids, 15);
    let there = |hotkey, block| Neuron { hotkey, registered_at: ProtocolBlock::new(block) };
    let moved = [there(numbered(15), 5), there(numbered(16), 5), there(OWNER_HOTKEY, 5), there(numbered(19), 5)];
    let stayed = (5..15).map(|number| there(numbered(number), 0));
    let expected: Vec<_> = [there(numbered(0), 0)].into_iter().chain(moved).chain(stayed).collect();
    assert_eq!(world.read(world.registry().neurons(SUBNET, FIRST, 99)), expected);
    assert_eq!(world.read(world.registry().uid(SUBNET, OWNER_HOTKEY)), Some(Uid::new(3)));
    assert_eq!(world.read(world.registry().uid(SUBNET, numbered(5))), Some(Uid::new(5)));
    for gone in [1, 2, 3, 4, 17] {
        assert_eq!(world.read(world.registry().uid(SUBNET, numbered(gone))), None);
    }
}

#[test]
fn a_neuron_that_moves_keeps_its_model_and_what_it_was_paid_and_is_registered_anew() {
    let mut world = subnet();
    let model = ModelCommitment { kind: ModelKind::Wasm, size: 1, bound_hash: [3; 32], location: vec![] };
    world.ok(numbered(19), world.registry().commit_model(SUBNET, model.clone()));
    record(&mut world, 20, &[(19, 15)]);
    world.pass_blocks(5);
    trim(&mut world, 16);
    assert_eq!(world.read(world.registry().uid(SUBNET, numbered(19))), Some(Uid::new(3)));
    let committed = world.read(world.registry().model(SUBNET, numbered(19))).expect("it moved with its hotkey");
    assert_eq!((committed.model, committed.committed_at), (model, ProtocolBlock::new(0)));
    world.pass_blocks(1);
    // 14 RAO for uid 4, then 15 RAO each for uid 5, which is older, and uid 3.
    let uids = [500, 501, 502].map(|number| world.register(SUBNET, numbered(number), numbered(number)).get());
    assert_eq!(uids, [4, 5, 3]);
}

#[test]
fn a_subnet_with_fewer_neurons_only_gets_a_lower_limit() {
    let mut world = subnet();
    world.pass_blocks(1);
    let trimmed = trim(&mut world, 30);
    assert_eq!((trimmed.evicted, trimmed.moved), (vec![], vec![]));
    assert_eq!(world.read(world.registry().subnet(SUBNET)).expect("the subnet exists").neurons, 20);
    let rules = world.read(world.registry().hyperparameters(SUBNET)).expect("the subnet exists");
    assert_eq!(rules.max_allowed_uids, 30);
}

#[test]
fn the_immune_stay_and_four_fifths_of_them_are_too_many() {
    let mut world = subnet();
    govern(&mut world, Hyperparameter::ImmunityPeriod(10));
    world.pass_blocks(10);
    govern(&mut world, Hyperparameter::MaxAllowedUids(24));
    register_all(&mut world, 20..24);
    world.pass_blocks(1);
    record(&mut world, 24, &[(20, 0), (21, 0), (22, 0), (23, 0)]);
    // Four are immune, one is the owner's: 5 of 6 are more than 80 %.
    assert_eq!(refused(&mut world, DEPLOYER, 6), RegistryError::TrimmingWouldExceedMaxImmunePercentage);
    let trimmed = trim(&mut world, 7);
    assert_eq!(trimmed.evicted.len(), 17);
    for hotkey in (20..24).map(numbered).chain([OWNER_HOTKEY]) {
        assert!(world.read(world.registry().uid(SUBNET, hotkey)).is_some());
    }
}

#[test]
fn a_limit_below_the_fewest_or_above_the_most_uids_is_refused() {
    let mut world = subnet();
    let bounds = RegistryError::Hyperparameter(HyperparameterError::ValueOutOfBounds);
    assert_eq!(refused(&mut world, OWNER, 3), bounds);
    assert_eq!(refused(&mut world, OWNER, 257), bounds);
}

#[test]
fn nobody_else_trims_and_the_owner_once_in_30_days_outside_the_last_blocks_of_an_epoch() {
    let mut world = subnet();
    world.start(SUBNET);
    world.pass_blocks(350);
    assert_eq!(refused(&mut world, ALICE, 15), RegistryError::NotSubnetOwner(ALICE));
    let frozen = RegistryError::AdminActionProhibitedDuringWeightsWindow { from: ProtocolBlock::new(360) };
    assert_eq!(refused(&mut world, OWNER, 15), frozen);
    world.pass_blocks(10);
    assert_eq!(refused(&mut world, OWNER, 15), RegistryError::EpochNotSettled { epoch: 1 });
    assert_eq!(refused(&mut world, DEPLOYER, 15), RegistryError::EpochNotSettled { epoch: 1 });
    record(&mut world, 20, &[]);
    world.ok(OWNER, world.stewardship().trim_to_max_allowed_uids(SUBNET, 15));
    let too_soon = RegistryError::TxRateLimitExceeded { from: ProtocolBlock::new(216_360) };
    assert_eq!(refused(&mut world, OWNER, 14), too_soon);
    world.pass_blocks(1);
    trim(&mut world, 14);
}

#[test]
fn newcomers_enter_a_trimmed_subnet_in_the_place_of_others() {
    let mut world = subnet();
    record(&mut world, 20, &[]);
    world.pass_blocks(1);
    trim(&mut world, 16);
    world.pass_blocks(1);
    record(&mut world, 16, &[(9, 1)]);
    assert_eq!(world.register(SUBNET, ALICE, HOTKEY), Uid::new(9));
    govern(&mut world, Hyperparameter::MaxAllowedUids(17));
    assert_eq!(world.register(SUBNET, BOB, numbered(400)), Uid::new(16));
    let blocks = world.read(world.registry().registration_blocks(SUBNET, Uid::new(15), 9));
    assert_eq!(blocks, [0, 2].map(ProtocolBlock::new));
}

/// Of 400 uids, 48 of the first and 144 of the last 192 were paid nothing, so that 192 go and 48 move.
#[test]
fn the_most_that_go_and_move_at_once_fit_a_message() {
    let mut world = world_with(vec![
        Hyperparameter::MaxAllowedUids(400),
        Hyperparameter::TargetRegistrationsPerInterval(u16::MAX),
        Hyperparameter::ImmunityPeriod(0),
    ]);
    register_all(&mut world, 0..400);
    world.pass_blocks(1);
    let was_paid = |uid| (48..256).contains(&uid);
    let emission = |paid: u64| (0..400).map(|uid| Rao::new(if was_paid(uid) { 9 } else { paid })).collect();
    let too_many = RegistryError::TrimmingTooMuch;
    assert_eq!(refused(&mut world, DEPLOYER, 207), too_many, "193 would go");
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, emission(9), end(1, 1)));
    assert_eq!(
        refused(&mut world, DEPLOYER, 351),
        too_many,
        "49 would move: the oldest go, the others take their uids"
    );
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, emission(0), end(1, 1)));
    let trimmed = trim(&mut world, 208);
    assert_eq!((trimmed.evicted.len(), trimmed.moved.len()), (192, 48));
    let blocks = world.read(world.registry().registration_blocks(SUBNET, FIRST, u16::MAX));
    assert_eq!((blocks.len(), blocks[47].get(), blocks[48].get()), (208, 1, 0));
}
