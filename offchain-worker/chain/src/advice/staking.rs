//! What to do when `staking` refuses.

use primitives::{
    StakingError,
    staking::{
        MAX_CHILDREN, MAX_HOTKEYS_PER_SWAP, MAX_PARENTS, MAX_SEATS_PER_CALL, MAX_STAKES_PER_CALL, MAX_TAKE, STAKE_HOLD,
    },
};

use super::{Advice, Advise, overflow};
use crate::{amount::tao, ss58};

impl Advise for StakingError {
    fn advice(&self) -> Advice {
        match self {
            Self::Guard(error) => error.advice(),
            Self::Token(error) => error.advice(),
            Self::HotKeyAccountNotExists(hotkey) => Advice::change(format!(
                "No coldkey has associated {} yet: check the address, or associate it from the coldkey that shall own it.",
                ss58(hotkey)
            )),
            Self::NonAssociatedColdKey { owner } => Advice::change(format!(
                "The hotkey belongs to {}: sign with that coldkey, use another hotkey, or let the hotkey itself call claim_hotkey.",
                ss58(owner)
            )),
            Self::AmountTooLow { min } => Advice::change(format!("Use an amount of at least {}.", tao(*min))),
            Self::NotEnoughStakeToWithdraw { available } => {
                Advice::change(format!("Withdraw at most {}.", tao(*available)))
            }
            Self::DelegateTakeTooLow { take } => Advice::change(format!(
                "The take is {take} of 65535 already: name a higher one to raise it, or lower it with decrease_take."
            )),
            Self::DelegateTakeTooHigh { max } => {
                Advice::change(format!("Name a take of at most {max} of 65535 (the most ever possible is {MAX_TAKE})."))
            }
            Self::DelegateTxRateLimitExceeded { from } => Advice::wait_until(from),
            Self::CallerNotRegistry(caller) => Advice::change(format!(
                "{} is not the registry that staking was connected to; use associate_hotkey from the coldkey.",
                ss58(caller)
            )),
            Self::CallerNotSettlement(caller) => Advice::change(format!(
                "{} is not the settlement that staking was connected to; rewards are paid by settling an epoch.",
                ss58(caller)
            )),
            Self::TooManySeats => Advice::change(format!(
                "Ask for the stakes of at most {MAX_STAKES_PER_CALL} uids, and pay at most {MAX_SEATS_PER_CALL}, in one call."
            )),
            Self::EmptySeat(uid) => Advice::change(format!("No hotkey has uid {uid}: nothing can be paid there.")),
            Self::StakingOperationRateLimitExceeded { from } => Advice::wait(format!(
                "A deposit stays on its hotkey for {STAKE_HOLD} blocks: wait until protocol block {from}, or take less."
            )),
            Self::SameStake => Advice::change("Nothing to do: name another hotkey or another coldkey."),
            Self::HotKeyStaked { stake } => Advice::change(format!(
                "{} are staked on the hotkey: its owner and nominators have to withdraw before it can change hands.",
                tao(*stake)
            )),
            Self::HotKeySwapped { to } => {
                Advice::change(format!("{} has taken this hotkey's place: use that one.", ss58(to)))
            }
            Self::NewHotKeyIsSameWithOld => {
                Advice::change("Name another hotkey than the one whose place it shall take.")
            }
            Self::HotKeyAlreadyRegisteredInSubNet => {
                Advice::change("Name a hotkey that is registered nowhere: this one has a uid of its own.")
            }
            Self::ColdkeySwapAnnounced { from } => Advice::change(format!(
                "The coldkey has announced its swap: swap it from protocol block {from} on, or take that back with clear_coldkey_swap."
            )),
            Self::ColdkeySwapAnnouncementNotFound => Advice::change(
                "Announce the swap with announce_coldkey_swap first, with the hash of the account you now name.",
            ),
            Self::ColdkeySwapReannouncedTooEarly { from } | Self::ColdkeySwapTooEarly { from } => {
                Advice::wait_until(from)
            }
            Self::AnnouncedColdkeyHashDoesNotMatch => Advice::change("Name the account whose hash was announced."),
            Self::SameColdkey => Advice::change("Name another account than the coldkey that is swapped."),
            Self::TooManyHotkeys => Advice::change(format!(
                "Name at most {MAX_HOTKEYS_PER_SWAP} hotkeys in one call; repeat it for the others."
            )),
            Self::TooManyChildren => Advice::change(format!("Name at most {MAX_CHILDREN} children.")),
            Self::TooManyParents => Advice::change(format!(
                "{MAX_PARENTS} hotkeys with more stake than this one have children on the subnet: raise its stake, or wait until one of them ends its gifts."
            )),
            Self::InvalidChild => Advice::change("Name neither the hotkey itself nor one whose child it is."),
            Self::DuplicateChild => Advice::change("Name each child once."),
            Self::ProportionOverflow => {
                Advice::change(format!("Let the proportions be {} together at most.", u64::MAX))
            }
            Self::NotEnoughStakeToSetChildkeys { min } => {
                Advice::change(format!("At least {} must be staked on the hotkey.", tao(*min)))
            }
            Self::SubnetNotExists(netuid) => Advice::change(format!("Nobody is registered on subnet {netuid}.")),
            Self::TxRateLimitExceeded { from } | Self::TxChildkeyTakeRateLimitExceeded { from } => {
                Advice::wait_until(from)
            }
            Self::InvalidChildkeyTake { max } => Advice::change(format!("Name a take of at most {max} of 65535.")),
            Self::InvalidBlockTime => Advice::change("Deploy with a protocol block of at least 1 ms."),
            Self::Overflow => overflow(),
        }
    }
}
