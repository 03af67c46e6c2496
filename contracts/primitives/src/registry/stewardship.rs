//! What `registry` has done by its steward: what happens to subnets and keys now and then, by code that no commit, reveal
//! or epoch loads.

use ink::prelude::vec::Vec;

use super::{GenesisSubnet, RegistryError, Settings, SubnetIdentity};
use crate::{AccountId, GuardError, Hyperparameter, Netuid, Rao};

/// The rarer messages of `registry`. It forwards them to the code of its steward, which runs on `registry`'s storage and
/// in its name; where the chain has no such code, each is refused with `StewardMissing`. The steward's own address answers
/// them too, for itself alone: it has no subnets.
#[ink::trait_definition]
pub trait Stewardship {
    /// Names the contract that settles epochs. One that takes another's place begins empty: weights, commits, bonds,
    /// permits, seeds and results stay behind, nobody may reveal until it has settled once, what the other had not paid
    /// is never paid, and emission accrues from its own deployment on. The first time, the owner's hotkey of every genesis
    /// subnet becomes its owner's, so that no stranger takes it; `staking` must have been connected to this contract before.
    ///
    /// Who: the owner.
    /// # Errors
    /// `Guard(CallerNotOwner)`, `Staking`; among the latter `NonAssociatedColdKey` if a stranger was faster with such a
    /// hotkey: deploy with another one.
    /// # Events
    /// The first time, `HotkeyAssociated` of `staking` for each such hotkey.
    #[ink(message)]
    fn connect(&mut self, settlement: AccountId) -> Result<(), RegistryError>;

    /// Registers a subnet for a lock that the caller allows to this contract beforehand; the lock is held, and
    /// `owner_hotkey` becomes the caller's. If there are as many subnets as there may be, the one that `subnet_to_prune`
    /// names is dissolved.
    ///
    /// Who: anyone; the caller becomes the owner, and must own the hotkey or nobody.
    /// # Errors
    /// In this order: `Guard(Paused)`, `NetworkTxRateLimitExceeded`, `InvalidIdentity`, `PriceAboveLimit`,
    /// `AllNetworksInImmunity`, `EpochNotSettled` for the subnet to be dissolved, `Staking(NonAssociatedColdKey)`,
    /// `Token`.
    /// # Events
    /// `SubnetRegistered`, `SubnetDissolved` where a subnet was, and `HotkeyAssociated` of `staking` if the hotkey was
    /// nobody's.
    #[ink(message)]
    fn register_subnet(
        &mut self,
        owner_hotkey: AccountId,
        identity: SubnetIdentity,
        limit: Rao,
    ) -> Result<Netuid, RegistryError>;

    /// Starts a subnet: its epochs begin and it takes part in emission.
    ///
    /// Who: its owner.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `NotSubnetOwner`, `SubnetAlreadyStarted`.
    /// # Events
    /// `SubnetStarted`.
    #[ink(message)]
    fn start_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError>;

    /// Changes what a subnet says of itself.
    ///
    /// Who: its owner.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `NotSubnetOwner`, `InvalidIdentity`.
    /// # Events
    /// `SubnetIdentitySet`.
    #[ink(message)]
    fn set_identity(&mut self, netuid: Netuid, identity: SubnetIdentity) -> Result<(), RegistryError>;

    /// Ends a subnet: its lock goes back to its owner in full, its number is never used again, and everything about it
    /// answers `SubnetNotExists`. What its neurons left is cleared by `sweep`.
    ///
    /// Who: its owner, once all epochs that have ended are settled, so that nobody loses what was earned; this contract's
    /// owner at any time.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `NotSubnetOwner`, `EpochNotSettled`, `Token`.
    /// # Events
    /// `SubnetDissolved`.
    #[ink(message)]
    fn dissolve_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError>;

    /// Clears the cells of the last `limit` (at most [`MAX_SWEPT`](super::MAX_SWEPT)) neurons of a dissolved subnet, whose
    /// hotkeys leave their seats with all that was paid there; returns how many neurons are left. What the host's chain held
    /// in deposit for the cells goes to the caller.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `SubnetNotExists` if nothing is left to clear, `Staking`.
    #[ink(message)]
    fn sweep(&mut self, netuid: Netuid, limit: u16) -> Result<u16, RegistryError>;

    /// Sets what holds for all subnets.
    ///
    /// Who: this contract's owner.
    /// # Errors
    /// In this order: `Guard(CallerNotOwner)`, `InvalidSubnetLimit`.
    /// # Events
    /// `SettingsSet`.
    #[ink(message)]
    fn set_settings(&mut self, settings: Settings) -> Result<(), RegistryError>;

    /// Sets one hyperparameter.
    ///
    /// Who: the subnet's owner those that are its own, at most once per interval
    /// ([`Hyperparameter::owner_rate_limit`]) each, not in the last blocks of an
    /// epoch and not while an epoch that has ended waits to be settled; this contract's owner all, at any time.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `NotSubnetOwner`, `Hyperparameter`,
    /// `AdminActionProhibitedDuringWeightsWindow`, `EpochNotSettled`, `TxRateLimitExceeded`, `MaxAllowedUidsTooLow`.
    /// # Events
    /// `HyperparameterSet`.
    #[ink(message)]
    fn set_hyperparameter(&mut self, netuid: Netuid, change: Hyperparameter) -> Result<(), RegistryError>;

    /// Lowers the most uids of a subnet to `max`, below the neurons it has: those that were paid least go, as in pruning,
    /// but for the owner's and the immune. Neurons beyond `max` that stay take the uids that are free then, from the lowest
    /// on, as if they had registered now: their weights, bonds and permit begin anew, and they are immune again. What the
    /// last epoch paid them, their models and endpoints stay. At most [`MAX_TRIMMED`](super::MAX_TRIMMED) neurons go and
    /// [`MAX_MOVED`](super::MAX_MOVED) move in one call.
    ///
    /// Who: the subnet's owner, once per [`TRIMMING_INTERVAL`](super::TRIMMING_INTERVAL) and not in the last blocks of an
    /// epoch; this contract's owner at any time.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `NotSubnetOwner`, `Hyperparameter(ValueOutOfBounds)` below the
    /// fewest or above the most uids, `AdminActionProhibitedDuringWeightsWindow`, `TxRateLimitExceeded`,
    /// `EpochNotSettled`, `TrimmingTooMuch`, `TrimmingWouldExceedMaxImmunePercentage`, `Staking`.
    /// # Events
    /// `NeuronsTrimmed`.
    #[ink(message)]
    fn trim_to_max_allowed_uids(&mut self, netuid: Netuid, max: u16) -> Result<(), RegistryError>;

    /// Puts hotkey `to` in the place of `from`: on all subnets, with the stake that is on it, or with `netuid` on one alone,
    /// where `to` counts with its own stake from then on. The neurons keep their uids, registration blocks, models and
    /// endpoints; a subnet that names `from` as its owner's names `to`. Costs [`KEY_SWAP_COST`](super::KEY_SWAP_COST), on
    /// one subnet [`KEY_SWAP_ON_SUBNET_COST`](super::KEY_SWAP_ON_SUBNET_COST), which the caller allows to this contract
    /// beforehand and which is recycled.
    ///
    /// Who: the coldkey that owns `from`, at most once per [`KEY_SWAP_INTERVAL`](super::KEY_SWAP_INTERVAL) and on one subnet
    /// once per [`KEY_SWAP_ON_SUBNET_INTERVAL`](super::KEY_SWAP_ON_SUBNET_INTERVAL); it must own `to` or nobody. For all
    /// subnets nothing may be staked on `to`.
    /// # Errors
    /// In this order: `Guard(Paused)`, `HotKeySetTxRateLimitExceeded`. On all subnets then `EpochNotSettled` of any that
    /// changes, `Staking` as its `swap_hotkey` says, `Token`. On one then `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`,
    /// `HotKeySwapOnSubnetIntervalNotPassed`, `HotKeyAlreadyRegisteredInSubNet` for `to`, `EpochNotSettled`,
    /// `Staking(NonAssociatedColdKey)` for `from`, `Staking` with `HotKeySwapped` or `NonAssociatedColdKey` for `to`,
    /// `Token`.
    /// # Events
    /// `HotkeySwapped` of `staking`; on one subnet `HotkeySwappedOnSubnet`, and `HotkeyAssociated` of `staking` if `to` was
    /// nobody's.
    #[ink(message)]
    fn swap_hotkey(&mut self, from: AccountId, to: AccountId, netuid: Option<Netuid>) -> Result<(), RegistryError>;

    /// Makes the coldkey that has taken the place of a subnet owner's (`swap_coldkey` of `staking`) the subnet's owner.
    ///
    /// Who: anyone.
    /// # Errors
    /// In this order: `Guard(Paused)`, `SubnetNotExists`, `ColdkeyNotSwapped`.
    /// # Events
    /// `SubnetOwnerChanged`.
    #[ink(message)]
    fn take_over_subnet(&mut self, netuid: Netuid) -> Result<(), RegistryError>;
}

/// The code by which `registry` does its rarer messages, beside those.
#[ink::trait_definition]
pub trait Steward {
    /// Opens the first subnets, without a lock. The arguments are those of `registry`'s constructor, which forwards them;
    /// the accounts are in the root by then.
    ///
    /// Who: the owner; on `registry`'s storage only the constructor, because no message of `registry` comes here.
    /// # Errors
    /// In this order: `Guard(CallerNotOwner)`, `InvalidIdentity` (also for more than
    /// [`MAX_GENESIS_SUBNETS`](super::MAX_GENESIS_SUBNETS) or, for one of them, more than
    /// [`MAX_GENESIS_PARAMETERS`](super::MAX_GENESIS_PARAMETERS)), `Hyperparameter`, `Overflow`.
    /// # Events
    /// `SubnetRegistered` for each.
    #[ink(message)]
    fn open_genesis(
        &mut self,
        tao: AccountId,
        staking: AccountId,
        steward: AccountId,
        genesis: Vec<GenesisSubnet>,
    ) -> Result<(), RegistryError>;

    /// Passes if this code works with the storage that it finds. Not the message of the same name of the guard, so that
    /// a steward does not pass for `registry`'s own code, nor that for a steward.
    ///
    /// # Errors
    /// `StorageMismatch`.
    #[ink(message)]
    fn check_storage(&self) -> Result<(), GuardError>;
}
