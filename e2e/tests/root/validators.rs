//! Who is a root validator, and what its coldkey may vote.

use primitives::{
    GuardError,
    guard::PAUSE_MS,
    root::{MAX_ROOT_VALIDATORS, ROOT_WEIGHTS_RATE_LIMIT, RootRegistered, RootWeights, RootWeightsSet},
};

use super::*;

#[test]
fn only_its_coldkey_makes_a_hotkey_a_root_validator_and_votes_for_it() {
    let mut world = world();
    let refused = world.refused(ALICE, world.root().root_register(ALICE));
    assert_eq!(refused, RootError::NonAssociatedColdKey, "nobody has associated it");
    stake(&mut world, ALICE, 1);
    let refused = world.refused(STRANGER, world.root().root_register(ALICE));
    assert_eq!(refused, RootError::NonAssociatedColdKey);

    world.ok(ALICE, world.root().root_register(ALICE));
    assert_eq!(world.emitted(), [Emitted::new(world.root, RootRegistered { hotkey: ALICE, replaced: None })]);
    assert_eq!(world.read(world.root().root_validators()), [ALICE]);
    let refused = world.refused(ALICE, world.root().root_register(ALICE));
    assert_eq!(refused, RootError::HotKeyAlreadyRegistered);

    let refused = world.refused(STRANGER, world.root().set_root_weights(ALICE, row(&[(1, 1)])));
    assert_eq!(refused, RootError::NonAssociatedColdKey);
    stake(&mut world, BOB, 1);
    let refused = world.refused(BOB, world.root().set_root_weights(BOB, row(&[(1, 1)])));
    assert_eq!(refused, RootError::HotKeyNotRegistered(BOB));

    world.ok(ALICE, world.root().set_root_weights(ALICE, row(&[(2, 3), (1, 0)])));
    assert_eq!(world.emitted(), [Emitted::new(world.root, RootWeightsSet { hotkey: ALICE })]);
    let updated_at = world.block();
    let stored = RootWeights { weights: row(&[(2, 3), (1, 0)]), updated_at };
    assert_eq!(world.read(world.root().root_weights(ALICE)), Some(stored));
    assert_eq!(world.read(world.root().root_weights(BOB)), None);
}

#[test]
fn the_sixty_fifth_needs_more_stake_than_the_least_and_takes_its_place_and_vote() {
    let mut world = world();
    let count = u16::try_from(MAX_ROOT_VALIDATORS).expect("small");
    for number in 0..count {
        // The least stake is the third's and, equal to it, the fifth's.
        join(&mut world, numbered(number), if number == 2 || number == 4 { 5 } else { 9 });
    }
    vote(&mut world, numbered(2), &[(1, 1)]);
    stake(&mut world, ALICE, 5);
    let refused = world.refused(ALICE, world.root().root_register(ALICE));
    assert_eq!(refused, RootError::StakeTooLowForRoot { lowest: Rao::new(5 * TAO) });
    stake(&mut world, ALICE, 1);
    world.ok(ALICE, world.root().root_register(ALICE));
    let replaced = RootRegistered { hotkey: ALICE, replaced: Some(numbered(2)) };
    assert_eq!(world.emitted(), [Emitted::new(world.root, replaced)]);
    let validators = world.read(world.root().root_validators());
    assert_eq!(validators.len(), MAX_ROOT_VALIDATORS);
    assert!(validators.contains(&ALICE) && !validators.contains(&numbered(2)));
    assert_eq!(world.read(world.root().root_weights(numbered(2))), None);
    let refused = world.refused(numbered(2), world.root().set_root_weights(numbered(2), row(&[(1, 1)])));
    assert_eq!(refused, RootError::HotKeyNotRegistered(numbered(2)));
}

#[test]
fn a_vote_names_existing_subnets_once_each_and_not_too_often() {
    let mut world = world();
    join(&mut world, ALICE, 1);
    let refused = world.refused(ALICE, world.root().set_root_weights(ALICE, row(&[(1, 1), (3, 1)])));
    assert_eq!(refused, RootError::SubnetNotExists(Netuid::new(3)));
    let refused = world.refused(ALICE, world.root().set_root_weights(ALICE, row(&[(3, 1), (1, 1), (3, 2)])));
    assert_eq!(refused, RootError::DuplicateNetuids);
    vote(&mut world, ALICE, &[(1, 1)]);
    let from = world.block().after(ROOT_WEIGHTS_RATE_LIMIT);
    world.pass_blocks(ROOT_WEIGHTS_RATE_LIMIT - 1);
    let refused = world.refused(ALICE, world.root().set_root_weights(ALICE, row(&[(2, 1)])));
    assert_eq!(refused, RootError::SettingWeightsTooFast { from });
    world.pass_blocks(1);
    vote(&mut world, ALICE, &[(2, 1)]);
}

#[test]
fn nothing_is_written_while_root_is_paused() {
    let mut world = world();
    join(&mut world, ALICE, 1);
    world.ok(DEPLOYER, world.guard(world.root).pause());
    let paused = RootError::Guard(GuardError::Paused { until_ms: world.now_ms() + PAUSE_MS });
    assert_eq!(world.refused(ALICE, world.root().root_register(ALICE)), paused);
    assert_eq!(world.refused(ALICE, world.root().set_root_weights(ALICE, row(&[(1, 1)]))), paused);
    assert_eq!(world.refused(STRANGER, world.root().root_epoch()), paused);
}
