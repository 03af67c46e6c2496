//! Stake between hotkeys and between coldkeys.

use primitives::{
    StakingError,
    staking::{MIN_STAKE, STAKE_HOLD, StakeMoved, StakeTransferred},
};

use super::*;

const OTHER: AccountId = account("another hotkey");

fn world_with_stake() -> World {
    let mut world = world();
    world.seat(NETUID, 1, STRANGER, OTHER);
    stake_and_wait(&mut world, NOMINATOR, 3 * TAO);
    world
}

fn stake_on(world: &mut World, hotkey: AccountId, coldkey: AccountId) -> u64 {
    world.read(world.staking().stake_of(hotkey, coldkey)).get()
}

fn move_stake(world: &mut World, amount: u64) -> u64 {
    world.ok(NOMINATOR, world.staking().move_stake(HOTKEY, OTHER, Rao::new(amount))).get()
}

fn transfer(world: &mut World, to: AccountId, amount: u64) -> u64 {
    world.ok(NOMINATOR, world.staking().transfer_stake(HOTKEY, to, Rao::new(amount))).get()
}

#[test]
fn a_move_takes_stake_to_another_hotkey_and_no_tao_anywhere() {
    let mut world = world_with_stake();
    assert_eq!(move_stake(&mut world, TAO), TAO);
    let moved = StakeMoved { from: HOTKEY, to: OTHER, coldkey: NOMINATOR, amount: Rao::new(TAO) };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, moved)]);
    assert_eq!((stake_of(&mut world, NOMINATOR), stake_on(&mut world, OTHER, NOMINATOR)), (2 * TAO, TAO));
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(3 * TAO));
    assert_eq!((world.balance(NOMINATOR), world.balance(world.staking)), (Rao::ZERO, Rao::new(3 * TAO)));
}

#[test]
fn a_transfer_makes_stake_somebody_elses_and_the_owners_part_of_the_owners_stake() {
    let mut world = world_with_stake();
    assert_eq!(transfer(&mut world, STRANGER, TAO), TAO);
    let to_stranger = StakeTransferred { hotkey: HOTKEY, from: NOMINATOR, to: STRANGER, amount: Rao::new(TAO) };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, to_stranger)]);
    assert_eq!(transfer(&mut world, OWNER, TAO / 2), TAO / 2);
    let stakes = [NOMINATOR, STRANGER, OWNER].map(|coldkey| stake_of(&mut world, coldkey));
    assert_eq!(stakes, [TAO + TAO / 2, TAO, TAO / 2]);
    assert_eq!(remove(&mut world, OWNER, TAO / 2), TAO / 2);
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(2 * TAO + TAO / 2));
}

#[test]
fn dust_below_the_minimum_goes_with_a_move_and_with_a_transfer() {
    let mut world = world_with_stake();
    let rest = MIN_STAKE.get() - 1;
    assert_eq!(transfer(&mut world, STRANGER, TAO), TAO);
    assert_eq!(move_stake(&mut world, 2 * TAO - rest), 2 * TAO);
    assert_eq!(stake_of(&mut world, NOMINATOR), 0);
    let error = world.refused(NOMINATOR, world.staking().transfer_stake(HOTKEY, OWNER, MIN_STAKE));
    assert_eq!(error, StakingError::NotEnoughStakeToWithdraw { available: Rao::ZERO });
    let all = Rao::new(TAO - rest);
    assert_eq!(world.ok(STRANGER, world.staking().transfer_stake(HOTKEY, OWNER, all)), Rao::new(TAO));
}

#[test]
fn the_first_error_of_a_move_is_the_first_of_its_documentation() {
    let mut world = world_with_stake();
    let unknown = account("unknown");
    let fails = |world: &mut World, from, to, amount| {
        world.refused(NOMINATOR, world.staking().move_stake(from, to, Rao::new(amount)))
    };
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    assert_eq!(fails(&mut world, unknown, unknown, 0), StakingError::SameStake);
    assert_eq!(fails(&mut world, unknown, account("nor this"), 0), StakingError::HotKeyAccountNotExists(unknown));
    assert_eq!(fails(&mut world, HOTKEY, unknown, 0), StakingError::HotKeyAccountNotExists(unknown));
    let too_low = StakingError::AmountTooLow { min: MIN_STAKE };
    assert_eq!(fails(&mut world, OTHER, HOTKEY, MIN_STAKE.get() - 1), too_low);
    let available = Rao::new(4 * TAO);
    let not_enough = StakingError::NotEnoughStakeToWithdraw { available };
    assert_eq!(fails(&mut world, HOTKEY, OTHER, 4 * TAO + 1), not_enough);
    let from = ProtocolBlock::new(2 * STAKE_HOLD);
    let held = StakingError::StakingOperationRateLimitExceeded { from };
    assert_eq!(fails(&mut world, HOTKEY, OTHER, 4 * TAO), held);
}

#[test]
fn the_first_error_of_a_transfer_is_the_first_of_its_documentation() {
    let mut world = world_with_stake();
    let unknown = account("unknown");
    let fails = |world: &mut World, hotkey, to, amount| {
        world.refused(NOMINATOR, world.staking().transfer_stake(hotkey, to, Rao::new(amount)))
    };
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    assert_eq!(fails(&mut world, unknown, NOMINATOR, 0), StakingError::SameStake);
    assert_eq!(fails(&mut world, unknown, STRANGER, 0), StakingError::HotKeyAccountNotExists(unknown));
    let too_low = StakingError::AmountTooLow { min: MIN_STAKE };
    assert_eq!(fails(&mut world, OTHER, STRANGER, MIN_STAKE.get() - 1), too_low);
    let not_enough = StakingError::NotEnoughStakeToWithdraw { available: Rao::new(4 * TAO) };
    assert_eq!(fails(&mut world, HOTKEY, STRANGER, 4 * TAO + 1), not_enough);
    let from = ProtocolBlock::new(2 * STAKE_HOLD);
    let held = StakingError::StakingOperationRateLimitExceeded { from };
    assert_eq!(fails(&mut world, HOTKEY, STRANGER, 4 * TAO), held);
}

#[test]
fn dues_of_both_hotkeys_in_one_page_are_counted_once_by_a_move_between_them() {
    let mut world = world_with_stake();
    world.pay(NETUID, vec![reward(30, 0), reward(70, 0)]);
    move_stake(&mut world, TAO);
    assert_eq!((stake_of(&mut world, OWNER), stake_on(&mut world, OTHER, STRANGER)), (30, 70));
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(3 * TAO + 100));
    assert_eq!(stakes(&mut world), [2 * TAO + 30, TAO + 70]);
}
