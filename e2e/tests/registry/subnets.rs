//! Registering a subnet for a lock, and starting it.

use primitives::{
    Cycle, StakingError,
    registry::{RunningSubnet, Subnet, SubnetIdentity, SubnetIdentitySet, SubnetRegistered, SubnetStarted},
    tao::TokenError,
};

use super::*;

const LIMIT: Rao = Rao::new(u64::MAX);

fn identity() -> SubnetIdentity {
    SubnetIdentity { name: b"bytes".to_vec(), task_hash: [4; 32], ..SubnetIdentity::default() }
}

fn lock_cost(world: &mut World) -> Rao {
    world.read(world.registry().subnet_lock_cost())
}

#[test]
fn a_subnet_costs_a_lock_that_the_registry_holds() {
    let mut world = world();
    world.pass_blocks(5);
    allow(&mut world, ALICE, tao(1_500));
    assert_eq!(lock_cost(&mut world), tao(1_000));
    let netuid = world.ok(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), tao(1_000)));
    let registered = SubnetRegistered { netuid, owner: ALICE, locked: tao(1_000) };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, registered)));
    assert_eq!(netuid, Netuid::new(2));
    assert_eq!(world.read(world.registry().netuids()), [SUBNET, netuid]);
    assert_eq!(world.balance(world.registry), tao(1_000));
    assert_eq!(world.balance(ALICE), tao(500));
    let subnet = Subnet {
        owner: ALICE,
        owner_hotkey: HOTKEY,
        registered_at: ProtocolBlock::new(5),
        locked: tao(1_000),
        cycle: None,
        started_at: None,
        neurons: 0,
    };
    assert_eq!(world.read(world.registry().subnet(netuid)), Some(subnet));
    assert_eq!(world.read(world.registry().identity(netuid)), Some(identity()));
}

#[test]
fn the_hotkey_of_a_new_subnet_becomes_its_owners_and_must_not_be_anothers() {
    let mut world = world();
    allow(&mut world, ALICE, tao(1_000));
    world.ok(BOB, world.staking().associate_hotkey(HOTKEY));
    let refused = world.refused(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
    assert_eq!(refused, RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: BOB }));
    let hotkey = account("alice's hotkey");
    world.ok(ALICE, world.stewardship().register_subnet(hotkey, identity(), LIMIT));
    let refused = world.refused(BOB, world.staking().associate_hotkey(hotkey));
    assert_eq!(refused, StakingError::NonAssociatedColdKey { owner: ALICE });
}

#[test]
fn the_lock_doubles_and_falls_to_what_was_paid_within_14_days() {
    let mut world = world();
    allow(&mut world, ALICE, tao(1_000));
    world.ok(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
    assert_eq!(lock_cost(&mut world), tao(2_000));
    let whole_tao = |world: &mut World| lock_cost(world).get() / Rao::ONE_TAO.get();
    world.pass_blocks(50_400);
    assert_eq!(whole_tao(&mut world), 1_500);
    world.pass_blocks(50_400);
    assert_eq!(whole_tao(&mut world), 1_000);
    world.pass_blocks(100_800);
    assert_eq!(lock_cost(&mut world), tao(1_000), "the floor");
}

#[test]
fn a_subnet_soon_after_another_is_refused() {
    let mut world = world();
    world.pass_blocks(3);
    allow(&mut world, ALICE, tao(5_000));
    world.ok(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
    world.pass_blocks(7_199);
    let refused = world.refused(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
    assert_eq!(refused, RegistryError::NetworkTxRateLimitExceeded { from: ProtocolBlock::new(7_203) });
    world.pass_blocks(1);
    world.ok(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
}

#[test]
fn a_lock_above_the_limit_is_refused() {
    let mut world = world();
    allow(&mut world, ALICE, tao(1_000));
    let limit = Rao::new(999_999_999_999);
    let refused = world.refused(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), limit));
    assert_eq!(refused, RegistryError::PriceAboveLimit { price: tao(1_000), limit });
}

#[test]
fn a_lock_that_is_not_allowed_or_not_there_is_refused() {
    let mut world = world();
    world.fund(ALICE, tao(1_000));
    let refused = world.refused(ALICE, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
    assert_eq!(refused, RegistryError::Token(TokenError::InsufficientAllowance));
    world.ok(BOB, world.psp22().increase_allowance(world.registry, tao(1_000).to_psp22()));
    let refused = world.refused(BOB, world.stewardship().register_subnet(HOTKEY, identity(), LIMIT));
    assert_eq!(refused, RegistryError::Token(TokenError::InsufficientBalance));
}

#[test]
fn an_identity_that_is_not_text_is_refused() {
    let mut world = world();
    let garbled = SubnetIdentity { url: vec![0xc3, 0x28], ..identity() };
    let refused = world.refused(ALICE, world.stewardship().register_subnet(HOTKEY, garbled, LIMIT));
    assert_eq!(refused, RegistryError::InvalidIdentity);
}

#[test]
fn its_owner_changes_what_a_subnet_says_of_itself() {
    let mut world = world();
    world.ok(OWNER, world.stewardship().set_identity(SUBNET, identity()));
    assert_eq!(world.emitted(), [Emitted::new(world.registry, SubnetIdentitySet { netuid: SUBNET })]);
    assert_eq!(world.read(world.registry().identity(SUBNET)), Some(identity()));
    for stranger in [ALICE, DEPLOYER] {
        let refused = world.refused(stranger, world.stewardship().set_identity(SUBNET, identity()));
        assert_eq!(refused, RegistryError::NotSubnetOwner(stranger));
    }
    let garbled = SubnetIdentity { url: vec![0xc3, 0x28], ..identity() };
    let refused = world.refused(OWNER, world.stewardship().set_identity(SUBNET, garbled));
    assert_eq!(refused, RegistryError::InvalidIdentity);
    let refused = world.refused(OWNER, world.stewardship().set_identity(NOWHERE, identity()));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
}

#[test]
fn its_owner_starts_a_subnet() {
    let mut world = world();
    world.pass_blocks(9);
    let now = ProtocolBlock::new(9);
    world.ok(OWNER, world.stewardship().start_subnet(SUBNET));
    let cycle = Cycle { first_epoch: 0, first_block: now, tempo: 360 };
    assert_eq!(world.emitted(), [Emitted::new(world.registry, SubnetStarted { netuid: SUBNET, cycle })]);
    let subnet = world.read(world.registry().subnet(SUBNET)).expect("the subnet exists");
    assert_eq!((subnet.cycle, subnet.started_at), (Some(cycle), Some(now)));
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!(context.running, [RunningSubnet { netuid: SUBNET, started_at: now }]);
}

#[test]
fn running_subnets_stand_in_the_order_of_their_start() {
    let genesis = vec![Setup::subnet("subnet owner", "a"), Setup::subnet("subnet owner", "b")];
    let mut world = deploy(Setup::default(), genesis).expect("the registry was deployed");
    world.start(Netuid::new(2));
    world.pass_blocks(1);
    world.start(SUBNET);
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    let running = context.running.iter().map(|subnet| (subnet.netuid.get(), subnet.started_at.get()));
    assert_eq!(running.collect::<Vec<_>>(), [(2, 0), (1, 1)]);
}

#[test]
fn a_start_by_another_twice_or_of_no_subnet_is_refused() {
    let mut world = world();
    let refused = world.refused(ALICE, world.stewardship().start_subnet(SUBNET));
    assert_eq!(refused, RegistryError::NotSubnetOwner(ALICE));
    let refused = world.refused(DEPLOYER, world.stewardship().start_subnet(SUBNET));
    assert_eq!(refused, RegistryError::NotSubnetOwner(DEPLOYER));
    let refused = world.refused(OWNER, world.stewardship().start_subnet(NOWHERE));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
    world.start(SUBNET);
    let refused = world.refused(OWNER, world.stewardship().start_subnet(SUBNET));
    assert_eq!(refused, RegistryError::SubnetAlreadyStarted);
}
