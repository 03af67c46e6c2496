//! What makes the predictions.

use std::sync::Arc;

use evaluator::{Evaluator, PredictError, Task};
use thiserror::Error;

/// No predictions could be made.
#[derive(Debug, Error)]
pub enum BackendError {
    /// The sandboxed model made none.
    #[error(transparent)]
    Sandbox(#[from] PredictError),
}

/// Makes predictions; called from several threads.
pub trait Backend: Send + Sync {
    /// The weights of all classes for each input.
    ///
    /// # Errors
    /// [`BackendError`]; the caller is told only that there was one.
    fn predict(&self, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u16>>, BackendError>;
}

/// A model in the validators' sandbox: what it answers live is what it would answer published.
pub struct Sandboxed {
    evaluator: Arc<Evaluator>,
    task: &'static dyn Task,
    model: Vec<u8>,
}

impl Sandboxed {
    /// The model `model` of `task`, run by `evaluator`.
    pub fn new(evaluator: Arc<Evaluator>, task: &'static dyn Task, model: Vec<u8>) -> Self {
        Self { evaluator, task, model }
    }
}

impl Backend for Sandboxed {
    fn predict(&self, inputs: &[Vec<u8>]) -> Result<Vec<Vec<u16>>, BackendError> {
        Ok(self.evaluator.predict(self.task, &self.model, inputs)?)
    }
}
