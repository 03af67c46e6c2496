//! The seats of a subnet in pages: an epoch in one call, seats that change hands, hotkeys with several seats.

use primitives::{
    StakingError,
    staking::{HotkeyAssociated, MAX_SEATS_PER_CALL, MAX_STAKES_PER_CALL, Stakes},
};

use super::*;

const OTHER: AccountId = account("another hotkey");

/// Two hotkeys, of the owner's and of the stranger's, at uids 0 and 1.
fn two_hotkeys() -> World {
    let mut world = world();
    world.seat(NETUID, 1, STRANGER, OTHER);
    world
}

fn hotkey(number: usize) -> AccountId {
    account(&format!("hotkey {number}"))
}

/// A subnet whose uids all have a hotkey.
fn full_subnet(size: u16) -> World {
    let mut world = World::stakes_only();
    for uid in 0..size {
        world.seat(NETUID, uid, OWNER, hotkey(usize::from(uid)));
    }
    world
}

fn others_stake(world: &mut World) -> u64 {
    world.read(world.staking().stake_of(OTHER, STRANGER)).get()
}

/// What is staked on both hotkeys, which is all there is.
fn totals(world: &mut World) -> [u64; 2] {
    let totals = [HOTKEY, OTHER].map(|hotkey| {
        let delegate = world.read(world.staking().delegate(hotkey));
        delegate.expect("the hotkey is associated").total_stake.get()
    });
    let all = Rao::new(totals.iter().sum());
    assert_eq!((world.read(world.staking().total_stake()), world.balance(world.staking)), (all, all));
    totals
}

#[test]
fn a_full_epoch_is_paid_and_read_in_one_call_and_costs_no_record_per_uid() {
    let mut world = full_subnet(MAX_SEATS_PER_CALL as u16);
    let pay = |world: &mut World, dividends: u64, validators: usize| {
        let reward = |uid| reward(2, if uid < validators { dividends } else { 0 });
        world.pay(NETUID, (0..MAX_SEATS_PER_CALL).map(reward).collect());
    };
    pay(&mut world, 3, 256);
    let expected = Stakes { of: vec![Rao::new(5); 256], total: Rao::new(1_280) };
    assert_eq!(world.call(STRANGER, world.staking().stakes(NETUID, Uid::new(0), 256)), Ok(expected));
    println!("reading 256 stakes: {}", world.gas().ref_time());
    assert!(world.gas().ref_time() < 4_000_000_000, "{}", world.gas());
    world.pass_blocks(360);
    pay(&mut world, 3, 0);
    println!("an epoch of 256 uids without dividends: {}", world.gas().ref_time());
    world.pass_blocks(360);
    pay(&mut world, 3, 64);
    println!("an epoch of 256 uids, 64 of them validators: {}", world.gas().ref_time());
    assert!(world.gas().ref_time() < 12_000_000_000, "{}", world.gas());

    let beyond = world.read(world.staking().stakes(NETUID, Uid::new(255), 2));
    assert_eq!(beyond, Ok(Stakes { of: vec![Rao::new(9), Rao::ZERO], total: Rao::new(2_496) }));
    let at_the_end = world.read(world.staking().stakes(NETUID, Uid::new(u16::MAX), 3)).expect("few enough");
    assert_eq!(at_the_end.of, [Rao::ZERO; 3]);
    let none = world.read(world.staking().stakes(NETUID, Uid::new(0), 0)).expect("few enough");
    assert_eq!(none.of, []);
    let too_many = world.read(world.staking().stakes(NETUID, Uid::new(0), MAX_STAKES_PER_CALL as u16 + 1));
    assert_eq!(too_many, Err(StakingError::TooManySeats));
}

#[test]
fn a_thousand_stakes_are_read_and_paid_within_the_portable_budget_though_every_hotkey_roams() {
    let mut world = full_subnet(MAX_STAKES_PER_CALL as u16);
    let first_stakes = |world: &mut World| {
        let answer = world.call(STRANGER, world.staking().stakes(NETUID, Uid::new(0), MAX_STAKES_PER_CALL as u16));
        answer.expect("no more than possible").of
    };
    assert_eq!(first_stakes(&mut world), vec![Rao::ZERO; MAX_STAKES_PER_CALL]);
    println!("reading 1,024 stakes: {}", world.gas().ref_time());
    for uid in 0..MAX_STAKES_PER_CALL {
        world.seat(Netuid::new(2), uid as u16, OWNER, hotkey(uid));
    }
    world.pay(NETUID, vec![reward(1, 2); MAX_SEATS_PER_CALL]);
    println!("paying 256 uids of hotkeys that roam: {}", world.gas().ref_time());
    let stakes = first_stakes(&mut world);
    println!("reading 1,024 stakes of hotkeys that roam: {}", world.gas().ref_time());
    assert_eq!((stakes[255], stakes[256]), (Rao::new(3), Rao::ZERO));
}

#[test]
fn an_epoch_may_be_paid_in_parts_that_begin_anywhere() {
    let mut world = World::stakes_only();
    world.seat(NETUID, 63, OWNER, HOTKEY);
    world.seat(NETUID, 191, STRANGER, OTHER);
    let mut part = |first, rewards: Vec<Reward>| {
        let amount = rewards.iter().map(|reward| reward.incentive.get()).sum();
        world.ok(world.settlement, world.tao().mint(vec![(world.staking, Rao::new(amount))]));
        let pay = world.staking().pay(NETUID, Uid::new(first), rewards, ProtocolBlock::new(360));
        world.ok(world.settlement, pay);
    };
    part(0, vec![reward(0, 0); 63]);
    part(63, [vec![reward(5, 0)], vec![reward(0, 0); 127], vec![reward(7, 0)]].concat());
    assert_eq!(totals(&mut world), [5, 7]);
    assert_eq!((stake_of(&mut world, OWNER), others_stake(&mut world)), (5, 7));
}

#[test]
fn only_the_registry_gives_and_empties_seats() {
    let mut world = World::stakes_only();
    let registry = world.registry;
    let uid = Uid::new(7);
    let error = world.refused(OWNER, world.staking().take_seat(NETUID, uid, OWNER, HOTKEY));
    assert_eq!(error, StakingError::CallerNotRegistry(OWNER));
    let error = world.refused(OWNER, world.staking().leave_seats(NETUID, uid, 1));
    assert_eq!(error, StakingError::CallerNotRegistry(OWNER));
    world.ok(registry, world.staking().take_seat(NETUID, uid, OWNER, HOTKEY));
    assert_eq!(world.emitted(), [Emitted::new(world.staking, HotkeyAssociated { hotkey: HOTKEY, coldkey: OWNER })]);
    let error = world.refused(registry, world.staking().take_seat(NETUID, uid, STRANGER, HOTKEY));
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
    let error = world.refused(registry, world.staking().leave_seats(NETUID, uid, MAX_SEATS_PER_CALL as u16 + 1));
    assert_eq!(error, StakingError::TooManySeats);
}

#[test]
fn a_seat_taken_over_keeps_for_its_old_hotkey_what_is_due_and_what_is_not_yet() {
    let mut world = two_hotkeys();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 40, 720);
    world.pass_blocks(100);
    world.seat(NETUID, 0, STRANGER, account("a third hotkey"));
    // 200 of the 720 are due; the others wait as long as they would have, 260 blocks.
    assert_eq!(totals(&mut world), [TAO + 760, 0]);
    // The owner's 40 buy a few shares less than 40 RAO are worth.
    assert_eq!(stake_of(&mut world, OWNER), 39);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 200);
    world.pass_blocks(130);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 460);
    world.pass_blocks(130);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 720);
    assert_eq!(totals(&mut world), [TAO + 760, 0]);
    pay(&mut world, 9, 0);
    assert_eq!(stakes(&mut world), [9, 0]);
}

#[test]
fn two_hotkeys_may_swap_their_seats() {
    let mut world = two_hotkeys();
    world.pay(NETUID, vec![reward(1, 0), reward(10, 0)]);
    assert_eq!(mine_and_others(&mut world), (1, 10));
    for (uid, (coldkey, hotkey)) in [(0, (STRANGER, OTHER)), (1, (OWNER, HOTKEY))] {
        world.seat(NETUID, uid, coldkey, hotkey);
    }
    world.pay(NETUID, vec![reward(20, 0), reward(2, 0)]);
    assert_eq!(mine_and_others(&mut world), (3, 30));
    assert_eq!(totals(&mut world), [3, 30]);
    assert_eq!(stakes(&mut world), [30, 3]);
}

fn mine_and_others(world: &mut World) -> (u64, u64) {
    (stake_of(world, OWNER), others_stake(world))
}

#[test]
fn seats_that_are_left_are_empty_and_their_hotkeys_keep_all_they_had() {
    let mut world = two_hotkeys();
    world.seat(NETUID, 70, OWNER, account("a third hotkey"));
    world.pay(NETUID, vec![reward(5, 0), reward(7, 3)]);
    world.ok(world.registry, world.staking().leave_seats(NETUID, Uid::new(1), 256));
    assert_eq!(stakes(&mut world), [5, 0]);
    assert_eq!(totals(&mut world), [5, 10]);
    assert_eq!(mine_and_others(&mut world), (5, 10));
    for uid in [1, 70] {
        let to_nobody = world.staking().pay(NETUID, Uid::new(uid), vec![reward(1, 0)], ProtocolBlock::new(360));
        assert_eq!(world.refused(world.settlement, to_nobody), StakingError::EmptySeat(Uid::new(uid)));
    }
}

#[test]
fn a_hotkey_earns_in_several_subnets_and_at_two_uids_of_one_page() {
    let mut world = World::stakes_only();
    for netuid in 1..=5 {
        for uid in [0, 1] {
            world.seat(Netuid::new(netuid), uid, OWNER, HOTKEY);
        }
    }
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
fn a_hotkey_that_comes_to_a_second_seat_keeps_what_waits_at_the_first() {
    let mut world = world();
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    pay(&mut world, 7, 720);
    world.pass_blocks(90);
    world.seat(Netuid::new(2), 0, OWNER, HOTKEY);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(TAO + 727));
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 180);
    assert_eq!(stakes(&mut world), [TAO + 727]);
    world.pass_blocks(270);
    assert_eq!(stake_of(&mut world, NOMINATOR), TAO + 720);
}

#[test]
fn a_hotkey_with_a_seat_in_every_subnet_there_can_be_is_read_moved_and_withdrawn() {
    let mut world = World::stakes_only();
    for netuid in 0..128 {
        world.seat(Netuid::new(netuid), 0, OWNER, HOTKEY);
        world.seat(Netuid::new(netuid), 63, STRANGER, OTHER);
    }
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    for netuid in 0..128 {
        let rewards = [vec![reward(1_000_000, 10)], vec![reward(0, 0); 62], vec![reward(1, 10)]].concat();
        world.pay(Netuid::new(netuid), rewards);
    }
    world.pass_blocks(STAKE_HOLD);
    // A take of 1 of each 10, rounded down, beside the incentive; of the rest the owner has no part before it is due.
    assert!(stake_of(&mut world, OWNER) >= 128_000_127);
    world.ok(NOMINATOR, world.staking().move_stake(HOTKEY, OTHER, Rao::new(TAO / 2)));
    println!("a move between two hotkeys with seats in 128 subnets whose epochs have ended: {}", world.gas());
    remove(&mut world, OWNER, 128_000_000);
    println!("a withdrawal afterwards: {}", world.gas());
    totals(&mut world);
}
