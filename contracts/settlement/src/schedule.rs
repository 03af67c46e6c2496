//! When a hotkey may do what.

use primitives::{registry::WeightsContext, settlement::Schedule, ProtocolBlock};

use crate::storage::{SubnetState, Validator};

/// The schedule of a hotkey that may have committed or set weights before.
pub(crate) fn schedule(
    now: ProtocolBlock,
    context: &WeightsContext,
    validator: Option<&Validator>,
    state: &SubnetState,
) -> Schedule {
    let (cycle, hyperparameters) = (context.cycle, &context.hyperparameters);
    let commit_reveal = hyperparameters.commit_reveal_enabled;
    let epoch = cycle.epoch_at(now);
    let next_commit = validator.map(|validator| {
        if commit_reveal {
            validator.commits.next_commit(hyperparameters.weights_set_rate_limit)
        } else {
            let set = validator.updated_at;
            set.map_or(now, |block| block.after(hyperparameters.weights_set_rate_limit))
        }
    });
    let reveal_epoch = epoch.checked_sub(u64::from(hyperparameters.reveal_period_epochs));
    Schedule {
        now,
        epoch,
        epoch_start: cycle.starts_at(epoch),
        next_epoch: cycle.starts_at(epoch.saturating_add(1)),
        reveal_epoch: reveal_epoch.filter(|_| commit_reveal),
        next_commit: next_commit.unwrap_or(now).max(now),
        settled_until: state.settled_until,
        settle_due: state.settled_until < epoch,
        commit_reveal,
        version_key: hyperparameters.weights_version_key,
        seed: state.seed,
    }
}
