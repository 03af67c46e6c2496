//! The uids of a subnet in pages: an epoch in one call, seats that change hands, hotkeys in several subnets.

use primitives::staking::{MAX_HOTKEYS_PER_CALL, Stakes};

use super::*;

const OTHER: AccountId = account("another hotkey");

/// Two hotkeys, of the owner's and of the stranger's.
fn two_hotkeys() -> World {
    let mut world = world();
    world.ok(STRANGER, world.staking().associate_hotkey(OTHER));
    world
}

fn nothing_for(hotkey: AccountId) -> Reward {
    Reward { hotkey, ..reward(0, 0) }
}

fn others_stake(world: &mut World) -> u64 {
    world.read(world.staking().stake_of(OTHER, STRANGER)).get()
}

fn totals(world: &mut World) -> Vec<u64> {
    let stakes = world.read(world.staking().stakes(vec![HOTKEY, OTHER])).expect("two hotkeys are not too many");
    assert_eq!(stakes.of.iter().map(|stake| stake.get()).sum::<u64>(), stakes.total.get());
    assert_eq!(world.balance(world.staking), stakes.total);
    stakes.of.iter().map(|stake| stake.get()).collect()
}

#[test]
fn a_full_epoch_is_paid_and_read_in_one_call_and_costs_no_record_per_uid() {
    let mut world = World::stakes_only();
    let registry = world.registry;
    let hotkeys: Vec<_> = (0..MAX_HOTKEYS_PER_CALL).map(|n| account(&format!("hotkey {n}"))).collect();
    for &hotkey in &hotkeys {
        world.ok(registry, world.staking().associate_hotkey_for(OWNER, hotkey));
    }
    let pay = |world: &mut World, dividends: u64, validators: usize| {
        let reward = |(n, &hotkey)| {
            let dividends = Rao::new(if n < validators { dividends } else { 0 });
            Reward { hotkey, incentive: Rao::new(2), dividends }
        };
        world.pay(NETUID, hotkeys.iter().enumerate().map(reward).collect());
    };
    pay(&mut world, 3, 256);
    let expected = Stakes { of: vec![Rao::new(5); 256], total: Rao::new(1_280) };
    assert_eq!(world.read(world.staking().stakes(hotkeys.clone())), Ok(expected));
    world.pass_blocks(360);
    pay(&mut world, 3, 0);
    println!("an epoch of 256 uids without dividends: {}", world.gas().ref_time());
    world.pass_blocks(360);
    pay(&mut world, 3, 64);
    let gas = world.gas().ref_time();
    println!("an epoch of 256 uids, 64 of them validators: {gas}");
    assert!(gas < 12_000_000_000, "{gas}");

    let unknown = world.read(world.staking().stakes(vec![STRANGER]));
    assert_eq!(unknown, Ok(Stakes { of: vec![Rao::ZERO], total: Rao::new(2_496) }));
    let too_many = world.read(world.staking().stakes(vec![HOTKEY; MAX_HOTKEYS_PER_CALL + 1]));
    assert_eq!(too_many, Err(primitives::StakingError::TooManyHotkeys));
}

#[test]
fn an_epoch_may_be_paid_in_parts_that_begin_anywhere() {
    let mut world = two_hotkeys();
    let mut part = |first, rewards: Vec<Reward>| {
        let amount = rewards.iter().map(|reward| reward.incentive.get()).sum();
        world.ok(world.settlement, world.tao().mint(vec![(world.staking, Rao::new(amount))]));
        world.ok(world.settlement, world.staking().pay(NETUID, Uid::new(first), rewards));
    };
    let vacant = vec![nothing_for(account("nobody")); 63];
    let second = Reward { hotkey: OTHER, ..reward(7, 0) };
    part(0, vec![nothing_for(STRANGER); 31]);
    part(31, [vec![reward(5, 0)], vacant, vec![second]].concat());
    assert_eq!(totals(&mut world), [5, 7]);
    assert_eq!((stake_of(&mut world, OWNER), others_stake(&mut world)), (5, 7));
}

#[test]
fn a_slot_taken_over_keeps_for_its_old_hotkey_what_is_due_and_what_is_not_yet() {
    let mut world = two_hotkeys();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 40, 720);
    world.pass_blocks(100);
    world.pay(NETUID, vec![Reward { hotkey: OTHER, ..reward(9, 0) }]);
    // 200 of the 720 are due; the page's new span lasts as long as the old one would have, 260 blocks.
    assert_eq!(totals(&mut world), [TAO + 760, 9]);
    // The owner's 40 buy a few shares less than 40 RAO are worth.
    assert_eq!((stake_of(&mut world, OWNER), others_stake(&mut world)), (39, 9));
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 200);
    world.pass_blocks(130);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 460);
    world.pass_blocks(130);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 720);
    assert_eq!(totals(&mut world), [TAO + 760, 9]);
}

#[test]
fn a_slot_taken_over_by_a_hotkey_that_earns_nothing_is_empty_afterwards() {
    let mut world = two_hotkeys();
    pay(&mut world, 40, 0);
    world.pay(NETUID, vec![nothing_for(OTHER)]);
    world.pay(NETUID, vec![reward(2, 0)]);
    assert_eq!(totals(&mut world), [42, 0]);
    assert_eq!(stake_of(&mut world, OWNER), 42);
}

#[test]
fn two_hotkeys_may_swap_their_slots() {
    let mut world = two_hotkeys();
    let pay = |world: &mut World, mine, others| {
        let (mine, others) = (reward(mine, 0), Reward { hotkey: OTHER, ..reward(others, 0) });
        world.pay(NETUID, vec![mine, others]);
        mine_and_others(world)
    };
    assert_eq!(pay(&mut world, 1, 10), (1, 10));
    world.pay(NETUID, vec![Reward { hotkey: OTHER, ..reward(20, 0) }, reward(2, 0)]);
    assert_eq!(mine_and_others(&mut world), (3, 30));
    assert_eq!(pay(&mut world, 4, 40), (7, 70));
    assert_eq!(totals(&mut world), [7, 70]);
}

fn mine_and_others(world: &mut World) -> (u64, u64) {
    (stake_of(world, OWNER), others_stake(world))
}

#[test]
fn a_hotkey_earns_in_several_subnets_and_at_two_uids_of_one_page() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, TAO);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    for netuid in 1..=5 {
        world.pay(Netuid::new(netuid), vec![reward(10, 100), reward(1, 0)]);
    }
    world.pass_blocks(FIRST_VESTING);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(TAO + 555));
    // The owner's 55 buy a few shares less than 55 RAO are worth, which is the nominator's gain.
    assert_eq!(remove(&mut world, OWNER, 54), 54);
    assert_eq!(stake_of(&mut world, OWNER), 0);
    let nominator = stake_of(&mut world, NOMINATOR);
    assert!((TAO + 500..=TAO + 501).contains(&nominator), "{nominator}");
    remove(&mut world, NOMINATOR, nominator);
    let dust = TAO + 501 - nominator;
    assert_eq!(world.read(world.staking().total_stake()), Rao::new(dust));
}

#[test]
fn a_hotkey_with_dues_in_every_subnet_there_can_be_is_read_moved_and_withdrawn() {
    let mut world = two_hotkeys();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    let page: Vec<_> = (0..30).map(|_| nothing_for(STRANGER)).collect();
    for netuid in 0..128 {
        let seats = vec![reward(1_000_000, 10), Reward { hotkey: OTHER, ..reward(1, 10) }];
        world.pay(Netuid::new(netuid), [seats, page.clone()].concat());
    }
    world.pass_blocks(STAKE_HOLD);
    // A take of 1 of each 10, rounded down, beside the incentive; of the rest the owner has no part before it is due.
    assert!(stake_of(&mut world, OWNER) >= 128_000_127);
    world.ok(NOMINATOR, world.staking().move_stake(HOTKEY, OTHER, Rao::new(TAO / 2)));
    println!("a move with dues in 128 subnets at both ends: {}", world.gas());
    remove(&mut world, OWNER, 128_000_000);
    assert_eq!(totals(&mut world).len(), 2);
}
