//! Deployment of the built contracts, and what its failures say.

use chain::{Advise, Call, ChainError, ChainExt, DeployError, DeploymentConfig, Refusal, deploy};
use primitives::{
    Guarded, Hyperparameter, Rao, Registry, StakingError, Tao,
    registry::{GenesisSubnet, SubnetIdentity},
    tao::{MAX_ALLOCATIONS, TaoError},
};

use crate::world::{ALLOCATED, World, artifacts, funded_chain, signer};

#[test]
fn the_contracts_are_deployed_in_order_and_know_each_other() {
    let owner = signer("Owner").account();
    let hotkey = signer("Hotkey").account();
    let identity = SubnetIdentity { name: b"bytes".to_vec(), ..Default::default() };
    let hyperparameters = vec![Hyperparameter::Tempo(10)];
    let subnet = GenesisSubnet { owner, owner_hotkey: hotkey, identity: identity.clone(), hyperparameters };
    let world = World::with(|config| DeploymentConfig { genesis: vec![subnet], ..config });
    let contracts = world.deployment.contracts;

    assert_eq!(world.balance_of(world.alice.account()), ALLOCATED.to_psp22());
    let view = world.chain.snapshot().expect("a block");
    assert_eq!(view.view(contracts.tao().minter()).expect("a view"), Some(contracts.settlement));
    let [netuid] = view.view(contracts.registry().netuids()).expect("a view")[..] else { panic!("one subnet") };
    assert_eq!(view.view(contracts.registry().identity(netuid)).expect("a view"), Some(identity));
    let parameters = view.view(contracts.registry().hyperparameters(netuid)).expect("a view").expect("it exists");
    assert_eq!(parameters.tempo, 10);
    for (_, contract) in contracts.all() {
        let guard = view.view(contracts.guarded(contract).guard()).expect("a view");
        assert_eq!((guard.owner, guard.guardian), (world.alice.account(), None));
    }
    assert_eq!(view.block, world.deployment.block);
}

#[test]
fn the_guardian_is_appointed_on_every_contract() {
    let guardian = Some(signer("Guardian").account());
    let world = World::with(|config| DeploymentConfig { guardian, ..config });
    let contracts = world.deployment.contracts;
    for (_, contract) in contracts.all() {
        let guard = world.chain.view(contracts.guarded(contract).guard()).expect("a view");
        assert_eq!(guard.guardian, guardian);
    }
}

#[test]
fn a_deployment_with_another_salt_is_another_one() {
    let world = World::new();
    let config = DeploymentConfig { allocation: vec![(world.alice.account(), ALLOCATED)], ..Default::default() };
    let salted = DeploymentConfig { salt: vec![1], ..config };
    let other = deploy(&world.chain, &world.alice, &artifacts(), &salted).expect("another salt");
    assert_eq!(other.code_hashes, world.deployment.code_hashes);
    for (one, another) in other.contracts.all().iter().zip(world.deployment.contracts.all()) {
        assert_ne!(*one, another);
    }
}

#[test]
fn what_a_constructor_refuses_is_the_contracts_own_error() {
    let (chain, alice, _) = funded_chain();
    let allocation = vec![(alice.account(), Rao::ONE_TAO); MAX_ALLOCATIONS + 1];
    let config = DeploymentConfig { allocation, ..Default::default() };
    let error = deploy(&chain, &alice, &artifacts(), &config).expect_err("too many");
    assert_eq!(error.to_string(), "tao.new was refused: TooManyAllocations");
    let DeployError::Chain(ChainError::Refused { refusal, .. }) = error else { panic!("{error:?}") };
    assert_eq!(refusal, Refusal::Tao(TaoError::TooManyAllocations));

    let config = DeploymentConfig { block_ms: 0, ..Default::default() };
    let error = deploy(&chain, &alice, &artifacts(), &config).expect_err("no time");
    let DeployError::Chain(ChainError::Refused { refusal, .. }) = error else { panic!("{error:?}") };
    assert_eq!(refusal, Refusal::Staking(StakingError::InvalidBlockTime));
}

#[test]
fn a_deployer_without_native_balance_is_told_so() {
    let (chain, ..) = funded_chain();
    let poor = signer("Poor");
    chain.fund(poor.account(), 150_000);
    let error = deploy(&chain, &poor, &artifacts(), &DeploymentConfig::default()).expect_err("too little");
    let DeployError::BalanceTooLow { account, has, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*account, has.as_str()), (poor.account(), "0.00000015 UNIT"));
    assert!(error.advice().text.contains("Send native currency"), "{error}");
}

#[test]
fn every_message_of_the_built_contracts_has_a_name() {
    let bundles = artifacts().root().join("contracts");
    let world = World::new();
    for (contract, address) in world.deployment.contracts.all() {
        let text = std::fs::read(bundles.join(format!("{contract}.contract"))).expect("a bundle");
        let bundle: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        let messages = bundle["spec"]["messages"].as_array().expect("messages");
        assert!(!messages.is_empty());
        for message in messages {
            let (interface, name) =
                message["label"].as_str().and_then(|label| label.split_once("::")).expect("a label");
            let selector = message["selector"].as_str().and_then(|hex| u32::from_str_radix(&hex[2..], 16).ok());
            let input = selector.expect("a selector").to_be_bytes().to_vec();
            let of = if interface == "Guarded" { "guard" } else { contract };
            assert_eq!(Call { contract: address, input }.label(), format!("{of}.{name}"));
        }
    }
}
