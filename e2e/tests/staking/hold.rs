//! A deposit stays for a while, so that stake cannot be borrowed for one transaction.

use primitives::{StakingError, staking::STAKE_HOLD};

use super::*;

const OTHER: AccountId = account("another hotkey");

fn held_until(block: u64) -> StakingError {
    StakingError::StakingOperationRateLimitExceeded { from: ProtocolBlock::new(block) }
}

#[track_caller]
fn assert_held(world: &mut World, coldkey: AccountId, amount: u64, until: u64) {
    let amount = Rao::new(amount);
    assert_eq!(world.refused(coldkey, world.staking().remove_stake(HOTKEY, amount)), held_until(until));
    assert_eq!(world.refused(coldkey, world.staking().move_stake(HOTKEY, OTHER, amount)), held_until(until));
    assert_eq!(world.refused(coldkey, world.staking().transfer_stake(HOTKEY, STRANGER, amount)), held_until(until));
}

fn world_with_two_hotkeys() -> World {
    let mut world = world();
    world.ok(OWNER, world.staking().associate_hotkey(OTHER));
    world
}

#[test]
fn a_deposit_stays_on_its_hotkey_for_360_blocks_and_the_next_one_renews_that() {
    let mut world = world_with_two_hotkeys();
    for coldkey in [NOMINATOR, OWNER] {
        world.stake(coldkey, HOTKEY, Rao::new(TAO));
    }
    world.pass_blocks(STAKE_HOLD - 1);
    for coldkey in [NOMINATOR, OWNER] {
        assert_held(&mut world, coldkey, TAO, 360);
    }
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.pass_blocks(1);
    assert_held(&mut world, NOMINATOR, TAO, 719);
    assert_eq!(remove(&mut world, OWNER, TAO), TAO);
    world.pass_blocks(STAKE_HOLD - 1);
    assert_eq!(remove(&mut world, NOMINATOR, 2 * TAO), 2 * TAO);
}

#[test]
fn a_deposit_holds_nothing_of_what_was_there_before() {
    let mut world = world_with_two_hotkeys();
    stake_and_wait(&mut world, NOMINATOR, 3 * TAO);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    assert_held(&mut world, NOMINATOR, 3 * TAO + 1, 720);
    assert_eq!(remove(&mut world, NOMINATOR, 3 * TAO), 3 * TAO);
    assert_held(&mut world, NOMINATOR, TAO, 720);
}

#[test]
fn rewards_are_not_held_and_renew_no_hold() {
    let mut world = world_with_two_hotkeys();
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    pay(&mut world, 5_000_000, 0);
    assert_held(&mut world, OWNER, 5_000_001, 360);
    assert_eq!(remove(&mut world, OWNER, 5_000_000), 5_000_000);
    world.pass_blocks(STAKE_HOLD - 1);
    pay(&mut world, 5_000_000, 0);
    world.pass_blocks(1);
    assert_eq!(remove(&mut world, OWNER, TAO + 5_000_000), TAO + 5_000_000);
}

#[test]
fn what_others_transfer_is_not_held_and_renews_no_hold() {
    let mut world = world_with_two_hotkeys();
    stake_and_wait(&mut world, STRANGER, 2 * TAO);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    world.pass_blocks(STAKE_HOLD - 1);
    world.ok(STRANGER, world.staking().transfer_stake(HOTKEY, NOMINATOR, Rao::new(TAO)));
    assert_held(&mut world, NOMINATOR, TAO + 1, 720);
    world.pass_blocks(1);
    assert_eq!(remove(&mut world, NOMINATOR, 2 * TAO), 2 * TAO);
}

#[test]
fn a_move_begins_the_hold_anew_at_the_destination() {
    let mut world = world_with_two_hotkeys();
    stake_and_wait(&mut world, NOMINATOR, 2 * TAO);
    world.ok(NOMINATOR, world.staking().move_stake(HOTKEY, OTHER, Rao::new(TAO)));
    world.pass_blocks(STAKE_HOLD - 1);
    let error = world.refused(NOMINATOR, world.staking().move_stake(OTHER, HOTKEY, Rao::new(TAO)));
    assert_eq!(error, held_until(720));
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);
    world.pass_blocks(1);
    world.ok(NOMINATOR, world.staking().remove_stake(OTHER, Rao::new(TAO)));
}
