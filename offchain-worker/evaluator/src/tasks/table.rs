//! The table of all tasks, by name. The data of some have to be fetched first: a task is to be had only with its data.

use thiserror::Error;

use crate::tasks::data::DataError;
use crate::tasks::{Task, TaskSpec, bytes, digits, langid, tabular};

/// All tasks of this program.
pub static TASKS: [Entry; 4] = [
    Entry { spec: &bytes::SPEC, open: || Ok(&bytes::Bytes) },
    Entry { spec: &tabular::SPEC, open: || Ok(&tabular::Tabular) },
    Entry { spec: &langid::SPEC, open: langid::open },
    Entry { spec: &digits::SPEC, open: digits::open },
];

/// A task, perhaps without its data.
#[derive(Debug)]
pub struct Entry {
    spec: &'static TaskSpec,
    open: fn() -> Result<&'static dyn Task, DataError>,
}

impl Entry {
    /// The task's fixed facts.
    pub fn spec(&self) -> &'static TaskSpec {
        self.spec
    }

    /// The task with its data, which are read the first time.
    ///
    /// # Errors
    /// [`TaskError::Data`] if they are not here. It is looked for them again the next time.
    pub fn open(&self) -> Result<&'static dyn Task, TaskError> {
        (self.open)().map_err(|reason| TaskError::Data { task: self.spec.id, reason })
    }
}

/// Why a task is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TaskError {
    /// This program has none of this name.
    #[error("there is no task {0:?}")]
    Unknown(String),
    /// Its data are not here.
    #[error("the data of the task {task} are not here: {reason}; scripts/fetch-data.sh gets them")]
    Data {
        /// The task.
        task: &'static str,
        /// What is wrong with them.
        reason: DataError,
    },
}

/// The task called `id`.
///
/// # Errors
/// If there is none, or its data are not here.
pub fn find(id: &str) -> Result<&'static dyn Task, TaskError> {
    TASKS.iter().find(|entry| entry.spec.id == id).ok_or_else(|| TaskError::Unknown(id.into()))?.open()
}

/// All tasks whose data are here.
pub fn available() -> impl Iterator<Item = &'static dyn Task> {
    TASKS.iter().filter_map(|entry| entry.open().ok())
}
