//! Stake that hotkeys give to others for the epochs of a subnet.

use primitives::{
    GuardError, StakingError,
    guard::PAUSE_MS,
    staking::{
        CHILDREN_COOLDOWN, ChildkeyTakeSet, Children, ChildrenSet, Kin, MAX_CHILDKEY_TAKE, MAX_PARENTS,
        MIN_PARENT_STAKE, SET_CHILDREN_INTERVAL, TAKE_RAISE_INTERVAL,
    },
};
use yarrow_e2e::DEFAULT_TEMPO;

use super::*;

const CHILD: AccountId = account("child");
const HALF: u64 = u64::MAX / 2;

fn set(world: &mut World, children: Vec<Kin>) {
    world.ok(OWNER, world.staking().set_children(HOTKEY, NETUID, children));
}

/// The hotkey with 1,000 TAO of a nominator at uid 0, and the stranger's child with 500 at uid 1. The subnet has not
/// been paid yet.
fn world_with_child() -> World {
    let mut world = world();
    world.seat(NETUID, 1, STRANGER, CHILD);
    world.stake(NOMINATOR, HOTKEY, MIN_PARENT_STAKE);
    world.stake(STRANGER, CHILD, Rao::new(500 * TAO));
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world
}

fn child_total(world: &mut World) -> u64 {
    world.read(world.staking().delegate(CHILD)).expect("the child is associated").total_stake.get()
}

#[test]
fn an_epoch_counts_a_parents_gift_as_the_childs() {
    let mut world = world_with_child();
    set(&mut world, vec![(HALF, CHILD)]);
    let from = ProtocolBlock::new(0);
    let event = ChildrenSet { hotkey: HOTKEY, netuid: NETUID, children: vec![(HALF, CHILD)], from };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, event)]);
    // Half of the 1,000 TAO, a RAO less by rounding.
    assert_eq!(stakes(&mut world), [500 * TAO + 1, 1_000 * TAO - 1]);
    assert_eq!(delegate(&mut world).total_stake, MIN_PARENT_STAKE);
    let children = Children { in_force: vec![(HALF, CHILD)], pending: None };
    assert_eq!(world.read(world.staking().children(HOTKEY, NETUID)), children);
    assert_eq!(world.read(world.staking().parents(CHILD, NETUID)), [(HALF, HOTKEY)]);
    assert_eq!(world.read(world.staking().parents(CHILD, Netuid::new(2))), []);
}

#[test]
fn a_parent_needs_no_seat_on_the_subnet() {
    let mut world = World::stakes_only();
    world.ok(OWNER, world.staking().associate_hotkey(HOTKEY));
    world.seat(NETUID, 0, STRANGER, CHILD);
    stake_and_wait(&mut world, NOMINATOR, MIN_PARENT_STAKE.get());
    set(&mut world, vec![(u64::MAX, CHILD)]);
    assert_eq!(stakes(&mut world), [1_000 * TAO]);
    pay(&mut world, 0, 0);
    world.pass_blocks(DEFAULT_TEMPO);
    assert_eq!(remove(&mut world, NOMINATOR, 400 * TAO), 400 * TAO);
    assert_eq!(stakes(&mut world), [1_000 * TAO]);
    pay(&mut world, 0, 0);
    assert_eq!(stakes(&mut world), [600 * TAO]);
}

#[test]
fn children_count_from_the_first_epoch_on_that_begins_a_day_later() {
    let mut world = world_with_child();
    pay(&mut world, 0, 0);
    world.pass_blocks(10);
    set(&mut world, vec![(u64::MAX, CHILD)]);
    let pending = Some((ProtocolBlock::new(10 + CHILDREN_COOLDOWN), vec![(u64::MAX, CHILD)]));
    let children = Children { in_force: vec![], pending };
    assert_eq!(world.read(world.staking().children(HOTKEY, NETUID)), children);
    for _ in 0..CHILDREN_COOLDOWN / DEFAULT_TEMPO {
        assert_eq!(stakes(&mut world), [1_000 * TAO, 500 * TAO]);
        world.pass_blocks(DEFAULT_TEMPO);
        pay(&mut world, 0, 0);
    }
    // The epoch before began with block 6,850; this one begins with block 7,210, 7,200 blocks after the children were set.
    assert_eq!(stakes(&mut world), [0, 1_500 * TAO]);
    let children = Children { in_force: vec![(u64::MAX, CHILD)], pending: None };
    assert_eq!(world.read(world.staking().children(HOTKEY, NETUID)), children);
    set(&mut world, vec![]);
    assert_eq!(stakes(&mut world), [0, 1_500 * TAO]);
    for _ in 0..CHILDREN_COOLDOWN / DEFAULT_TEMPO {
        world.pass_blocks(DEFAULT_TEMPO);
        pay(&mut world, 0, 0);
    }
    assert_eq!(stakes(&mut world), [1_000 * TAO, 500 * TAO]);
}

#[test]
fn a_child_shares_its_dividends_with_its_parents_by_what_they_gave_and_keeps_its_take() {
    let mut world = world_with_child();
    world.ok(STRANGER, world.staking().set_childkey_take(CHILD, MAX_CHILDKEY_TAKE));
    let event = ChildkeyTakeSet { hotkey: CHILD, take: MAX_CHILDKEY_TAKE };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, event)]);
    assert_eq!(world.read(world.staking().childkey_take(CHILD)), MAX_CHILDKEY_TAKE);
    set(&mut world, vec![(u64::MAX, CHILD)]);
    // Two thirds of 98,304 were earned by the parent's 1,000 TAO of 1,500: 65,536. The child's take of it is
    // 11,796.18; the parent has 53,740, all of it its nominator's.
    world.pay(NETUID, vec![reward(0, 0), reward(5, 98_304)]);
    world.pass_blocks(FIRST_VESTING);
    assert_eq!(child_total(&mut world), 500 * TAO + 5 + 32_768 + 11_796);
    assert_eq!(delegate(&mut world).total_stake, Rao::new(1_000 * TAO + 53_740));
    assert_eq!(stake_of(&mut world, NOMINATOR), 1_000 * TAO + 53_740);
    let all = Rao::new(1_500 * TAO + 98_309);
    assert_eq!((world.read(world.staking().total_stake()), world.balance(world.staking)), (all, all));
}

#[test]
fn a_child_takes_nothing_of_a_parent_with_the_same_owner() {
    let mut world = world();
    world.seat(NETUID, 1, OWNER, CHILD);
    world.stake(NOMINATOR, HOTKEY, MIN_PARENT_STAKE);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    world.ok(OWNER, world.staking().set_childkey_take(CHILD, MAX_CHILDKEY_TAKE));
    set(&mut world, vec![(u64::MAX, CHILD)]);
    world.pay(NETUID, vec![reward(0, 0), reward(0, 1_000)]);
    assert_eq!((delegate(&mut world).total_stake.get(), child_total(&mut world)), (1_000 * TAO + 1_000, 0));
}

#[test]
fn a_chain_gives_on_only_what_is_its_own() {
    let mut world = world_with_child();
    let last = account("last");
    world.seat(NETUID, 2, STRANGER, last);
    world.stake(STRANGER, CHILD, Rao::new(500 * TAO));
    set(&mut world, vec![(u64::MAX, CHILD)]);
    world.ok(STRANGER, world.staking().set_children(CHILD, NETUID, vec![(u64::MAX, last)]));
    assert_eq!(stakes(&mut world), [0, 1_000 * TAO, 1_000 * TAO]);
}

#[test]
fn a_hotkey_that_takes_anothers_place_has_its_children_and_its_parents() {
    let mut world = world_with_child();
    set(&mut world, vec![(u64::MAX, CHILD)]);
    let (new, grown) = (account("new hotkey"), account("grown child"));
    world.ok(world.registry, world.staking().swap_hotkey(OWNER, HOTKEY, new));
    world.ok(world.registry, world.staking().swap_hotkey(STRANGER, CHILD, grown));
    assert_eq!(stakes(&mut world), [0, 1_500 * TAO]);
    assert_eq!(world.read(world.staking().parents(grown, NETUID)), [(u64::MAX, new)]);
    world.pay(NETUID, vec![reward(0, 0), reward(0, 3_000)]);
    assert_eq!(stakes(&mut world), [0, 1_500 * TAO + 3_000]);
}

#[test]
fn children_are_refused_by_their_first_fault() {
    let mut world = world_with_child();
    let refused = |world: &mut World, by, hotkey, netuid, children| {
        world.refused(by, world.staking().set_children(hotkey, Netuid::new(netuid), children))
    };
    let unknown = account("unknown");
    let error = refused(&mut world, STRANGER, HOTKEY, 1, vec![]);
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
    let error = refused(&mut world, OWNER, unknown, 1, vec![]);
    assert_eq!(error, StakingError::HotKeyAccountNotExists(unknown));
    let error = refused(&mut world, OWNER, HOTKEY, 1, vec![(1, CHILD), (1, CHILD)]);
    assert_eq!(error, StakingError::DuplicateChild);
    let error = refused(&mut world, OWNER, HOTKEY, 9, vec![(1, unknown)]);
    assert_eq!(error, StakingError::HotKeyAccountNotExists(unknown));
    let error = refused(&mut world, OWNER, HOTKEY, 9, vec![(1, CHILD)]);
    assert_eq!(error, StakingError::SubnetNotExists(Netuid::new(9)));
    let error = refused(&mut world, STRANGER, CHILD, 1, vec![(1, HOTKEY)]);
    assert_eq!(error, StakingError::NotEnoughStakeToSetChildkeys { min: MIN_PARENT_STAKE });
    world.ok(STRANGER, world.staking().set_children(CHILD, NETUID, vec![]));
    let from = ProtocolBlock::new(SET_CHILDREN_INTERVAL);
    world.pass_blocks(SET_CHILDREN_INTERVAL - 1);
    let error = refused(&mut world, STRANGER, CHILD, 1, vec![]);
    assert_eq!(error, StakingError::TxRateLimitExceeded { from });
    set(&mut world, vec![(1, CHILD)]);
    world.stake(STRANGER, CHILD, MIN_PARENT_STAKE);
    assert_eq!(refused(&mut world, STRANGER, CHILD, 1, vec![(1, HOTKEY)]), StakingError::InvalidChild);
}

#[test]
fn where_all_places_are_taken_the_parent_with_the_least_stake_makes_room_for_one_with_more() {
    let mut world = world_with_child();
    for parent in 0..MAX_PARENTS {
        let hotkey = account(&format!("parent {parent}"));
        world.ok(STRANGER, world.staking().associate_hotkey(hotkey));
        let rao = MIN_PARENT_STAKE.get() + if parent == 7 { 0 } else { 1 };
        world.stake(STRANGER, hotkey, Rao::new(rao));
        world.ok(STRANGER, world.staking().set_children(hotkey, NETUID, vec![(u64::MAX, CHILD)]));
    }
    let parents = |world: &mut World| {
        world.read(world.staking().parents(CHILD, NETUID)).into_iter().map(|(_, parent)| parent).collect::<Vec<_>>()
    };
    let error = world.refused(OWNER, world.staking().set_children(HOTKEY, NETUID, vec![(u64::MAX, CHILD)]));
    assert_eq!(error, StakingError::TooManyParents);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    set(&mut world, vec![(u64::MAX, CHILD)]);
    println!("to displace a parent: {}", world.gas().ref_time());
    let left = parents(&mut world);
    assert_eq!(left.len(), MAX_PARENTS);
    assert!(left.contains(&HOTKEY) && !left.contains(&account("parent 7")));

    let answer = world.call(STRANGER, world.staking().stakes(NETUID, Uid::new(0), 256));
    println!("reading 256 stakes with {MAX_PARENTS} parents: {}", world.gas().ref_time());
    assert_eq!(answer.expect("few enough").of[0], Rao::ZERO);
    world.pay(NETUID, vec![reward(0, 0), reward(0, 1_000_000)]);
    println!("paying a child of {MAX_PARENTS} parents: {}", world.gas().ref_time());
}

#[test]
fn a_childkey_take_falls_at_once_and_rises_216_000_blocks_after_it_changed_last() {
    let mut world = world();
    let set = |world: &World, take| world.staking().set_childkey_take(HOTKEY, take);
    let error = world.refused(STRANGER, set(&world, 1));
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
    let error = world.refused(OWNER, set(&world, MAX_CHILDKEY_TAKE + 1));
    assert_eq!(error, StakingError::InvalidChildkeyTake { max: MAX_CHILDKEY_TAKE });
    world.ok(OWNER, set(&world, 500));
    world.pass_blocks(3);
    world.ok(OWNER, set(&world, 100));
    world.pass_blocks(TAKE_RAISE_INTERVAL - 1);
    let from = ProtocolBlock::new(3 + TAKE_RAISE_INTERVAL);
    let error = world.refused(OWNER, set(&world, 101));
    assert_eq!(error, StakingError::TxChildkeyTakeRateLimitExceeded { from });
    world.pass_blocks(1);
    world.ok(OWNER, set(&world, 101));
}

#[test]
fn the_end_of_a_subnet_ends_its_gifts() {
    let mut world = world_with_child();
    set(&mut world, vec![(u64::MAX, CHILD)]);
    world.ok(world.registry, world.staking().leave_seats(NETUID, Uid::new(0), 2));
    world.seat(NETUID, 0, STRANGER, CHILD);
    assert_eq!(stakes(&mut world), [500 * TAO]);
    assert_eq!(world.read(world.staking().children(HOTKEY, NETUID)), Children::default());
}

#[test]
fn a_pause_stops_changes_of_children_and_of_their_take() {
    let mut world = world();
    world.ok(DEPLOYER, world.guard(world.staking).pause());
    let paused = StakingError::Guard(GuardError::Paused { until_ms: world.now_ms() + PAUSE_MS });
    assert_eq!(world.refused(OWNER, world.staking().set_children(HOTKEY, NETUID, vec![])), paused);
    assert_eq!(world.refused(OWNER, world.staking().set_childkey_take(HOTKEY, 0)), paused);
}
