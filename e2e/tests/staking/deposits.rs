//! Staking and withdrawing.

use primitives::{
    StakingError,
    guard::PAUSE_MS,
    staking::{MIN_STAKE, StakeAdded, StakeRemoved},
    tao::TokenError,
};
use psp22::{Approval, Transfer};

use super::*;

#[test]
fn staking_moves_tao_into_the_pool() {
    let mut world = world();
    world.fund(NOMINATOR, Rao::new(5 * TAO));
    world.ok(NOMINATOR, world.psp22().approve(world.staking, 5 * u128::from(TAO)));
    world.ok(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(3 * TAO)));
    assert!(world.gas().ref_time() < 8_000_000_000, "{}", world.gas());

    let added = StakeAdded { hotkey: HOTKEY, coldkey: NOMINATOR, amount: Rao::new(3 * TAO) };
    let approval = Approval { owner: NOMINATOR, spender: world.staking, amount: 2 * u128::from(TAO) };
    let transfer = Transfer { from: Some(NOMINATOR), to: Some(world.staking), value: 3 * u128::from(TAO) };
    let expected =
        [Emitted::new(world.staking, added), Emitted::new(world.tao, approval), Emitted::new(world.tao, transfer)];
    assert_eq!(world.emitted(), expected);
    assert_eq!(stake_of(&mut world, NOMINATOR), 3 * TAO);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(3 * TAO));
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(3 * TAO));
    assert_eq!((world.balance(NOMINATOR), world.balance(world.staking)), (Rao::new(2 * TAO), Rao::new(3 * TAO)));
}

#[test]
fn staking_is_refused_on_an_unknown_hotkey_or_of_less_than_the_minimum() {
    let mut world = world();
    let error = world.refused(NOMINATOR, world.staking().add_stake(STRANGER, Rao::ZERO));
    assert_eq!(error, StakingError::HotKeyAccountNotExists(STRANGER));
    for coldkey in [NOMINATOR, OWNER] {
        let amount = Rao::new(MIN_STAKE.get() - 1);
        let error = world.refused(coldkey, world.staking().add_stake(HOTKEY, amount));
        assert_eq!(error, StakingError::AmountTooLow { min: MIN_STAKE });
    }
    world.stake(NOMINATOR, HOTKEY, MIN_STAKE);
    assert_eq!(stake_of(&mut world, NOMINATOR), MIN_STAKE.get());
}

#[test]
fn staking_is_refused_when_the_token_refuses() {
    let mut world = world();
    world.fund(NOMINATOR, Rao::new(TAO));
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO)));
    assert_eq!(error, StakingError::Token(TokenError::InsufficientAllowance));
    world.ok(NOMINATOR, world.psp22().approve(world.staking, u128::MAX));
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO + 1)));
    assert_eq!(error, StakingError::Token(TokenError::InsufficientBalance));
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(u64::MAX)));
    assert_eq!(error, StakingError::Overflow);

    world.ok(DEPLOYER, world.guard(world.tao).pause());
    let error = world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO)));
    assert_eq!(error, StakingError::Token(TokenError::Refused));
}

#[test]
fn withdrawing_pays_out_tao() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, 3 * TAO);
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);

    let removed = StakeRemoved { hotkey: HOTKEY, coldkey: NOMINATOR, amount: Rao::new(TAO) };
    let transfer = Transfer { from: Some(world.staking), to: Some(NOMINATOR), value: u128::from(TAO) };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, removed), Emitted::new(world.tao, transfer)]);
    assert_eq!(stake_of(&mut world, NOMINATOR), 2 * TAO);
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(2 * TAO));
    assert_eq!((world.balance(NOMINATOR), world.balance(world.staking)), (Rao::new(TAO), Rao::new(2 * TAO)));
}

#[test]
fn withdrawing_is_refused_of_nothing_of_too_much_and_from_an_unknown_hotkey() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    let error = world.refused(NOMINATOR, world.staking().remove_stake(STRANGER, Rao::ZERO));
    assert_eq!(error, StakingError::HotKeyAccountNotExists(STRANGER));
    let error = world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::ZERO));
    assert_eq!(error, StakingError::AmountTooLow { min: Rao::new(1) });
    for amount in [TAO + 1, u64::MAX] {
        let error = world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::new(amount)));
        assert_eq!(error, StakingError::NotEnoughStakeToWithdraw { available: Rao::new(TAO) });
    }
    let error = world.refused(STRANGER, world.staking().remove_stake(HOTKEY, Rao::new(1)));
    assert_eq!(error, StakingError::NotEnoughStakeToWithdraw { available: Rao::ZERO });
}

#[test]
fn withdrawing_is_refused_while_the_token_is_paused() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, TAO);
    world.ok(DEPLOYER, world.guard(world.tao).pause());
    let error = world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::new(TAO)));
    assert_eq!(error, StakingError::Token(TokenError::Refused));
    world.pass_ms(PAUSE_MS);
    assert_eq!(remove(&mut world, NOMINATOR, TAO), TAO);
}

#[test]
fn dust_below_the_minimum_goes_with_a_withdrawal_of_a_nominator_and_stays_for_the_owner() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    stake_and_wait(&mut world, OWNER, TAO);
    let rest = MIN_STAKE.get();
    assert_eq!(remove(&mut world, NOMINATOR, TAO - rest), TAO - rest);
    assert_eq!(remove(&mut world, NOMINATOR, 1), rest);
    assert_eq!(stake_of(&mut world, NOMINATOR), 0);
    assert_eq!(remove(&mut world, OWNER, TAO - 1), TAO - 1);
    assert_eq!(stake_of(&mut world, OWNER), 1);
    assert_eq!(remove(&mut world, OWNER, 1), 1);
    assert_eq!(world.read(world.staking().total_stake()), Rao::ZERO);
}
