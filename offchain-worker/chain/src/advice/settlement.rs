//! What to do when `settlement` refuses.

use primitives::{
    SettlementError,
    settlement::{MAX_BATCH, MAX_UNREVEALED_COMMITS},
    weights::{MAX_SALT, MIN_SALT},
};
use sp_core::hexdisplay::HexDisplay;

use super::{Advice, Advise, overflow};
use crate::ss58;

impl Advise for SettlementError {
    fn advice(&self) -> Advice {
        match self {
            Self::Guard(error) => error.advice(),
            Self::Registry(error) => error.advice(),
            Self::Staking(error) => error.advice(),
            Self::Mint => Advice::change(
                "The token did not mint: it must be running and have settlement as its minter (set_minter).",
            ),
            Self::HotKeyNotRegisteredInSubNet(hotkey) => Advice::change(format!(
                "Register {} on this subnet first; if it was registered, another hotkey has taken its uid.",
                ss58(hotkey)
            )),
            Self::CommitRevealEnabled => {
                Advice::change("This subnet takes weights by commit_weights and reveal_weights only.")
            }
            Self::CommitRevealDisabled => Advice::change("This subnet takes weights by set_weights only."),
            Self::CommittingWeightsTooFast { from } | Self::SettingWeightsTooFast { from } => Advice::wait_until(from),
            Self::TooManyUnrevealedCommits => Advice::change(format!(
                "Reveal a commitment whose window is open, or wait until one expires: {MAX_UNREVEALED_COMMITS} wait already."
            )),
            Self::NoWeightsCommitFound => Advice::change(
                "There is nothing to reveal: the weights were revealed or have expired; commit new ones.",
            ),
            Self::InvalidRevealCommitHashNotMatch { hash } => Advice::change(format!(
                "No commitment has the hash 0x{} of this payload: reveal exactly what was committed, with its epoch and salt.",
                HexDisplay::from(hash)
            )),
            Self::RevealTooEarly { opens, closes, .. } => {
                Advice::wait(format!("Reveal from protocol block {opens} on and before block {closes}."))
            }
            Self::ExpiredWeightCommit { closes, .. } => {
                Advice::change(format!("The window closed with protocol block {closes}: commit new weights."))
            }
            Self::InvalidSalt => Advice::change(format!("Use a salt of {MIN_SALT} to {MAX_SALT} random bytes.")),
            Self::UidsLengthExceedUidsInSubNet => Advice::change("Name no more weights than the subnet has neurons."),
            Self::NotEnoughStakeToSetWeights => {
                Advice::change("Stake more on the hotkey: it is below the subnet's stake threshold.")
            }
            Self::IncorrectWeightVersionKey { version_key } => Advice::change(format!(
                "The subnet asks for version {version_key} or later: update the validator's software."
            )),
            Self::NeuronNoValidatorPermit => Advice::wait(
                "Permits go to the validators with the most stake at each epoch: stake more and wait for the next epoch.",
            ),
            Self::DuplicateUids => Advice::change("Name each uid once."),
            Self::UidVecContainInvalidOne => Advice::change("Name uids that exist: read the subnet's neurons again."),
            Self::WeightVecLengthIsLow => {
                Advice::change("Name more weights: the subnet's min_allowed_weights asks for more.")
            }
            Self::MaxWeightExceeded => {
                Advice::change("Spread the weights: after normalising, one is above the subnet's max_weights_limit.")
            }
            Self::EpochNotDue { next_epoch, .. } => Advice::wait_until(next_epoch),
            Self::Overflow => overflow(),
            Self::EpochUnreadable => Advice::change("Set the engine again that began this epoch (set_engine)."),
            Self::CallerNotRoot(_) => {
                Advice::change("Only the root network sets shares: call root_epoch of the contract root.")
            }
            Self::EngineMissing => Advice::change(
                "Name a contract that was instantiated from the engine's code: settlement settles by that code.",
            ),
            Self::InputLengthsUnequal => Advice::change("Give as many items as subnets."),
            Self::BatchTooLong => Advice::change(format!("Send at most {MAX_BATCH} items in a batch.")),
        }
    }
}
