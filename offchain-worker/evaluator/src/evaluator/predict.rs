//! Predictions on demand: what a miner that serves its model live runs, in the sandbox that validators would run it in.

use thiserror::Error;

use crate::Evaluator;
use crate::outcome::{Inconclusive, Outcome};
use crate::sandbox::protocol::{Interface, Job, Reported};
use crate::sandbox::runner::StartError;
use crate::tasks::{Item, Task, descriptor};

/// Why a model gave no predictions.
#[derive(Debug, Error)]
pub enum PredictError {
    /// Models of the task take their input byte by byte and are told each: there is nothing to ask them at once.
    #[error("models of the task {task} predict streams, not inputs")]
    Stream {
        /// The task.
        task: &'static str,
    },
    /// The model did not finish.
    #[error("the model ended with {0}")]
    Model(Outcome),
    /// This machine could not run the model.
    #[error(transparent)]
    Machine(#[from] Inconclusive),
    /// No runner can be started.
    #[error(transparent)]
    Start(#[from] StartError),
}

impl Evaluator {
    /// What `module` predicts for each of `inputs` of `task`: one weight per class. The inputs share one instance and
    /// the fuel of a round, and nothing is remembered.
    ///
    /// # Errors
    /// [`PredictError`]; only [`PredictError::Machine`] and [`PredictError::Start`] may not come again.
    pub fn predict(&self, task: &dyn Task, module: &[u8], inputs: &[Vec<u8>]) -> Result<Vec<Vec<u16>>, PredictError> {
        let spec = task.spec();
        let Interface::Predict { classes } = spec.interface else {
            return Err(PredictError::Stream { task: spec.id });
        };
        let items: Vec<Item> = inputs.iter().map(|input| Item::Labelled { input: input.clone(), label: 0 }).collect();
        let job = Job {
            module,
            descriptor: &descriptor(spec),
            interface: spec.interface,
            fuel: spec.fuel,
            batch: spec.batch,
            reported: Reported::All,
            items: items.into(),
        };
        // One job, one result.
        let done = self.pool.run_all(&[job], &|| ())?.remove(0)?;
        if done.outcome != Outcome::Ok {
            return Err(PredictError::Model(done.outcome));
        }
        // The runner was held to weights of 1..=65,536, one of which is the added one.
        let weight = |answer: &crate::Answer| u16::try_from(answer.weight.saturating_sub(1)).unwrap_or(u16::MAX);
        Ok(done.answers.chunks(classes.into()).map(|one| one.iter().map(weight).collect()).collect())
    }
}
