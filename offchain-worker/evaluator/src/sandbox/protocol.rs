//! What parent and runner say to each other: a [`Welcome`] is answered by a [`Hello`], then every
//! [`Job`] by a [`Report`]. Encoded with postcard inside the frames of `frame`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::hash::Hash256;
use crate::limits::{FuelBudget, Limits};
use crate::outcome::{AbiExport, EngineFault, Outcome};
use crate::sandbox::confine::{Confinement, Weakness};
use crate::sandbox::engine::Backend;
use crate::tasks::Item;

/// Changes whenever a message does; parent and runner must be of the same build.
pub(crate) const PROTOCOL_VERSION: u32 = 2;

/// What the runner is told when it starts.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Welcome {
    pub(crate) version: u32,
    pub(crate) limits: Limits,
    pub(crate) confinement: Confinement,
    pub(crate) backend: Backend,
}

/// What the runner says once it is confined.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: u32,
    /// The parts of the confinement that this host could not give.
    pub(crate) weaknesses: Vec<Weakness>,
}

/// How a model is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interface {
    /// `predict`: one distribution over `classes` for each input.
    Predict {
        /// Number of classes.
        classes: u16,
    },
    /// `step`: one distribution over 256 symbols before each byte of a stream.
    Step,
}

impl Interface {
    /// Symbols in one answer.
    pub const fn symbols(self) -> u32 {
        match self {
            Self::Predict { classes } => classes as u32,
            Self::Step => 256,
        }
    }

    pub(crate) const fn export(self) -> AbiExport {
        match self {
            Self::Predict { .. } => AbiExport::Predict,
            Self::Step => AbiExport::Step,
        }
    }
}

/// Which symbols' weights a job reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reported {
    /// Of each prediction that of the symbol that came true: what a loss needs.
    True,
    /// Of each labelled item those of all classes in order, whatever its label is: what a prediction is.
    All,
}

/// One model on one sample.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Job<'a> {
    #[serde(borrow)]
    pub(crate) module: &'a [u8],
    /// What `init` gets.
    #[serde(borrow)]
    pub(crate) descriptor: &'a [u8],
    pub(crate) interface: Interface,
    pub(crate) fuel: FuelBudget,
    /// Items that one instance answers before it is replaced.
    pub(crate) batch: u32,
    pub(crate) reported: Reported,
    pub(crate) items: Cow<'a, [Item]>,
}

impl Job<'_> {
    /// The same job for another pool; nothing is copied.
    pub(crate) fn reborrow(&self) -> Job<'_> {
        Job { items: Cow::Borrowed(self.items.as_ref()), ..*self }
    }

    /// How many answers a model that finishes gives.
    pub(crate) fn answers(&self) -> u32 {
        let predictions = self.items.iter().map(Item::predictions).sum::<u32>();
        match self.reported {
            Reported::True => predictions,
            Reported::All => predictions.saturating_mul(self.interface.symbols()),
        }
    }
}

/// The runner's answer to a job.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Report {
    /// A result that counts.
    Done(Done),
    /// The engine failed; nothing is known about the model.
    Fault(EngineFault),
    /// The host had no memory.
    HostOutOfMemory,
}

/// A finished run.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    /// Hash of the module without custom sections; absent when it is invalid.
    pub(crate) normalised: Option<Hash256>,
    /// As many as [`Job::answers`], in the order of the items; empty unless the outcome is `Ok`.
    pub(crate) answers: Vec<Answer>,
    pub(crate) fuel: u64,
    pub(crate) peak_memory: u64,
}

/// What a model said about one symbol, as a rule the one that came true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Weight of the symbol, with 1 added (Laplace): 1..=65,536.
    pub weight: u32,
    /// Sum of all weights, 1 added to each: at most 65,536 times the number of symbols.
    pub total: u32,
}
