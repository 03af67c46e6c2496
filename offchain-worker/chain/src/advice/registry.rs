//! What to do when `registry` refuses.

use primitives::{
    RegistryError,
    axon::AxonError,
    hyperparameters::HyperparameterError,
    model::{MAX_LOCATION, MAX_MODEL_SIZE},
    registry::{MAX_IDENTITY_TEXT, MAX_MOVED, MAX_TRIMMED, SUBNET_LIMIT, UIDS_PER_PAGE},
};

use super::{Advice, Advise, overflow};
use crate::{amount::tao, ss58};

impl Advise for RegistryError {
    fn advice(&self) -> Advice {
        match self {
            Self::Guard(error) => error.advice(),
            Self::Token(error) => error.advice(),
            Self::Staking(error) => error.advice(),
            Self::Hyperparameter(error) => error.advice(),
            Self::SubnetNotExists(netuid) => {
                Advice::change(format!("There is no subnet {netuid}: choose one of those that netuids lists."))
            }
            Self::NotSubnetOwner(caller) => {
                Advice::change(format!("{} does not own the subnet: sign with the coldkey that does.", ss58(caller)))
            }
            Self::SubnetAlreadyStarted => Advice::change("Nothing to do: the subnet is running."),
            Self::SubnetNotStarted => Advice::change("The owner of the subnet has to start it first (start_subnet)."),
            Self::AllNetworksInImmunity => Advice::wait(
                "There are as many subnets as there may be, and all are too young to make room: try again when one is \
                 50,400 blocks old.",
            ),
            Self::NetworkTxRateLimitExceeded { from }
            | Self::TxRateLimitExceeded { from }
            | Self::ServingRateLimitExceeded { from }
            | Self::HotKeySetTxRateLimitExceeded { from } => Advice::wait_until(from),
            Self::PriceAboveLimit { price, limit } => Advice::change(format!(
                "The price is {} and the limit was {}: raise the limit, or wait until the price has fallen.",
                tao(*price),
                tao(*limit)
            )),
            Self::InvalidIdentity => {
                Advice::change(format!("Use UTF-8 texts of at most {MAX_IDENTITY_TEXT} bytes each, and shorter lists."))
            }
            Self::AdminActionProhibitedDuringWeightsWindow { from } => Advice::wait_until(from),
            Self::MaxAllowedUidsTooLow { neurons } => {
                Advice::change(format!("The subnet has {neurons} neurons: allow at least as many."))
            }
            Self::EpochNotSettled { epoch } => Advice::change(format!(
                "The epochs before epoch {epoch} are not settled yet: settle the subnet first, which anyone may do, then try again."
            )),
            Self::SubNetRegistrationDisabled => Advice::change(
                "This kind of registration is closed on this subnet: try the other one (burn or work), or another subnet.",
            ),
            Self::HotKeyAlreadyRegisteredInSubNet { uid } => {
                Advice::change(format!("Nothing to do: the hotkey is registered as uid {uid}."))
            }
            Self::HotKeyNotRegisteredInSubNet(hotkey) => Advice::change(format!(
                "Register {} on this subnet first; if it was registered, another hotkey has taken its uid.",
                ss58(hotkey)
            )),
            Self::TooManyRegistrationsThisBlock => Advice::wait("Try again in the next protocol block."),
            Self::TooManyRegistrationsThisInterval => {
                Advice::wait("Try again when the subnet's adjustment interval is over.")
            }
            Self::NoNeuronIdAvailable => Advice::wait(
                "Every neuron is protected now: try again when the immunity of the youngest ones has ended.",
            ),
            Self::InvalidWorkBlock => {
                Advice::change("The challenge has changed since the work was begun: read work_target and work again.")
            }
            Self::InvalidDifficulty { difficulty } => Advice::change(format!(
                "The difficulty is {difficulty} now: read work_target and search for a nonce that meets it."
            )),
            Self::WorkRepeated => Advice::change("Search for another nonce: each counts once."),
            Self::InvalidModel => Advice::change(format!(
                "Commit to a model of 1 to {MAX_MODEL_SIZE} bytes with a location of at most {MAX_LOCATION} bytes of UTF-8."
            )),
            Self::CallerNotSettlement(caller) => Advice::change(format!(
                "{} is not the settlement that registry was connected to; epochs are recorded by settling them.",
                ss58(caller)
            )),
            Self::Overflow => overflow(),
            Self::Axon(error) => error.advice(),
            Self::InvalidSubnetLimit => Advice::change(format!("Choose a limit from 1 to {SUBNET_LIMIT}.")),
            Self::TrimmingWouldExceedMaxImmunePercentage => {
                Advice::wait("Too many neurons are immune: trim when more of them are older, or to a larger size.")
            }
            Self::TrimmingTooMuch => Advice::change(format!(
                "Trim in steps: at most {MAX_TRIMMED} neurons go at once, and {MAX_MOVED} get another uid."
            )),
            Self::ColdkeyNotSwapped(owner) => {
                Advice::change(format!("The coldkey {} has to be swapped first (swap_coldkey).", ss58(owner)))
            }
            Self::HotKeySwapOnSubnetIntervalNotPassed { from } => Advice::wait_until(from),
            Self::StewardMissing => Advice::change(
                "Name a contract that was instantiated from the steward's code: registry works on subnets by that code.",
            ),
            Self::InvalidPage => Advice::change(format!(
                "Begin at a multiple of {UIDS_PER_PAGE} and pass at most as many; epochs are recorded by settling them."
            )),
        }
    }
}

impl Advise for AxonError {
    fn advice(&self) -> Advice {
        Advice::change(match self {
            Self::InvalidIpType => "The version of the address is 4 or 6.",
            Self::InvalidIpAddress => "Announce an address that others can reach.",
            Self::InvalidPort => "Announce a port from 1 to 65535.",
        })
    }
}

impl Advise for HyperparameterError {
    fn advice(&self) -> Advice {
        Advice::change(match self {
            Self::ValueOutOfBounds => {
                "Choose a value within the bounds of this hyperparameter; governance has wider ones for some."
            }
            Self::GovernanceOnly => "Only governance sets this hyperparameter: propose the change there.",
        })
    }
}
