//! A devnet before its first block by the clock: contracts deployed, accounts funded, neurons registered.

use chain::{Artifacts, Contracts, DeploymentConfig, Embedded, deploy};

use super::{DevnetError, config::Config};
use crate::{
    error::CliError,
    population::{Account, Key, NATIVE_BALANCE, Populated, Site, genesis_subnet, supply, whole_tao},
};

/// A chain that is ready for its first block by the clock.
pub(super) struct Genesis {
    pub(super) chain: Embedded,
    pub(super) contracts: Contracts,
    pub(super) accounts: Vec<Account>,
    pub(super) subnets: Vec<Populated>,
}

/// Builds it from `start_ms` on, in ms since the Unix epoch. Setting up takes some blocks of the chain's time.
pub(super) fn build(config: &Config, start_ms: u64) -> Result<Genesis, CliError> {
    let artifacts = Artifacts::find(None)?;
    let accounts = config.accounts.iter().map(|uri| Key::new(uri.clone())).collect::<Result<Vec<_>, _>>()?;
    let founder = accounts.first().ok_or(DevnetError::NoAccount)?;
    let genesis = config.subnets.iter().map(|subnet| genesis_subnet(subnet, founder)).collect::<Result<_, _>>()?;

    let chain = Embedded::new(start_ms);
    for key in &accounts {
        chain.fund(key.signer.account(), NATIVE_BALANCE);
    }
    let each = whole_tao(config.account_tao);
    let deployment_config = DeploymentConfig {
        block_ms: config.block_ms,
        allocation: vec![(founder.signer.account(), supply(accounts.len(), each, &config.subnets))],
        genesis,
        ..DeploymentConfig::default()
    };
    let contracts = deploy(&chain, &founder.signer, &artifacts, &deployment_config)?.contracts;

    let fund = |account| {
        chain.fund(account, NATIVE_BALANCE);
        Ok(())
    };
    let site = Site { chain: &chain, contracts, artifacts: &artifacts, founder, fund: &fund };
    for account in accounts.iter().skip(1) {
        site.pay(account.signer.account(), each)?;
    }
    let mut subnets = Vec::with_capacity(config.subnets.len());
    for (netuid, subnet) in (1..).zip(&config.subnets) {
        subnets.push(site.settle_in(netuid, subnet)?);
    }
    chain.advance_ms(config.block_ms);
    site.start(&config.subnets)?;
    let accounts = accounts.iter().map(Account::from).collect();
    Ok(Genesis { chain, contracts, accounts, subnets })
}
