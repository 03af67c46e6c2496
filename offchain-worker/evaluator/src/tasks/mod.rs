//! What models are asked. A task gives items from real data, a pinned baseline, and the budget of a
//! model; adding one is a file beside this and a line in [`TASKS`].
//! `bytes` and `tabular` are always there; the data of `langid` and `digits` have to be fetched.
//!
//! Every task splits its data once: miners train on [`Split::Training`], rounds draw from
//! [`Split::HeldOut`]. The data are public, so items are not rows or passages as they stand: each is
//! composed of several and perturbed, under a seed that exists only after the models' cut-off. So no
//! item can be looked up whole. That does not make a memory worthless: passages come back. Of `bytes` a
//! memory of the last five rounds saves less than the reference miner `bytes-order3`, one of ten as
//! much, one of fifty as much as the strongest (`tests/tasks.rs`). Of `langid` sixteen rounds are
//! worth less than the strongest, thirty-two about as much, sixty-four more (`tests/langid.rs`); of
//! `digits` sixty-four, compared pixel by pixel, still less (`tests/digits.rs`). Nor does it prevent that a
//! miner trains on the held-out part, which is public. Such models know more of the data, and are paid
//! for what they know; a subnet that wants more than that needs data nobody has seen.

mod bytes;
mod data;
mod digits;
mod langid;
mod random;
mod table;
mod tabular;

use core::fmt;
use core::ops::Range;

use serde::{Deserialize, Serialize};

use crate::evaluation::mean;
use crate::hash::{Digest, Hash256};
use crate::limits::FuelBudget;
use crate::sandbox::protocol::{Answer, Interface};
use crate::scoring::bits::{Bits, item_losses};
pub use data::DataError;
pub use random::ItemRandom;
pub use table::{Entry, TASKS, TaskError, available, find};

/// The fixed facts of a task.
#[derive(Debug)]
pub struct TaskSpec {
    /// Name, as subnets refer to it.
    pub id: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// Where the data come from, with their licence.
    pub data: &'static str,
    /// How models are asked.
    pub interface: Interface,
    /// What a model may spend.
    pub fuel: FuelBudget,
    /// Items that one instance of a model answers.
    pub batch: u32,
    /// Items of a round, unless the subnet says otherwise.
    pub items: u32,
}

/// Which part of the data items are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// For miners to train on.
    Training,
    /// For rounds.
    HeldOut,
}

/// A source of items.
pub trait Task: Sync {
    /// The task's fixed facts.
    fn spec(&self) -> &'static TaskSpec;

    /// Digest of all data the task may draw from.
    fn dataset(&self) -> Hash256;

    /// Draws one item.
    fn item(&self, split: Split, random: &mut ItemRandom) -> Item;

    /// The pinned baseline's answer to each prediction of `item`.
    fn baseline(&self, item: &Item) -> Vec<Answer>;
}

impl fmt::Debug for dyn Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec().id)
    }
}

/// One item of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Item {
    /// An input with the class that came true.
    Labelled {
        /// What `predict` gets.
        input: Vec<u8>,
        /// The true class.
        label: u16,
    },
    /// Bytes to predict one after the other.
    Stream(Vec<u8>),
}

impl Item {
    /// Predictions that a model makes on the item.
    pub fn predictions(&self) -> u32 {
        match self {
            Self::Labelled { .. } => 1,
            Self::Stream(bytes) => bytes.len() as u32,
        }
    }
}

/// The baseline of tasks that draw the class first, all equally likely: nothing better can be said without the input.
fn equal_shares(item: &Item, classes: u16) -> Vec<Answer> {
    match item {
        Item::Labelled { .. } => vec![Answer { weight: 1, total: classes.into() }],
        Item::Stream(_) => Vec::new(),
    }
}

/// The items on which the models of a round are compared, and the baseline's answers.
#[derive(Clone, Debug)]
pub struct Sample {
    task: &'static dyn Task,
    seed: [u8; 32],
    range: Range<u32>,
    items: Vec<Item>,
    baseline: Vec<Answer>,
}

impl Sample {
    /// Draws the items number `range` of the held-out sequence that `seed` determines.
    ///
    /// ```
    /// let task = evaluator::tasks::find("tabular").unwrap();
    /// let sample = evaluator::Sample::draw(task, [7; 32], 0..task.spec().items);
    /// assert_eq!(sample.items().len(), task.spec().items as usize);
    /// ```
    pub fn draw(task: &'static dyn Task, seed: [u8; 32], range: Range<u32>) -> Self {
        let items = draw_items(task, Split::HeldOut, &seed, range.clone());
        let baseline = items.iter().flat_map(|item| task.baseline(item)).collect();
        Self { task, seed, range, items, baseline }
    }

    /// The task.
    pub fn task(&self) -> &'static dyn Task {
        self.task
    }

    /// The seed of the sequence.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// Which items of the sequence.
    pub fn range(&self) -> Range<u32> {
        self.range.clone()
    }

    /// The items.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The baseline's answers, one per prediction.
    pub fn baseline(&self) -> &[Answer] {
        &self.baseline
    }

    /// Mean loss of the baseline over the items, in bits per prediction.
    pub fn baseline_loss(&self) -> Bits {
        mean(&item_losses(&self.items, &self.baseline))
    }

    /// Identity of everything that decides the items and how models are asked about them.
    pub fn id(&self) -> Hash256 {
        let spec = self.task.spec();
        let mut digest = Digest::new("yarrow/sample");
        digest
            .bytes(&descriptor(spec))
            .hash(&self.task.dataset())
            .number(spec.fuel.init)
            .number(spec.fuel.item)
            .number(spec.fuel.total)
            .number(spec.batch.into())
            .raw(&self.seed)
            .number(self.range.start.into())
            .number(self.range.end.into());
        digest.finish()
    }
}

/// Draws items of either part of the data; a round's items come from [`Sample::draw`].
pub fn draw_items(task: &dyn Task, split: Split, seed: &[u8; 32], range: Range<u32>) -> Vec<Item> {
    range.map(|index| task.item(split, &mut ItemRandom::new(task.spec().id, seed, index))).collect()
}

/// What `init` gets: the interface (0 predict, 1 step), the version of this encoding (1), the number
/// of symbols as two little-endian bytes, and the task's name.
pub fn descriptor(spec: &TaskSpec) -> Vec<u8> {
    let interface = match spec.interface {
        Interface::Predict { .. } => 0,
        Interface::Step => 1,
    };
    let symbols = (spec.interface.symbols() as u16).to_le_bytes();
    [&[interface, 1], symbols.as_slice(), spec.id.as_bytes()].concat()
}
