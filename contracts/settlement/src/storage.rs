//! Where everything is kept: one fixed key per field, and what is packed into one cell.
//!
//! The cell of a validator holds its commits, its weights have cells of their own (see [`crate::rows`]), and the state
//! of a subnet is what its epochs change. All name the neuron they belong to, so that nothing passes to whoever takes its
//! uid over. The guard, the clock and the addresses of the other contracts are the contract's root cell (see [`crate::root`]), which
//! the dispatcher loads with every message. `settlement` and its engine share all of it; the engine keeps an epoch that is
//! settled in part in cells of its own, under the keys `PROG` and `WORD`.

use ink::{
    prelude::vec::Vec,
    storage::{traits::ManualKey, Lazy, Mapping},
};
use primitives::{settlement::EpochResult, AccountId, Hash, Netuid, ProtocolBlock, StorageVersion, Uid};

use crate::{
    activity::{Activity, Arrival, Place},
    bonds::BondsPage,
    commits::Commits,
    emission::Emission,
    entries::Entries,
    rows::{NewRow, StoredRow},
    seed,
    staged::Staged,
};

/// The layout of this contract's storage; raised with every change of it.
pub const STORAGE: StorageVersion = StorageVersion::new(*b"SETT", 1);

/// The key of each field: its name in ASCII. A deployed key never changes.
pub(crate) mod key {
    pub(crate) const EMISSION: u32 = u32::from_be_bytes(*b"EMIS");
    pub(crate) const SUBNETS: u32 = u32::from_be_bytes(*b"SUBN");
    pub(crate) const VALIDATORS: u32 = u32::from_be_bytes(*b"VALI");
    pub(crate) const ROWS: u32 = u32::from_be_bytes(*b"ROWS");
    pub(crate) const ROW_PAGES: u32 = u32::from_be_bytes(*b"ROWP");
    pub(crate) const ACTIVITY: u32 = u32::from_be_bytes(*b"ACTI");
    pub(crate) const BONDS: u32 = u32::from_be_bytes(*b"BOND");
    pub(crate) const RESULTS: u32 = u32::from_be_bytes(*b"RESU");
}

/// A neuron: `registry` never gives a uid to two of them in one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Seat {
    /// Its uid.
    pub uid: Uid,
    /// When it took the uid.
    pub registered_at: ProtocolBlock,
}

impl Seat {
    /// Whether it still holds its uid, given the registration block of every uid.
    pub fn is_held(&self, registered_at: &[ProtocolBlock]) -> bool {
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

/// A subnet between two epochs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct SubnetState {
    /// All epochs before this one are settled.
    pub settled_until: u64,
    /// The block at which that epoch began, once one was settled.
    pub settled_block: Option<ProtocolBlock>,
    /// The seed since then.
    pub seed: Hash,
    /// Who may set weights until the next epoch.
    pub permits: Vec<Seat>,
    /// Who may have bonds.
    pub bonded: Vec<Seat>,
    /// How many pages of bonds each block of neurons has.
    pub bond_pages: Vec<u8>,
    /// The salts of the reveals that count, see [`seed::stir`].
    pub mix: Staged<Hash>,
    /// The epoch that is settled in part, which the engine keeps.
    pub settling: Option<u64>,
}

impl SubnetState {
    /// Whether a neuron has a permit of the last epoch.
    pub fn is_permitted(&self, seat: Seat) -> bool {
        self.permits.contains(&seat)
    }

    /// What a row of weights meets that comes in `epoch`.
    pub fn arrival(&self, epoch: u64) -> Arrival {
        Arrival { epoch, settled_until: self.settled_until, settling: self.settling }
    }
}

/// The place for a row of a neuron.
pub type RowKey = (Netuid, Uid, Place);
/// A block of 256 neurons of a subnet.
pub type BlockKey = (Netuid, u8);
/// A page of what a subnet has.
type PageKey = (Netuid, u8);

/// All cells but the root.
#[ink::storage_item]
#[derive(Debug, Default)]
pub struct Cells {
    /// Where all emission is.
    pub emission: Lazy<Emission, ManualKey<{ key::EMISSION }>>,
    /// Each subnet.
    pub subnets: Mapping<Netuid, SubnetState, ManualKey<{ key::SUBNETS }>>,
    /// Whoever committed to or set weights, by uid.
    pub(crate) validators: Mapping<(Netuid, Uid), Validator, ManualKey<{ key::VALIDATORS }>>,
    /// What each neuron last did, in pages.
    pub activity: Mapping<PageKey, Vec<Activity>, ManualKey<{ key::ACTIVITY }>>,
    /// The weights of each neuron towards the first 256 uids, in two places.
    pub rows: Mapping<RowKey, StoredRow, ManualKey<{ key::ROWS }>>,
    /// The weights towards the others, in pages.
    pub row_pages: Mapping<(RowKey, u8), Entries, ManualKey<{ key::ROW_PAGES }>>,
    /// The bonds of each subnet by block of neurons, in pages.
    pub bonds: Mapping<(BlockKey, u8), BondsPage, ManualKey<{ key::BONDS }>>,
    /// The last result of each subnet, in pages.
    pub results: Mapping<PageKey, EpochResult, ManualKey<{ key::RESULTS }>>,
}

impl Cells {
    /// A subnet's state.
    pub fn subnet(&self, netuid: Netuid) -> SubnetState {
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
        row: NewRow,
        (epoch, salt): (u64, Option<(AccountId, &[u8])>),
    ) {
        let arrival = state.arrival(epoch);
        let place = self.note_row(netuid, row.seat.uid, row.updated_at, arrival);
        validator.updated_at = Some(row.updated_at);
        self.put_row(netuid, row, place);
        self.store_validator(netuid, &validator);
        if let Some((hotkey, salt)) = salt {
            let mut mix = *state.mix.latest();
            seed::stir(&mut mix, epoch, &hotkey, salt);
            state.mix.put(mix, epoch, state.settled_until);
            self.subnets.insert(netuid, &state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::key::*;

    #[test]
    fn every_field_has_a_key_of_its_own() {
        let mut keys =
            [EMISSION, SUBNETS, VALIDATORS, ROWS, ROW_PAGES, ACTIVITY, BONDS, RESULTS, 0 /* the root cell */];
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
