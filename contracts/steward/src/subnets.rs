//! Subnets: opening one for a lock or at deployment, starting it, what it says of itself.

use ink::prelude::vec::Vec;
use primitives::{
    registry::{
        GenesisSubnet, RunningSubnet, Subnet, SubnetIdentity, MAX_GENESIS_PARAMETERS, MAX_GENESIS_SUBNETS,
        MAX_IDENTITY_TEXT, SUBNET_RATE_LIMIT,
    },
    AccountId, Authority, Cycle, Hyperparameters, Netuid, ProtocolBlock, Rao, RegistryError,
};
use registry::{
    admission::{first_challenge, Admission},
    storage::{Cells, Directory, Listed, SubnetRecord},
    subnets::{lock_price, to_prune},
};

use crate::{
    dissolution::{self, Dissolved},
    hyperparameters,
};

/// A subnet and the state of registration on it, before it has a cell.
struct Opening {
    record: SubnetRecord,
    admission: Admission,
}

/// What registering a subnet came to.
pub(crate) struct Registered {
    /// Its number.
    pub(crate) netuid: Netuid,
    /// The lock to take.
    pub(crate) locked: Rao,
    /// The subnet that made room.
    pub(crate) dissolved: Option<Dissolved>,
}

/// Registers a subnet for a lock of at most `limit`, in the place of another one if there are `subnet_limit`.
///
/// # Errors
/// `NetworkTxRateLimitExceeded`, `InvalidIdentity`, `PriceAboveLimit`, `AllNetworksInImmunity`, `EpochNotSettled`,
/// `Overflow`.
pub(crate) fn register(
    cells: &mut Cells,
    (registry, subnet_limit): (&AccountId, u16),
    owner: (AccountId, AccountId),
    identity: &SubnetIdentity,
    limit: Rao,
    now: ProtocolBlock,
) -> Result<Registered, RegistryError> {
    let mut directory = cells.directory.get_or_default();
    ensure_not_too_soon(&directory, now)?;
    ensure_valid(identity)?;
    let price = lock_price(&directory, now);
    if price > limit {
        return Err(RegistryError::PriceAboveLimit { price, limit });
    }
    let dissolved = if directory.subnets.len() >= usize::from(subnet_limit) {
        let pruned = to_prune(cells, &directory, now).ok_or(RegistryError::AllNetworksInImmunity)?;
        let record = cells.subnet(pruned)?;
        record.ensure_settled(now)?;
        Some(dissolution::remove(cells, &mut directory, pruned, &record))
    } else {
        None
    };
    let netuid = list(&mut directory, now)?;
    directory.last_lock = Some((price, now));
    cells.directory.set(&directory);
    Opening::new(registry, netuid, owner, price, now).store(cells, netuid, identity);
    Ok(Registered { netuid, locked: price, dissolved })
}

/// Opens the subnets of the deployment, without a lock; returns their numbers and owners.
///
/// # Errors
/// `InvalidIdentity` (also for too many subnets or hyperparameters), `Hyperparameter`, `Overflow`.
pub(crate) fn open_genesis(
    cells: &mut Cells,
    registry: &AccountId,
    genesis: Vec<GenesisSubnet>,
    now: ProtocolBlock,
) -> Result<Vec<(Netuid, AccountId)>, RegistryError> {
    if genesis.len() > MAX_GENESIS_SUBNETS {
        return Err(RegistryError::InvalidIdentity);
    }
    let mut directory = Directory::default();
    let mut opened = Vec::with_capacity(genesis.len());
    for subnet in genesis {
        ensure_valid(&subnet.identity)?;
        if subnet.hyperparameters.len() > MAX_GENESIS_PARAMETERS {
            return Err(RegistryError::InvalidIdentity);
        }
        let netuid = list(&mut directory, now)?;
        let owner = (subnet.owner, subnet.owner_hotkey);
        let mut opening = Opening::new(registry, netuid, owner, Rao::ZERO, now);
        for change in subnet.hyperparameters {
            let Opening { record, admission } = &mut opening;
            hyperparameters::apply(record, admission, change, Authority::Governance, now)?;
        }
        opening.store(cells, netuid, &subnet.identity);
        opened.push((netuid, subnet.owner));
    }
    cells.directory.set(&directory);
    Ok(opened)
}

/// The coldkey and the hotkey of each subnet's owner.
pub(crate) fn owners(cells: &Cells) -> impl Iterator<Item = (AccountId, AccountId)> + '_ {
    let subnets = cells.directory.get_or_default().subnets;
    let records = subnets.into_iter().filter_map(|listed| cells.subnets.get(listed.netuid));
    records.map(|record| (record.subnet.owner, record.subnet.owner_hotkey))
}

/// Starts a subnet of `caller`; returns its epochs.
///
/// # Errors
/// `SubnetNotExists`, `NotSubnetOwner`, `SubnetAlreadyStarted`.
pub(crate) fn start(
    cells: &mut Cells,
    netuid: Netuid,
    caller: AccountId,
    now: ProtocolBlock,
) -> Result<Cycle, RegistryError> {
    let mut record = owned(cells, netuid, caller)?;
    if record.subnet.started_at.is_some() {
        return Err(RegistryError::SubnetAlreadyStarted);
    }
    let cycle = Cycle { first_epoch: 0, first_block: now, tempo: record.hyperparameters.tempo };
    record.subnet.cycle = Some(cycle);
    record.subnet.started_at = Some(now);
    cells.subnets.insert(netuid, &record);
    let mut running = cells.running.get_or_default();
    running.push(RunningSubnet { netuid, started_at: now });
    cells.running.set(&running);
    Ok(cycle)
}

/// Changes what a subnet of `caller` says of itself.
///
/// # Errors
/// `SubnetNotExists`, `NotSubnetOwner`, `InvalidIdentity`.
pub(crate) fn set_identity(
    cells: &mut Cells,
    netuid: Netuid,
    caller: AccountId,
    identity: &SubnetIdentity,
) -> Result<(), RegistryError> {
    owned(cells, netuid, caller)?;
    ensure_valid(identity)?;
    cells.identities.insert(netuid, identity);
    Ok(())
}

/// Makes `to` the owner of a subnet.
///
/// # Errors
/// `SubnetNotExists`.
pub(crate) fn hand_over(cells: &mut Cells, netuid: Netuid, to: AccountId) -> Result<(), RegistryError> {
    let mut record = cells.subnet(netuid)?;
    record.subnet.owner = to;
    cells.subnets.insert(netuid, &record);
    Ok(())
}

impl Opening {
    fn new(
        registry: &AccountId,
        netuid: Netuid,
        (owner, owner_hotkey): (AccountId, AccountId),
        locked: Rao,
        now: ProtocolBlock,
    ) -> Self {
        let subnet =
            Subnet { owner, owner_hotkey, registered_at: now, locked, cycle: None, started_at: None, neurons: 0 };
        Self {
            record: SubnetRecord {
                subnet,
                hyperparameters: Hyperparameters::default(),
                settled_until: 0,
                owner_changes: Vec::new(),
            },
            admission: Admission::new(first_challenge(registry, netuid, now), now),
        }
    }

    fn store(&self, cells: &mut Cells, netuid: Netuid, identity: &SubnetIdentity) {
        cells.subnets.insert(netuid, &self.record);
        cells.admissions.insert(netuid, &self.admission);
        cells.identities.insert(netuid, identity);
    }
}

fn owned(cells: &Cells, netuid: Netuid, caller: AccountId) -> Result<SubnetRecord, RegistryError> {
    let record = cells.subnet(netuid)?;
    if record.subnet.owner == caller {
        return Ok(record);
    }
    Err(RegistryError::NotSubnetOwner(caller))
}

fn ensure_not_too_soon(directory: &Directory, now: ProtocolBlock) -> Result<(), RegistryError> {
    match directory.last_lock.map(|(_, block)| block.after(SUBNET_RATE_LIMIT)) {
        Some(from) if now < from => Err(RegistryError::NetworkTxRateLimitExceeded { from }),
        _ => Ok(()),
    }
}

/// Lists a subnet under the number after the last: the first is 1, because 0 is the root network to Bittensor's users.
fn list(directory: &mut Directory, registered_at: ProtocolBlock) -> Result<Netuid, RegistryError> {
    let number = directory.last_netuid.get().checked_add(1).ok_or(RegistryError::Overflow)?;
    let netuid = Netuid::new(number);
    directory.last_netuid = netuid;
    directory.subnets.push(Listed { netuid, registered_at });
    Ok(netuid)
}

fn ensure_valid(identity: &SubnetIdentity) -> Result<(), RegistryError> {
    let SubnetIdentity { name, url, description, task, task_hash: _ } = identity;
    let is_valid = |text: &Vec<u8>| text.len() <= MAX_IDENTITY_TEXT && core::str::from_utf8(text).is_ok();
    if [name, url, description, task].into_iter().all(is_valid) {
        return Ok(());
    }
    Err(RegistryError::InvalidIdentity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_are_numbered_from_1_and_no_number_is_given_twice() {
        let mut directory = Directory::default();
        let list = |directory: &mut Directory| list(directory, ProtocolBlock::new(7)).map(Netuid::get);
        assert_eq!([(); 2].map(|()| list(&mut directory)), [Ok(1), Ok(2)]);
        directory.subnets.clear();
        assert_eq!(list(&mut directory), Ok(3));
        directory.last_netuid = Netuid::new(u16::MAX);
        assert_eq!(list(&mut directory), Err(RegistryError::Overflow));
    }

    #[test]
    fn each_text_of_an_identity_is_utf_8_of_limited_length() {
        let longest = SubnetIdentity { url: vec![b'x'; MAX_IDENTITY_TEXT], ..SubnetIdentity::default() };
        assert_eq!(ensure_valid(&longest), Ok(()));
        let invalid = |text: Vec<u8>| {
            let empty = SubnetIdentity::default;
            [
                SubnetIdentity { name: text.clone(), ..empty() },
                SubnetIdentity { url: text.clone(), ..empty() },
                SubnetIdentity { description: text.clone(), ..empty() },
                SubnetIdentity { task: text, ..empty() },
            ]
        };
        for identity in invalid(vec![b'x'; MAX_IDENTITY_TEXT + 1]).iter().chain(&invalid(vec![0xff])) {
            assert_eq!(ensure_valid(identity), Err(RegistryError::InvalidIdentity), "{identity:?}");
        }
    }
}
