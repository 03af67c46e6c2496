//! A deployment that stopped anywhere goes on there, and one that is complete changes nothing.

use std::sync::Mutex;

use chain::{
    Chain, ChainExt, DeployError, Deployment, DeploymentConfig, Embedded, Instantiation, Plan, Signer,
    contract_address, deploy,
    faulty::{Fault, Faulty, Kind},
    plan,
};
use ink::selector_bytes;
use primitives::{AccountId, Guarded, Hyperparameter, Staking, Tao, model::content_hash, registry::GenesisSubnet};
use scale::Encode;

use crate::world::{ALLOCATED, START_MS, World, artifacts, funded_chain, signer};

/// A deployment with everything that it can have.
fn full() -> DeploymentConfig {
    let [owner, hotkey] = ["Owner", "Hotkey"].map(|name| signer(name).account());
    let hyperparameters = vec![Hyperparameter::Tempo(10)];
    DeploymentConfig {
        allocation: vec![(signer("Alice").account(), ALLOCATED)],
        genesis: vec![GenesisSubnet { owner, owner_hotkey: hotkey, identity: Default::default(), hyperparameters }],
        guardian: Some(signer("Guardian").account()),
        owner: Some(signer("Governance").account()),
        ..Default::default()
    }
}

fn planned(chain: &impl Chain, deployer: &Signer, config: &DeploymentConfig) -> Plan {
    plan(chain, deployer.account(), &artifacts(), config).expect("a chain with everything")
}

fn left(plan: &Plan) -> Vec<String> {
    plan.steps.iter().filter(|step| !step.is_made).map(|step| step.label.to_string()).collect()
}

/// The labels of what is sent, and the chain's state at the end, of a deployment on a chain of its own.
fn complete(config: &DeploymentConfig) -> (Embedded, Signer, Deployment, Vec<u64>) {
    let (chain, alice, _) = funded_chain();
    let transactions: &'static Mutex<Vec<u64>> = Box::leak(Box::default());
    let counting = Faulty::new(&chain, |call, kind| {
        if kind == Kind::Transaction {
            transactions.lock().expect("no test panics here").push(call);
        }
        None
    });
    let deployment = deploy(&counting, &alice, &artifacts(), config).expect("deployed");
    drop(counting);
    let numbers = transactions.lock().expect("no test panics here").clone();
    (chain, alice, deployment, numbers)
}

#[test]
fn the_address_of_a_contract_is_the_one_that_the_chain_gives_it() {
    let (chain, alice, _) = funded_chain();
    let bundle = artifacts().contract("tao").expect("a bundle");
    for (salt, allocation) in [(vec![], vec![]), (vec![7; 40], vec![(alice.account(), ALLOCATED)])] {
        let allocation: Vec<(AccountId, primitives::Rao)> = allocation;
        let input = (selector_bytes!("new"), allocation).encode();
        let expected = contract_address(alice.account(), content_hash(&bundle.code), &input, &salt);
        let instantiation = Instantiation { label: "tao.new".into(), code: bundle.code.clone(), input, salt };
        assert_eq!(chain.instantiate(&alice, &instantiation).expect("created").contract, expected);
    }
}

#[test]
fn a_complete_deployment_sends_nothing_and_is_the_same() {
    let config = full();
    let (chain, alice, deployment, numbers) = complete(&config);
    // Seven contracts, four connections, five guardians, five offers of ownership.
    assert_eq!(numbers.len(), 21);
    let unable = Faulty::new(&chain, |_, kind| (kind == Kind::Transaction).then_some(Fault::Before));
    let again = deploy(&unable, &alice, &artifacts(), &config).expect("nothing is sent");
    assert_eq!((again.addresses, again.code_hashes), (deployment.addresses, deployment.code_hashes));
    assert_eq!(left(&planned(&chain, &alice, &config)), Vec::<String>::new());
}

#[test]
fn a_deployment_that_dies_around_any_transaction_goes_on_there_with_the_same_addresses() {
    let config = full();
    let (_, _, expected, numbers) = complete(&config);
    // One transaction per block, and a block per account that was funded.
    for (made, &number) in numbers.iter().enumerate() {
        for fault in [Fault::Before, Fault::After] {
            let (chain, alice, _) = funded_chain();
            let dying = Faulty::dead_from(&chain, number, fault);
            deploy(&dying, &alice, &artifacts(), &config).expect_err("it died");
            let done = made + usize::from(fault == Fault::After);
            assert_eq!(left(&planned(&chain, &alice, &config)).len(), numbers.len() - done, "{number} {fault:?}");
            let resumed = deploy(&chain, &alice, &artifacts(), &config).expect("it goes on");
            assert_eq!(resumed, Deployment { block: resumed.block, ..expected.clone() }, "{number} {fault:?}");
            // No step was made twice.
            assert_eq!(resumed.block.number, expected.block.number, "{number} {fault:?}");
        }
    }
}

#[test]
fn a_plan_names_what_is_left_and_holds_at_least_what_it_takes() {
    let config = full();
    let (chain, alice, _) = funded_chain();
    let before = planned(&chain, &alice, &config);
    let labels = left(&before);
    assert_eq!(labels[..4], ["tao.new", "staking.new", "steward.new", "registry.new"]);
    assert_eq!(labels[7..11], ["tao.set_minter", "staking.connect", "registry.connect", "settlement.connect"]);
    assert_eq!(labels[11..13], ["tao.set_guardian", "staking.set_guardian"]);
    assert_eq!(labels[20], "root.offer_ownership");
    let had = chain.balance(before.block.into(), alice.account()).expect("a balance");
    let deployment = deploy(&chain, &alice, &artifacts(), &config).expect("deployed");
    let has = chain.balance(deployment.block.into(), alice.account()).expect("a balance");
    let log = chain.gas_log();
    for step in before.steps.iter().filter(|step| step.label.ends_with(".new")) {
        let taken = log.get(&step.label).expect("it was made").deposit;
        assert!(step.deposit >= taken, "{}: {} and {taken}", step.label, step.deposit);
    }
    let (held, taken) = (before.deposit(), had - has);
    assert!(held >= taken && held < taken * 2, "{held} and {taken}");
}

#[test]
fn ownership_is_offered_and_after_it_was_accepted_nothing_is_left() {
    let config = full();
    let (chain, alice, deployment, _) = complete(&config);
    let governance = signer("Governance");
    chain.fund(governance.account(), 1_000_000_000_000);
    for (_, contract) in deployment.contracts.all() {
        let guarded = || deployment.contracts.guarded(contract);
        let guard = chain.view(guarded().guard()).expect("a view");
        assert_eq!((guard.owner, guard.pending_owner), (alice.account(), Some(governance.account())));
        chain.submit(&governance, guarded().accept_ownership()).expect("it was offered");
    }
    assert_eq!(left(&planned(&chain, &alice, &config)), Vec::<String>::new());
}

#[test]
fn what_somebody_else_has_changed_is_not_changed_back() {
    let world = World::new();
    let config = DeploymentConfig { allocation: vec![(world.alice.account(), ALLOCATED)], ..Default::default() };
    let contracts = world.deployment.contracts;
    let other = signer("Other").account();
    world.chain.submit(&world.alice, contracts.tao().set_minter(Some(other))).expect("the owner may");
    let error = deploy(&world.chain, &world.alice, &artifacts(), &config).expect_err("another minter");
    assert!(matches!(error, DeployError::ConnectedElsewhere { found, .. } if found == other), "{error:?}");

    world.chain.submit(&world.alice, contracts.tao().set_minter(None)).expect("the owner may");
    world.chain.submit(&world.alice, contracts.staking().connect(other, other)).expect("the owner may");
    world
        .chain
        .submit(&world.alice, contracts.guarded(contracts.tao).offer_ownership(Some(world.bob.account())))
        .expect("the owner may");
    world.chain.submit(&world.bob, contracts.guarded(contracts.tao).accept_ownership()).expect("it was offered");
    let error = deploy(&world.chain, &world.alice, &artifacts(), &config).expect_err("another owner");
    assert!(matches!(error, DeployError::OwnedByAnother { owner, .. } if owner == world.bob.account()), "{error:?}");
    assert_eq!(world.chain.snapshot().expect("a block").block.timestamp_ms, START_MS);
}
