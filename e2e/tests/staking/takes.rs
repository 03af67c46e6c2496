//! The owner's part of dividends.

use primitives::{
    StakingError,
    staking::{MAX_TAKE, TAKE_RAISE_INTERVAL, TakeSet},
};

use super::*;

#[test]
fn a_take_falls_at_once_and_rises_216_000_blocks_after_it_changed_last() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 100));
    let set = |world: &World, take| [Emitted::new(world.staking, TakeSet { hotkey: HOTKEY, take })];
    assert_eq!(world.emitted(), set(&world, 100));
    world.pass_blocks(5);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.pass_blocks(TAKE_RAISE_INTERVAL - 1);
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, 200));
    assert_eq!(error, StakingError::DelegateTxRateLimitExceeded { from: ProtocolBlock::new(216_005) });
    world.pass_blocks(1);
    world.ok(OWNER, world.staking().increase_take(HOTKEY, 200));
    assert_eq!(world.emitted(), set(&world, 200));
    let raised = delegate(&mut world);
    assert_eq!((raised.take, raised.take_changed_at), (200, ProtocolBlock::new(216_005)));

    world.pass_blocks(TAKE_RAISE_INTERVAL - 1);
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, 300));
    assert_eq!(error, StakingError::DelegateTxRateLimitExceeded { from: ProtocolBlock::new(432_005) });
    world.pass_blocks(1);
    world.ok(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE));
}

#[test]
fn a_take_cannot_fall_to_lure_nominators_and_rise_again_before_the_next_epoch() {
    let mut world = world();
    world.pass_blocks(TAKE_RAISE_INTERVAL);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE));
    assert_eq!(error, StakingError::DelegateTxRateLimitExceeded { from: ProtocolBlock::new(432_000) });
}

#[test]
fn a_take_is_refused_out_of_its_range_and_to_others() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 100));
    let error = world.refused(OWNER, world.staking().decrease_take(HOTKEY, 100));
    assert_eq!(error, StakingError::DelegateTakeTooHigh { max: 99 });
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, 100));
    assert_eq!(error, StakingError::DelegateTakeTooLow { take: 100 });
    let error = world.refused(OWNER, world.staking().increase_take(HOTKEY, MAX_TAKE + 1));
    assert_eq!(error, StakingError::DelegateTakeTooHigh { max: MAX_TAKE });

    let not_yours = StakingError::NonAssociatedColdKey { owner: OWNER };
    assert_eq!(world.refused(NOMINATOR, world.staking().increase_take(HOTKEY, 101)), not_yours);
    assert_eq!(world.refused(NOMINATOR, world.staking().decrease_take(HOTKEY, 99)), not_yours);
    let unknown = StakingError::HotKeyAccountNotExists(STRANGER);
    assert_eq!(world.refused(OWNER, world.staking().increase_take(STRANGER, 101)), unknown);
    assert_eq!(world.refused(OWNER, world.staking().decrease_take(STRANGER, 99)), unknown);
}

#[test]
fn dividends_are_divided_by_the_take_when_they_are_paid() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 0, 65_535);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.pass_blocks(FIRST_VESTING);
    pay(&mut world, 0, 1_000);
    // The take of 65,535 was 11,796, whose shares are worth a part of a RAO less; the other 53,739 are the nominator's.
    assert_eq!(stake_of(&mut world, OWNER), 11_795);
    let nominator = stake_of(&mut world, NOMINATOR);
    assert!((TAO + 53_738..=TAO + 53_739).contains(&nominator), "{nominator}");
    world.pass_blocks(FIRST_VESTING);
    let nominator = stake_of(&mut world, NOMINATOR);
    assert!((TAO + 54_738..=TAO + 54_739).contains(&nominator), "{nominator}");
}
