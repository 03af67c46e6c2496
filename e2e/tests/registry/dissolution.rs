//! The end of a subnet: by its owner, by governance, or because another takes its place; and clearing what is left.

use primitives::{
    axon::Axon,
    guard::PAUSE_MS,
    registry::{SubnetDissolved, SubnetIdentity},
    tao::TokenError,
};

use super::*;

const LIMIT: Rao = Rao::new(u64::MAX);
/// Blocks for which no subnet is pruned.
const IMMUNITY: u64 = 50_400;

/// Registers a subnet of Alice's for the lowest lock, with a name and hotkey of its own.
fn open(world: &mut World, name: &str) -> Netuid {
    world.pass_blocks(201_600);
    let lock = world.read(world.registry().subnet_lock_cost());
    allow(world, ALICE, lock);
    let identity = SubnetIdentity { name: name.into(), ..SubnetIdentity::default() };
    world.ok(ALICE, world.stewardship().register_subnet(account(name), identity, LIMIT))
}

fn netuids(world: &mut World) -> Vec<u16> {
    world.read(world.registry().netuids()).into_iter().map(Netuid::get).collect()
}

fn to_prune(world: &mut World) -> Option<u16> {
    world.read(world.registry().subnet_to_prune()).map(Netuid::get)
}

fn record_shares(world: &mut World, shares: &[(u16, u64)]) {
    let shares = shares.iter().map(|&(netuid, share)| (Netuid::new(netuid), share)).collect();
    world.ok(world.settlement, world.registry().record_shares(shares));
}

#[test]
fn its_owner_dissolves_a_subnet_and_gets_the_lock_back() {
    let mut world = world();
    let netuid = open(&mut world, "second");
    world.ok(ALICE, world.stewardship().start_subnet(netuid));
    assert_eq!(world.balance(ALICE), Rao::ZERO);
    world.ok(ALICE, world.stewardship().dissolve_subnet(netuid));
    let dissolved = SubnetDissolved { netuid, owner: ALICE, refund: tao(1_000) };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, dissolved)));
    assert_eq!((world.balance(ALICE), world.balance(world.registry)), (tao(1_000), Rao::ZERO));
    assert_eq!(netuids(&mut world), [1]);
    world.start(SUBNET);
    let running = world.read(world.registry().epoch_context(SUBNET)).expect("it was started").running;
    assert_eq!(running.iter().map(|subnet| subnet.netuid).collect::<Vec<_>>(), [SUBNET]);
}

#[test]
fn nobody_else_dissolves_a_subnet_but_governance() {
    let mut world = world();
    let refused = world.refused(ALICE, world.stewardship().dissolve_subnet(SUBNET));
    assert_eq!(refused, RegistryError::NotSubnetOwner(ALICE));
    let refused = world.refused(DEPLOYER, world.stewardship().dissolve_subnet(NOWHERE));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
    world.ok(DEPLOYER, world.stewardship().dissolve_subnet(SUBNET));
    let dissolved = SubnetDissolved { netuid: SUBNET, owner: OWNER, refund: Rao::ZERO };
    assert_eq!(world.emitted(), [Emitted::new(world.registry, dissolved)], "nothing was locked");
    let refused = world.refused(DEPLOYER, world.stewardship().dissolve_subnet(SUBNET));
    assert_eq!(refused, RegistryError::SubnetNotExists(SUBNET));
}

#[test]
fn its_owner_waits_until_what_was_earned_is_paid_and_governance_does_not() {
    let mut world = world();
    world.start(SUBNET);
    world.pass_blocks(360);
    let refused = world.refused(OWNER, world.stewardship().dissolve_subnet(SUBNET));
    assert_eq!(refused, RegistryError::EpochNotSettled { epoch: 1 });
    world.ok(DEPLOYER, world.stewardship().dissolve_subnet(SUBNET));
}

#[test]
fn a_lock_that_the_token_does_not_move_leaves_the_subnet_as_it_was() {
    let mut world = world();
    let netuid = open(&mut world, "second");
    world.ok(DEPLOYER, world.guard(world.tao).pause());
    let refused = world.refused(ALICE, world.stewardship().dissolve_subnet(netuid));
    assert_eq!(refused, RegistryError::Token(TokenError::Refused));
    assert_eq!(netuids(&mut world), [1, 2]);
    world.pass_ms(PAUSE_MS);
    world.ok(ALICE, world.stewardship().dissolve_subnet(netuid));
}

#[test]
fn everything_about_a_dissolved_subnet_answers_that_there_is_none() {
    let mut world = world();
    register_all(&mut world, 0..3);
    let axon = Axon { version: 1, ip: 9, port: 1, ip_type: 4, protocol: 4, certificate: None };
    world.ok(numbered(0), world.registry().serve_axon(SUBNET, axon));
    world.start(SUBNET);
    world.ok(OWNER, world.stewardship().dissolve_subnet(SUBNET));
    let nowhere = RegistryError::SubnetNotExists(SUBNET);
    assert_eq!(world.read(world.registry().subnet(SUBNET)), None);
    assert_eq!(world.read(world.registry().identity(SUBNET)), None);
    assert_eq!(world.read(world.registry().hyperparameters(SUBNET)), None);
    assert_eq!(world.read(world.registry().burn_cost(SUBNET)), None);
    assert_eq!(world.read(world.registry().work_target(SUBNET)), None);
    assert_eq!(world.read(world.registry().uid(SUBNET, numbered(0))), None);
    assert_eq!(world.read(world.registry().axon(SUBNET, numbered(0))), None);
    assert_eq!(world.read(world.registry().neurons(SUBNET, FIRST, 9)), []);
    assert_eq!(world.read(world.registry().registration_blocks(SUBNET, FIRST, 9)), []);
    assert_eq!(world.read(world.registry().epoch_context(SUBNET)), Err(nowhere.clone()));
    let weights = world.read(world.registry().weights_context(SUBNET, numbered(0), 9));
    assert_eq!(weights, Err(nowhere.clone()));
    assert_eq!(world.refused(numbered(0), world.registry().serve_axon(SUBNET, axon)), nowhere);
    assert_eq!(world.refused(OWNER, world.stewardship().start_subnet(SUBNET)), nowhere);
    assert_eq!(world.refused(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT)), nowhere);
    let recorded = world.refused(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], end(1, 1)));
    assert_eq!(recorded, nowhere);
}

#[test]
fn no_number_is_given_twice() {
    let mut world = world();
    let second = open(&mut world, "second");
    world.ok(ALICE, world.stewardship().dissolve_subnet(second));
    assert_eq!(open(&mut world, "third"), Netuid::new(3));
    assert_eq!(netuids(&mut world), [1, 3]);
}

#[test]
fn anyone_clears_what_the_neurons_of_a_dissolved_subnet_left() {
    let mut world = world_with(vec![Hyperparameter::MaxAllowedUids(300)]);
    register_all(&mut world, 0..258);
    let refused = world.refused(BOB, world.stewardship().sweep(SUBNET, 9));
    assert_eq!(refused, RegistryError::SubnetNotExists(SUBNET));
    world.ok(OWNER, world.stewardship().dissolve_subnet(SUBNET));
    assert_eq!(world.ok(BOB, world.stewardship().sweep(SUBNET, 1)), 257);
    assert_eq!(world.ok(BOB, world.stewardship().sweep(SUBNET, u16::MAX)), 1);
    assert!(world.gas().ref_time() < 150_000_000_000, "{:?}", world.gas());
    assert_eq!(world.ok(BOB, world.stewardship().sweep(SUBNET, u16::MAX)), 0);
    let refused = world.refused(BOB, world.stewardship().sweep(SUBNET, 9));
    assert_eq!(refused, RegistryError::SubnetNotExists(SUBNET));
}

#[test]
fn at_the_limit_a_subnet_takes_the_place_of_the_one_with_the_lowest_share() {
    let mut world = world();
    open(&mut world, "second");
    open(&mut world, "third");
    set(&mut world, Settings { subnet_limit: 3, ..Settings::default() });
    record_shares(&mut world, &[(1, 30), (2, 20), (3, 21)]);
    let owed = world.balance(world.registry);
    assert_eq!(open(&mut world, "fourth"), Netuid::new(4));
    let dissolved = SubnetDissolved { netuid: Netuid::new(2), owner: ALICE, refund: tao(1_000) };
    assert!(world.emitted().contains(&Emitted::new(world.registry, dissolved)));
    assert_eq!(netuids(&mut world), [1, 3, 4]);
    assert_eq!(world.balance(world.registry), owed, "one lock came and one went");
    assert_eq!(world.balance(ALICE), tao(1_000));
}

#[test]
fn of_equal_shares_the_oldest_makes_room_and_the_young_never_do() {
    let genesis = vec![Setup::subnet("subnet owner", "a"), Setup::subnet("subnet owner", "b")];
    let mut world = deploy(Setup::default(), genesis).expect("the registry was deployed");
    world.pass_blocks(IMMUNITY - 1);
    assert_eq!(to_prune(&mut world), None);
    world.pass_blocks(1);
    assert_eq!(to_prune(&mut world), Some(1), "the first of two of the same block");
    record_shares(&mut world, &[(1, 1)]);
    assert_eq!(to_prune(&mut world), Some(2), "a subnet without a share has 0");
    open(&mut world, "third");
    record_shares(&mut world, &[(1, 9), (2, 9), (3, 5)]);
    world.pass_blocks(IMMUNITY - 1);
    assert_eq!(to_prune(&mut world), Some(1));
    world.pass_blocks(1);
    assert_eq!(to_prune(&mut world), Some(3));
}

#[test]
fn a_subnet_is_refused_while_all_are_immune_or_the_lowest_is_not_settled() {
    let mut world = world();
    set(&mut world, Settings { subnet_limit: 1, ..Settings::default() });
    allow(&mut world, ALICE, tao(1_000));
    let register = |world: &World| world.stewardship().register_subnet(HOTKEY, SubnetIdentity::default(), LIMIT);
    let message = register(&world);
    assert_eq!(world.refused(ALICE, message), RegistryError::AllNetworksInImmunity);
    world.start(SUBNET);
    world.pass_blocks(IMMUNITY);
    let message = register(&world);
    assert_eq!(world.refused(ALICE, message), RegistryError::EpochNotSettled { epoch: 140 });
    world.ok(world.settlement, world.registry().record_epoch(SUBNET, FIRST, vec![], end(140, 1)));
    let message = register(&world);
    assert_eq!(world.ok(ALICE, message), Netuid::new(2));
    assert_eq!(netuids(&mut world), [2]);
}

#[test]
fn a_lower_limit_takes_no_subnet_away() {
    let genesis = vec![Setup::subnet("subnet owner", "a"), Setup::subnet("subnet owner", "b")];
    let mut world = deploy(Setup::default(), genesis).expect("the registry was deployed");
    for subnet_limit in [0, 129] {
        let settings = Settings { subnet_limit, ..Settings::default() };
        let refused = world.refused(DEPLOYER, world.stewardship().set_settings(settings));
        assert_eq!(refused, RegistryError::InvalidSubnetLimit);
    }
    set(&mut world, Settings { subnet_limit: 1, ..Settings::default() });
    assert_eq!(netuids(&mut world), [1, 2]);
    open(&mut world, "third");
    assert_eq!(netuids(&mut world), [2, 3]);
}

#[test]
fn there_are_at_most_128_subnets_and_a_registration_of_one_more_fits_a_message() {
    let mut world = world();
    world.start(SUBNET);
    for number in 2..=128_u16 {
        let netuid = open(&mut world, &format!("subnet {number}"));
        assert_eq!(netuid.get(), number);
        world.ok(ALICE, world.stewardship().start_subnet(netuid));
    }
    let context = world.read(world.registry().epoch_context(SUBNET)).expect("it was started");
    assert_eq!(context.running.len(), 128);
    let shares: Vec<_> = (1..=128).map(|netuid| (netuid, 1_000 - u64::from(netuid))).collect();
    record_shares(&mut world, &shares);
    world.pass_blocks(201_600);
    assert_eq!(to_prune(&mut world), Some(128));
    let epoch = world.epoch(Netuid::new(128));
    let settled = world.registry().record_epoch(Netuid::new(128), FIRST, vec![], end(epoch, 1));
    world.ok(world.settlement, settled);
    allow(&mut world, ALICE, tao(1_000));
    let last = world.ok(ALICE, world.stewardship().register_subnet(HOTKEY, SubnetIdentity::default(), LIMIT));
    assert_eq!(last, Netuid::new(129));
    assert!(world.gas().ref_time() < 40_000_000_000, "{:?}", world.gas());
    assert_eq!(netuids(&mut world).len(), 128);
}
