//! What rewards do to stakes, and when.

use primitives::{StakingError, staking::MAX_SEATS_PER_CALL};

use super::*;

#[test]
fn a_reward_goes_to_the_owner_by_take_and_incentive_and_to_all_by_stake() {
    let mut world = world();
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    world.stake(NOMINATOR, HOTKEY, Rao::new(3 * TAO));
    pay_and_wait(&mut world, 1_000, 65_535);
    // The take of 65,535 is 11,796; of the other 53,739 the nominator has three quarters, 40,304.25.
    assert_eq!(stake_of(&mut world, NOMINATOR), 3 * TAO + 40_304);
    assert_eq!(stake_of(&mut world, OWNER), TAO + 13_434 + 11_796 + 1_000);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(4 * TAO + 66_535));
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(4 * TAO + 66_535));
    assert_eq!(world.balance(world.staking), Rao::new(4 * TAO + 66_535));
}

#[test]
fn a_reward_goes_to_the_owner_at_once_when_nobody_has_staked() {
    let mut world = world();
    pay(&mut world, 10, 20);
    assert_eq!(stake_of(&mut world, OWNER), 30);
    assert_eq!(remove(&mut world, OWNER, 30), 30);
    assert_eq!(world.balance(OWNER), Rao::new(30));
}

#[test]
fn without_a_take_the_owner_earns_like_a_nominator() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay_and_wait(&mut world, 0, 1_000);
    assert_eq!((stake_of(&mut world, OWNER), stake_of(&mut world, NOMINATOR)), (TAO + 500, TAO + 500));
}

#[test]
fn the_owners_part_is_due_at_once_and_the_pools_part_block_by_block() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 1_000, 65_535);
    assert_eq!(stake_of(&mut world, OWNER), 12_796);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO);
    // 53,739 over 360 blocks: 149.275 with each.
    world.pass_blocks(1);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 149);
    world.pass_blocks(179);
    let half = stake_of(&mut world, NOMINATOR);
    assert!((TAO + 26_867..=TAO + 26_869).contains(&half), "{half}");
}

#[test]
fn everything_on_the_way_counts_as_stake_of_the_hotkey_from_the_start() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 1_000, 65_535);
    let all = Rao::new(TAO + 66_535);
    for _ in 0..3 {
        let stakes = world.read(world.staking().stakes(NETUID, Uid::new(0), 1)).expect("one is not too many");
        assert_eq!((stakes.of, stakes.total), (vec![all], all));
        assert_eq!(delegate(&mut world).total_stake, all);
        world.pass_blocks(100);
        world.ok(STRANGER, world.staking().associate_hotkey(STRANGER));
    }
}

#[test]
fn vesting_ends_with_every_rao_in_the_pool_however_often_the_hotkey_is_touched() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, TAO);
    for (passed, dividends) in [(17, 1_000_003), (360, 999_983), (1, 7), (700, 31)] {
        world.pass_blocks(passed);
        pay(&mut world, 0, dividends);
        world.pass_blocks(3);
        remove(&mut world, OWNER, 1);
    }
    world.pass_blocks(703);
    let paid = 1_000_003 + 999_983 + 7 + 31 - 4;
    let stakes = stake_of(&mut world, OWNER) + stake_of(&mut world, NOMINATOR);
    assert!((TAO + paid - 1..=TAO + paid).contains(&stakes), "{stakes}");
    let all = stake_of(&mut world, NOMINATOR);
    assert_eq!(remove(&mut world, NOMINATOR, all), all);
    let rest = stake_of(&mut world, OWNER);
    assert_eq!(all + rest, TAO + paid);
    assert_eq!(remove(&mut world, OWNER, rest), rest);
    assert_eq!((world.balance(world.staking), delegate(&mut world).total_stake), (Rao::ZERO, Rao::ZERO));
}

#[test]
fn only_settlement_pays_and_only_where_somebody_sits_and_within_the_cap() {
    let mut world = world();
    let (settlement, next_epoch) = (world.settlement, ProtocolBlock::new(360));
    let pay = |world: &World, first, rewards| world.staking().pay(NETUID, Uid::new(first), rewards, next_epoch);
    let error = world.refused(DEPLOYER, pay(&world, 0, vec![reward(1, 1)]));
    assert_eq!(error, StakingError::CallerNotSettlement(DEPLOYER));
    for (first, rewards, uid) in [(0, vec![reward(1, 1), reward(1, 0)], 1), (64, vec![reward(0, 1)], 64)] {
        let error = world.refused(settlement, pay(&world, first, rewards));
        assert_eq!(error, StakingError::EmptySeat(Uid::new(uid)));
    }
    let error = world.refused(settlement, pay(&world, 0, vec![reward(0, 0); MAX_SEATS_PER_CALL + 1]));
    assert_eq!(error, StakingError::TooManySeats);
    let error = world.refused(settlement, pay(&world, u16::MAX, vec![reward(0, 0); 2]));
    assert_eq!(error, StakingError::Overflow);

    let cap = world.read(world.tao().cap()).get();
    for rewards in [vec![reward(1, cap)], vec![reward(u64::MAX, u64::MAX)], vec![reward(u64::MAX, 1)]] {
        let error = world.refused(settlement, pay(&world, 0, rewards));
        assert_eq!(error, StakingError::Overflow);
    }
    world.seat(NETUID, 1, OWNER, account("another hotkey"));
    let error = world.refused(settlement, pay(&world, 0, vec![reward(0, cap / 2), reward(0, cap / 2 + 1)]));
    assert_eq!(error, StakingError::Overflow);
    world.ok(settlement, pay(&world, 0, vec![reward(0, 0); MAX_SEATS_PER_CALL]));
}

#[test]
fn a_reward_costs_the_same_gas_for_one_nominator_and_for_thirty() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay_and_wait(&mut world, 1, 1_000);
    pay(&mut world, 1, 1_000);
    let gas = world.gas().ref_time();
    world.pass_blocks(FIRST_VESTING);
    let nominators: Vec<_> = (0..30).map(|n| account(&format!("nominator {n}"))).collect();
    for &nominator in &nominators {
        world.stake(nominator, HOTKEY, Rao::new(TAO));
    }
    let earned_first = stake_of(&mut world, NOMINATOR);
    pay(&mut world, 1, 310_000_000);
    assert!(world.gas().ref_time().abs_diff(gas) < gas / 100);
    world.pass_blocks(FIRST_VESTING);
    // 82 % of 310,000,000 over 31 nominators with nearly the same stake.
    let first = stake_of(&mut world, nominators[0]) - TAO;
    assert!(first.abs_diff(8_200_000) < 10_000);
    for &nominator in &nominators {
        let stake = stake_of(&mut world, nominator);
        assert!(stake.abs_diff(TAO + first) <= 1);
        assert_eq!(remove(&mut world, nominator, stake), stake);
    }
    assert!(stake_of(&mut world, NOMINATOR) > earned_first);
}
