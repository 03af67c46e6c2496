//! What an endpoint has to do with the chain: who may ask, and where it is announced.

use chain::{Artifacts, ChainExt, Contracts, DeploymentConfig, Embedded, Signer, deploy};
use miner::{
    announce,
    server::{Callers as _, PermitHolders},
};
use primitives::{
    Hyperparameter, Netuid, Rao, Registry as _, Settlement as _, Staking as _, Stewardship as _,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
};
use psp22::PSP22;

const NETUID: Netuid = Netuid::new(1);
const STAKE: Rao = Rao::new(2_000_000_000_000);

fn signer(name: &str) -> Signer {
    Signer::from_uri(&format!("//{name}")).expect("a development key")
}

/// A subnet of Alice's on which Bob's hotkey is registered.
struct World {
    chain: Embedded,
    contracts: Contracts,
    alice: Signer,
    bob: Signer,
    hotkey: Signer,
}

impl World {
    fn new() -> Self {
        let [alice, bob, owner_hotkey, hotkey] = ["Alice", "Bob", "Alice//hot", "Bob//hot"].map(signer);
        let chain = Embedded::new(1_700_000_000_000);
        for signer in [&alice, &bob, &hotkey] {
            chain.fund(signer.account(), 1_000_000_000_000);
        }
        let genesis = GenesisSubnet {
            owner: alice.account(),
            owner_hotkey: owner_hotkey.account(),
            identity: SubnetIdentity { name: b"tabular".to_vec(), task: b"tabular".to_vec(), ..Default::default() },
            hyperparameters: vec![Hyperparameter::MinDifficulty(10), Hyperparameter::Difficulty(10)],
        };
        let config = DeploymentConfig {
            allocation: vec![(bob.account(), STAKE)],
            genesis: vec![genesis],
            ..DeploymentConfig::default()
        };
        let artifacts = Artifacts::find(None).expect("built contracts");
        let contracts = deploy(&chain, &alice, &artifacts, &config).expect("deployed").contracts;
        let world = Self { chain, contracts, alice, bob, hotkey };
        world.chain.advance_ms(DEFAULT_BLOCK_MS);
        miner::register_by_work(&world.chain, &world.contracts, &world.bob, world.hotkey.account(), NETUID)
            .expect("work is enough");
        world
    }
}

#[test]
fn holders_of_a_permit_and_the_owners_hotkey_may_ask() {
    let World { chain, contracts, alice, bob, hotkey } = World::new();
    let holders = PermitHolders::new();
    let owners = signer("Alice//hot").account();
    assert!(!holders.may_ask(&owners));
    assert_eq!(holders.refresh(&chain, &contracts, NETUID).expect("a view"), 1);
    assert!(holders.may_ask(&owners) && !holders.may_ask(&hotkey.account()));

    chain.submit(&bob, contracts.token().approve(contracts.staking, STAKE.get().into())).expect("approved");
    chain.submit(&bob, contracts.staking().add_stake(hotkey.account(), STAKE)).expect("staked");
    chain.submit(&alice, contracts.stewardship().start_subnet(NETUID)).expect("started");
    for _ in 0..2 {
        chain.advance_ms(400 * DEFAULT_BLOCK_MS);
        while !chain.submit(&bob, contracts.settlement().settle(NETUID, 100)).expect("an epoch is due").value {}
    }
    assert_eq!(holders.refresh(&chain, &contracts, NETUID).expect("a view"), 2);
    assert!(holders.may_ask(&owners) && holders.may_ask(&hotkey.account()));
    // Of a subnet that does not exist, nobody.
    assert_eq!(holders.refresh(&chain, &contracts, Netuid::new(9)).expect("a view"), 0);
    assert!(!holders.may_ask(&owners));
}

#[test]
fn an_endpoint_is_announced_when_it_is_another_than_before() {
    let World { chain, contracts, hotkey, .. } = World::new();
    let announced = |address: &str| {
        let address = address.parse().expect("an address");
        announce(&chain, &contracts, &hotkey, NETUID, address)
    };
    assert!(announced("1.2.3.4:8091").expect("announced"));
    assert!(!announced("1.2.3.4:8091").expect("a view"));
    chain.advance_ms(100 * DEFAULT_BLOCK_MS);
    assert!(announced("[2606:4700::1]:443").expect("announced"));
    let served = chain.view(contracts.registry().axon(NETUID, hotkey.account())).expect("a view").expect("announced");
    assert_eq!((served.axon.ip, served.axon.ip_type, served.axon.port), (0x2606_4700 << 96 | 1, 6, 443));
    assert!(announced("10.0.0.1:0").is_err());
}
