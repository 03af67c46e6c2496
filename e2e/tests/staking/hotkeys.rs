//! Deployment, connections, and whose a hotkey is.

use primitives::{
    Clock, GuardError, StakingError,
    staking::{Delegate, HotkeyAssociated, MAX_TAKE, MIN_STAKE},
};
use yarrow_e2e::GENESIS_MS;

use super::*;

#[test]
fn blocks_of_no_length_are_refused_at_deployment() {
    let mut world = world();
    let staking = world.deploy("staking", (world.tao, 0_u64));
    assert_eq!(staking, Err(StakingError::InvalidBlockTime));
}

#[test]
fn the_clock_begins_at_deployment() {
    let mut world = Setup::default().block_ms(2_000).deploy_stakes();
    world.pass_blocks(3);
    assert_eq!(world.clock(), Clock { genesis_ms: GENESIS_MS, block_ms: 2_000 });
    assert_eq!(world.block(), ProtocolBlock::new(3));
}

#[test]
fn only_the_owner_connects() {
    let mut world = world();
    let error = world.refused(STRANGER, world.staking().connect(STRANGER, STRANGER));
    assert_eq!(error, StakingError::Guard(GuardError::CallerNotOwner(STRANGER)));
    world.ok(DEPLOYER, world.staking().connect(STRANGER, STRANGER));
    world.ok(STRANGER, world.staking().pay(NETUID, Uid::new(0), vec![], ProtocolBlock::new(360)));
}

#[test]
fn a_hotkey_belongs_to_the_first_coldkey_that_asks() {
    let mut world = World::stakes_only();
    world.pass_blocks(7);
    assert_eq!(world.read(world.staking().delegate(HOTKEY)), None);
    world.ok(OWNER, world.staking().associate_hotkey(HOTKEY));
    let associated = HotkeyAssociated { hotkey: HOTKEY, coldkey: OWNER };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, associated)]);
    let take_changed_at = ProtocolBlock::new(7);
    let expected = Delegate { owner: OWNER, take: MAX_TAKE, take_changed_at, total_stake: Rao::ZERO };
    assert_eq!(delegate(&mut world), expected);

    world.ok(OWNER, world.staking().associate_hotkey(HOTKEY));
    assert_eq!(world.emitted(), []);
    let error = world.refused(STRANGER, world.staking().associate_hotkey(HOTKEY));
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
}

#[test]
fn only_the_registry_associates_for_others() {
    let mut world = World::stakes_only();
    let registry = world.registry;
    let error = world.refused(OWNER, world.staking().associate_hotkey_for(OWNER, HOTKEY));
    assert_eq!(error, StakingError::CallerNotRegistry(OWNER));
    world.ok(registry, world.staking().associate_hotkey_for(OWNER, HOTKEY));
    assert_eq!(delegate(&mut world).owner, OWNER);
    let error = world.refused(registry, world.staking().associate_hotkey_for(STRANGER, HOTKEY));
    assert_eq!(error, StakingError::NonAssociatedColdKey { owner: OWNER });
}

#[test]
fn a_hotkey_puts_out_a_squatter_who_has_staked_nothing() {
    let mut world = World::stakes_only();
    world.ok(STRANGER, world.staking().associate_hotkey(HOTKEY));
    world.ok(STRANGER, world.staking().decrease_take(HOTKEY, 1));
    world.pass_blocks(9);
    world.ok(HOTKEY, world.staking().claim_hotkey(OWNER));
    let associated = HotkeyAssociated { hotkey: HOTKEY, coldkey: OWNER };
    assert_eq!(world.emitted(), [Emitted::new(world.staking, associated)]);
    let take_changed_at = ProtocolBlock::new(9);
    let expected = Delegate { owner: OWNER, take: MAX_TAKE, take_changed_at, total_stake: Rao::ZERO };
    assert_eq!(delegate(&mut world), expected);

    world.ok(HOTKEY, world.staking().claim_hotkey(OWNER));
    assert_eq!(world.emitted(), []);
    world.seat(NETUID, 0, OWNER, HOTKEY);
    pay(&mut world, 5, 0);
    assert_eq!((stake_of(&mut world, OWNER), stake_of(&mut world, STRANGER)), (5, 0));
}

#[test]
fn a_hotkey_associates_itself() {
    let mut world = World::stakes_only();
    world.ok(HOTKEY, world.staking().claim_hotkey(OWNER));
    assert_eq!(delegate(&mut world).owner, OWNER);
}

#[test]
fn a_hotkey_stays_with_its_coldkey_while_anything_is_staked_or_due() {
    let mut world = world();
    let staked = |stake| StakingError::HotKeyStaked { stake: Rao::new(stake) };
    stake_and_wait(&mut world, NOMINATOR, MIN_STAKE.get());
    assert_eq!(world.refused(HOTKEY, world.staking().claim_hotkey(STRANGER)), staked(MIN_STAKE.get()));
    remove(&mut world, NOMINATOR, MIN_STAKE.get());
    pay(&mut world, 3, 4);
    assert_eq!(world.refused(HOTKEY, world.staking().claim_hotkey(STRANGER)), staked(7));
    remove(&mut world, OWNER, 7);
    world.ok(HOTKEY, world.staking().claim_hotkey(STRANGER));

    // The seat is still its own.
    pay(&mut world, 2, 0);
    assert_eq!((stake_of(&mut world, OWNER), stake_of(&mut world, STRANGER)), (0, 2));
}
