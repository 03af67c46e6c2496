//! A deployment is compared with its record and the artifacts, and every difference is named.

use std::collections::BTreeMap;

use chain::{
    Artifacts, ChainExt, DeploymentConfig, DeploymentRecord, Mismatch, Part, Parts, arguments, places, verify,
};
use primitives::{Guarded, Staking, Tao};

use crate::world::{ALLOCATED, World, artifacts, signer};

/// A deployment and its record.
fn recorded() -> (World, DeploymentRecord) {
    let guardian = Some(signer("Guardian").account());
    let world = World::with(|config| DeploymentConfig { guardian, ..config });
    let config =
        DeploymentConfig { guardian, allocation: vec![(world.alice.account(), ALLOCATED)], ..Default::default() };
    let record = DeploymentRecord {
        genesis: world.chain.genesis(),
        deployer: world.alice.account(),
        profile: world.deployment.profile,
        config,
        addresses: world.deployment.addresses.clone(),
        code_hashes: world.deployment.code_hashes.clone(),
    };
    (world, record)
}

/// What differs.
fn mismatches(world: &World, artifacts: &Artifacts, record: &DeploymentRecord) -> BTreeMap<String, Mismatch> {
    let checks = verify(&world.chain, artifacts, record).expect("it can be compared");
    checks.into_iter().filter_map(|check| Some((check.subject.to_string(), check.outcome.err()?))).collect()
}

#[test]
fn a_deployment_is_what_its_record_says() {
    let (world, record) = recorded();
    let checks = verify(&world.chain, &artifacts(), &record).expect("it can be compared");
    // The chain, code and arguments of seven contracts, four connections, owner and guardian of five.
    assert_eq!(checks.len(), 1 + 14 + 4 + 10);
    assert_eq!(mismatches(&world, &artifacts(), &record), BTreeMap::new());
}

#[test]
fn what_a_constructor_was_given_is_found_again_in_its_input() {
    let (_, record) = recorded();
    let inputs = places(record.deployer, &record.code_hashes, &record.config).map(|place| place.input.clone());
    let DeploymentConfig { block_ms, allocation, genesis, .. } = record.config;
    assert_eq!(arguments(&inputs), Some((block_ms, allocation, genesis)));
    let cut = Parts::try_new(|part| Ok::<_, ()>(inputs.of(part)[..3].to_vec())).expect("inputs");
    assert_eq!(arguments(&cut), None);
}

#[test]
fn a_changed_record_is_noticed() {
    let (world, record) = recorded();
    let arguments = |change: fn(&mut DeploymentRecord)| {
        let mut changed = record.clone();
        change(&mut changed);
        mismatches(&world, &artifacts(), &changed).into_keys().collect::<Vec<_>>().join(" ")
    };
    assert!(arguments(|record| record.config.block_ms += 1).contains("staking.new"));
    assert!(arguments(|record| record.config.allocation.clear()).contains("tao.new"));
    assert!(arguments(|record| record.config.salt.push(1)).contains("root.new"));
    assert!(arguments(|record| record.deployer = signer("Other").account()).contains("tao.new"));
    assert_eq!(arguments(|record| record.genesis = [1; 32]), "genesis");
    assert!(arguments(|record| record.config.guardian = None).contains("root.guardian"));
    assert!(arguments(|record| record.config.owner = Some(signer("Other").account())).contains("root.owner"));
    let nowhere = |part| Ok::<_, ()>(if part == Part::Tao { [9; 32].into() } else { *record.addresses.of(part) });
    let changed = DeploymentRecord { addresses: Parts::try_new(nowhere).expect("addresses"), ..record.clone() };
    assert!(matches!(mismatches(&world, &artifacts(), &changed)["tao.code"], Mismatch::Missing(_)));
}

#[test]
fn what_was_changed_on_the_chain_is_noticed() {
    let (world, record) = recorded();
    let contracts = world.deployment.contracts;
    let other = signer("Other").account();
    world.chain.submit(&world.alice, contracts.tao().set_minter(None)).expect("the owner may");
    world.chain.submit(&world.alice, contracts.staking().connect(other, contracts.settlement)).expect("the owner may");
    let guarded = || contracts.guarded(contracts.root);
    world.chain.submit(&world.alice, guarded().offer_ownership(Some(world.bob.account()))).expect("the owner may");
    world.chain.submit(&world.bob, guarded().accept_ownership()).expect("it was offered");
    let found = mismatches(&world, &artifacts(), &record);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["root.owner", "staking.connect", "tao.set_minter"]);
}

#[test]
fn code_of_another_release_is_noticed() {
    let (world, record) = recorded();
    let old = record.code_hashes.map(|hash| *hash);
    let changed = |part| Ok::<_, ()>(if part == Part::Root { [5; 32] } else { *old.of(part) });
    let changed = DeploymentRecord { code_hashes: Parts::try_new(changed).expect("hashes"), ..record };
    let found = mismatches(&world, &artifacts(), &changed);
    assert!(matches!(found["root.code"], Mismatch::Code { recorded, .. } if recorded == [5; 32]));
}
