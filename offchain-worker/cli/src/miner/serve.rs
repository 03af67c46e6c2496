//! `yarrow miner serve`: a model behind an endpoint.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use chain::{ChainExt, Signer};
use evaluator::{Interface, Task};
use miner::server::{PermitHolders, Sandboxed, Server, ServerSettings, Service, interrupted};
use primitives::{Registry as _, Staking as _};
use serde::Deserialize;
use serde_json::json;

use super::{
    MinerError,
    subnet::{Subnet, SubnetArgs, Tried, try_model},
};
use crate::{error::CliError, output::Output, toml_file, wallet::HotkeySignerArgs};

/// How often the list of permits is read at least and at most; they change once an epoch, and epochs may be short.
const PERMITS_EVERY: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(60)];

/// Options of `yarrow miner serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The model, a Wasm module of ABI v1 (docs/model-abi.md)
    #[arg(value_name = "MODEL.wasm")]
    model: PathBuf,
    #[command(flatten)]
    subnet: SubnetArgs,
    #[command(flatten)]
    hotkey: HotkeySignerArgs,
    /// Limits and addresses, in TOML (docs/miner.md)
    #[arg(long, value_name = "miner.toml")]
    config: Option<PathBuf>,
    /// The address to listen on, rather than the one of the configuration
    #[arg(long, value_name = "IP:PORT")]
    listen: Option<SocketAddr>,
    /// The address to announce on the chain; without it nothing is announced
    #[arg(long, value_name = "IP:PORT")]
    announce: Option<SocketAddr>,
}

/// `miner.toml`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Config {
    server: ServerSettings,
}

pub(crate) fn run(args: &Args, output: &mut Output) -> Result<(), CliError> {
    let config = args
        .config
        .as_deref()
        .map(toml_file::read::<Config>)
        .transpose()
        .map_err(MinerError::from)?
        .unwrap_or_default();
    let mut settings = config.server;
    settings.listen = args.listen.unwrap_or(settings.listen);
    let subnet = args.subnet.connect()?;
    let task = subnet.task()?;
    if task.spec().interface == Interface::Step {
        return Err(MinerError::NotLive { task: task.spec().id }.into());
    }
    let tried = try_model(&args.model, task)?;
    let hotkey = args.hotkey.signer()?;
    let callers = Arc::new(PermitHolders::new());
    let permits = callers.refresh(&*subnet.chain, &subnet.contracts, subnet.netuid)?;
    let service = service(&subnet, task, tried, &hotkey, &callers)?;
    let server = Server::bind(service, settings).map_err(MinerError::from)?;
    if let Some(address) = args.announce {
        miner::announce(&*subnet.chain, &subnet.contracts, &hotkey, subnet.netuid, address)?;
    }
    let (task, address) = (task.spec().id, server.address().map_err(MinerError::from)?);
    writeln!(output, "serving {task} on {address} for {permits} validators")?;
    output.report(&json!({ "task": task, "address": address.to_string(), "permits": permits }))?;
    output.publish()?;
    serve(server, &subnet, &callers)
}

/// The model behind the endpoint, and for validators to fetch if it is the one that the hotkey has committed to.
fn service(
    subnet: &Subnet,
    task: &'static dyn Task,
    Tried { model, evaluator }: Tried,
    hotkey: &Signer,
    callers: &Arc<PermitHolders>,
) -> Result<Service, CliError> {
    let committed = subnet.chain.view(subnet.contracts.registry().model(subnet.netuid, hotkey.account()))?;
    let bound_hash = miner::commitment(&hotkey.account(), &model, "").bound_hash;
    let is_committed = committed.is_some_and(|committed| committed.model.bound_hash == bound_hash);
    Ok(Service {
        hotkey: hotkey.clone(),
        netuid: subnet.netuid,
        task: task.spec().id.to_owned(),
        model: is_committed.then(|| model.clone()),
        backend: Arc::new(Sandboxed::new(evaluator, task, model)),
        callers: Arc::clone(callers) as Arc<dyn miner::server::Callers>,
    })
}

/// The length of an epoch, as far as it is worth while.
fn permits_every(subnet: &Subnet) -> Result<Duration, CliError> {
    let clock = subnet.chain.view(subnet.contracts.staking().clock())?;
    let parameters = subnet.chain.view(subnet.contracts.registry().hyperparameters(subnet.netuid))?;
    let epoch_ms = clock.block_ms.saturating_mul(parameters.unwrap_or_default().tempo.into());
    let [least, most] = PERMITS_EVERY;
    Ok(Duration::from_millis(epoch_ms).clamp(least, most))
}

/// Answers until told to end, with a list of permits that is kept fresh beside.
fn serve(server: Server, subnet: &Subnet, callers: &PermitHolders) -> Result<(), CliError> {
    let (stop, stopped) = mpsc::channel();
    let every = permits_every(subnet)?;
    thread::scope(|scope| {
        scope.spawn(move || {
            let failed = |error: &chain::ChainError| {
                // Nothing is left to do if even this cannot be written.
                let _ = writeln!(io::stderr(), "warning: the list of permits stays as it was: {error}");
            };
            let chain = &*subnet.chain;
            callers.keep_fresh(chain, &subnet.contracts, subnet.netuid, every, &stopped, failed);
        });
        let served = server.run(interrupted());
        drop(stop);
        Ok(served.map_err(MinerError::from)?)
    })
}
