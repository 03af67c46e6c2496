//! What can go wrong in a command, and the exit code and advice that go with it.

use std::{borrow::Cow, io, path::PathBuf};

use chain::{ArtifactError, ChainError, DeployError, SignerError};
use evaluator::{
    CacheError, Inconclusive, Outcome,
    tasks::{self, TaskError},
};
use miner::RegisterError;
use primitives::ProtocolBlock;
use simulator::{SimulateError, settled::SettledError};
use thiserror::Error;
use transport::fetch::CacheError as ModelCacheError;
use worker::{
    WorkerError,
    evidence::{BundleError, ReplayError},
};

use crate::{
    connect::ConnectError, daemon::DaemonError, deploy::DeploymentError, devnet::DevnetError, gas::Mismatch, miner::MinerError,
    population::PopulationError, simulate::Disagreement, toml_file::FileError, wallet::WalletError,
};

/// Why a command failed.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// Invariants of the protocol do not hold.
    #[error("these invariants do not hold: {}", .0.join(", "))]
    InvariantsBroken(Vec<&'static str>),
    /// Epochs gave something else than their files expect.
    #[error("not as expected{}", .0.iter().map(|one| format!("\n  {one}")).collect::<String>())]
    NotAsExpected(Vec<Disagreement>),
    /// Messages cost more than a page says, or are missing.
    #[error("the page and the contracts differ{}", .0.iter().map(|one| format!("\n  {one}")).collect::<String>())]
    GasMismatch(Vec<Mismatch>),
    /// A round is not as its validator said.
    #[error("it is not as the validator said: {0} differences")]
    Differs(usize),
    /// Evidence cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A round cannot be done again here.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// There is no place to keep fetched models.
    #[error(transparent)]
    ModelCache(#[from] ModelCacheError),
    /// A settled epoch cannot be explained.
    #[error(transparent)]
    Settled(#[from] SettledError),
    /// A subnet has no such uid.
    #[error("subnet {netuid} has no uid {uid}")]
    NoSuchUid {
        /// The subnet.
        netuid: u16,
        /// The uid.
        uid: u16,
    },
    /// A simulation cannot be run or drawn.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// A contract bundle or model is not there, or not what it must be.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A text is not a key.
    #[error(transparent)]
    Key(#[from] SignerError),
    /// A wallet's key is not there, or not what it must be.
    #[error(transparent)]
    Wallet(#[from] WalletError),
    /// A model cannot be published or served.
    #[error(transparent)]
    Miner(#[from] MinerError),
    /// The chain refused.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A registration by work failed.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A round could not go on.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// There is no such task, or its data are not here.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// A model cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Model {
        /// Where it is.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// This machine could not evaluate a model.
    #[error("this machine could not evaluate the model: {0}")]
    Inconclusive(Inconclusive),
    /// A model of this release did not do what it is there for.
    #[error("the model {model} ended as {outcome}")]
    ModelFailed {
        /// Its name among the artifacts.
        model: String,
        /// How it ended.
        outcome: Outcome,
    },
    /// The evaluator's file cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// Something of the scenario is not as it must be.
    #[error("at block {block} {what}")]
    Scenario {
        /// When.
        block: ProtocolBlock,
        /// What is missing.
        what: &'static str,
    },
    /// There is no chain where it was looked for.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no deployment, or not the one that there should be.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// Accounts, subnets and neurons cannot be as a file says.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// There is no devnet.
    #[error(transparent)]
    Devnet(#[from] DevnetError),
    /// A worker does not start.
    #[error(transparent)]
    Daemon(#[from] DaemonError),
    /// A file or the terminal failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CliError {
    /// 1 a check failed, 2 wrong input, 11 keys, 12 no such uid or item, 13 contracts or chain, 14 files, 15 this machine.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::InvariantsBroken(_) | Self::NotAsExpected(_) | Self::GasMismatch(_) | Self::Differs(_) => 1,
            Self::NoSuchUid { .. }
            | Self::Replay(ReplayError::NotThere(_))
            | Self::Settled(SettledError::NoSuchUid { .. }) => 12,
            Self::Settled(_) => 13,
            Self::Replay(ReplayError::OtherEngine(_) | ReplayError::Inconclusive(_) | ReplayError::Worker(_)) => 15,
            Self::Bundle(_) | Self::Replay(_) | Self::ModelCache(_) => 14,
            Self::Simulate(error) if error.is_about_files() => 14,
            Self::Simulate(error) if error.is_about_contracts() => 13,
            Self::Devnet(error) if error.is_about_files() => 14,
            Self::Connect(error) => error.exit_code(),
            Self::Deployment(error) => error.exit_code(),
            Self::Wallet(error) => error.exit_code(),
            Self::Miner(error) => error.exit_code(),
            Self::Daemon(error) => error.exit_code(),
            Self::Key(_) => 11,
            Self::Simulate(_) | Self::Task(TaskError::Unknown(_)) | Self::Devnet(_) | Self::Population(_) => 2,
            Self::Chain(_) | Self::Register(_) | Self::Worker(_) | Self::Scenario { .. } => 13,
            Self::Inconclusive(_) | Self::ModelFailed { .. } => 15,
            Self::Artifact(_) | Self::Cache(_) | Self::Model { .. } | Self::Io(_) => 14,
            Self::Task(TaskError::Data { .. }) => 14,
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Chain(error) | Self::Register(RegisterError::Chain(error)) => error.hint(),
            Self::Worker(error) => return error.hint(),
            Self::Wallet(error) => return error.hint().map(Cow::from),
            Self::Miner(error) => return error.hint().map(Cow::from),
            Self::Daemon(error) => return error.hint().map(Cow::from),
            Self::Connect(error) => return error.hint().map(Cow::from),
            Self::Deployment(error) => return error.hint(),
            Self::Devnet(DevnetError::File(FileError::Toml { .. })) => "docs/devnet.md describes the file".into(),
            Self::Settled(error) => return error.hint().map(Cow::from),
            Self::Replay(error) => return replay_hint(error).map(Cow::from),
            Self::InvariantsBroken(_) | Self::Scenario { .. } => {
                "this is a defect of Yarrow; please report it with the seed and the number of epochs".into()
            }
            Self::GasMismatch(_) => "if it has to be so, write the page again with `yarrow gas` and say why".into(),
            Self::Simulate(SimulateError::NotOneCase(_)) => "choose one with --case NAME".into(),
            Self::Simulate(SimulateError::Value { .. } | SimulateError::Json { .. } | SimulateError::Toml { .. }) => {
                "docs/simulate.md describes both kinds of files".into()
            }
            Self::Task(TaskError::Unknown(_)) => {
                let ids: Vec<&str> = tasks::available().map(|task| task.spec().id).collect();
                format!("choose one of: {}", ids.join(", ")).into()
            }
            Self::Inconclusive(_) => {
                "nothing is wrong with the model; try again when the machine has less to do".into()
            }
            Self::ModelFailed { .. } => "its bundle may be of another release; build artifacts/ again".into(),
            Self::NotAsExpected(_)
            | Self::Simulate(_)
            | Self::Task(_)
            | Self::Population(_)
            | Self::Devnet(_)
            | Self::Cache(_) => {
                return None;
            }
            Self::Artifact(_) | Self::Key(_) | Self::Register(_) | Self::Model { .. } | Self::Io(_) => return None,
            Self::Differs(_) | Self::Bundle(_) | Self::ModelCache(_) | Self::NoSuchUid { .. } => return None,
        })
    }
}

/// What to do where a round cannot be done again.
fn replay_hint(error: &ReplayError) -> Option<&'static str> {
    Some(match error {
        ReplayError::OtherTask(_) => {
            "get the task's data with scripts/fetch-data.sh, or the release that the validator ran"
        }
        ReplayError::OtherEngine(_) => "only the release that the validator ran gives the same results: use that one",
        ReplayError::Unavailable { .. } => {
            "put the model into a folder and name it with --models; on a devnet --local fetches from this machine too"
        }
        ReplayError::Inconclusive(_) => "nothing is wrong with the round; try again when the machine has less to do",
        ReplayError::Items(_)
        | ReplayError::Models(_)
        | ReplayError::Answers(_)
        | ReplayError::NotThere(_)
        | ReplayError::Worker(_) => return None,
    })
}

impl From<DeployError> for CliError {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::Artifact(error) => Self::Artifact(error),
            DeployError::Chain(error) => Self::Chain(error),
            error => Self::Deployment(error.into()),
        }
    }
}
