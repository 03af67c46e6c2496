//! The market before its first epoch: contracts deployed, everybody registered by work, models committed.

use chain::{Artifacts, ChainExt, Contracts, Deployment, DeploymentConfig, Embedded, Signer, deploy};
use evaluator::Evaluator;
use indicatif::ProgressBar;
use primitives::{
    Hyperparameter, Netuid, Stewardship as _,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
};
use worker::Context;

use super::cast::{self, Cast, Market, Shelf};
use crate::error::CliError;

/// When the embedded chain begins, in ms since the Unix epoch: 2026-01-01.
const START_MS: u64 = 1_767_225_600_000;
/// Native currency of each account, for storage deposits.
const NATIVE_BALANCE: u128 = 1_000_000_000_000;
/// About so many nonces make a registration: enough to be work, little enough for a demo.
const DIFFICULTY: u64 = 2_000;

/// The market.
pub(crate) struct Stage<'a> {
    pub(crate) chain: Embedded,
    pub(crate) deployment: Deployment,
    pub(crate) cast: Cast,
    pub(crate) evaluator: Evaluator,
    pub(crate) shelf: Shelf<'a>,
    artifacts: &'a Artifacts,
}

/// Steps of the progress bar that [`Stage::open`] takes.
pub(crate) fn steps() -> u64 {
    1 + cast::neurons()
}

impl<'a> Stage<'a> {
    /// Deploys the contracts, lets everybody in and starts the subnets.
    pub(crate) fn open(artifacts: &'a Artifacts, seed: u64, bar: &ProgressBar) -> Result<Self, CliError> {
        bar.set_message("deploying the contracts");
        let cast = Cast::new(seed)?;
        let chain = Embedded::new(START_MS);
        for signer in cast.signers() {
            chain.fund(signer.account(), NATIVE_BALANCE);
        }
        let config = DeploymentConfig {
            genesis: cast.markets.iter().map(|market| genesis(&cast, market)).collect(),
            ..DeploymentConfig::default()
        };
        let deployment = deploy(&chain, &cast.founder, artifacts, &config)?;
        let evaluator = crate::sandboxed_evaluator()?;
        let stage = Self { chain, deployment, cast, evaluator, shelf: Shelf(artifacts), artifacts };
        bar.inc(1);
        stage.let_in(bar)?;
        Ok(stage)
    }

    /// What a validator's round works with.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            chain: &self.chain,
            contracts: self.contracts(),
            evaluator: &self.evaluator,
            models: &self.shelf,
            live: None,
            progress: &|| (),
        }
    }

    pub(crate) fn contracts(&self) -> &Contracts {
        &self.deployment.contracts
    }

    /// The subnets with their markets.
    pub(crate) fn subnets(&self) -> impl Iterator<Item = (Netuid, &Market)> {
        (1..).map(Netuid::new).zip(&self.cast.markets)
    }

    /// Registers by work and commits models, one neuron per block, then starts the subnets: every model is
    /// committed before anybody can know the seed of the first round.
    fn let_in(&self, bar: &ProgressBar) -> Result<(), CliError> {
        for (netuid, market) in self.subnets() {
            bar.set_message(format!("{}: registering by work", market.task));
            for validator in &self.cast.validators {
                self.register(netuid, &validator.coldkey, &validator.hotkey, bar)?;
            }
            for role in &market.miners {
                self.register(netuid, &role.coldkey, &role.hotkey, bar)?;
                let model = self.artifacts.model(&role.model)?;
                miner::publish(&self.chain, self.contracts(), &role.hotkey, netuid, &model, &role.model)?;
            }
        }
        self.chain.advance_ms(DEFAULT_BLOCK_MS);
        for (netuid, _) in self.subnets() {
            self.chain.submit(self.cast.owner().0, self.contracts().stewardship().start_subnet(netuid))?;
        }
        Ok(())
    }

    fn register(&self, netuid: Netuid, coldkey: &Signer, hotkey: &Signer, bar: &ProgressBar) -> Result<(), CliError> {
        self.chain.advance_ms(DEFAULT_BLOCK_MS);
        miner::register_by_work(&self.chain, self.contracts(), coldkey, hotkey.account(), netuid)?;
        bar.inc(1);
        Ok(())
    }
}

/// A subnet of the deployment. Its validators are counted inactive after one tempo without weights, so that in a
/// market without stake those who never validate soon stop diluting the votes of those who do.
fn genesis(cast: &Cast, market: &Market) -> GenesisSubnet {
    let text = |text: &str| text.as_bytes().to_vec();
    let identity = SubnetIdentity {
        name: text(market.task),
        task: text(market.task),
        description: text("a subnet of the demo"),
        ..SubnetIdentity::default()
    };
    let (owner, owner_hotkey) = cast.owner();
    let hyperparameters = vec![
        Hyperparameter::MinDifficulty(DIFFICULTY),
        Hyperparameter::Difficulty(DIFFICULTY),
        Hyperparameter::TargetRegistrationsPerInterval(32),
        Hyperparameter::ActivityCutoffFactorMilli(1_000),
        Hyperparameter::Yuma3Enabled(market.yuma3),
    ];
    GenesisSubnet { owner: owner.account(), owner_hotkey: owner_hotkey.account(), identity, hyperparameters }
}
