//! Registration by burn: what it costs, who may, and what is left undone when it is refused.

use primitives::{
    StakingError,
    registry::{Neuron, NeuronRegistered, Payment},
    tao::TokenError,
};

use super::*;

const LIMIT: Rao = Rao::new(u64::MAX);

#[test]
fn a_hotkey_gets_a_uid_for_tao_that_is_recycled() {
    let mut world = world();
    world.pass_blocks(2);
    let price = burn_cost(&mut world);
    allow(&mut world, ALICE, tao(1));
    let issued = world.read(world.tao().issuance());
    let uid = world.ok(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, price));
    assert_eq!(uid, Uid::new(0));
    let registered =
        NeuronRegistered { netuid: SUBNET, uid, hotkey: HOTKEY, replaced: None, payment: Payment::Burn(price) };
    assert_eq!(world.emitted().last(), Some(&Emitted::new(world.registry, registered)));
    assert_eq!(world.balance(ALICE).get(), 1_000_000_000 - price.get());
    assert_eq!(world.read(world.tao().issuance()).get(), issued.get() - price.get());
    assert_eq!(world.read(world.registry().uid(SUBNET, HOTKEY)), Some(uid));
    assert_eq!(world.read(world.registry().subnet(SUBNET)).expect("the subnet exists").neurons, 1);
    let neuron = Neuron { hotkey: HOTKEY, registered_at: ProtocolBlock::new(2) };
    assert_eq!(world.read(world.registry().neurons(SUBNET, uid, 9)), [neuron]);
    assert_eq!(world.read(world.staking().delegate(HOTKEY)).expect("it was associated").owner, ALICE);
}

#[test]
fn the_price_rises_by_26_percent_and_halves_in_360_blocks() {
    let mut world = world();
    allow(&mut world, ALICE, tao(1));
    world.ok(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT));
    assert_eq!(burn_cost(&mut world), Rao::new(1_260_000_000));
    world.pass_blocks(360);
    let halved = burn_cost(&mut world).get();
    assert!((629_999_000..=630_000_000).contains(&halved), "{halved}");
}

#[test]
fn a_price_above_the_limit_is_refused_before_anything_is_paid() {
    let mut world = world();
    let limit = Rao::new(999_999_999);
    let refused = world.refused(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, limit));
    assert_eq!(refused, RegistryError::PriceAboveLimit { price: tao(1), limit });
}

#[test]
fn a_burn_that_is_not_allowed_or_not_there_is_refused() {
    let mut world = world();
    world.fund(ALICE, tao(1));
    let refused = world.refused(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT));
    assert_eq!(refused, RegistryError::Token(TokenError::InsufficientAllowance));
    world.ok(BOB, world.psp22().increase_allowance(world.registry, tao(1).to_psp22()));
    let refused = world.refused(BOB, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT));
    assert_eq!(refused, RegistryError::Token(TokenError::InsufficientBalance));
}

#[test]
fn a_hotkey_of_another_coldkey_is_refused() {
    let mut world = world();
    world.ok(BOB, world.staking().associate_hotkey(HOTKEY));
    allow(&mut world, ALICE, tao(1));
    let refused = world.refused(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT));
    assert_eq!(refused, RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: BOB }));
    assert_eq!(world.balance(ALICE), tao(1));
}

#[test]
fn a_registered_hotkey_is_refused() {
    let mut world = world();
    let uid = world.register(SUBNET, ALICE, HOTKEY);
    let refused = world.refused(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT));
    assert_eq!(refused, RegistryError::HotKeyAlreadyRegisteredInSubNet { uid });
}

#[test]
fn a_subnet_that_is_closed_for_burns_or_not_there_is_refused() {
    let mut world = world_with(vec![Hyperparameter::RegistrationAllowed(false)]);
    let refused = world.refused(ALICE, world.registry().register_by_burn(SUBNET, HOTKEY, LIMIT));
    assert_eq!(refused, RegistryError::SubNetRegistrationDisabled);
    let refused = world.refused(ALICE, world.registry().register_by_burn(NOWHERE, HOTKEY, LIMIT));
    assert_eq!(refused, RegistryError::SubnetNotExists(NOWHERE));
    world.register(SUBNET, ALICE, HOTKEY);
}

#[test]
fn the_cap_per_block_counts_work_and_burn_together() {
    let mut world = world_with(vec![Hyperparameter::MaxRegistrationsPerBlock(2)]);
    allow(&mut world, ALICE, tao(10));
    world.ok(ALICE, world.registry().register_by_burn(SUBNET, numbered(0), LIMIT));
    world.register(SUBNET, ALICE, numbered(1));
    let refused = world.refused(ALICE, world.registry().register_by_burn(SUBNET, numbered(2), LIMIT));
    assert_eq!(refused, RegistryError::TooManyRegistrationsThisBlock);
    world.pass_blocks(1);
    let uid = world.ok(ALICE, world.registry().register_by_burn(SUBNET, numbered(2), LIMIT));
    assert_eq!(uid, Uid::new(2));
}

#[test]
fn a_hotkey_registers_on_several_subnets() {
    let genesis = vec![Setup::subnet("subnet owner", "a"), Setup::subnet("subnet owner", "b")];
    let mut world = deploy(Setup::default(), genesis).expect("the registry was deployed");
    world.register(SUBNET, BOB, numbered(0));
    for netuid in [1, 2].map(Netuid::new) {
        world.register(netuid, ALICE, HOTKEY);
    }
    assert_eq!(world.read(world.registry().uid(Netuid::new(1), HOTKEY)), Some(Uid::new(1)));
    assert_eq!(world.read(world.registry().uid(Netuid::new(2), HOTKEY)), Some(Uid::new(0)));
}
