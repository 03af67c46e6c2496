//! Where everything is kept: one fixed key per field, and what is packed into one cell.
//!
//! What a message always needs together is one cell; what grows is a column per subnet, in pages (see
//! [`crate::columns`]), or a cell per hotkey. The guard, the clock and the addresses of the other contracts
//! are the contract's root cell, which the dispatcher loads with every message.

use ink::{
    prelude::vec::Vec,
    storage::{traits::ManualKey, Lazy, Mapping},
};
use primitives::{
    model::CommittedModel,
    registry::{RunningSubnet, Subnet, SubnetIdentity},
    AccountId, Hyperparameters, Netuid, ProtocolBlock, Rao, RegistryError, StorageVersion, Uid,
};

use crate::admission::Admission;

/// The layout of this contract's storage; raised with every change of it.
pub(crate) const STORAGE: StorageVersion = StorageVersion::new(*b"REGI", 1);

/// The key of each field: its name in ASCII. A deployed key never changes.
pub(crate) mod key {
    pub(crate) const DIRECTORY: u32 = u32::from_be_bytes(*b"DIRE");
    pub(crate) const RUNNING: u32 = u32::from_be_bytes(*b"RUNN");
    pub(crate) const SUBNETS: u32 = u32::from_be_bytes(*b"SUBN");
    pub(crate) const ADMISSIONS: u32 = u32::from_be_bytes(*b"ADMI");
    pub(crate) const IDENTITIES: u32 = u32::from_be_bytes(*b"IDEN");
    pub(crate) const SHARES: u32 = u32::from_be_bytes(*b"SHAR");
    pub(crate) const HOTKEYS: u32 = u32::from_be_bytes(*b"HOTK");
    pub(crate) const REGISTERED_AT: u32 = u32::from_be_bytes(*b"REGI");
    pub(crate) const EMISSION: u32 = u32::from_be_bytes(*b"EMIS");
    pub(crate) const SEATS: u32 = u32::from_be_bytes(*b"SEAT");
    pub(crate) const MODELS: u32 = u32::from_be_bytes(*b"MODE");
    pub(crate) const OWNER_CHANGES: u32 = u32::from_be_bytes(*b"OWNE");
}

/// Which subnets there are, and what the last registration of one paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Directory {
    /// All subnets, in ascending order.
    pub(crate) netuids: Vec<Netuid>,
    /// The last lock that was paid, with its block.
    pub(crate) last_lock: Option<(Rao, ProtocolBlock)>,
}

/// A subnet with its hyperparameters: what every message about a subnet reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct SubnetRecord {
    /// The subnet.
    pub(crate) subnet: Subnet,
    /// Its hyperparameters in force.
    pub(crate) hyperparameters: Hyperparameters,
    /// All epochs before this one are settled.
    pub(crate) settled_until: u64,
}

impl SubnetRecord {
    /// Fails while an epoch that has ended waits to be settled: what it counts must stay as it was.
    ///
    /// # Errors
    /// `EpochNotSettled`.
    pub(crate) fn ensure_settled(&self, now: ProtocolBlock) -> Result<(), RegistryError> {
        match self.subnet.cycle.map(|cycle| cycle.epoch_at(now)) {
            Some(epoch) if epoch > self.settled_until => Err(RegistryError::EpochNotSettled { epoch }),
            _ => Ok(()),
        }
    }
}

/// A page of a column: of which subnet, and which.
type Page = (Netuid, u16);
/// A hotkey on a subnet.
type Member = (Netuid, AccountId);
/// A uid and the block at which it was taken.
type Held = (Uid, ProtocolBlock);
/// A subnet's share of all emission, on the scale of the others.
type Share = (Netuid, u64);

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Which subnets there are.
    pub(crate) directory: Lazy<Directory, ManualKey<{ key::DIRECTORY }>>,
    /// Which of them were started, in the order in which they were.
    pub(crate) running: Lazy<Vec<RunningSubnet>, ManualKey<{ key::RUNNING }>>,
    /// Each subnet with its hyperparameters.
    pub(crate) subnets: Mapping<Netuid, SubnetRecord, ManualKey<{ key::SUBNETS }>>,
    /// What it takes to register on each subnet.
    pub(crate) admissions: Mapping<Netuid, Admission, ManualKey<{ key::ADMISSIONS }>>,
    /// What each subnet says of itself.
    pub(crate) identities: Mapping<Netuid, SubnetIdentity, ManualKey<{ key::IDENTITIES }>>,
    /// What settlement last said of each subnet's share of all emission.
    pub(crate) shares: Lazy<Vec<Share>, ManualKey<{ key::SHARES }>>,
    /// Hotkey of each uid, in pages.
    pub(crate) hotkeys: Mapping<Page, Vec<AccountId>, ManualKey<{ key::HOTKEYS }>>,
    /// Registration block of each uid, in pages.
    pub(crate) registered_at: Mapping<Page, Vec<u64>, ManualKey<{ key::REGISTERED_AT }>>,
    /// What the last epoch paid to each uid in RAO, in pages.
    pub(crate) emission: Mapping<Page, Vec<u64>, ManualKey<{ key::EMISSION }>>,
    /// The uid of each registered hotkey, with its registration block.
    pub(crate) seats: Mapping<Member, Held, ManualKey<{ key::SEATS }>>,
    /// The model of each registered hotkey that committed one.
    pub(crate) models: Mapping<Member, CommittedModel, ManualKey<{ key::MODELS }>>,
    /// When a subnet's owner last changed a hyperparameter, by its variant.
    pub(crate) owner_changes: Mapping<(Netuid, u8), ProtocolBlock, ManualKey<{ key::OWNER_CHANGES }>>,
}

impl Cells {
    /// A subnet with its hyperparameters.
    ///
    /// # Errors
    /// `SubnetNotExists`.
    pub(crate) fn subnet(&self, netuid: Netuid) -> Result<SubnetRecord, RegistryError> {
        self.subnets.get(netuid).ok_or(RegistryError::SubnetNotExists(netuid))
    }

    /// The uid of a registered hotkey.
    pub(crate) fn uid(&self, netuid: Netuid, hotkey: AccountId) -> Option<Uid> {
        self.seats.get((netuid, hotkey)).map(|(uid, _)| uid)
    }

    /// What it takes to register on a subnet.
    ///
    /// # Errors
    /// `SubnetNotExists`.
    pub(crate) fn admission(&self, netuid: Netuid) -> Result<Admission, RegistryError> {
        self.admissions.get(netuid).ok_or(RegistryError::SubnetNotExists(netuid))
    }
}

#[cfg(test)]
mod tests {
    use super::key::*;

    #[test]
    fn every_field_has_a_key_of_its_own() {
        let mut keys = [
            DIRECTORY,
            RUNNING,
            SUBNETS,
            ADMISSIONS,
            IDENTITIES,
            SHARES,
            HOTKEYS,
            REGISTERED_AT,
            EMISSION,
            SEATS,
            MODELS,
            OWNER_CHANGES,
            0, // the root cell
        ];
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
