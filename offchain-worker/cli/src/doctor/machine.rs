//! This machine: the artifacts, the sandbox, the tasks' data, and a node for local networks.

use chain::{ArtifactError, Artifacts, local_node};
use evaluator::{
    Evaluator,
    tasks::{self, TASKS, TaskError},
};
use worker::WorkerError;

use crate::{checks::Rows, sandbox_config};

/// Looks at the machine; `task` is the one of the subnet that was asked about.
pub(super) fn look(task: Option<&str>, rows: &mut Rows) {
    match artifacts() {
        Ok(found) => rows.ok("artifacts", found),
        Err(error) => rows.fail("artifacts", error.to_string(), "take the folder `artifacts` of this release as it is"),
    }
    sandbox(rows);
    data(task, rows);
    match local_node::find() {
        Ok(path) if path.is_file() => rows.ok("contracts node", path.display().to_string()),
        Ok(path) => {
            let found = format!("CONTRACTS_NODE names {}, which is not there", path.display());
            rows.warn(
                "contracts node",
                found,
                "name a substrate-contracts-node, or let `scripts/node.sh install` build one",
            );
        }
        Err(error) => rows.warn("contracts node", error.to_string(), "only `yarrow localnet` needs one"),
    }
}

/// Reads every artifact, so that each is held against its check sum.
fn artifacts() -> Result<String, ArtifactError> {
    let artifacts = Artifacts::find(None)?;
    let (contracts, models) = (artifacts.contracts(), artifacts.models());
    contracts.iter().try_for_each(|name| artifacts.contract(name).map(drop))?;
    models.iter().try_for_each(|name| artifacts.model(name).map(drop))?;
    let (root, contracts, models) = (artifacts.root().display(), contracts.len(), models.len());
    Ok(format!("{contracts} contracts and {models} models in {root}, all intact"))
}

fn sandbox(rows: &mut Rows) {
    const WHAT: &str = "sandbox";
    let started = sandbox_config().and_then(|config| Ok(Evaluator::new(config).map_err(WorkerError::from)?));
    match started {
        Ok(evaluator) if evaluator.weaknesses().is_empty() => rows.ok(WHAT, "models can do nothing but compute"),
        Ok(evaluator) => {
            let weaknesses: Vec<String> = evaluator.weaknesses().iter().map(ToString::to_string).collect();
            let fix =
                "run workers as a user of their own, on Linux 6.12 or later for all of it; docs/sandbox.md says more";
            rows.warn(WHAT, weaknesses.join("; "), fix);
        }
        Err(error) => rows.error(WHAT, error),
    }
}

/// The data of the tasks. One that the subnet needs has to be there; others may be fetched some day.
fn data(task: Option<&str>, rows: &mut Rows) {
    const WHAT: &str = "task data";
    if let Some(Err(error)) = task.map(tasks::find) {
        return match &error {
            TaskError::Unknown(_) => {
                rows.fail(WHAT, error.to_string(), "this release does not know the subnet's task: use one that does");
            }
            TaskError::Data { .. } => rows.fail(WHAT, error.to_string(), "run scripts/fetch-data.sh"),
        };
    }
    let missing: Vec<&str> = TASKS.iter().filter(|entry| entry.open().is_err()).map(|entry| entry.spec().id).collect();
    if missing.is_empty() {
        return rows.ok(WHAT, format!("of all {} tasks", TASKS.len()));
    }
    let fix = "scripts/fetch-data.sh gets them, for subnets with these tasks";
    rows.warn(WHAT, format!("not here: {}", missing.join(", ")), fix);
}
