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
    axon::ServedAxon,
    model::CommittedModel,
    registry::{RunningSubnet, Subnet, SubnetIdentity},
    AccountId, Hyperparameters, Netuid, ProtocolBlock, Rao, RegistryError, StorageVersion, Uid,
};

use crate::admission::Admission;

/// The layout of this contract's storage; raised with every change of it.
pub const STORAGE: StorageVersion = StorageVersion::new(*b"REGI", 1);

/// The key of each field: its name in ASCII. A deployed key never changes.
pub(crate) mod key {
    pub(crate) const DIRECTORY: u32 = u32::from_be_bytes(*b"DIRE");
    pub(crate) const RUNNING: u32 = u32::from_be_bytes(*b"RUNN");
    pub(crate) const SUBNETS: u32 = u32::from_be_bytes(*b"SUBN");
    pub(crate) const ADMISSIONS: u32 = u32::from_be_bytes(*b"ADMI");
    pub(crate) const IDENTITIES: u32 = u32::from_be_bytes(*b"IDEN");
    pub(crate) const REMAINS: u32 = u32::from_be_bytes(*b"REMA");
    pub(crate) const SHARES: u32 = u32::from_be_bytes(*b"SHAR");
    pub(crate) const HOTKEYS: u32 = u32::from_be_bytes(*b"HOTK");
    pub(crate) const REGISTERED_AT: u32 = u32::from_be_bytes(*b"REGI");
    pub(crate) const EMISSION: u32 = u32::from_be_bytes(*b"EMIS");
    pub(crate) const MEMBERS: u32 = u32::from_be_bytes(*b"MEMB");
    pub(crate) const KEY_SWAPS: u32 = u32::from_be_bytes(*b"SWAP");
    pub(crate) const SUBNET_KEY_SWAPS: u32 = u32::from_be_bytes(*b"SUKE");
}

/// Which subnets there are, and what the last registration of one paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Directory {
    /// All subnets, in ascending order.
    pub subnets: Vec<Listed>,
    /// The number that was given last. Numbers are not given twice.
    pub last_netuid: Netuid,
    /// The last lock that was paid, with its block.
    pub last_lock: Option<(Rao, ProtocolBlock)>,
}

/// A subnet in the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Listed {
    /// Which.
    pub netuid: Netuid,
    /// When it was registered.
    pub registered_at: ProtocolBlock,
}

/// A neuron as its hotkey knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Member {
    /// Its uid.
    pub uid: Uid,
    /// When it took that uid.
    pub registered_at: ProtocolBlock,
    /// The model that it committed.
    pub model: Option<CommittedModel>,
    /// Where it serves.
    pub axon: Option<ServedAxon>,
}

/// A subnet with its hyperparameters: what every message about a subnet reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct SubnetRecord {
    /// The subnet.
    pub subnet: Subnet,
    /// Its hyperparameters in force.
    pub hyperparameters: Hyperparameters,
    /// All epochs before this one are settled.
    pub settled_until: u64,
    /// When its owner last changed what, see [`crate::hyperparameters`]; one entry for each kind of change.
    pub owner_changes: Vec<(u8, ProtocolBlock)>,
}

impl SubnetRecord {
    /// Fails while an epoch that has ended waits to be settled: what it counts must stay as it was.
    ///
    /// # Errors
    /// `EpochNotSettled`.
    pub fn ensure_settled(&self, now: ProtocolBlock) -> Result<(), RegistryError> {
        match self.subnet.cycle.map(|cycle| cycle.epoch_at(now)) {
            Some(epoch) if epoch > self.settled_until => Err(RegistryError::EpochNotSettled { epoch }),
            _ => Ok(()),
        }
    }
}

/// A page of a column: of which subnet, and which.
type Page = (Netuid, u16);
/// A subnet's share of all emission, on the scale of the others.
type Share = (Netuid, u64);

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub struct Cells {
    /// Which subnets there are.
    pub directory: Lazy<Directory, ManualKey<{ key::DIRECTORY }>>,
    /// Which of them were started, in the order in which they were.
    pub running: Lazy<Vec<RunningSubnet>, ManualKey<{ key::RUNNING }>>,
    /// Each subnet with its hyperparameters.
    pub subnets: Mapping<Netuid, SubnetRecord, ManualKey<{ key::SUBNETS }>>,
    /// What it takes to register on each subnet.
    pub admissions: Mapping<Netuid, Admission, ManualKey<{ key::ADMISSIONS }>>,
    /// What each subnet says of itself.
    pub identities: Mapping<Netuid, SubnetIdentity, ManualKey<{ key::IDENTITIES }>>,
    /// What settlement last said of each subnet's share of all emission.
    pub shares: Lazy<Vec<Share>, ManualKey<{ key::SHARES }>>,
    /// Hotkey of each uid, in pages.
    pub hotkeys: Mapping<Page, Vec<AccountId>, ManualKey<{ key::HOTKEYS }>>,
    /// Registration block of each uid, in pages.
    pub registered_at: Mapping<Page, Vec<u64>, ManualKey<{ key::REGISTERED_AT }>>,
    /// What the last epoch paid to each uid in RAO, in pages.
    pub emission: Mapping<Page, Vec<u64>, ManualKey<{ key::EMISSION }>>,
    /// Each registered hotkey on its subnet.
    pub members: Mapping<(Netuid, AccountId), Member, ManualKey<{ key::MEMBERS }>>,
    /// When each coldkey last swapped a hotkey.
    pub key_swaps: Mapping<AccountId, ProtocolBlock, ManualKey<{ key::KEY_SWAPS }>>,
    /// When each coldkey last swapped a hotkey on that subnet alone.
    pub subnet_key_swaps: Mapping<(Netuid, AccountId), ProtocolBlock, ManualKey<{ key::SUBNET_KEY_SWAPS }>>,
    /// How many neurons of each dissolved subnet still have their cells.
    pub remains: Mapping<Netuid, u16, ManualKey<{ key::REMAINS }>>,
}

impl Cells {
    /// A subnet with its hyperparameters.
    ///
    /// # Errors
    /// `SubnetNotExists`.
    pub fn subnet(&self, netuid: Netuid) -> Result<SubnetRecord, RegistryError> {
        self.subnets.get(netuid).ok_or(RegistryError::SubnetNotExists(netuid))
    }

    /// The uid of a registered hotkey.
    pub fn uid(&self, netuid: Netuid, hotkey: AccountId) -> Option<Uid> {
        self.members.get((netuid, hotkey)).map(|member| member.uid)
    }

    /// A hotkey that is registered on a subnet.
    ///
    /// # Errors
    /// `HotKeyNotRegisteredInSubNet`.
    pub fn member(&self, netuid: Netuid, hotkey: AccountId) -> Result<Member, RegistryError> {
        self.members.get((netuid, hotkey)).ok_or(RegistryError::HotKeyNotRegisteredInSubNet(hotkey))
    }

    /// A hotkey that is registered on a subnet which was not dissolved since.
    pub fn member_today(&self, netuid: Netuid, hotkey: AccountId) -> Option<Member> {
        self.subnets.contains(netuid).then(|| self.members.get((netuid, hotkey)))?
    }

    /// What it takes to register on a subnet.
    ///
    /// # Errors
    /// `SubnetNotExists`.
    pub fn admission(&self, netuid: Netuid) -> Result<Admission, RegistryError> {
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
            REMAINS,
            SHARES,
            HOTKEYS,
            REGISTERED_AT,
            EMISSION,
            MEMBERS,
            KEY_SWAPS,
            SUBNET_KEY_SWAPS,
            0, // the root cell
        ];
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
