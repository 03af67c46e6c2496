//! What can be wrong with a simulation, each with its place.

use std::{io, path::PathBuf};

use chain::{ChainError, DeployError, SignerError};
use miner::RegisterError;
use plotters::drawing::DrawingAreaErrorKind;
use thiserror::Error;

/// Why a simulation cannot be run or drawn.
#[derive(Debug, Error)]
pub enum SimulateError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is larger than any that is read.
    #[error("{} is larger than {limit} bytes", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// Most bytes.
        limit: u64,
    },
    /// A design is not UTF-8.
    #[error("{} is not UTF-8", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
    },
    /// A file is not JSON.
    #[error("{} is not JSON: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A design is not TOML, or has a key or type that it must not have.
    #[error("{} is no design of a subnet: {source}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// A value is not what the format says.
    #[error("{}: {source}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// Where and what should stand there.
        source: Misplaced,
    },
    /// The cases ask for more work than a run may do.
    #[error("the cases ask for more than {limit} cells (neurons times rows, over all epochs)")]
    TooMuch {
        /// Most cells.
        limit: u64,
    },
    /// The case of a plot was not replayed.
    #[error("the contracts cannot replay the case of the plot: {0}")]
    NotReplayed(String),
    /// A plot shows one case, and there is another number of them.
    #[error("a plot shows one case, and there are {0}")]
    NotOneCase(usize),
    /// No case has this name.
    #[error("no case is named {0:?}")]
    UnknownCase(String),
    /// No neuron has this uid.
    #[error("no neuron of the case has uid {0}")]
    UnknownUid(u16),
    /// A plot shows fewer miners.
    #[error("a plot shows at most {0} miners")]
    TooManyMiners(usize),
    /// The contracts cannot be deployed.
    #[error(transparent)]
    Deploy(#[from] DeployError),
    /// The contracts refuse what they should not.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A neuron cannot be registered.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// A key of a simulated account cannot be made.
    #[error(transparent)]
    Key(#[from] SignerError),
    /// The contracts do not know the subnet that they were deployed with.
    #[error("the contracts do not know the subnet")]
    NoSubnet,
    /// The contracts settled another epoch than the one that begins now.
    #[error("the contracts settled an epoch of block {found}, expected block {expected}")]
    EpochBlock {
        /// The block of the epoch that begins now.
        expected: u64,
        /// The block of the epoch that was settled.
        found: u64,
    },
    /// The plot cannot be drawn.
    #[error("the plot cannot be drawn: {0}")]
    Plot(#[from] DrawingAreaErrorKind<io::Error>),
}

impl SimulateError {
    /// Whether the file system is at fault, not what stands in a file.
    pub fn is_about_files(&self) -> bool {
        matches!(self, Self::Read { .. } | Self::Write { .. } | Self::Deploy(DeployError::Artifact(_)))
    }

    /// Whether the contracts or the chain are at fault.
    pub fn is_about_contracts(&self) -> bool {
        use SimulateError as E;
        matches!(self, E::Deploy(_) | E::Chain(_) | E::Register(_) | E::NoSubnet | E::EpochBlock { .. })
    }
}

/// A value that is missing or is not what the format says.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{at}: expected {expected}")]
pub struct Misplaced {
    /// Where, as a path of keys.
    pub at: String,
    /// What should stand there.
    pub expected: Expected,
}

/// What should stand at a place of a file.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Expected {
    /// Anything at all.
    #[error("a value")]
    Value,
    /// A file that holds cases.
    #[error("an object with `epoch_cases`, a case, or a list of cases")]
    Cases,
    /// An integer that the type of the field holds.
    #[error("an integer in range")]
    Integer,
    /// A flag.
    #[error("true or false")]
    Flag,
    /// A list.
    #[error("a list")]
    List,
    /// An object.
    #[error("an object")]
    Object,
    /// An entry of a sparse row.
    #[error("a uid and a value")]
    Entry,
    /// Sparse rows by uid.
    #[error("rows by uid, or \"empty\"")]
    Rows,
    /// The uid of a neuron.
    #[error("a uid below {0}")]
    Uid(usize),
    /// A list with one value a neuron.
    #[error("one value for each of the {0} neurons")]
    OnePerNeuron(usize),
    /// A list as long as another one.
    #[error("as many values as uids")]
    OnePerUid,
    /// Neurons.
    #[error("1 to {0} neurons")]
    Neurons(usize),
    /// Epochs.
    #[error("1 to {0} epochs")]
    Epochs(usize),
    /// The first and the last epoch of a range.
    #[error("the first and the last epoch, within 1 to {0}")]
    EpochRange(usize),
    /// An epoch.
    #[error("an epoch within 1 to {0}")]
    Epoch(usize),
    /// Fewer weights.
    #[error("no more than {0} weights over all epochs")]
    FewerWeights(u64),
    /// One of the actions.
    #[error(
        "one action: set_weights, raw_weights, replace_uid, set_stakes, set_last_update, set_commit_blocks or \
         remove_bonds_towards_uid"
    )]
    Action,
    /// A field that an epoch has.
    #[error("a field that an epoch has")]
    Column,
    /// A value that governance could set.
    #[error("a value within the protocol's bounds")]
    WithinBounds,
    /// An amount of TAO.
    #[error("an amount within the supply of 21000000 TAO")]
    WithinSupply,
}
