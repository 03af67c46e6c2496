//! A subnet of one validator and two miners on an embedded chain.

use std::sync::atomic::{AtomicBool, Ordering};

use chain::{Artifacts, Chain, ChainExt, Contracts, DeploymentConfig, Embedded, Signer, deploy};
use evaluator::{Evaluator, RunnerConfig};
use primitives::{
    Hyperparameter, Netuid, Rao, Settlement as _, Staking as _, Stewardship as _,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
};
use worker::{Context, ModelSource, Secret};

pub(crate) const NETUID: Netuid = Netuid::new(1);
const START_MS: u64 = 1_767_225_600_000;

/// The market, and the models of its miners.
pub(crate) struct Market {
    pub(crate) chain: Embedded,
    pub(crate) contracts: Contracts,
    pub(crate) evaluator: Evaluator,
    pub(crate) shelf: Shelf,
}

/// Models as the artifacts hold them, unless the network is down.
pub(crate) struct Shelf {
    artifacts: Artifacts,
    pub(crate) is_down: AtomicBool,
}

impl ModelSource for Shelf {
    fn fetch(&self, location: &str, _size: u32) -> Option<Vec<u8>> {
        if self.is_down.load(Ordering::SeqCst) { None } else { self.artifacts.model(location).ok() }
    }
}

pub(crate) fn key(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

pub(crate) fn hotkey() -> Signer {
    key("//validator")
}

pub(crate) fn secret() -> Secret {
    Secret::new([7; 32])
}

impl Market {
    /// Everybody is registered and the subnet runs.
    pub(crate) fn open(rules: &[Hyperparameter]) -> Self {
        let artifacts = Artifacts::find(None).expect("the built artifacts");
        let chain = Embedded::new(START_MS);
        let people =
            ["//founder", "//validator//cold", "//validator", "//stump//cold", "//stump", "//bayes//cold", "//bayes"];
        people.iter().for_each(|uri| chain.fund(key(uri).account(), 1_000_000_000_000));
        let allocation = vec![(key("//founder").account(), Rao::new(1_000 * Rao::ONE_TAO.get()))];
        let config = DeploymentConfig { allocation, genesis: vec![genesis(rules)], ..DeploymentConfig::default() };
        let contracts = deploy(&chain, &key("//founder"), &artifacts, &config).expect("it deploys").contracts;
        let mut config = RunnerConfig::new(env!("CARGO_BIN_EXE_yarrow"));
        config.arguments = vec!["sandbox".into()];
        let evaluator = Evaluator::new(config).expect("the sandbox starts");
        let shelf = Shelf { artifacts, is_down: AtomicBool::new(false) };
        let market = Self { chain, contracts, evaluator, shelf };
        market.register("//validator");
        for name in ["stump", "bayes"] {
            market.register(&format!("//{name}"));
            market.publish(name);
        }
        market.chain.advance_ms(DEFAULT_BLOCK_MS);
        let start = market.contracts.stewardship().start_subnet(NETUID);
        market.chain.submit(&key("//validator//cold"), start).expect("the owner may");
        market
    }

    pub(crate) fn register(&self, hotkey: &str) {
        self.chain.advance_ms(DEFAULT_BLOCK_MS);
        let (cold, hot) = (key(&format!("{hotkey}//cold")), key(hotkey).account());
        miner::register_by_work(&self.chain, &self.contracts, &cold, hot, NETUID).expect("it may register");
    }

    /// A model of the artifacts.
    pub(crate) fn model(&self, name: &str) -> Vec<u8> {
        self.shelf.artifacts.model(name).expect("a built model")
    }

    fn publish(&self, name: &str) {
        let model = format!("tabular-{name}");
        let bytes = self.model(&model);
        miner::publish(&self.chain, &self.contracts, &key(&format!("//{name}")), NETUID, &bytes, &model)
            .expect("it may publish");
    }

    /// What a validator works with that reaches the chain through `chain`.
    pub(crate) fn context<'a>(&'a self, chain: &'a dyn Chain) -> Context<'a> {
        Context {
            chain,
            contracts: &self.contracts,
            evaluator: &self.evaluator,
            models: &self.shelf,
            live: None,
            progress: &|| (),
        }
    }

    /// The current epoch.
    pub(crate) fn epoch(&self) -> u64 {
        self.schedule().epoch
    }

    fn schedule(&self) -> primitives::settlement::Schedule {
        let call = self.contracts.settlement().schedule(NETUID, hotkey().account());
        self.chain.view(call).expect("the subnet is there")
    }

    /// Lets the current epoch end.
    pub(crate) fn pass_epoch(&self) {
        let clock = self.chain.view(self.contracts.staking().clock()).expect("there is a clock");
        self.chain.set_time_ms(clock.starts_at_ms(self.schedule().next_epoch));
    }
}

fn genesis(rules: &[Hyperparameter]) -> GenesisSubnet {
    let identity = SubnetIdentity { name: b"tabular".into(), task: b"tabular".into(), ..SubnetIdentity::default() };
    let mut hyperparameters = vec![Hyperparameter::MinDifficulty(10), Hyperparameter::Difficulty(10)];
    hyperparameters.extend_from_slice(rules);
    GenesisSubnet {
        owner: key("//validator//cold").account(),
        owner_hotkey: hotkey().account(),
        identity,
        hyperparameters,
    }
}
