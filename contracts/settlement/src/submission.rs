//! From weights that somebody shows to a row that counts: the checks, in subtensor's order.

use consensus::weights::{check, max_upscale, Facts, Submission, Timing, WeightsError};
use ink::prelude::vec::Vec;
use primitives::{
    registry::WeightsContext, settlement::MAX_WEIGHTS, weights::WeightEntry, AccountId, ProtocolBlock, Rao,
    SettlementError, Uid,
};

use crate::entries::Entries;

/// Weights that somebody shows.
pub(crate) struct Shown {
    uids: Vec<u16>,
    values: Vec<u16>,
    version_key: u64,
    /// Where the neurons stand in the row that were replaced since the weights were committed.
    departed: Vec<usize>,
}

impl Shown {
    /// Weights that are set directly.
    pub(crate) fn directly(weights: &[(Uid, u16)], version_key: u64) -> Self {
        let (uids, values) = weights.iter().map(|&(uid, value)| (uid.get(), value)).unzip();
        Self { uids, values, version_key, departed: Vec::new() }
    }

    /// Weights that are revealed, given the registration block of every uid: a weight towards a neuron that is no
    /// longer there counts as 0, once the weights as they were committed have passed the checks.
    pub(crate) fn revealed(entries: &[WeightEntry], version_key: u64, registered_at: &[ProtocolBlock]) -> Self {
        let is_there = |entry: &WeightEntry| registered_at.get(entry.uid.index()) == Some(&entry.registered_at);
        let (uids, values) = entries.iter().map(|entry| (entry.uid.get(), entry.value)).unzip();
        let departed = entries.iter().enumerate().filter(|(_, entry)| !is_there(entry)).map(|(index, _)| index);
        Self { uids, values, version_key, departed: departed.collect() }
    }
}

/// What is known of the validator beside the subnet.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// Whether the last epoch gave it a permit.
    pub(crate) permit: bool,
    /// Its stake.
    pub(crate) stake: Rao,
    /// The lowest version key that is accepted.
    pub(crate) version_key: u64,
    /// When it set weights last, where that limits its pace.
    pub(crate) timing: Timing,
}

/// Checks weights and returns them as they are stored.
///
/// # Errors
/// As `Settlement::set_weights` says, from `UidsLengthExceedUidsInSubNet` on.
pub(crate) fn accept(
    shown: &Shown,
    hotkey: AccountId,
    context: &WeightsContext,
    standing: &Standing,
) -> Result<Entries, SettlementError> {
    let hyperparameters = &context.hyperparameters;
    if shown.uids.len() > MAX_WEIGHTS {
        return Err(SettlementError::UidsLengthExceedUidsInSubNet);
    }
    let facts = Facts {
        neurons: context.neurons,
        uid: context.seat.map(|(uid, _)| uid.get()),
        is_owner: context.is_owner_hotkey,
        permit: standing.permit,
        stake: standing.stake.get(),
        stake_threshold: hyperparameters.stake_threshold.get(),
        version_key: standing.version_key,
        timing: standing.timing,
        min_allowed_weights: hyperparameters.min_allowed_weights,
        max_weight_limit: hyperparameters.max_weights_limit,
    };
    let Shown { uids, values, version_key, departed } = shown;
    let submission = Submission { uids, values, version_key: *version_key };
    let mut values = check(&submission, &facts).map_err(|error| named(error, hotkey))?;
    if !departed.is_empty() {
        for &index in departed {
            if let Some(value) = values.get_mut(index) {
                *value = 0;
            }
        }
        max_upscale(&mut values);
    }
    Ok(Entries::pack(uids.iter().copied().zip(values)))
}

fn named(error: WeightsError, hotkey: AccountId) -> SettlementError {
    match error {
        // Both lists come from one.
        WeightsError::WeightVecNotEqualSize { .. } | WeightsError::UidsLengthExceedUidsInSubNet { .. } => {
            SettlementError::UidsLengthExceedUidsInSubNet
        }
        WeightsError::HotKeyNotRegisteredInSubNet => SettlementError::HotKeyNotRegisteredInSubNet(hotkey),
        WeightsError::NotEnoughStakeToSetWeights { .. } => SettlementError::NotEnoughStakeToSetWeights,
        WeightsError::IncorrectWeightVersionKey { needed, .. } => {
            SettlementError::IncorrectWeightVersionKey { version_key: needed }
        }
        WeightsError::SettingWeightsTooFast { allowed_at } => {
            SettlementError::SettingWeightsTooFast { from: ProtocolBlock::new(allowed_at) }
        }
        WeightsError::NeuronNoValidatorPermit => SettlementError::NeuronNoValidatorPermit,
        WeightsError::DuplicateUids { .. } => SettlementError::DuplicateUids,
        WeightsError::UidVecContainInvalidOne { .. } => SettlementError::UidVecContainInvalidOne,
        WeightsError::WeightVecLengthIsLow { .. } => SettlementError::WeightVecLengthIsLow,
        WeightsError::MaxWeightExceeded { .. } => SettlementError::MaxWeightExceeded,
    }
}
