//! A row of weights as somebody types it: uids, and decimals that become the chain's integers without a rounding twice.

use std::str::FromStr;

use consensus::weights::{Facts, Submission, Timing, WeightsError, check, quantise};
use primitives::Uid;
use thiserror::Error;

/// Most decimals of a weight.
const DECIMALS: u32 = 9;

/// A weight as it is typed: `0.3`, `3`, `.25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(u64);

impl Decimal {
    /// It in units of the last decimal that a weight may have.
    pub(crate) fn scaled(self) -> u64 {
        self.0
    }
}

impl FromStr for Decimal {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const MALFORMED: &str = "a weight is a number like 0.3 or 7, not negative, with at most 9 decimals";
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{decimals}");
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let missing = u32::try_from(decimals.len()).ok().and_then(|decimals| DECIMALS.checked_sub(decimals));
        let (true, Some(missing)) = (is_number, missing) else { return Err(MALFORMED) };
        let number: Option<u64> = digits.parse().ok();
        number
            .and_then(|number| number.checked_mul(10_u64.pow(missing)))
            .map(Self)
            .ok_or("so large a weight cannot be counted")
    }
}

/// Why a row cannot be one of the subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum RowError {
    /// There are not as many weights as uids.
    #[error("there are {uids} uids and {weights} weights: each uid needs one")]
    Unequal {
        /// How many uids.
        uids: usize,
        /// How many weights.
        weights: usize,
    },
    /// All weights are zero.
    #[error("all weights are 0: at least one must be more")]
    AllZero,
    /// The subnet would refuse it.
    #[error("the subnet would refuse these weights: {0:?}")]
    Refused(WeightsError),
}

impl RowError {
    /// The error's own name, as subtensor's users know it.
    pub(crate) fn name(&self) -> String {
        let text = match self {
            Self::Unequal { .. } => return "WeightVecNotEqualSize".to_owned(),
            Self::AllZero => return "AllZero".to_owned(),
            Self::Refused(error) => format!("{error:?}"),
        };
        text.split([' ', '(']).next().unwrap_or_default().to_owned()
    }

    /// What to do about it, where the error itself does not say so.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        let Self::Refused(error) = self else { return None };
        Some(match error {
            WeightsError::DuplicateUids { .. } => "name each uid once",
            WeightsError::UidVecContainInvalidOne { .. } | WeightsError::UidsLengthExceedUidsInSubNet { .. } => {
                "`yarrow subnets show` lists the uids of the subnet"
            }
            WeightsError::WeightVecLengthIsLow { .. } => {
                "weigh at least min_allowed_weights uids, with 0 where need be"
            }
            WeightsError::MaxWeightExceeded { .. } => "no uid may have more than max_weights_limit of the row",
            WeightsError::HotKeyNotRegisteredInSubNet => "register the hotkey first: `yarrow subnets register`",
            WeightsError::IncorrectWeightVersionKey { .. } => "give a higher --version-key",
            WeightsError::NeuronNoValidatorPermit => "permits are given at each epoch to those with the most stake",
            WeightsError::NotEnoughStakeToSetWeights { .. } => "stake more on the hotkey: `yarrow stake add`",
            WeightsError::SettingWeightsTooFast { .. } => "wait for the block that `yarrow weights status` names",
            WeightsError::WeightVecNotEqualSize { .. } => return None,
        })
    }
}

/// Weights towards uids as the chain takes them: the largest is 65,535.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) uids: Vec<u16>,
    pub(super) values: Vec<u16>,
}

impl Row {
    /// The row of as many weights as uids.
    ///
    /// # Errors
    /// [`RowError::Unequal`], [`RowError::AllZero`].
    pub(super) fn new(uids: &[u16], weights: &[Decimal]) -> Result<Self, RowError> {
        if uids.len() != weights.len() {
            return Err(RowError::Unequal { uids: uids.len(), weights: weights.len() });
        }
        let scores: Vec<u64> = weights.iter().map(|weight| weight.scaled()).collect();
        if scores.iter().all(|score| *score == 0) {
            return Err(RowError::AllZero);
        }
        Ok(Self { uids: uids.to_vec(), values: quantise(&scores) })
    }

    /// Its weights in their order.
    pub(super) fn weights(&self) -> impl Iterator<Item = (Uid, u16)> {
        self.uids.iter().copied().map(Uid::new).zip(self.values.iter().copied())
    }

    /// Finds out whether the subnet will take the row when it is revealed, as things are now. What may change until then,
    /// permit and stake, is not held against it but returned.
    ///
    /// # Errors
    /// [`RowError::Refused`].
    pub(super) fn check(&self, version_key: u64, facts: &Facts) -> Result<Option<RowError>, RowError> {
        let submission = Submission { uids: &self.uids, values: &self.values, version_key };
        let facts = Facts { timing: Timing::Reveal, ..*facts };
        match check(&submission, &facts) {
            Ok(_) => Ok(None),
            Err(error @ (WeightsError::NeuronNoValidatorPermit | WeightsError::NotEnoughStakeToSetWeights { .. })) => {
                let entitled = Facts { permit: true, stake: u64::MAX, ..facts };
                check(&submission, &entitled).map_err(RowError::Refused)?;
                Ok(Some(RowError::Refused(error)))
            }
            Err(error) => Err(RowError::Refused(error)),
        }
    }
}
