//! What `docs/integrate.md` tells teams that build on Yarrow: its excerpts are code that is compiled and tested here and
//! elsewhere, and what it names exists.

mod client;
mod page;

use chain::{
    Artifacts, At, Chain as _, ChainError, ChainExt, Contracts, DeploymentConfig, Embedded, Refusal, Signer, deploy,
};
use primitives::{
    AccountId, Hyperparameter, Netuid, Rao, Registry as _, Settlement as _, Staking as _, StakingError,
    Stewardship as _, Uid,
    registry::{GenesisSubnet, SubnetIdentity},
    settlement::SETTLE_STEPS,
};
use psp22::PSP22 as _;

const NETUID: Netuid = Netuid::new(1);
const STAKE: Rao = Rao::new(1_000_000_000_000);
const BLOCK_MS: u64 = 1_000;
const TEMPO: u16 = 20;

/// A subnet with a validator and a miner, in process.
struct Market {
    chain: Embedded,
    contracts: Contracts,
    /// Owns everything and has TAO to spend.
    alice: Signer,
    validator: Signer,
    miner: Signer,
}

impl Market {
    fn open() -> Self {
        let [alice, validator, miner] =
            ["//Alice", "//Validator", "//Miner"].map(|uri| Signer::from_uri(uri).expect("a development key"));
        let chain = Embedded::new(1_700_000_000_000);
        for key in [&alice, &validator, &miner] {
            chain.fund(key.account(), 1_000_000_000_000);
        }
        let config = DeploymentConfig {
            block_ms: BLOCK_MS,
            allocation: vec![(alice.account(), STAKE), (validator.account(), STAKE)],
            genesis: vec![subnet(alice.account())],
            ..DeploymentConfig::default()
        };
        let contracts = deploy(&chain, &alice, &Artifacts::find(None).expect("bundles"), &config);
        let market = Self { chain, contracts: contracts.expect("deployed").contracts, alice, validator, miner };
        market.register(&market.validator);
        market.register(&market.miner);
        client::add_stake(&market.chain, &market.contracts, &market.validator, market.validator.account(), STAKE)
            .expect("staked");
        market.chain.submit(&market.alice, market.contracts.stewardship().start_subnet(NETUID)).expect("started");
        market
    }

    /// Registers a key as a hotkey of its own, by work.
    fn register(&self, key: &Signer) {
        let target = self.chain.view(self.contracts.registry().work_target(NETUID)).expect("a view").expect("a subnet");
        let nonce = miner::work::solve(&target, &key.account(), &key.account(), 0, 1_000).expect("any nonce");
        let message = self.contracts.registry().register_by_work(NETUID, key.account(), target.challenge, nonce);
        self.chain.submit(key, message).expect("registered");
    }

    /// Lets an epoch end and settles it.
    fn settle(&self) {
        self.chain.advance_ms(BLOCK_MS * u64::from(TEMPO));
        self.chain.submit(&self.alice, self.contracts.settlement().settle(NETUID, SETTLE_STEPS)).expect("settled");
    }
}

fn subnet(owner: AccountId) -> GenesisSubnet {
    GenesisSubnet {
        owner,
        owner_hotkey: owner,
        identity: SubnetIdentity::default(),
        hyperparameters: vec![
            Hyperparameter::Tempo(TEMPO),
            Hyperparameter::MinDifficulty(1),
            Hyperparameter::Difficulty(1),
            Hyperparameter::MaxRegistrationsPerBlock(u16::MAX),
            Hyperparameter::TargetRegistrationsPerInterval(u16::MAX),
            Hyperparameter::CommitRevealEnabled(false),
            Hyperparameter::WeightsSetRateLimit(0),
        ],
    }
}

#[test]
fn a_client_reads_incentives_once_an_epoch_has_paid() {
    let market = Market::open();
    assert_eq!(client::incentives(&market.chain, &market.contracts, NETUID).expect("a reading"), []);
    market.settle();
    let weights = market.contracts.settlement().set_weights(NETUID, vec![(Uid::new(1), u16::MAX)], 0);
    market.chain.submit(&market.validator, weights).expect("the validator has a permit");
    market.settle();
    let incentives = client::incentives(&market.chain, &market.contracts, NETUID).expect("a reading");
    assert_eq!(incentives, [(market.validator.account(), 0), (market.miner.account(), u16::MAX)]);
}

#[test]
fn a_client_stakes_and_finds_the_events_of_it() {
    let market = Market::open();
    let from = market.chain.block(At::Head).expect("a block").number;
    let hotkey = market.miner.account();
    client::add_stake(&market.chain, &market.contracts, &market.alice, hotkey, Rao::ONE_TAO).expect("staked");
    let until = market.chain.block(At::Head).expect("a block").number;
    let stake = market.contracts.staking().stake_of(hotkey, market.alice.account());
    assert_eq!(market.chain.view(stake).expect("a view"), Rao::ONE_TAO);
    let added = client::stakes_added(&market.chain, &market.contracts, from + 1..=until).expect("events");
    let added: Vec<_> = added.into_iter().map(|(_, event)| (event.hotkey, event.coldkey, event.amount)).collect();
    assert_eq!(added, [(hotkey, market.alice.account(), Rao::ONE_TAO)]);
}

#[test]
fn a_client_is_told_what_was_refused_and_what_to_do() {
    let market = Market::open();
    let amount = Rao::new(1_000);
    let refused = client::add_stake(&market.chain, &market.contracts, &market.alice, market.miner.account(), amount);
    let Err(ChainError::Refused { refusal: Refusal::Staking(StakingError::AmountTooLow { min }), .. }) = &refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!(*min, primitives::staking::MIN_STAKE);
    let hint = client::explain(&refused.expect_err("refused"));
    assert!(hint.contains("0.002"), "{hint}");
    let allowance = market.contracts.token().allowance(market.alice.account(), market.contracts.staking);
    assert_eq!(market.chain.view(allowance).expect("a view"), 0, "nothing was sent");
}

#[test]
fn a_client_is_told_that_there_is_no_node() {
    let Err(error) = client::connect(&["ws://127.0.0.1:1".to_owned()]) else { panic!("somebody listens on port 1") };
    assert!(matches!(error, ChainError::Connection { .. }), "{error:?}");
}
