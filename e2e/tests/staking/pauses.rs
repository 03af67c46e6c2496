//! What a pause stops and what it does not.

use primitives::{GuardError, StakingError, guard::PAUSE_MS, staking::MAX_TAKE};

use super::*;

#[test]
fn a_pause_stops_every_write_but_rewards_and_withdrawals_and_lapses_by_itself() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, TAO);
    world.ok(DEPLOYER, world.guard(world.staking).pause());
    let (registry, amount) = (world.registry, Rao::new(TAO));
    let paused = StakingError::Guard(GuardError::Paused { until_ms: world.now_ms() + PAUSE_MS });

    assert_eq!(world.refused(OWNER, world.staking().associate_hotkey(STRANGER)), paused);
    assert_eq!(world.refused(registry, world.staking().associate_hotkey_for(OWNER, STRANGER)), paused);
    let seat = world.staking().take_seat(NETUID, Uid::new(1), OWNER, HOTKEY);
    assert_eq!(world.refused(registry, seat), paused);
    assert_eq!(world.refused(HOTKEY, world.staking().claim_hotkey(STRANGER)), paused);
    assert_eq!(world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, amount)), paused);
    assert_eq!(world.refused(NOMINATOR, world.staking().move_stake(HOTKEY, HOTKEY, amount)), paused);
    assert_eq!(world.refused(NOMINATOR, world.staking().transfer_stake(HOTKEY, NOMINATOR, amount)), paused);
    assert_eq!(world.refused(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE)), paused);
    assert_eq!(world.refused(OWNER, world.staking().decrease_take(HOTKEY, 0)), paused);
    pay(&mut world, 0, 1_000);
    assert_eq!(remove(&mut world, NOMINATOR, TAO / 2), TAO / 2);

    world.pass_ms(PAUSE_MS - 1);
    assert_eq!(world.refused(OWNER, world.staking().decrease_take(HOTKEY, 0)), paused);
    world.pass_ms(1);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
}

#[test]
fn staggered_pauses_lock_tao_no_longer_than_the_pause_of_the_token() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, TAO);
    world.ok(DEPLOYER, world.guard(world.tao).pause());
    world.pass_ms(PAUSE_MS - 1);
    world.ok(DEPLOYER, world.guard(world.staking).pause());
    world.pass_ms(1);
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);
}
