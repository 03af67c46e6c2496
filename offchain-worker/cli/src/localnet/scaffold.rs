//! `yarrow localnet scaffold`: the contracts, wallets, subnets and neurons on a running node.

use std::{
    fs,
    io::{self, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use chain::{Artifacts, At, Chain as _, ChainExt as _, DeploymentConfig, deploy, node::Node};
use evaluator::{Interface, tasks};
use keys::{Existing, Keystore, Wallet};
use primitives::{Netuid, Registry as _, Staking as _, Stewardship as _, axon::Endpoints};

use super::{ConfigArgs, LocalnetError, Place, config::Config, heartbeat, http::free_port, manifest::Manifest};
use crate::{
    error::CliError,
    format,
    output::Output,
    population::{Account, Key, NATIVE_BALANCE, Site, Subnet, genesis_subnet, supply, whole_tao},
    table::Rows,
    wallet::WalletError,
};

/// The hotkey of every wallet.
const HOTKEY: &str = "default";

/// Options of `yarrow localnet scaffold`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The node: a development chain, whose //Alice pays
    #[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
    node: String,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Populates the chain of a running node, and starts its subnets.
pub(super) fn run(place: &Place, args: &Args, output: &mut Output) -> Result<(), CliError> {
    let config = Config::read(args.config.config.as_deref())?;
    fs::create_dir_all(place.path()).map_err(|source| place.failed(source))?;
    let scaffold = Scaffold::build(place, &config, &args.node)?;
    scaffold.start_subnets()?;
    let manifest = scaffold.manifest;
    output.report(&manifest)?;
    let mut rows = Rows::new(&["NETUID", "NAME", "UID", "STAKE τ", "MODEL", "HOTKEY"], &[1, 4, 5]);
    for subnet in &manifest.subnets {
        for neuron in &subnet.neurons {
            rows.push([
                subnet.netuid.to_string(),
                neuron.name.clone(),
                neuron.uid.to_string(),
                format::tao_brief(primitives::Rao::new(neuron.stake_rao)),
                neuron.model.clone().unwrap_or_else(|| "-".to_owned()),
                neuron.hotkey.uri.clone(),
            ]);
        }
    }
    writeln!(output, "{}", rows.finish())?;
    writeln!(output, "✅ Block {}, manifest {}", manifest.block, place.manifest().display())?;
    Ok(())
}

/// A chain that is populated.
pub(super) struct Scaffold {
    node: Node,
    artifacts: Artifacts,
    founder: Key,
    subnets: Vec<Subnet>,
    pub(super) manifest: Manifest,
}

impl Scaffold {
    /// Makes what is missing: contracts, wallets, funds, neurons, models, stakes, endpoints. Subnets are not started.
    pub(super) fn build(place: &Place, config: &Config, url: &str) -> Result<Self, CliError> {
        let artifacts = Artifacts::find(None)?;
        let accounts = config.accounts.iter().map(|uri| Key::new(uri.clone())).collect::<Result<Vec<_>, _>>()?;
        let founder = accounts.first().ok_or(LocalnetError::NoAccount)?;
        let node = Node::connect(&[url.to_owned()])?;
        let deployment = deploy(&node, &founder.signer, &artifacts, &deployment_config(config, founder)?)?;
        let contracts = deployment.contracts;

        let fund = |account| Ok(node.transfer(&founder.signer, account, NATIVE_BALANCE).map(|_| ())?);
        let site = Site { chain: &node, contracts, artifacts: &artifacts, founder, fund: &fund };
        site.fund(heartbeat::key()?.signer.account())?;
        allow_local_endpoints(&site)?;
        for account in &accounts {
            site.fund(account.signer.account())?;
            site.pay(account.signer.account(), whole_tao(config.account_tao))?;
        }
        let kept = Manifest::find(&place.manifest())?;
        let mut ports = kept.map(|kept| kept.ports).unwrap_or_default();
        let (mut subnets, mut populated) = (config.subnets.clone(), Vec::new());
        for (netuid, subnet) in (1..).zip(&mut subnets) {
            place_models(subnet, &artifacts)?;
            populated.push(site.settle_in(netuid, subnet)?);
            for neuron in subnet.neurons.iter().filter(|neuron| neuron.model.is_some() && is_live(&subnet.task)) {
                let port = match ports.get(&neuron.name) {
                    Some(port) => *port,
                    None => free_port()?,
                };
                ports.insert(neuron.name.clone(), port);
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
                miner::announce(&node, &contracts, &neuron.hotkey(netuid)?.signer, Netuid::new(netuid), address)?;
            }
        }
        let manifest = Manifest {
            endpoint: url.to_owned(),
            genesis: format::hash(&node.genesis()),
            block: node.block(At::Head)?.number,
            block_ms: config.block_ms,
            wallets: place.wallets().display().to_string(),
            contracts: (&contracts).into(),
            accounts: accounts.iter().map(Account::from).collect(),
            subnets: populated,
            ports,
        };
        write_wallets(&place.wallets(), &manifest)?;
        manifest.write(&place.manifest())?;
        Ok(Self { founder: founder.clone(), node, artifacts, subnets, manifest })
    }

    /// Starts the subnets, a protocol block after everything before.
    pub(super) fn start_subnets(&self) -> Result<(), CliError> {
        let contracts = chain::Contracts::try_from(&self.manifest.contracts)
            .map_err(|error| LocalnetError::Malformed { path: "manifest.json".into(), what: error.to_string() })?;
        let clock = self.node.view(contracts.staking().clock())?;
        let before = clock.block(self.node.block(At::Head)?.timestamp_ms);
        let signals = crate::signals::Signals::listen()?;
        while clock.block(self.node.block(At::Head)?.timestamp_ms) <= before {
            if signals.wait(Some(Duration::from_millis(clock.block_ms)))? {
                return Err(LocalnetError::Stopped.into());
            }
            let founder = &self.founder.signer;
            self.node.transfer(founder, founder.account(), 0)?;
        }
        let fund = |_| Ok(());
        let (artifacts, founder) = (&self.artifacts, &self.founder);
        Site { chain: &self.node, contracts, artifacts, founder, fund: &fund }.start(&self.subnets)
    }
}

fn deployment_config(config: &Config, founder: &Key) -> Result<DeploymentConfig, CliError> {
    let each = whole_tao(config.account_tao);
    let genesis = config.subnets.iter().map(|subnet| genesis_subnet(subnet, founder)).collect::<Result<_, _>>()?;
    Ok(DeploymentConfig {
        block_ms: config.block_ms,
        allocation: vec![(founder.signer.account(), supply(config.accounts.len(), each, &config.subnets))],
        genesis,
        ..DeploymentConfig::default()
    })
}

/// Lets neurons announce endpoints of this machine.
fn allow_local_endpoints(site: &Site<'_>) -> Result<(), CliError> {
    let mut settings = site.chain.view(site.contracts.registry().settings())?;
    if settings.endpoints != Endpoints::Local {
        settings.endpoints = Endpoints::Local;
        site.chain.submit(&site.founder.signer, site.contracts.stewardship().set_settings(settings))?;
    }
    Ok(())
}

/// Whether miners of a task are asked over HTTP.
pub(super) fn is_live(task: &str) -> bool {
    tasks::TASKS.iter().any(|known| known.spec().id == task && known.spec().interface != Interface::Step)
}

/// Where validators fetch the models: from the miner itself where it serves, else from the artifacts' files.
fn place_models(subnet: &mut Subnet, artifacts: &Artifacts) -> io::Result<()> {
    let is_live = is_live(&subnet.task);
    let models = artifacts.root().canonicalize()?.join("models");
    for neuron in &mut subnet.neurons {
        if let (Some(model), None) = (&neuron.model, &neuron.location) {
            let file = || format!("file://{}", models.join(format!("{model}.wasm")).display());
            neuron.location = Some(if is_live { String::new() } else { file() });
        }
    }
    Ok(())
}

/// A wallet without passwords for every account and neuron, laid out as btcli does it.
fn write_wallets(path: &Path, manifest: &Manifest) -> Result<(), CliError> {
    for account in &manifest.accounts {
        let name = account.uri.trim_start_matches('/').replace('/', "-").to_lowercase();
        write_wallet(path, &name, &account.uri, None)?;
    }
    for neuron in manifest.subnets.iter().flat_map(|subnet| &subnet.neurons) {
        write_wallet(path, &neuron.name, &neuron.coldkey.uri, Some(&neuron.hotkey.uri))?;
    }
    Ok(())
}

fn write_wallet(path: &Path, name: &str, coldkey: &str, hotkey: Option<&str>) -> Result<(), CliError> {
    let key = |uri: &str| Key::new(uri.to_owned());
    let wallet = Wallet::open(path, name).map_err(WalletError::from)?;
    let coldkey = Keystore::plain(&key(coldkey)?.signer, name);
    wallet.save_coldkey(&coldkey, Existing::Replace).map_err(WalletError::from)?;
    if let Some(hotkey) = hotkey {
        let hotkey = Keystore::plain(&key(hotkey)?.signer, HOTKEY);
        wallet.save_hotkey(HOTKEY, &hotkey, Existing::Replace).map_err(WalletError::from)?;
    }
    Ok(())
}
