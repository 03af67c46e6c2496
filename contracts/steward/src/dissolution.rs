//! The end of a subnet: by its owner, by governance, or to make room for another; and clearing what its neurons left.
//!
//! What says that the subnet exists goes at once, in a few cells. The cells of its neurons can be thousands; nobody reads
//! them any more, and whoever likes clears them in steps, from the last uid down.

use primitives::{AccountId, Authority, Netuid, ProtocolBlock, Rao, RegistryError, Uid};
use registry::storage::{Cells, Directory, SubnetRecord};

use crate::hyperparameters::authority;

/// A subnet that was dissolved; the refund is left to the caller.
pub(crate) struct Dissolved {
    /// Which.
    pub(crate) netuid: Netuid,
    /// Its owner.
    pub(crate) owner: AccountId,
    /// The lock to give back.
    pub(crate) refund: Rao,
}

/// Uids of a dissolved subnet that were cleared.
pub(crate) struct Swept {
    /// The first of them, below which the neurons are still to be cleared.
    pub(crate) first: Uid,
    /// How many.
    pub(crate) count: u16,
}

/// Dissolves a subnet for `caller`, where `governance` is this contract's owner.
///
/// # Errors
/// `SubnetNotExists`, `NotSubnetOwner`, `EpochNotSettled`.
pub(crate) fn dissolve(
    cells: &mut Cells,
    netuid: Netuid,
    caller: AccountId,
    governance: AccountId,
    now: ProtocolBlock,
) -> Result<Dissolved, RegistryError> {
    let record = cells.subnet(netuid)?;
    if authority(&record.subnet, caller, governance)? == Authority::SubnetOwner {
        record.ensure_settled(now)?;
    }
    let mut directory = cells.directory.get_or_default();
    let dissolved = remove(cells, &mut directory, netuid, &record);
    cells.directory.set(&directory);
    Ok(dissolved)
}

/// Removes all that says that a subnet exists.
pub(crate) fn remove(cells: &mut Cells, directory: &mut Directory, netuid: Netuid, record: &SubnetRecord) -> Dissolved {
    directory.subnets.retain(|listed| listed.netuid != netuid);
    let mut running = cells.running.get_or_default();
    running.retain(|subnet| subnet.netuid != netuid);
    cells.running.set(&running);
    cells.subnets.remove(netuid);
    cells.admissions.remove(netuid);
    cells.identities.remove(netuid);
    if record.subnet.neurons > 0 {
        cells.remains.insert(netuid, &record.subnet.neurons);
    }
    Dissolved { netuid, owner: record.subnet.owner, refund: record.subnet.locked }
}

/// Clears the cells of the last `limit` neurons that a dissolved subnet has left.
///
/// # Errors
/// `SubnetNotExists` if there are none.
pub(crate) fn sweep(cells: &mut Cells, netuid: Netuid, limit: u16) -> Result<Swept, RegistryError> {
    let neurons = cells.remains.get(netuid).ok_or(RegistryError::SubnetNotExists(netuid))?;
    let left = neurons.saturating_sub(limit);
    let (first, count) = (Uid::new(left), neurons.saturating_sub(left));
    for hotkey in cells.hotkeys(netuid, first, count) {
        cells.members.remove((netuid, hotkey));
    }
    cells.remove_pages(netuid, first, Uid::new(neurons));
    if left == 0 {
        cells.remains.remove(netuid);
    } else {
        cells.remains.insert(netuid, &left);
    }
    Ok(Swept { first, count })
}

#[cfg(test)]
mod tests {
    use ink::env::{test::count_used_storage_cells, DefaultEnvironment};
    use primitives::{
        registry::{GenesisSubnet, SubnetIdentity},
        Hyperparameter,
    };

    use registry::neurons;

    use super::*;
    use crate::subnets;

    const NOW: ProtocolBlock = ProtocolBlock::new(3);

    fn account(number: u16) -> AccountId {
        let mut account = [7; 32];
        account[..2].copy_from_slice(&number.to_be_bytes());
        account.into()
    }

    /// Subnets without neurons.
    fn with_subnets(count: usize) -> Cells {
        let mut cells = Cells::default();
        let subnet = GenesisSubnet {
            owner: account(1_000),
            owner_hotkey: account(0),
            identity: SubnetIdentity::default(),
            hyperparameters: vec![Hyperparameter::MaxAllowedUids(4_096)],
        };
        subnets::open_genesis(&mut cells, &account(9), vec![subnet; count], NOW).expect("valid subnets");
        cells
    }

    fn cells_in_use() -> usize {
        let contract = ink::env::account_id::<DefaultEnvironment>();
        count_used_storage_cells::<DefaultEnvironment>(&contract).unwrap_or(0)
    }

    #[ink::test]
    fn a_subnet_that_was_dissolved_and_swept_leaves_nothing_but_empty_lists() {
        let mut cells = with_subnets(2);
        let (first, second) = (Netuid::new(1), Netuid::new(2));
        subnets::start(&mut cells, second, account(1_000), NOW).expect("its owner's");
        dissolve(&mut cells, second, account(1_000), account(9), NOW).expect("its owner's");
        let empty = cells_in_use();
        for uid in 0..1_100 {
            let record = cells.subnet(first).expect("it exists");
            neurons::seat(&mut cells, first, record, account(uid), NOW).expect("there is room");
        }
        cells.set_emission(first, 1, vec![Rao::new(1)]);
        dissolve(&mut cells, first, account(1_000), account(9), NOW).expect("its owner's");
        let mut left = u16::MAX;
        while left > 0 {
            left = sweep(&mut cells, first, 250).expect("something is left").first.get();
        }
        // The subnet's record, the state of registration on it and its identity are gone too.
        assert_eq!(cells_in_use(), empty - 3);
    }
}
