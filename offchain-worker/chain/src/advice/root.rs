//! What to do when `root` refuses.

use primitives::{RootError, root::MAX_ROOT_VALIDATORS};

use super::{Advice, Advise};
use crate::{amount::tao, ss58};

impl Advise for RootError {
    fn advice(&self) -> Advice {
        match self {
            Self::Guard(error) => error.advice(),
            Self::Settlement(error) => error.advice(),
            Self::NonAssociatedColdKey => {
                Advice::change("Sign with the coldkey that owns the hotkey, or associate the hotkey with yours first.")
            }
            Self::HotKeyAlreadyRegistered => Advice::change("Nothing is left to do: the hotkey votes already."),
            Self::StakeTooLowForRoot { lowest } => Advice::change(format!(
                "Stake more on the hotkey: {MAX_ROOT_VALIDATORS} have more, the last of them {}.",
                tao(*lowest)
            )),
            Self::HotKeyNotRegistered(hotkey) => {
                Advice::change(format!("Make {} a root validator first (root_register).", ss58(hotkey)))
            }
            Self::SettingWeightsTooFast { from } => Advice::wait_until(from),
            Self::DuplicateNetuids => Advice::change("Name each subnet once."),
            Self::SubnetNotExists(netuid) => Advice::change(format!("There is no subnet {netuid}: leave it out.")),
            Self::RootEpochNotDue { next_epoch, .. } => Advice::wait_until(next_epoch),
        }
    }
}
