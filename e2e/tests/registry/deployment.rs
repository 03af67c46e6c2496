//! Genesis subnets: numbers, hyperparameters and what the constructor refuses.

use primitives::{
    StakingError,
    hyperparameters::HyperparameterError,
    registry::{Subnet, SubnetIdentity, SubnetRegistered},
};

use super::*;

fn subnet() -> GenesisSubnet {
    Setup::subnet("subnet owner", "subnet owner's hotkey")
}

fn deploying(genesis: Vec<GenesisSubnet>) -> Result<(), RegistryError> {
    deploy(Setup::default(), genesis).map(|_| ())
}

#[test]
fn genesis_subnets_are_numbered_from_1_with_an_event_each_and_no_lock() {
    let mut world = Setup::default().deploy_stakes();
    let genesis = vec![subnet(), Setup::subnet("alice", "bob")];
    world.deploy_registry(genesis.clone()).expect("the registry was deployed");
    let event = |netuid, owner| SubnetRegistered { netuid: Netuid::new(netuid), owner, locked: Rao::ZERO };
    let events = [event(1, OWNER), event(2, ALICE)].map(|event| Emitted::new(world.registry, event));
    assert_eq!(world.emitted(), events);
    assert_eq!(world.read(world.registry().netuids()), [Netuid::new(1), Netuid::new(2)]);
    let second = Subnet {
        owner: ALICE,
        owner_hotkey: BOB,
        registered_at: ProtocolBlock::new(0),
        locked: Rao::ZERO,
        cycle: None,
        started_at: None,
        neurons: 0,
    };
    assert_eq!(world.read(world.registry().subnet(Netuid::new(2))), Some(second));
    assert_eq!(world.read(world.registry().identity(Netuid::new(2))), Some(genesis[1].identity.clone()));
}

#[test]
fn the_hotkeys_of_genesis_subnets_are_their_owners_once_the_registry_is_connected() {
    let mut world = world();
    let refused = world.refused(ALICE, world.staking().associate_hotkey(OWNER_HOTKEY));
    assert_eq!(refused, StakingError::NonAssociatedColdKey { owner: OWNER });
    world.ok(DEPLOYER, world.stewardship().connect(BOB));
    assert_eq!(world.emitted(), [], "another settlement changes no hotkey");
}

#[test]
fn connecting_is_refused_when_a_stranger_has_taken_a_genesis_hotkey() {
    let mut world = Setup::default().deploy_stakes();
    let genesis = vec![subnet()];
    world.deploy_registry(genesis).expect("the registry was deployed");
    world.ok(DEPLOYER, world.staking().connect(world.registry, world.settlement));
    world.ok(BOB, world.staking().associate_hotkey(OWNER_HOTKEY));
    let refused = world.refused(DEPLOYER, world.stewardship().connect(world.settlement));
    assert_eq!(refused, RegistryError::Staking(StakingError::NonAssociatedColdKey { owner: BOB }));
}

#[test]
fn a_deployment_without_subnets_has_none() {
    let mut world = deploy(Setup::default(), vec![]).expect("the registry was deployed");
    assert_eq!(world.read(world.registry().netuids()), []);
    assert_eq!(world.read(world.registry().subnet(SUBNET)), None);
    assert_eq!(world.read(world.registry().identity(SUBNET)), None);
    assert_eq!(world.read(world.registry().hyperparameters(SUBNET)), None);
    assert_eq!(world.read(world.registry().burn_cost(SUBNET)), None);
    assert_eq!(world.read(world.registry().work_target(SUBNET)), None);
}

#[test]
fn genesis_hyperparameters_reach_governances_bounds() {
    let mut world = world_with(vec![
        Hyperparameter::Tempo(1),
        Hyperparameter::OwnerCut(11_796),
        Hyperparameter::Difficulty(40),
        Hyperparameter::MinBurn(tao(3)),
    ]);
    let rules = world.read(world.registry().hyperparameters(SUBNET)).expect("the subnet exists");
    assert_eq!((rules.tempo, rules.owner_cut, rules.min_burn), (1, 11_796, tao(3)));
    assert_eq!(work_target(&mut world).difficulty, 40);
    assert_eq!(burn_cost(&mut world), tao(3));
}

#[test]
fn a_new_subnet_asks_for_the_initial_burn_and_difficulty() {
    let plain = GenesisSubnet { hyperparameters: vec![], ..subnet() };
    let mut world = deploy(Setup::default(), vec![plain]).expect("the registry was deployed");
    assert_eq!(burn_cost(&mut world), Rao::new(1_000_000_000));
    assert_eq!(work_target(&mut world).difficulty, 10_000_000);
}

#[test]
fn a_deployment_with_a_hyperparameter_out_of_bounds_is_refused() {
    let beyond = GenesisSubnet { hyperparameters: vec![Hyperparameter::OwnerCut(11_797)], ..subnet() };
    let error = RegistryError::Hyperparameter(HyperparameterError::ValueOutOfBounds);
    assert_eq!(deploying(vec![subnet(), beyond]), Err(error));
}

#[test]
fn a_deployment_with_too_long_a_list_or_text_is_refused() {
    let eight = vec![subnet(); 8];
    assert_eq!(deploying(eight), Ok(()));
    assert_eq!(deploying(vec![subnet(); 9]), Err(RegistryError::InvalidIdentity));
    let many = |count| GenesisSubnet { hyperparameters: vec![Hyperparameter::Kappa(1); count], ..subnet() };
    assert_eq!(deploying(vec![many(40)]), Ok(()));
    assert_eq!(deploying(vec![many(41)]), Err(RegistryError::InvalidIdentity));
    let identity = SubnetIdentity { name: vec![b'x'; 257], ..SubnetIdentity::default() };
    let long = GenesisSubnet { identity, ..subnet() };
    assert_eq!(deploying(vec![long]), Err(RegistryError::InvalidIdentity));
}
