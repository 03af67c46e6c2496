//! Remembers evaluations, deterministic failures included: the latest in memory, and, if the operator
//! gave a file, many more on disk, so that a round that was interrupted costs nothing again.
//!
//! An entry stands for engine, limits, module and sample, that is for everything an evaluation depends
//! on. Nothing inconclusive is ever remembered here.

mod disk;
mod memory;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::evaluation::Evaluation;
use crate::hash::Hash256;
use crate::sandbox::protocol::Done;
use crate::sandbox::runner::{encode, fits};
use crate::tasks::{Item, Sample};
pub use disk::CacheError;
use disk::{Disk, Key, LIMIT_BYTES};
use memory::Memory;

/// Both layers.
pub(crate) struct Results {
    engine: Hash256,
    memory: Mutex<Memory>,
    disk: Option<Disk>,
}

/// An evaluation that is new, and its encoded result.
pub(crate) struct Fresh {
    pub(crate) evaluation: Arc<Evaluation>,
    record: Vec<u8>,
}

impl Fresh {
    pub(crate) fn new(module: Hash256, sample: &Sample, done: Done) -> Self {
        let record = encode(&done);
        Self { evaluation: Arc::new(Evaluation::new(module, sample, done)), record }
    }
}

impl Results {
    pub(crate) fn new(engine: Hash256) -> Self {
        Self { engine, memory: Mutex::default(), disk: None }
    }

    /// Adds the layer on disk.
    pub(crate) fn open(&mut self, path: &Path) -> Result<(), CacheError> {
        self.disk = Some(Disk::open(path, LIMIT_BYTES)?);
        Ok(())
    }

    /// The evaluation of `module` on `sample`, if it is known. An error of the disk is what is said of
    /// the layer there; the evaluation is then unknown.
    pub(crate) fn get(&self, module: Hash256, sample: &Sample) -> Result<Option<Arc<Evaluation>>, redb::Error> {
        let known = self.memory().get(&(module, sample.id()));
        let (None, Some(disk)) = (&known, &self.disk) else { return Ok(known) };
        let Some(record) = disk.get(&self.key(module, sample.id()))? else { return Ok(None) };
        let Some(done) = decode(&record, sample) else { return Ok(None) };
        let evaluation = Arc::new(Evaluation::new(module, sample, done));
        self.memory().put(Arc::clone(&evaluation));
        Ok(Some(evaluation))
    }

    /// Remembers evaluations of one sample.
    pub(crate) fn put(&self, fresh: Vec<Fresh>) -> Result<(), redb::Error> {
        let mut records = Vec::new();
        for Fresh { evaluation, record } in fresh {
            records.push((self.key(evaluation.module, evaluation.sample), record));
            self.memory().put(evaluation);
        }
        match &self.disk {
            Some(disk) if !records.is_empty() => disk.put(&records),
            _ => Ok(()),
        }
    }

    fn key(&self, module: Hash256, sample: Hash256) -> Key {
        let mut key = [0; 96];
        for (part, hash) in key.chunks_exact_mut(32).zip([&self.engine, &module, &sample]) {
            part.copy_from_slice(hash.as_bytes());
        }
        key
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // What is remembered is whole after any panic: a missing entry is evaluated again.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A result that was stored, if it can be the answer to the sample's question.
fn decode(record: &[u8], sample: &Sample) -> Option<Done> {
    let done: Done = postcard::from_bytes(record).ok()?;
    let predictions = sample.items().iter().map(Item::predictions).sum();
    fits(&done, sample.task().spec().interface, predictions).then_some(done)
}
