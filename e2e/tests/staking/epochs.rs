//! Which stake an epoch counts: what there was when it ended.

use yarrow_e2e::DEFAULT_TEMPO;

use super::*;

const ELSEWHERE: Netuid = Netuid::new(2);

/// An epoch has just been paid, and the next one ends [`DEFAULT_TEMPO`] blocks later.
fn world_in_an_epoch() -> World {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, 3 * TAO);
    pay(&mut world, 0, 0);
    world
}

/// Both a hotkey with one seat and one with several.
fn worlds() -> [World; 2] {
    let settled = world_in_an_epoch();
    let mut roaming = world_in_an_epoch();
    roaming.seat(ELSEWHERE, 40, OWNER, HOTKEY);
    [settled, roaming]
}

#[test]
fn a_change_before_the_end_of_an_epoch_counts_and_one_after_it_does_not() {
    for mut world in worlds() {
        world.pass_blocks(DEFAULT_TEMPO - 1);
        world.stake(STRANGER, HOTKEY, Rao::new(TAO));
        assert_eq!(stakes(&mut world), [4 * TAO]);
        world.pass_blocks(1);
        assert_eq!(stakes(&mut world), [4 * TAO]);
        world.stake(STRANGER, HOTKEY, Rao::new(5 * TAO));
        remove(&mut world, NOMINATOR, TAO);
        assert_eq!((stakes(&mut world), delegate(&mut world).total_stake), ([4 * TAO], Rao::new(8 * TAO)));
        pay(&mut world, 0, 0);
        assert_eq!(stakes(&mut world), [8 * TAO]);
        world.pass_blocks(DEFAULT_TEMPO - 1);
        remove(&mut world, NOMINATOR, TAO);
        assert_eq!(stakes(&mut world), [7 * TAO]);
    }
}

#[test]
fn moves_after_the_end_of_an_epoch_change_neither_end() {
    for mut world in worlds() {
        let other = account("another hotkey");
        world.seat(NETUID, 1, STRANGER, other);
        world.pass_blocks(DEFAULT_TEMPO);
        world.ok(NOMINATOR, world.staking().move_stake(HOTKEY, other, Rao::new(TAO)));
        assert_eq!(stakes(&mut world), [3 * TAO, 0]);
        pay(&mut world, 0, 0);
        assert_eq!(stakes(&mut world), [2 * TAO, TAO]);
    }
}

#[test]
fn an_epoch_counts_all_that_was_paid_before_it_ended_due_or_not_and_its_own_rewards_count_for_the_next() {
    for mut world in worlds() {
        pay(&mut world, 10, 100);
        world.pass_blocks(DEFAULT_TEMPO + 50);
        assert_eq!(stakes(&mut world), [3 * TAO + 110]);
        remove(&mut world, OWNER, 5);
        assert_eq!(stakes(&mut world), [3 * TAO + 110]);
        pay(&mut world, 1, 0);
        assert_eq!(stakes(&mut world), [3 * TAO + 106]);
    }
}

#[test]
fn whoever_comes_after_the_end_of_an_epoch_has_no_stake_in_it() {
    let mut world = world_in_an_epoch();
    let other = account("another hotkey");
    world.ok(STRANGER, world.staking().associate_hotkey(other));
    world.stake(STRANGER, other, Rao::new(TAO));
    world.pass_blocks(DEFAULT_TEMPO);
    world.seat(NETUID, 1, STRANGER, other);
    assert_eq!(stakes(&mut world), [3 * TAO, 0]);
    world.stake(STRANGER, other, Rao::new(TAO));
    assert_eq!(stakes(&mut world), [3 * TAO, 0]);
    pay(&mut world, 0, 0);
    assert_eq!(stakes(&mut world), [3 * TAO, 2 * TAO]);
}

#[test]
fn whoever_comes_to_a_seat_that_no_payment_reaches_counts_in_the_next_epoch() {
    let mut world = world_in_an_epoch();
    world.pass_blocks(DEFAULT_TEMPO);
    let other = account("another hotkey");
    world.seat(NETUID, 64, STRANGER, other);
    world.stake(STRANGER, other, Rao::new(TAO));
    pay(&mut world, 0, 0);
    let of = world.read(world.staking().stakes(NETUID, Uid::new(64), 1)).expect("one is not too many").of;
    assert_eq!(of, [Rao::new(TAO)]);
}

#[test]
fn before_the_first_payment_of_a_subnet_stakes_are_those_of_now() {
    let mut world = world();
    world.pass_blocks(10_000);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    assert_eq!(stakes(&mut world), [TAO]);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    assert_eq!(stakes(&mut world), [2 * TAO]);
}

#[test]
fn the_next_subnet_of_a_number_does_not_inherit_the_epochs_of_the_last() {
    let mut world = world_in_an_epoch();
    world.pass_blocks(DEFAULT_TEMPO);
    world.ok(world.registry, world.staking().leave_seats(NETUID, Uid::new(0), 256));
    assert_eq!(stakes(&mut world), [0]);
    world.seat(NETUID, 0, OWNER, HOTKEY);
    assert_eq!(stakes(&mut world), [3 * TAO]);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    assert_eq!(stakes(&mut world), [4 * TAO]);
}

#[test]
fn what_other_subnets_pay_counts_until_the_hotkey_is_touched() {
    let mut world = world_in_an_epoch();
    world.seat(ELSEWHERE, 0, OWNER, HOTKEY);
    world.pass_blocks(DEFAULT_TEMPO);
    world.pay(ELSEWHERE, vec![reward(9, 0)]);
    assert_eq!(stakes(&mut world), [3 * TAO + 9]);
    remove(&mut world, NOMINATOR, TAO);
    world.pay(ELSEWHERE, vec![reward(9, 0)]);
    assert_eq!(stakes(&mut world), [3 * TAO + 9]);
}
