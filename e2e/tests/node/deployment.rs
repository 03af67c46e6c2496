//! A deployment as `yarrow deploy` makes it, by those who did not make it: a service in Rust (docs/integrate.md) and
//! cargo-contract, side by side.

use chain::{Artifacts, At, Chain as _, ChainError, ChainExt as _, DeploymentConfig, Signer, deploy, ss58};
use primitives::{
    Netuid, Rao, Staking as _,
    registry::{GenesisSubnet, SubnetIdentity},
};
use psp22::PSP22 as _;

use crate::{
    cargo_contract::{Client, number},
    client,
    process::Node,
};

const AMOUNT: Rao = Rao::new(12_500_000_000);

#[test]
fn a_service_and_cargo_contract_share_a_deployment() {
    let Some(node) = Node::start() else { return };
    let chain = client::connect(&[node.url().to_owned()]).expect("the node listens");
    let alice = Signer::from_uri("//Alice").expect("a development key");
    let hotkey = alice.account();
    let subnet = GenesisSubnet {
        owner: alice.account(),
        owner_hotkey: hotkey,
        identity: SubnetIdentity::default(),
        hyperparameters: vec![],
    };
    let config = DeploymentConfig {
        allocation: vec![(alice.account(), Rao::new(20_000_000_000))],
        genesis: vec![subnet],
        ..DeploymentConfig::default()
    };
    let artifacts = Artifacts::find(None).expect("bundles");
    let contracts = deploy(&chain, &alice, &artifacts, &config).expect("deployed").contracts;
    assert_eq!(client::incentives(&chain, &contracts, Netuid::new(1)).expect("a reading"), []);

    let before = chain.block(At::Head).expect("a block").number;
    client::add_stake(&chain, &contracts, &alice, hotkey, AMOUNT).expect("staked");
    let until = chain.block(At::Head).expect("a block").number;
    let added = client::stakes_added(&chain, &contracts, before + 1..=until).expect("events");
    let added: Vec<_> = added.into_iter().map(|(_, event)| (event.hotkey, event.coldkey, event.amount)).collect();
    assert_eq!(added, [(hotkey, alice.account(), AMOUNT)]);
    let refused = client::add_stake(&chain, &contracts, &alice, hotkey, AMOUNT).expect_err("7.5 TAO are left");
    assert!(matches!(refused, ChainError::Refused { .. }), "{}", client::explain(&refused));

    // What cargo-contract reads and sends with the same bundles.
    let tools = Client::new(node.url());
    let [staking, tao] =
        [("staking", contracts.staking), ("tao", contracts.tao)].map(|(name, address)| tools.at(name, ss58(&address)));
    let owner = ss58(&alice.account());
    assert_eq!(number(&staking.read("Staking::stake_of", &[&owner, &owner])), u128::from(AMOUNT.get()));
    let bob = Signer::from_uri("//Bob").expect("a development key").account();
    tao.submit("//Alice", "PSP22::transfer", &[&ss58(&bob), "7", "[]"]);
    assert_eq!(chain.view(contracts.token().balance_of(bob)).expect("a view"), 7);
    let refused = staking.refused("//Alice", "Staking::add_stake", &[&owner, "1"]);
    assert!(refused.contains("AmountTooLow"), "{refused}");
    let stake = contracts.staking().stake_of(hotkey, alice.account());
    assert_eq!(chain.view(stake).expect("a view"), AMOUNT);
}
