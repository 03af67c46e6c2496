//! The checks that a submitted weight vector must pass, in subtensor's order
//! (`internal_set_weights`, subnets/weights.rs).
//!
//! Two checks stay with the caller, who alone knows: that the subnet exists and is not the root,
//! and, for a direct submission, that commit-reveal is off.

use super::scale::{max_upscale, within_limit};
use alloc::{vec, vec::Vec};

/// A submitted weight vector.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    /// The neurons that are weighed.
    pub uids: &'a [u16],
    /// Their weights.
    pub values: &'a [u16],
    /// Version of the weights' meaning that the validator follows.
    pub version_key: u64,
}

/// When a submission comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Straight, so its pace is limited.
    Direct {
        /// The block now.
        block: u64,
        /// Block of the validator's last weights, if it has set any.
        last_update: Option<u64>,
        /// Blocks between two submissions.
        rate_limit: u64,
    },
    /// As the reveal of a commit, whose pace was limited when it was made.
    Reveal,
}

/// What is known of the subnet and of the submitter.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Number of neurons of the subnet.
    pub neurons: u16,
    /// The submitter's uid, if it is registered.
    pub uid: Option<u16>,
    /// Whether the submitter is the subnet owner's neuron.
    pub is_owner: bool,
    /// Whether the submitter holds a validator permit.
    pub permit: bool,
    /// The submitter's stake in RAO.
    pub stake: u64,
    /// Stake in RAO that weights need.
    pub stake_threshold: u64,
    /// Version of the weights' meaning that the subnet requires; 0 accepts any.
    pub version_key: u64,
    /// When the submission comes.
    pub timing: Timing,
    /// Fewest entries of a vector.
    pub min_allowed_weights: u16,
    /// Largest share of one entry, as a `u16` proportion.
    pub max_weight_limit: u16,
}

/// Why a weight vector is refused; the names are subtensor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsError {
    /// There are not as many weights as uids.
    WeightVecNotEqualSize {
        /// Number of uids.
        uids: usize,
        /// Number of weights.
        values: usize,
    },
    /// There are more entries than neurons.
    UidsLengthExceedUidsInSubNet {
        /// Number of entries.
        entries: usize,
        /// Number of neurons.
        neurons: u16,
    },
    /// The submitter has no uid.
    HotKeyNotRegisteredInSubNet,
    /// The submitter's stake is below the threshold.
    NotEnoughStakeToSetWeights {
        /// Its stake in RAO.
        stake: u64,
        /// The threshold in RAO.
        needed: u64,
    },
    /// The submitter follows an older version.
    IncorrectWeightVersionKey {
        /// Its version.
        given: u64,
        /// The oldest accepted version.
        needed: u64,
    },
    /// The submitter's last weights are too recent.
    SettingWeightsTooFast {
        /// First block at which it may submit again.
        allowed_at: u64,
    },
    /// The submitter holds no validator permit.
    NeuronNoValidatorPermit,
    /// A uid appears twice.
    DuplicateUids {
        /// The uid.
        uid: u16,
    },
    /// A uid does not exist.
    UidVecContainInvalidOne {
        /// The uid.
        uid: u16,
    },
    /// There are too few entries.
    WeightVecLengthIsLow {
        /// Number of entries.
        entries: usize,
        /// Fewest allowed.
        needed: u16,
    },
    /// One entry has too large a share.
    MaxWeightExceeded {
        /// The largest share allowed, as a `u16` proportion.
        limit: u16,
    },
}

/// Checks a submission and returns its weights as they are stored: max-upscaled, in the given order.
///
/// # Errors
/// The first check that fails, in the order of the variants of [`WeightsError`].
pub fn check(submission: &Submission, facts: &Facts) -> Result<Vec<u16>, WeightsError> {
    let Submission { uids, values, .. } = *submission;
    if uids.len() != values.len() {
        let (uids, values) = (uids.len(), values.len());
        return Err(WeightsError::WeightVecNotEqualSize { uids, values });
    }
    if uids.len() > usize::from(facts.neurons) {
        let (entries, neurons) = (uids.len(), facts.neurons);
        return Err(WeightsError::UidsLengthExceedUidsInSubNet { entries, neurons });
    }
    let uid = facts.uid.ok_or(WeightsError::HotKeyNotRegisteredInSubNet)?;
    let weighs_itself = uids == [uid];
    check_submitter(submission, facts, weighs_itself)?;
    check_uids(uids, facts.neurons)?;

    let needed = facts.min_allowed_weights.min(facts.neurons);
    if uids.len() < usize::from(needed) && !weighs_itself {
        return Err(WeightsError::WeightVecLengthIsLow { entries: uids.len(), needed });
    }
    let mut weights = values.to_vec();
    max_upscale(&mut weights);
    let limit = facts.max_weight_limit;
    if !weighs_itself && !within_limit(&weights, limit) {
        return Err(WeightsError::MaxWeightExceeded { limit });
    }
    Ok(weights)
}

/// The checks of the submitter's right: stake, version, pace, permit.
fn check_submitter(submission: &Submission, facts: &Facts, weighs_itself: bool) -> Result<(), WeightsError> {
    let (stake, needed) = (facts.stake, facts.stake_threshold);
    if stake < needed && !facts.is_owner {
        return Err(WeightsError::NotEnoughStakeToSetWeights { stake, needed });
    }
    let (given, needed) = (submission.version_key, facts.version_key);
    if given < needed {
        return Err(WeightsError::IncorrectWeightVersionKey { given, needed });
    }
    if let Timing::Direct { block, last_update, rate_limit } = facts.timing {
        let allowed_at = last_update.map_or(0, |last_update| last_update.saturating_add(rate_limit));
        if block < allowed_at {
            return Err(WeightsError::SettingWeightsTooFast { allowed_at });
        }
    }
    if !(weighs_itself || facts.is_owner || facts.permit) {
        return Err(WeightsError::NeuronNoValidatorPermit);
    }
    Ok(())
}

/// First no uid twice, then every uid known.
fn check_uids(uids: &[u16], neurons: u16) -> Result<(), WeightsError> {
    let Some(&largest) = uids.iter().max() else {
        return Ok(());
    };
    let mut seen = vec![false; usize::from(largest).saturating_add(1)];
    for &uid in uids {
        if let Some(seen) = seen.get_mut(usize::from(uid)) {
            if core::mem::replace(seen, true) {
                return Err(WeightsError::DuplicateUids { uid });
            }
        }
    }
    match uids.iter().find(|&&uid| uid >= neurons) {
        Some(&uid) => Err(WeightsError::UidVecContainInvalidOne { uid }),
        None => Ok(()),
    }
}
