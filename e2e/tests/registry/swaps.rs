//! A hotkey in another's place, and a subnet in the hands of the coldkey that took its owner's place.

use primitives::{
    StakingError,
    model::{ModelCommitment, ModelKind},
    registry::{HotkeySwappedOnSubnet, Neuron, SubnetOwnerChanged},
    staking::{COLDKEY_SWAP_DELAY, coldkey_hash},
    tao::TokenError,
};

use super::*;

const NEW: AccountId = account("new hotkey");
const SECOND: Netuid = Netuid::new(2);

/// Two subnets; Alice's hotkey is uid 1 of both, and she may spend 1 TAO.
fn two_subnets() -> World {
    let genesis = vec![Setup::subnet("subnet owner", "a"), Setup::subnet("subnet owner", "b")];
    let mut world = deploy(Setup::default(), genesis).expect("the registry was deployed");
    for netuid in [SUBNET, SECOND] {
        world.register(netuid, BOB, account("bob's hotkey"));
        world.register(netuid, ALICE, HOTKEY);
    }
    allow(&mut world, ALICE, tao(1));
    world.pass_blocks(5);
    world
}

fn uid(world: &mut World, netuid: Netuid, hotkey: AccountId) -> Option<u16> {
    world.read(world.registry().uid(netuid, hotkey)).map(Uid::get)
}

fn refused(world: &mut World, caller: AccountId, old: AccountId, new: AccountId) -> RegistryError {
    world.refused(caller, world.stewardship().swap_hotkey(old, new, None))
}

#[test]
fn a_hotkey_is_swapped_on_all_subnets_with_its_stake_for_a_tenth_of_a_tao_that_is_recycled() {
    let mut world = two_subnets();
    world.stake(BOB, HOTKEY, tao(3));
    let issued = world.read(world.tao().issuance());
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, None));
    assert_eq!(issued.get() - world.read(world.tao().issuance()).get(), 100_000_000);
    assert_eq!(world.balance(ALICE), Rao::new(900_000_000));
    for netuid in [SUBNET, SECOND] {
        assert_eq!((uid(&mut world, netuid, HOTKEY), uid(&mut world, netuid, NEW)), (None, Some(1)));
        let neuron = Neuron { hotkey: NEW, registered_at: ProtocolBlock::new(0) };
        assert_eq!(world.read(world.registry().neurons(netuid, Uid::new(1), 9)), [neuron]);
    }
    assert_eq!(world.read(world.staking().stake_of(NEW, BOB)), tao(3));
}

#[test]
fn the_model_keeps_its_block_and_the_hotkey_that_it_is_bound_to() {
    let mut world = two_subnets();
    let model = ModelCommitment { kind: ModelKind::Wasm, size: 1, bound_hash: [3; 32], location: vec![] };
    world.ok(HOTKEY, world.registry().commit_model(SUBNET, model.clone()));
    world.pass_blocks(2);
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, None));
    let committed = world.read(world.registry().model(SUBNET, NEW)).expect("it moved");
    assert_eq!((committed.hotkey, committed.committed_at), (HOTKEY, ProtocolBlock::new(5)));
    assert_eq!(committed.model, model);
    assert_eq!(world.read(world.registry().model(SUBNET, HOTKEY)), None);
}

#[test]
fn a_subnet_follows_the_hotkey_that_it_names_as_its_owners() {
    let mut world = two_subnets();
    allow(&mut world, OWNER, tao(1));
    world.ok(OWNER, world.stewardship().swap_hotkey(account("a"), NEW, None));
    let owner_hotkey = |world: &mut World, netuid| {
        world.read(world.registry().subnet(netuid)).expect("the subnet exists").owner_hotkey
    };
    assert_eq!(owner_hotkey(&mut world, SUBNET), NEW);
    assert_eq!(owner_hotkey(&mut world, SECOND), account("b"));
}

#[test]
fn only_the_coldkey_of_the_old_hotkey_swaps_it_and_only_for_one_of_its_own() {
    let mut world = two_subnets();
    allow(&mut world, BOB, tao(1));
    let alices = RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: ALICE });
    let bobs = RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: BOB });
    world.ok(BOB, world.staking().associate_hotkey(NEW));
    assert_eq!(refused(&mut world, BOB, HOTKEY, NEW), alices);
    assert_eq!(refused(&mut world, ALICE, HOTKEY, NEW), bobs);
}

#[test]
fn a_new_hotkey_that_is_registered_or_the_old_one_is_refused() {
    let mut world = two_subnets();
    world.register(SECOND, ALICE, NEW);
    let registered = RegistryError::Staking(StakingError::HotKeyAlreadyRegisteredInSubNet);
    assert_eq!(refused(&mut world, ALICE, HOTKEY, NEW), registered);
    let same = RegistryError::Staking(StakingError::NewHotKeyIsSameWithOld);
    assert_eq!(refused(&mut world, ALICE, HOTKEY, HOTKEY), same);
}

#[test]
fn a_coldkey_swaps_once_per_1000_blocks() {
    let mut world = two_subnets();
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, None));
    world.pass_blocks(999);
    let too_soon = RegistryError::HotKeySetTxRateLimitExceeded { from: ProtocolBlock::new(1_005) };
    assert_eq!(refused(&mut world, ALICE, NEW, account("other")), too_soon);
    world.pass_blocks(1);
    world.ok(ALICE, world.stewardship().swap_hotkey(NEW, account("other"), None));
    assert_eq!(uid(&mut world, SECOND, account("other")), Some(1));
}

#[test]
fn a_swap_waits_for_ended_epochs_of_the_subnets_that_it_changes_alone() {
    let mut world = two_subnets();
    world.register(SUBNET, OWNER, account("only here"));
    allow(&mut world, OWNER, tao(1));
    world.start(SECOND);
    world.pass_blocks(360);
    assert_eq!(refused(&mut world, ALICE, HOTKEY, NEW), RegistryError::EpochNotSettled { epoch: 1 });
    world.ok(OWNER, world.stewardship().swap_hotkey(account("only here"), account("there"), None));
    world.ok(world.settlement, world.registry().record_epoch(SECOND, FIRST, vec![], end(1, 1)));
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, None));
}

#[test]
fn a_swap_that_is_not_paid_changes_nothing() {
    let mut world = two_subnets();
    world.ok(ALICE, world.psp22().decrease_allowance(world.registry, 900_000_001));
    let unpaid = RegistryError::Token(TokenError::InsufficientAllowance);
    assert_eq!(refused(&mut world, ALICE, HOTKEY, NEW), unpaid);
    assert_eq!(uid(&mut world, SUBNET, HOTKEY), Some(1));
}

#[test]
fn a_hotkey_is_swapped_on_one_subnet_for_a_thousandth_of_a_tao_and_its_stake_stays() {
    let mut world = two_subnets();
    world.stake(BOB, HOTKEY, tao(3));
    let stakes =
        |world: &mut World, netuid| world.read(world.staking().stakes(netuid, Uid::new(1), 1)).expect("few").of;
    let issued = world.read(world.tao().issuance());
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, Some(SECOND)));
    let swapped = HotkeySwappedOnSubnet { netuid: SECOND, coldkey: ALICE, old: HOTKEY, new: NEW };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, swapped)));
    assert_eq!(issued.get() - world.read(world.tao().issuance()).get(), 1_000_000);
    assert_eq!(world.balance(ALICE), Rao::new(999_000_000));
    assert_eq!((uid(&mut world, SUBNET, HOTKEY), uid(&mut world, SUBNET, NEW)), (Some(1), None));
    assert_eq!((uid(&mut world, SECOND, HOTKEY), uid(&mut world, SECOND, NEW)), (None, Some(1)));
    let neuron = Neuron { hotkey: NEW, registered_at: ProtocolBlock::new(0) };
    assert_eq!(world.read(world.registry().neurons(SECOND, Uid::new(1), 9)), [neuron]);
    assert_eq!((stakes(&mut world, SUBNET), stakes(&mut world, SECOND)), (vec![tao(3)], vec![Rao::ZERO]));
    world.stake(BOB, NEW, tao(2));
    assert_eq!((stakes(&mut world, SUBNET), stakes(&mut world, SECOND)), (vec![tao(3)], vec![tao(2)]));
}

#[test]
fn a_swap_on_one_subnet_may_go_to_a_hotkey_that_is_registered_elsewhere() {
    let mut world = two_subnets();
    world.register(SUBNET, ALICE, NEW);
    let on_one = |world: &World, netuid| world.stewardship().swap_hotkey(HOTKEY, NEW, Some(netuid));
    let message = on_one(&world, SUBNET);
    let registered = RegistryError::HotKeyAlreadyRegisteredInSubNet { uid: Uid::new(2) };
    assert_eq!(world.refused(ALICE, message), registered);
    let message = on_one(&world, SECOND);
    world.ok(ALICE, message);
    assert_eq!((uid(&mut world, SUBNET, NEW), uid(&mut world, SECOND, NEW)), (Some(2), Some(1)));
}

#[test]
fn a_swap_on_one_subnet_is_the_coldkeys_own_and_needs_a_subnet_with_the_old_hotkey() {
    let mut world = two_subnets();
    allow(&mut world, BOB, tao(1));
    let swap = |world: &World, old, netuid| world.stewardship().swap_hotkey(old, NEW, Some(netuid));
    let message = swap(&world, HOTKEY, SUBNET);
    let alices = RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: ALICE });
    assert_eq!(world.refused(BOB, message), alices);
    let message = swap(&world, HOTKEY, NOWHERE);
    assert_eq!(world.refused(ALICE, message), RegistryError::SubnetNotExists(NOWHERE));
    let message = swap(&world, NEW, SUBNET);
    assert_eq!(world.refused(ALICE, message), RegistryError::HotKeyNotRegisteredInSubNet(NEW));
    world.ok(BOB, world.staking().associate_hotkey(NEW));
    let message = swap(&world, HOTKEY, SUBNET);
    let bobs = RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: BOB });
    assert_eq!(world.refused(ALICE, message), bobs);
    world.start(SUBNET);
    world.pass_blocks(360);
    let message = swap(&world, HOTKEY, SUBNET);
    assert_eq!(world.refused(ALICE, message), RegistryError::EpochNotSettled { epoch: 1 });
}

#[test]
fn a_coldkey_swaps_once_a_day_on_one_subnet() {
    let mut world = two_subnets();
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, Some(SUBNET)));
    world.pass_blocks(1_000);
    let again = |world: &World| world.stewardship().swap_hotkey(NEW, account("other"), Some(SUBNET));
    let too_soon = RegistryError::HotKeySwapOnSubnetIntervalNotPassed { from: ProtocolBlock::new(7_205) };
    let message = again(&world);
    assert_eq!(world.refused(ALICE, message), too_soon);
    world.ok(ALICE, world.stewardship().swap_hotkey(HOTKEY, NEW, Some(SECOND)));
    world.pass_blocks(6_200);
    let message = again(&world);
    world.ok(ALICE, message);
    assert_eq!(uid(&mut world, SUBNET, account("other")), Some(1));
}

#[test]
fn the_coldkey_that_took_the_owners_place_takes_over_its_subnets() {
    let mut world = world();
    let nobody = world.refused(ALICE, world.stewardship().take_over_subnet(SUBNET));
    assert_eq!(nobody, RegistryError::ColdkeyNotSwapped(OWNER));
    world.ok(OWNER, world.staking().announce_coldkey_swap(coldkey_hash(&ALICE)));
    world.pass_blocks(COLDKEY_SWAP_DELAY);
    world.ok(OWNER, world.staking().swap_coldkey(ALICE, vec![OWNER_HOTKEY]));
    world.ok(BOB, world.stewardship().take_over_subnet(SUBNET));
    let changed = SubnetOwnerChanged { netuid: SUBNET, from: OWNER, to: ALICE };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, changed)));
    world.ok(ALICE, world.stewardship().start_subnet(SUBNET));
    let refused = world.refused(OWNER, world.stewardship().dissolve_subnet(SUBNET));
    assert_eq!(refused, RegistryError::NotSubnetOwner(OWNER));
    let nowhere = world.refused(BOB, world.stewardship().take_over_subnet(NOWHERE));
    assert_eq!(nowhere, RegistryError::SubnetNotExists(NOWHERE));
}
