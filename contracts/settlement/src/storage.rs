//! Where everything is kept: one fixed key per field, and what is packed into one cell.
//!
//! The cell of a validator holds its commits, its weights have cells of their own (see [`crate::rows`]), and the state
//! of a subnet is what every reveal and every epoch changes. All name the neuron they belong to, so that nothing passes to whoever takes its uid over. The
//! guard, the clock and the addresses of the other contracts are the contract's root cell, which the dispatcher
//! loads with every message.

use ink::{
    prelude::vec::Vec,
    storage::{traits::ManualKey, Lazy, Mapping},
};
use primitives::{settlement::EpochResult, AccountId, Hash, Netuid, ProtocolBlock, StorageVersion, Uid};

use crate::{
    commits::Commits,
    emission::Emission,
    entries::Entries,
    rows::{StoredRow, Waiting},
    seed,
    staged::Staged,
};

/// The layout of this contract's storage; raised with every change of it.
pub(crate) const STORAGE: StorageVersion = StorageVersion::new(*b"SETT", 1);

/// The key of each field: its name in ASCII. A deployed key never changes.
pub(crate) mod key {
    pub(crate) const EMISSION: u32 = u32::from_be_bytes(*b"EMIS");
    pub(crate) const SUBNETS: u32 = u32::from_be_bytes(*b"SUBN");
    pub(crate) const VALIDATORS: u32 = u32::from_be_bytes(*b"VALI");
    pub(crate) const ROWS: u32 = u32::from_be_bytes(*b"ROWS");
    pub(crate) const WAITING_ROWS: u32 = u32::from_be_bytes(*b"WAIT");
    pub(crate) const BONDS: u32 = u32::from_be_bytes(*b"BOND");
    pub(crate) const RESULTS: u32 = u32::from_be_bytes(*b"RESU");
}

/// A neuron beyond doubt: a uid and a block alone are not, because a uid may change hands within one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Seat {
    /// Its uid.
    pub(crate) uid: Uid,
    /// Its hotkey.
    pub(crate) hotkey: AccountId,
    /// When the hotkey took the uid.
    pub(crate) registered_at: ProtocolBlock,
}

/// A neuron that held its uid before the last settled epoch began; since then the block tells it from whoever
/// takes the uid over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Incumbent {
    /// Its uid.
    pub(crate) uid: Uid,
    /// When it took the uid.
    pub(crate) registered_at: ProtocolBlock,
}

impl Incumbent {
    /// Whether it still holds its uid, given the registration block of every uid.
    pub(crate) fn holds_its_uid(&self, registered_at: &[ProtocolBlock]) -> bool {
        registered_at.get(self.uid.index()) == Some(&self.registered_at)
    }
}

/// What a validator committed to, and when it last did what.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Validator {
    /// Whose cell this is.
    pub(crate) seat: Seat,
    /// Its unrevealed commits.
    pub(crate) commits: Commits,
    /// When it last revealed or set weights.
    pub(crate) updated_at: Option<ProtocolBlock>,
    /// The epoch in which it last revealed weights.
    pub(crate) revealed_in: Option<u64>,
}

/// What the reveals of an epoch leave behind beside the weights.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct Activity {
    /// The salts of the reveals that count, see [`seed::stir`].
    pub(crate) mix: Hash,
    /// Block of the last weights of each uid, whoever held it; may be shorter than the subnet.
    pub(crate) updated_at: Vec<u64>,
}

impl Activity {
    fn note(&mut self, uid: Uid, block: ProtocolBlock) {
        if self.updated_at.len() <= uid.index() {
            self.updated_at.resize(uid.index().saturating_add(1), 0);
        }
        if let Some(updated_at) = self.updated_at.get_mut(uid.index()) {
            *updated_at = block.get();
        }
    }
}

/// A subnet between two epochs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct SubnetState {
    /// All epochs before this one are settled.
    pub(crate) settled_until: u64,
    /// The block at which that epoch began, once one was settled.
    pub(crate) settled_block: Option<ProtocolBlock>,
    /// The seed since then.
    pub(crate) seed: Hash,
    /// Who may set weights until the next epoch.
    pub(crate) permits: Vec<Incumbent>,
    /// How many pages of bonds there are.
    pub(crate) bond_pages: u8,
    /// The rows that wait for the epoch after the one that is due.
    pub(crate) waiting: Waiting,
    /// What reveals have left behind.
    pub(crate) activity: Staged<Activity>,
}

impl SubnetState {
    /// Whether the neuron of a uid has a permit of the last epoch, given the registration block of every uid.
    pub(crate) fn is_permitted(&self, uid: Uid, registered_at: &[ProtocolBlock]) -> bool {
        self.permits.iter().any(|holder| holder.uid == uid && holder.holds_its_uid(registered_at))
    }
}

/// The bonds of one validator.
#[derive(Clone, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub(crate) struct StoredBonds {
    /// Whose.
    pub(crate) holder: Incumbent,
    /// Towards whom, as u16 fractions.
    pub(crate) entries: Entries,
}

/// The bonds of some validators.
type BondsPage = Vec<StoredBonds>;

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// Where all emission is.
    pub(crate) emission: Lazy<Emission, ManualKey<{ key::EMISSION }>>,
    /// Each subnet.
    pub(crate) subnets: Mapping<Netuid, SubnetState, ManualKey<{ key::SUBNETS }>>,
    /// Whoever committed to or set weights, by uid.
    pub(crate) validators: Mapping<(Netuid, Uid), Validator, ManualKey<{ key::VALIDATORS }>>,
    /// The weights that the due epoch counts.
    pub(crate) rows: Mapping<(Netuid, Uid), StoredRow, ManualKey<{ key::ROWS }>>,
    /// The weights that came after the due epoch had begun.
    pub(crate) waiting_rows: Mapping<(Netuid, Uid), StoredRow, ManualKey<{ key::WAITING_ROWS }>>,
    /// The bonds of each subnet, in pages.
    pub(crate) bonds: Mapping<(Netuid, u8), BondsPage, ManualKey<{ key::BONDS }>>,
    /// The last result of each subnet.
    pub(crate) results: Mapping<Netuid, EpochResult, ManualKey<{ key::RESULTS }>>,
}

/// Most bytes of bonds in a page.
const BONDS_PAGE: usize = 11 * 1024;

impl Cells {
    /// A subnet's state.
    pub(crate) fn subnet(&self, netuid: Netuid) -> SubnetState {
        self.subnets.get(netuid).unwrap_or_default()
    }

    /// What a neuron committed to; whatever another one left at its uid does not count.
    pub(crate) fn validator(&self, netuid: Netuid, seat: Seat) -> Validator {
        let held = self.validators.get((netuid, seat.uid)).filter(|validator| validator.seat == seat);
        held.unwrap_or_else(|| Validator { seat, commits: Commits::default(), updated_at: None, revealed_in: None })
    }

    /// Stores what a neuron committed to.
    pub(crate) fn store_validator(&mut self, netuid: Netuid, validator: &Validator) {
        self.validators.insert((netuid, validator.seat.uid), validator);
    }

    /// Makes `row`, which comes in `epoch`, the weights of a validator; `salt` goes into the seed.
    pub(crate) fn take_row(
        &mut self,
        netuid: Netuid,
        mut state: SubnetState,
        mut validator: Validator,
        row: &StoredRow,
        (epoch, salt): (u64, Option<&[u8]>),
    ) {
        let mut activity = state.activity.latest().clone();
        activity.note(row.seat.uid, row.updated_at);
        validator.updated_at = Some(row.updated_at);
        if let Some(salt) = salt {
            seed::stir(&mut activity.mix, epoch, &row.seat.hotkey, salt);
        }
        state.activity.put(activity, epoch, state.settled_until);
        self.put_row(netuid, &mut state.waiting, row, (epoch, state.settled_until));
        self.subnets.insert(netuid, &state);
        self.store_validator(netuid, &validator);
    }

    /// All bonds of a subnet.
    pub(crate) fn all_bonds(&self, netuid: Netuid, pages: u8) -> impl Iterator<Item = StoredBonds> + '_ {
        (0..pages).flat_map(move |page| self.bonds.get((netuid, page)).unwrap_or_default())
    }

    /// Replaces all bonds of a subnet that had `pages` pages; returns how many it has now.
    pub(crate) fn store_bonds(&mut self, netuid: Netuid, bonds: Vec<StoredBonds>, pages: u8) -> u8 {
        let mut page = 0_u8;
        let (mut rows, mut size) = (Vec::with_capacity(bonds.len()), 0_usize);
        for row in bonds {
            let added = row.entries.size().saturating_add(ROW_HEADER);
            if size.saturating_add(added) > BONDS_PAGE {
                self.bonds.insert((netuid, page), &rows);
                page = page.saturating_add(1);
                rows.clear();
                size = 0;
            }
            size = size.saturating_add(added);
            rows.push(row);
        }
        if !rows.is_empty() {
            self.bonds.insert((netuid, page), &rows);
            page = page.saturating_add(1);
        }
        (page..pages).for_each(|old| self.bonds.remove((netuid, old)));
        page
    }
}

/// Bytes of the holder of a row of bonds.
const ROW_HEADER: usize = 10;

#[cfg(test)]
mod tests {
    use super::key::*;

    #[test]
    fn every_field_has_a_key_of_its_own() {
        let mut keys = [EMISSION, SUBNETS, VALIDATORS, ROWS, WAITING_ROWS, BONDS, RESULTS, 0 /* the root cell */];
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
