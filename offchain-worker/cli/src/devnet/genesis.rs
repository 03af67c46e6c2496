//! A devnet before its first block by the clock: contracts deployed, accounts funded, neurons registered.

use chain::{Artifacts, ChainExt, Contracts, DeploymentConfig, Embedded, deploy};
use primitives::{
    AccountId, Hyperparameters, Netuid, Rao, Registry as _, Staking as _, Stewardship as _,
    registry::{GenesisSubnet, SubnetIdentity},
};
use psp22::PSP22 as _;

use super::{
    DevnetError,
    config::{self, Config, Key, whole_tao},
    manifest::{self, Account},
};
use crate::error::CliError;

/// Native currency of each account, for storage deposits.
const NATIVE_BALANCE: u128 = 1_000_000_000_000_000;
/// The hotkey of subnets that name none.
const OWNER_HOTKEY: &str = "//Alice//hot";

/// A chain that is ready for its first block by the clock.
pub(super) struct Genesis {
    pub(super) chain: Embedded,
    pub(super) contracts: Contracts,
    pub(super) accounts: Vec<Account>,
    pub(super) subnets: Vec<manifest::Subnet>,
}

/// Builds it from `start_ms` on, in ms since the Unix epoch. Setting up takes some blocks of the chain's time.
pub(super) fn build(config: &Config, start_ms: u64) -> Result<Genesis, CliError> {
    let artifacts = Artifacts::find(None)?;
    let accounts = config.accounts.iter().map(|uri| Key::new(uri.clone())).collect::<Result<Vec<_>, _>>()?;
    let founder = accounts.first().ok_or(DevnetError::NoAccount)?;
    let owner_hotkeys = config.subnets.iter().map(owner_hotkey).collect::<Result<Vec<_>, _>>()?;

    let chain = Embedded::new(start_ms);
    for key in accounts.iter().chain(&owner_hotkeys) {
        chain.fund(key.signer.account(), NATIVE_BALANCE);
    }
    let genesis = config.subnets.iter().zip(&owner_hotkeys);
    let deployment_config = DeploymentConfig {
        block_ms: config.block_ms,
        allocation: vec![(founder.signer.account(), supply(config))],
        genesis: genesis.map(|(subnet, hotkey)| genesis_subnet(subnet, founder, hotkey)).collect(),
        ..DeploymentConfig::default()
    };
    let contracts = deploy(&chain, &founder.signer, &artifacts, &deployment_config)?.contracts;

    let site = Site { chain, contracts, artifacts, founder: founder.clone(), block_ms: config.block_ms };
    for account in accounts.iter().skip(1) {
        site.pay(account.signer.account(), whole_tao(config.account_tao))?;
    }
    let mut subnets = Vec::with_capacity(config.subnets.len());
    for ((netuid, subnet), hotkey) in (1..).zip(&config.subnets).zip(&owner_hotkeys) {
        subnets.push(site.settle_in(netuid, subnet, hotkey)?);
    }
    site.start(subnets.len())?;
    Ok(Genesis { chain: site.chain, contracts, accounts: accounts.iter().map(Account::from).collect(), subnets })
}

/// All TAO that accounts and stakes need.
fn supply(config: &Config) -> Rao {
    let stakes = config.subnets.iter().flat_map(|subnet| &subnet.neurons).map(|neuron| neuron.stake().get());
    let accounts = config.accounts.iter().map(|_| whole_tao(config.account_tao).get());
    Rao::new(stakes.chain(accounts).fold(0, u64::saturating_add))
}

fn owner_hotkey(subnet: &config::Subnet) -> Result<Key, DevnetError> {
    Key::new(subnet.owner_hotkey.clone().unwrap_or_else(|| OWNER_HOTKEY.to_owned()))
}

fn genesis_subnet(subnet: &config::Subnet, owner: &Key, hotkey: &Key) -> GenesisSubnet {
    let text = |text: &str| text.as_bytes().to_vec();
    let identity = SubnetIdentity {
        name: text(&subnet.task),
        task: text(&subnet.task),
        description: text("a subnet of a devnet"),
        ..SubnetIdentity::default()
    };
    GenesisSubnet {
        owner: owner.signer.account(),
        owner_hotkey: hotkey.signer.account(),
        identity,
        hyperparameters: subnet.hyperparameters(),
    }
}

/// A chain with its contracts, on which neurons move in.
struct Site {
    chain: Embedded,
    contracts: Contracts,
    artifacts: Artifacts,
    founder: Key,
    block_ms: u64,
}

impl Site {
    fn pay(&self, to: AccountId, amount: Rao) -> Result<(), CliError> {
        self.chain.submit(&self.founder.signer, self.contracts.token().transfer(to, amount.to_psp22(), Vec::new()))?;
        Ok(())
    }

    /// Registers the neurons of a subnet, commits their models and stakes on them.
    fn settle_in(
        &self,
        netuid: u16,
        subnet: &config::Subnet,
        owner_hotkey: &Key,
    ) -> Result<manifest::Subnet, CliError> {
        let mut neurons = Vec::with_capacity(subnet.neurons.len());
        for neuron in &subnet.neurons {
            neurons.push(self.register(netuid, neuron, owner_hotkey)?);
        }
        let parameters: Option<Hyperparameters> =
            self.chain.view(self.contracts.registry().hyperparameters(Netuid::new(netuid)))?;
        Ok(manifest::Subnet {
            netuid,
            task: subnet.task.clone(),
            tempo: parameters.unwrap_or_default().tempo,
            owner_hotkey: owner_hotkey.into(),
            neurons,
        })
    }

    fn register(&self, netuid: u16, neuron: &config::Neuron, owner_hotkey: &Key) -> Result<manifest::Neuron, CliError> {
        let hotkey = neuron.hotkey(netuid)?;
        let is_owners = hotkey.signer.account() == owner_hotkey.signer.account();
        let coldkey = if is_owners { self.founder.clone() } else { neuron.coldkey(&hotkey)? };
        for key in [&hotkey, &coldkey] {
            self.chain.fund(key.signer.account(), NATIVE_BALANCE);
        }
        let account = hotkey.signer.account();
        let (chain, contracts, number) = (&self.chain, &self.contracts, Netuid::new(netuid));
        let uid = miner::register_by_work(chain, contracts, &coldkey.signer, account, number)?;
        if let Some(name) = &neuron.model {
            let location = neuron.location.as_ref().unwrap_or(name);
            let model = self.artifacts.model(name)?;
            miner::publish(chain, contracts, &hotkey.signer, number, &model, location)?;
        }
        if neuron.stake > 0 {
            let stake = neuron.stake();
            self.pay(coldkey.signer.account(), stake)?;
            let approve = contracts.token().approve(contracts.staking, stake.to_psp22());
            chain.submit(&coldkey.signer, approve)?;
            chain.submit(&coldkey.signer, contracts.staking().add_stake(account, stake))?;
        }
        Ok(manifest::Neuron {
            name: neuron.name.clone(),
            uid: uid.get(),
            hotkey: (&hotkey).into(),
            coldkey: (&coldkey).into(),
            stake_rao: neuron.stake().get(),
            model: neuron.model.clone(),
        })
    }

    /// Starts the subnets a block later: every model is committed before anybody can know the seed of the first round.
    fn start(&self, subnets: usize) -> Result<(), CliError> {
        self.chain.advance_ms(self.block_ms);
        for netuid in (1..).map(Netuid::new).take(subnets) {
            self.chain.submit(&self.founder.signer, self.contracts.stewardship().start_subnet(netuid))?;
        }
        Ok(())
    }
}
