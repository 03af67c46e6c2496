//! Keys that give way to others.

use primitives::{
    GuardError, StakingError,
    guard::PAUSE_MS,
    staking::{
        COLDKEY_SWAP_DELAY, COLDKEY_SWAP_REANNOUNCEMENT_DELAY, ColdkeySwapAnnounced, ColdkeySwapAnnouncement,
        ColdkeySwapCleared, ColdkeySwapped, HotkeySwapped, MAX_HOTKEYS_PER_SWAP, coldkey_hash,
    },
};

use super::*;

const SUCCESSOR: AccountId = account("successor");
const NEW_HOTKEY: AccountId = account("new hotkey");

fn swap_hotkey(world: &mut World, new: AccountId) {
    world.ok(world.registry, world.staking().swap_hotkey(OWNER, HOTKEY, new));
}

fn stake_on(world: &mut World, hotkey: AccountId, coldkey: AccountId) -> u64 {
    world.read(world.staking().stake_of(hotkey, coldkey)).get()
}

fn announce(world: &mut World, coldkey: AccountId) {
    world.ok(coldkey, world.staking().announce_coldkey_swap(coldkey_hash(&SUCCESSOR)));
}

fn swap_coldkey(world: &mut World, coldkey: AccountId, hotkeys: Vec<AccountId>) {
    announce(world, coldkey);
    world.pass_blocks(COLDKEY_SWAP_DELAY);
    world.ok(coldkey, world.staking().swap_coldkey(SUCCESSOR, hotkeys));
}

#[test]
fn a_new_hotkey_has_all_that_the_old_one_had_and_its_nominators_withdraw_from_it() {
    let mut world = world();
    stake_and_wait(&mut world, NOMINATOR, TAO);
    world.ok(OWNER, world.staking().decrease_take(HOTKEY, 0));
    pay(&mut world, 7, 720);
    world.pass_blocks(180);
    let before = delegate(&mut world);
    swap_hotkey(&mut world, NEW_HOTKEY);
    let swapped = HotkeySwapped { from: HOTKEY, to: NEW_HOTKEY, coldkey: OWNER };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, swapped)]);

    assert_eq!(world.read(world.staking().delegate(NEW_HOTKEY)), Some(before));
    assert_eq!(world.read(world.staking().delegate(HOTKEY)), None);
    assert_eq!(world.read(world.staking().hotkey_swapped_to(HOTKEY)), Some(NEW_HOTKEY));
    assert_eq!((stake_on(&mut world, NEW_HOTKEY, OWNER), stake_on(&mut world, NEW_HOTKEY, NOMINATOR)), (6, TAO + 360));
    assert_eq!(stakes(&mut world), [TAO + 727]);
    pay(&mut world, 3, 0);
    assert_eq!(stakes(&mut world), [TAO + 730]);
    let amount = Rao::new(TAO + 360);
    assert_eq!(world.ok(NOMINATOR, world.staking().remove_stake(NEW_HOTKEY, amount)), amount);
}

#[test]
fn a_hotkey_that_gave_way_is_nobodys_any_more() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    swap_hotkey(&mut world, NEW_HOTKEY);
    let (registry, gone) = (world.registry, StakingError::HotKeySwapped { to: NEW_HOTKEY });
    assert_eq!(world.refused(OWNER, world.staking().associate_hotkey(HOTKEY)), gone);
    assert_eq!(world.refused(HOTKEY, world.staking().claim_hotkey(STRANGER)), gone);
    assert_eq!(world.refused(registry, world.staking().associate_hotkey_for(STRANGER, HOTKEY)), gone);
    assert_eq!(world.refused(registry, world.staking().take_seat(NETUID, Uid::new(9), OWNER, HOTKEY)), gone);
    assert_eq!(world.refused(registry, world.staking().swap_hotkey(OWNER, HOTKEY, NEW_HOTKEY)), gone);
    assert_eq!(world.refused(registry, world.staking().swap_hotkey(OWNER, NEW_HOTKEY, HOTKEY)), gone);
    assert_eq!(world.refused(NOMINATOR, world.staking().add_stake(HOTKEY, Rao::new(TAO))), gone);
    assert_eq!(world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, Rao::new(TAO))), gone);
}

#[test]
fn a_hotkey_with_several_seats_is_swapped_at_all_of_them_and_more_than_once() {
    let mut world = world();
    world.seat(Netuid::new(2), 40, OWNER, HOTKEY);
    world.stake(NOMINATOR, HOTKEY, Rao::new(TAO));
    swap_hotkey(&mut world, NEW_HOTKEY);
    let newer = account("newer hotkey");
    world.ok(world.registry, world.staking().swap_hotkey(OWNER, NEW_HOTKEY, newer));
    world.pay(NETUID, vec![reward(3, 0)]);
    let elsewhere = [vec![reward(0, 0); 40], vec![reward(4, 0)]].concat();
    world.pay(Netuid::new(2), elsewhere);
    assert_eq!((stake_on(&mut world, newer, OWNER), stake_on(&mut world, newer, NOMINATOR)), (7, TAO));
    assert_eq!(stakes(&mut world), [TAO + 7]);
}

#[test]
fn a_hotkey_takes_the_place_only_of_its_own_coldkeys_and_only_with_nothing_of_its_own() {
    let mut world = world();
    let registry = world.registry;
    let swap = |world: &World, coldkey, new| world.staking().swap_hotkey(coldkey, HOTKEY, new);
    let error = world.refused(OWNER, swap(&world, OWNER, NEW_HOTKEY));
    assert_eq!(error, StakingError::CallerNotRegistry(OWNER));
    let not_yours = |owner| StakingError::NonAssociatedColdKey { owner };
    assert_eq!(world.refused(registry, swap(&world, STRANGER, NEW_HOTKEY)), not_yours(OWNER));
    assert_eq!(world.refused(registry, swap(&world, OWNER, HOTKEY)), StakingError::NewHotKeyIsSameWithOld);
    let unknown = world.staking().swap_hotkey(OWNER, STRANGER, NEW_HOTKEY);
    assert_eq!(world.refused(registry, unknown), StakingError::HotKeyAccountNotExists(STRANGER));

    let [others, staked, seated] = ["others", "staked", "seated"].map(account);
    world.ok(STRANGER, world.staking().associate_hotkey(others));
    assert_eq!(world.refused(registry, swap(&world, OWNER, others)), not_yours(STRANGER));
    world.ok(OWNER, world.staking().associate_hotkey(staked));
    world.stake(NOMINATOR, staked, Rao::new(TAO));
    let stake = Rao::new(TAO);
    assert_eq!(world.refused(registry, swap(&world, OWNER, staked)), StakingError::HotKeyStaked { stake });
    world.seat(NETUID, 5, OWNER, seated);
    let registered = StakingError::HotKeyAlreadyRegisteredInSubNet;
    assert_eq!(world.refused(registry, swap(&world, OWNER, seated)), registered);
    world.ok(registry, world.staking().leave_seats(NETUID, Uid::new(5), 1));
    world.ok(registry, swap(&world, OWNER, seated));
}

#[test]
fn a_coldkey_gives_way_five_days_after_it_said_so_with_stake_hold_and_hotkeys() {
    let mut world = world();
    let other = account("another hotkey");
    world.ok(STRANGER, world.staking().associate_hotkey(other));
    for (coldkey, hotkey, tao) in [(OWNER, HOTKEY, 3), (SUCCESSOR, HOTKEY, 4), (OWNER, other, 5)] {
        world.stake(coldkey, hotkey, Rao::new(tao * TAO));
    }
    announce(&mut world, OWNER);
    let hash = coldkey_hash(&SUCCESSOR);
    let announced = ColdkeySwapAnnounced { coldkey: OWNER, hash };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, announced)]);
    let announcement = ColdkeySwapAnnouncement { hash, announced_at: ProtocolBlock::new(0) };
    assert_eq!(world.read(world.staking().announced_coldkey_swap(OWNER)), Some(announcement));

    world.pass_blocks(COLDKEY_SWAP_DELAY - 1);
    let from = ProtocolBlock::new(36_000);
    let swap = |world: &World, new| world.staking().swap_coldkey(new, vec![HOTKEY]);
    assert_eq!(world.refused(OWNER, swap(&world, SUCCESSOR)), StakingError::ColdkeySwapTooEarly { from });
    world.stake(OWNER, HOTKEY, Rao::new(TAO));
    world.pass_blocks(1);
    assert_eq!(world.refused(OWNER, swap(&world, STRANGER)), StakingError::AnnouncedColdkeyHashDoesNotMatch);
    world.ok(OWNER, swap(&world, SUCCESSOR));
    let swapped = ColdkeySwapped { from: OWNER, to: SUCCESSOR, hotkeys: vec![HOTKEY] };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, swapped)]);

    assert_eq!(delegate(&mut world).owner, SUCCESSOR);
    assert_eq!((stake_of(&mut world, OWNER), stake_of(&mut world, SUCCESSOR)), (0, 8 * TAO));
    // The TAO that came last has to stay as it would have.
    let until = ProtocolBlock::new(35_999 + STAKE_HOLD);
    let error = world.refused(SUCCESSOR, world.staking().remove_stake(HOTKEY, Rao::new(7 * TAO + 1)));
    assert_eq!(error, StakingError::StakingOperationRateLimitExceeded { from: until });
    assert_eq!(remove(&mut world, SUCCESSOR, 7 * TAO), 7 * TAO);

    assert_eq!(world.read(world.staking().swapped_to(OWNER)), Some(SUCCESSOR));
    assert_eq!(world.read(world.staking().announced_coldkey_swap(OWNER)), None);
    assert_eq!((stake_on(&mut world, other, OWNER), stake_on(&mut world, other, SUCCESSOR)), (5 * TAO, 0));
    world.ok(OWNER, world.staking().swap_coldkey(SUCCESSOR, vec![other, HOTKEY, other]));
    assert_eq!((stake_on(&mut world, other, OWNER), stake_on(&mut world, other, SUCCESSOR)), (0, 5 * TAO));
    let error = world.refused(OWNER, swap(&world, STRANGER));
    assert_eq!(error, StakingError::ColdkeySwapAnnouncementNotFound);
}

#[test]
fn a_nominator_gives_way_to_the_owner_too() {
    let mut world = world();
    world.stake(NOMINATOR, HOTKEY, Rao::new(2 * TAO));
    swap_coldkey(&mut world, OWNER, vec![HOTKEY]);
    swap_coldkey(&mut world, NOMINATOR, vec![HOTKEY]);
    assert_eq!((stake_of(&mut world, NOMINATOR), stake_of(&mut world, SUCCESSOR)), (0, 2 * TAO));
    assert_eq!(remove(&mut world, SUCCESSOR, 2 * TAO), 2 * TAO);
    assert_eq!(world.read(world.staking().total_stake()), Rao::ZERO);
}

#[test]
fn a_coldkey_that_has_announced_its_swap_takes_no_stake_out() {
    let mut world = world();
    let other = account("another hotkey");
    world.ok(OWNER, world.staking().associate_hotkey(other));
    stake_and_wait(&mut world, NOMINATOR, 3 * TAO);
    announce(&mut world, NOMINATOR);
    let amount = Rao::new(TAO);
    let refused = StakingError::ColdkeySwapAnnounced { from: ProtocolBlock::new(360 + COLDKEY_SWAP_DELAY) };
    assert_eq!(world.refused(NOMINATOR, world.staking().remove_stake(HOTKEY, amount)), refused);
    assert_eq!(world.refused(NOMINATOR, world.staking().move_stake(HOTKEY, other, amount)), refused);
    assert_eq!(world.refused(NOMINATOR, world.staking().transfer_stake(HOTKEY, STRANGER, amount)), refused);
    world.stake(NOMINATOR, HOTKEY, amount);

    world.pass_blocks(COLDKEY_SWAP_REANNOUNCEMENT_DELAY);
    world.ok(NOMINATOR, world.staking().clear_coldkey_swap());
    let cleared = ColdkeySwapCleared { coldkey: NOMINATOR };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, cleared)]);
    assert_eq!(remove(&mut world, NOMINATOR, 4 * TAO), 4 * TAO);
}

#[test]
fn an_announcement_stands_for_a_day_and_a_new_one_begins_the_delay_anew() {
    let mut world = world();
    let error = world.refused(OWNER, world.staking().clear_coldkey_swap());
    assert_eq!(error, StakingError::ColdkeySwapAnnouncementNotFound);
    announce(&mut world, OWNER);
    world.pass_blocks(COLDKEY_SWAP_REANNOUNCEMENT_DELAY - 1);
    let too_early = StakingError::ColdkeySwapReannouncedTooEarly { from: ProtocolBlock::new(7_200) };
    assert_eq!(world.refused(OWNER, world.staking().announce_coldkey_swap([1; 32])), too_early);
    assert_eq!(world.refused(OWNER, world.staking().clear_coldkey_swap()), too_early);
    world.pass_blocks(1);
    world.ok(OWNER, world.staking().announce_coldkey_swap(coldkey_hash(&STRANGER)));
    world.pass_blocks(COLDKEY_SWAP_DELAY - 1);
    let from = ProtocolBlock::new(43_200);
    let error = world.refused(OWNER, world.staking().swap_coldkey(STRANGER, vec![]));
    assert_eq!(error, StakingError::ColdkeySwapTooEarly { from });
    world.pass_blocks(1);
    world.ok(OWNER, world.staking().swap_coldkey(STRANGER, vec![]));
    assert_eq!(world.read(world.staking().swapped_to(OWNER)), Some(STRANGER));
}

#[test]
fn a_coldkey_swap_is_refused_to_itself_unannounced_of_too_many_hotkeys_and_of_unknown_ones() {
    let mut world = world();
    let swap = |world: &World, new, hotkeys| world.staking().swap_coldkey(new, hotkeys);
    let many = vec![HOTKEY; MAX_HOTKEYS_PER_SWAP + 1];
    assert_eq!(world.refused(OWNER, swap(&world, OWNER, many)), StakingError::TooManyHotkeys);
    assert_eq!(world.refused(OWNER, swap(&world, OWNER, vec![])), StakingError::SameColdkey);
    let not_found = StakingError::ColdkeySwapAnnouncementNotFound;
    assert_eq!(world.refused(OWNER, swap(&world, SUCCESSOR, vec![])), not_found);
    announce(&mut world, OWNER);
    world.pass_blocks(COLDKEY_SWAP_DELAY);
    let unknown = swap(&world, SUCCESSOR, vec![HOTKEY, STRANGER]);
    assert_eq!(world.refused(OWNER, unknown), StakingError::HotKeyAccountNotExists(STRANGER));
    assert_eq!(world.read(world.staking().swapped_to(OWNER)), None);
}

#[test]
fn a_pause_stops_every_swap() {
    let mut world = world();
    let registry = world.registry;
    world.ok(DEPLOYER, world.guard(world.staking).pause());
    let paused = StakingError::Guard(GuardError::Paused { until_ms: world.now_ms() + PAUSE_MS });
    assert_eq!(world.refused(registry, world.staking().swap_hotkey(OWNER, HOTKEY, NEW_HOTKEY)), paused);
    assert_eq!(world.refused(OWNER, world.staking().announce_coldkey_swap([1; 32])), paused);
    assert_eq!(world.refused(OWNER, world.staking().clear_coldkey_swap()), paused);
    assert_eq!(world.refused(OWNER, world.staking().swap_coldkey(SUCCESSOR, vec![])), paused);
}
