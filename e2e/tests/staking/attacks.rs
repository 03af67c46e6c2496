//! Attempts on other people's TAO.

use primitives::{
    StakingError,
    staking::{MIN_STAKE, STAKE_HOLD},
};

use super::*;

const BOB: AccountId = account("bob");

#[test]
fn the_first_depositor_takes_nothing_of_the_second_with_a_speck_made_dear_by_a_reward() {
    let mut world = world();
    stake_and_wait(&mut world, OWNER, MIN_STAKE.get());
    remove(&mut world, OWNER, MIN_STAKE.get() - 1);
    pay_and_wait(&mut world, 0, 180 * TAO);
    let owner = stake_of(&mut world, OWNER);
    world.stake(NOMINATOR, HOTKEY, MIN_STAKE);
    assert!(stake_of(&mut world, NOMINATOR) >= MIN_STAKE.get() - 1);
    assert!(stake_of(&mut world, OWNER) <= owner + 1);
}

#[test]
fn a_donation_to_the_contract_moves_no_stake() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    let staking = world.staking;
    world.fund(staking, Rao::new(1_000 * TAO));
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO);
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(TAO));
    world.stake(STRANGER, HOTKEY, Rao::new(TAO));
    assert_eq!(stake_of(&mut world, STRANGER), TAO);
}

#[test]
fn a_sandwich_around_a_reward_gains_nothing() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    // Stake that has been there before, on another hotkey too, is not held: the attacker's best case.
    for coldkey in [NOMINATOR, STRANGER] {
        world.stake(coldkey, HOTKEY, Rao::new(TAO));
    }
    pay_and_wait(&mut world, 0, 0);
    remove(&mut world, STRANGER, TAO);
    world.ok(STRANGER, world.psp22().increase_allowance(world.staking, u128::from(TAO)));
    world.ok(STRANGER, world.staking().add_stake(HOTKEY, Rao::new(TAO)));
    pay(&mut world, 0, 3_600_000);
    assert!(stake_of(&mut world, STRANGER) <= TAO);
    // A block later it has its half of one 360th.
    world.pass_blocks(1);
    let stranger = stake_of(&mut world, STRANGER);
    assert!((TAO + 4_999..=TAO + 5_000).contains(&stranger), "{stranger}");
}

#[test]
fn whoever_leaves_before_dividends_are_due_leaves_them_to_those_who_stay() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    stake_and_wait(&mut world, STRANGER, 3 * TAO);
    pay(&mut world, 0, 3_600);
    assert_eq!(remove(&mut world, STRANGER, 3 * TAO), 3 * TAO);
    world.pass_blocks(FIRST_VESTING);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 3_600);
}

#[test]
fn stake_borrowed_for_one_transaction_cannot_be_given_back_in_it() {
    let mut world = world();
    for (lender, borrower) in [(BOB, STRANGER), (BOB, OWNER)] {
        world.fund(lender, Rao::new(1_000 * TAO));
        world.ok(lender, world.psp22().transfer(borrower, 1_000 * u128::from(TAO), vec![]));
        world.ok(borrower, world.psp22().approve(world.staking, u128::MAX));
        world.ok(borrower, world.staking().add_stake(HOTKEY, Rao::new(1_000 * TAO)));
        pay(&mut world, 0, 1_000);
        let stake = Rao::new(stake_of(&mut world, borrower));
        let from = ProtocolBlock::new(STAKE_HOLD);
        let error = world.refused(borrower, world.staking().remove_stake(HOTKEY, stake));
        assert_eq!(error, StakingError::StakingOperationRateLimitExceeded { from });
        let error = world.refused(borrower, world.staking().transfer_stake(HOTKEY, lender, stake));
        assert_eq!(error, StakingError::StakingOperationRateLimitExceeded { from });
    }
}

#[test]
fn coming_and_going_gains_nobody_a_rao() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay_and_wait(&mut world, 0, 333_333_333);
    for amount in [MIN_STAKE.get(), 2_000_001, 2_999_999] {
        let before = stake_of(&mut world, NOMINATOR);
        stake_and_wait(&mut world, STRANGER, amount);
        let shown = stake_of(&mut world, STRANGER);
        assert!(shown <= amount && amount - shown <= 1);
        assert_eq!(remove(&mut world, STRANGER, shown), shown);
        assert!(stake_of(&mut world, NOMINATOR) >= before);
    }
}
