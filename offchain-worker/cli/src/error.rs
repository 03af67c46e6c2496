//! What can go wrong in a command, and the exit code and advice that go with it.

use std::{borrow::Cow, fmt, io, path::PathBuf};

use chain::{ArtifactError, ChainError, DeployError, InterfaceError, SignerError};
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
    class::Class,
    config::ConfigError,
    connect::ConnectError,
    daemon::DaemonError,
    deploy::DeploymentError,
    devnet::DevnetError,
    explain::{self, ExplainError},
    gas::Mismatch,
    impossible::Impossible,
    localnet::LocalnetError,
    miner::MinerError,
    population::PopulationError,
    simulate::Disagreement,
    toml_file::FileError,
    wallet::WalletError,
    weights::KeptError,
    write::WriteError,
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
    /// Something that was looked at is not as it must be; the rows say what.
    #[error("{0} of the checks failed")]
    ChecksFailed(usize),
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
    /// A list has no such column.
    #[error("there is no column {name:?} to sort by; choose one of: {}", known.join(", "))]
    NoSuchColumn {
        /// What was named.
        name: String,
        /// The columns that there are.
        known: Vec<&'static str>,
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
    /// There is no local network, or not all of it.
    #[error(transparent)]
    Localnet(#[from] LocalnetError),
    /// A worker does not start.
    #[error(transparent)]
    Daemon(#[from] DaemonError),
    /// The user's configuration cannot be used.
    #[error(transparent)]
    Config(#[from] FileError),
    /// Something cannot be done as things are.
    #[error(transparent)]
    Impossible(#[from] Impossible),
    /// Commitments that were made by hand cannot be found.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// A transaction was not sent, or did something else.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// There is nothing to explain.
    #[error(transparent)]
    Explain(#[from] ExplainError),
    /// The user's configuration was not changed.
    #[error(transparent)]
    Choice(#[from] ConfigError),
    /// The contracts are of another release.
    #[error(transparent)]
    Interface(#[from] InterfaceError),
    /// A file or the terminal failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CliError {
    /// Its class, which decides the exit code.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::InvariantsBroken(_) | Self::NotAsExpected(_) | Self::GasMismatch(_) | Self::Differs(_) => {
                Class::Check
            }
            Self::ChecksFailed(_) => Class::Check,
            Self::NoSuchColumn { .. } => Class::Usage,
            Self::NoSuchUid { .. }
            | Self::Replay(ReplayError::NotThere(_))
            | Self::Settled(SettledError::NoSuchUid { .. })
            | Self::Worker(WorkerError::NoSuchSubnet(_) | WorkerError::NotRegistered(_)) => Class::Validation,
            Self::Settled(_) => Class::Chain,
            Self::Replay(ReplayError::OtherEngine(_) | ReplayError::Inconclusive(_) | ReplayError::Worker(_)) => {
                Class::Machine
            }
            Self::Bundle(_) | Self::Replay(_) | Self::ModelCache(_) => Class::File,
            Self::Simulate(error) if error.is_about_files() => Class::File,
            Self::Simulate(error) if error.is_about_contracts() => Class::Chain,
            Self::Devnet(error) if error.is_about_files() => Class::File,
            Self::Explain(_) => Class::Usage,
            Self::Choice(error) => error.class(),
            Self::Interface(InterfaceError::Chain(error)) => Class::of(error),
            Self::Interface(_) => Class::Chain,
            Self::Connect(error) => error.class(),
            Self::Deployment(error) => error.class(),
            Self::Localnet(error) => error.class(),
            Self::Wallet(error) => error.class(),
            Self::Miner(error) => error.class(),
            Self::Daemon(error) => error.class(),
            Self::Config(error) => error.class(),
            Self::Impossible(_) => Class::Validation,
            Self::Kept(_) => Class::File,
            Self::Write(error) => error.class(),
            Self::Key(_) => Class::Key,
            Self::Simulate(_) | Self::Task(TaskError::Unknown(_)) | Self::Devnet(_) | Self::Population(_) => {
                Class::Usage
            }
            Self::Chain(error)
            | Self::Register(RegisterError::Chain(error))
            | Self::Worker(WorkerError::Chain(error)) => Class::of(error),
            Self::Register(_) | Self::Worker(_) | Self::Scenario { .. } => Class::Chain,
            Self::Inconclusive(_) | Self::ModelFailed { .. } => Class::Machine,
            Self::Artifact(_) | Self::Cache(_) | Self::Model { .. } | Self::Io(_) => Class::File,
            Self::Task(TaskError::Data { .. }) => Class::File,
        }
    }

    /// Its name for programs: the contract's own where one refused, or that of the error.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Chain(error)
            | Self::Connect(ConnectError::Chain(error))
            | Self::Register(RegisterError::Chain(error))
            | Self::Worker(WorkerError::Chain(error)) => chain_name(error),
            Self::Explain(error) => variant(error),
            Self::Choice(error) => variant(error),
            Self::Interface(error) => variant(error),
            Self::Connect(error) => variant(error),
            Self::Deployment(error) => error.name(),
            Self::Localnet(error) => error.name(),
            Self::Population(error) => variant(error),
            Self::Wallet(error) => variant(error),
            Self::Miner(error) => variant(error),
            Self::Daemon(error) => variant(error),
            Self::Devnet(error) => variant(error),
            Self::Worker(error) => variant(error),
            Self::Settled(error) => variant(error),
            Self::Replay(error) => variant(error),
            Self::Impossible(error) => error.name(),
            Self::Kept(error) => variant(error),
            Self::Write(error) => variant(error),
            error => variant(error),
        }
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Chain(error) | Self::Register(RegisterError::Chain(error)) => chain_hint(error),
            Self::Worker(error) => return error.hint(),
            Self::Wallet(error) => return error.hint().map(Cow::from),
            Self::Miner(error) => return error.hint().map(Cow::from),
            Self::Daemon(error) => return error.hint().map(Cow::from),
            Self::Explain(error) => error.hint().into(),
            Self::Choice(_) => return None,
            Self::Interface(error) => error.hint().into(),
            Self::Connect(error) => return error.hint().map(Cow::from),
            Self::Deployment(error) => return error.hint(),
            Self::Localnet(error) => return error.hint().map(Cow::from),
            Self::Devnet(DevnetError::File(FileError::Toml { .. })) => "docs/devnet.md describes the file".into(),
            Self::Impossible(error) => return error.hint().map(Cow::from),
            Self::Write(error) => return error.hint().map(Cow::from),
            Self::Config(_) => "`yarrow config` lists what can be chosen".into(),
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
            Self::Kept(_)
            | Self::Differs(_)
            | Self::ChecksFailed(_)
            | Self::Bundle(_)
            | Self::ModelCache(_)
            | Self::NoSuchUid { .. }
            | Self::NoSuchColumn { .. } => return None,
        })
    }
}

/// The name of what a chain says: the contract's own where one refused.
pub(crate) fn chain_name(error: &ChainError) -> String {
    match error {
        ChainError::Refused { refusal, .. } => refusal.name(),
        ChainError::Dispatch { failure, .. } => variant(failure),
        error => variant(error),
    }
}

/// The name of an enum's variant.
pub(crate) fn variant(error: &impl fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// What to do about what a chain says, and where to read more about it.
fn chain_hint(error: &ChainError) -> Cow<'static, str> {
    let topic = match error {
        ChainError::Refused { refusal, .. } => explain::of_error(&refusal.name()),
        _ => None,
    };
    match topic {
        Some(topic) => format!("{} `yarrow explain {topic}` says more.", error.hint()).into(),
        None => error.hint(),
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
