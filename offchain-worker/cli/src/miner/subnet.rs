//! What all commands of a miner have in common: a subnet on a chain, and a model that does its task.

use std::{fs, path::Path, sync::Arc};

use chain::{Chain, ChainExt, Contracts};
use evaluator::{Evaluator, Outcome, Sample, Task, tasks};
use primitives::{Netuid, Registry as _};
use worker::WorkerError;

use super::MinerError;
use crate::{
    error::CliError,
    market::{ChainArgs, Market},
    sandboxed_evaluator,
};

/// Items that a model is tried on before it is published or served.
const TRIAL_ITEMS: u32 = 32;

/// Which subnet.
#[derive(Debug, clap::Args)]
pub(crate) struct SubnetArgs {
    #[command(flatten)]
    chain: ChainArgs,
    /// The subnet
    #[arg(long, value_name = "N", value_parser = |text: &str| text.parse().map(Netuid::new))]
    pub(crate) netuid: Netuid,
}

/// A subnet on a chain.
pub(crate) struct Subnet {
    pub(crate) chain: Box<dyn Chain>,
    pub(crate) contracts: Contracts,
    pub(crate) netuid: Netuid,
}

impl SubnetArgs {
    pub(crate) fn connect(&self) -> Result<Subnet, CliError> {
        let Market { chain, contracts } = self.chain.connect()?;
        Ok(Subnet { chain, contracts, netuid: self.netuid })
    }
}

impl Subnet {
    /// The task that the subnet measures by.
    pub(crate) fn task(&self) -> Result<&'static dyn Task, CliError> {
        let missing = || WorkerError::NoSuchSubnet(self.netuid);
        let identity = self.chain.view(self.contracts.registry().identity(self.netuid))?.ok_or_else(missing)?;
        let name = String::from_utf8_lossy(&identity.task);
        Ok(tasks::find(&name)?)
    }
}

/// A model that finishes on items of its task, and the sandbox in which it did.
pub(crate) struct Tried {
    pub(crate) model: Vec<u8>,
    pub(crate) evaluator: Arc<Evaluator>,
}

/// Reads a model and tries it as validators would.
pub(crate) fn try_model(path: &Path, task: &'static dyn Task) -> Result<Tried, CliError> {
    let model = fs::read(path).map_err(|source| CliError::Model { path: path.to_owned(), source })?;
    let evaluator = sandboxed_evaluator()?;
    let sample = Sample::draw(task, [0; 32], 0..TRIAL_ITEMS);
    let mut results = evaluator.evaluate_all(&sample, &[&model], &|| ()).map_err(WorkerError::from)?;
    // One model, one result.
    match &results.remove(0).map_err(CliError::Inconclusive)?.outcome {
        Outcome::Ok => Ok(Tried { model, evaluator: Arc::new(evaluator) }),
        outcome => Err(MinerError::Model { path: path.to_owned(), outcome: outcome.clone() }.into()),
    }
}
