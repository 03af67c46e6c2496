//! Subnets: opening one for a lock or at deployment, and starting it.

use consensus::price::lock_cost;
use ink::prelude::vec::Vec;
use primitives::{
    registry::{
        GenesisSubnet, RunningSubnet, Subnet, SubnetIdentity, LOCK_REDUCTION_INTERVAL, MAX_GENESIS_PARAMETERS,
        MAX_GENESIS_SUBNETS, MAX_IDENTITY_TEXT, MIN_LOCK, SUBNET_LIMIT, SUBNET_RATE_LIMIT,
    },
    AccountId, Authority, Cycle, Hyperparameters, Netuid, ProtocolBlock, Rao, RegistryError,
};

use crate::{
    admission::{first_challenge, Admission},
    hyperparameters,
    storage::{Cells, Directory, SubnetRecord},
};

/// A subnet and the state of registration on it, before it has a cell.
struct Opening {
    record: SubnetRecord,
    admission: Admission,
}

/// Registers `subnet`, whose `locked` is the most that its owner pays; returns its number and the lock to take.
///
/// # Errors
/// `NetworkTxRateLimitExceeded`, `SubnetLimitReached`, `InvalidIdentity`, `PriceAboveLimit`.
pub(crate) fn register(
    cells: &mut Cells,
    registry: &AccountId,
    owner: (AccountId, AccountId),
    identity: &SubnetIdentity,
    limit: Rao,
    now: ProtocolBlock,
) -> Result<(Netuid, Rao), RegistryError> {
    let mut directory = cells.directory.get_or_default();
    ensure_not_too_soon(&directory, now)?;
    let netuid = next_netuid(&directory)?;
    ensure_valid(identity)?;
    let price = lock_price(&directory, now);
    if price > limit {
        return Err(RegistryError::PriceAboveLimit { price, limit });
    }
    let opening = Opening::new(registry, netuid, owner, price, now);
    directory.netuids.push(netuid);
    directory.last_lock = Some((price, now));
    cells.directory.set(&directory);
    opening.store(cells, netuid, identity);
    Ok((netuid, price))
}

/// Opens the subnets of the deployment, without a lock; returns their numbers and owners.
///
/// # Errors
/// `InvalidIdentity` (also for too many subnets or hyperparameters), `Hyperparameter`.
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
        let netuid = next_netuid(&directory)?;
        ensure_valid(&subnet.identity)?;
        if subnet.hyperparameters.len() > MAX_GENESIS_PARAMETERS {
            return Err(RegistryError::InvalidIdentity);
        }
        let owner = (subnet.owner, subnet.owner_hotkey);
        let mut opening = Opening::new(registry, netuid, owner, Rao::ZERO, now);
        for change in subnet.hyperparameters {
            let Opening { record, admission } = &mut opening;
            hyperparameters::apply(record, admission, change, Authority::Governance, now)?;
        }
        opening.store(cells, netuid, &subnet.identity);
        directory.netuids.push(netuid);
        opened.push((netuid, subnet.owner));
    }
    cells.directory.set(&directory);
    Ok(opened)
}

/// The coldkey and the hotkey of each subnet's owner.
pub(crate) fn owners(cells: &Cells) -> impl Iterator<Item = (AccountId, AccountId)> + '_ {
    let netuids = cells.directory.get_or_default().netuids;
    let subnets = netuids.into_iter().filter_map(|netuid| cells.subnets.get(netuid));
    subnets.map(|record| (record.subnet.owner, record.subnet.owner_hotkey))
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
    let mut record = cells.subnet(netuid)?;
    if record.subnet.owner != caller {
        return Err(RegistryError::NotSubnetOwner(caller));
    }
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

/// What registering a subnet costs at `now`.
pub(crate) fn lock_price(directory: &Directory, now: ProtocolBlock) -> Rao {
    // 0 means "never" to the rule, so a lock of block 0 counts from block 1.
    let (lock, block) = directory.last_lock.map_or((MIN_LOCK, 0), |(lock, block)| (lock, block.get().max(1)));
    Rao::new(lock_cost(lock.get(), block, now.get(), MIN_LOCK.get(), LOCK_REDUCTION_INTERVAL))
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
            record: SubnetRecord { subnet, hyperparameters: Hyperparameters::default(), settled_until: 0 },
            admission: Admission::new(first_challenge(registry, netuid, now), now),
        }
    }

    fn store(&self, cells: &mut Cells, netuid: Netuid, identity: &SubnetIdentity) {
        cells.subnets.insert(netuid, &self.record);
        cells.admissions.insert(netuid, &self.admission);
        cells.identities.insert(netuid, identity);
    }
}

fn ensure_not_too_soon(directory: &Directory, now: ProtocolBlock) -> Result<(), RegistryError> {
    match directory.last_lock.map(|(_, block)| block.after(SUBNET_RATE_LIMIT)) {
        Some(from) if now < from => Err(RegistryError::NetworkTxRateLimitExceeded { from }),
        _ => Ok(()),
    }
}

/// The number after the last: the first is 1, because 0 is the root network to Bittensor's users.
fn next_netuid(directory: &Directory) -> Result<Netuid, RegistryError> {
    if directory.netuids.len() >= usize::from(SUBNET_LIMIT) {
        return Err(RegistryError::SubnetLimitReached);
    }
    let last = directory.netuids.last().map_or(0, |netuid| netuid.get());
    Ok(Netuid::new(last.saturating_add(1)))
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

    fn after_a_lock(tao: u64, block: u64) -> Directory {
        let last_lock = Some((Rao::new(tao.saturating_mul(Rao::ONE_TAO.get())), ProtocolBlock::new(block)));
        Directory { netuids: Vec::new(), last_lock }
    }

    fn price_in_tao(directory: &Directory, block: u64) -> u64 {
        lock_price(directory, ProtocolBlock::new(block)).get() / Rao::ONE_TAO.get()
    }

    #[test]
    fn the_first_lock_is_the_lowest() {
        assert_eq!(lock_price(&Directory::default(), ProtocolBlock::new(9)), MIN_LOCK);
    }

    #[test]
    fn a_lock_doubles_and_then_falls_to_what_was_paid_in_one_interval() {
        let directory = after_a_lock(1_500, 200);
        assert_eq!(price_in_tao(&directory, 200), 3_000);
        assert_eq!(price_in_tao(&directory, 200 + 50_400), 2_250);
        assert_eq!(price_in_tao(&directory, 200 + 100_800), 1_500);
        assert_eq!(price_in_tao(&directory, 200 + 1_008_000), 1_000);
    }

    #[test]
    fn a_lock_doubles_also_when_it_was_paid_in_block_0() {
        assert_eq!(price_in_tao(&after_a_lock(1_000, 0), 1), 2_000);
    }

    #[test]
    fn subnets_are_numbered_from_1_up_to_the_limit() {
        let mut directory = Directory::default();
        for expected in 1..=SUBNET_LIMIT {
            let netuid = next_netuid(&directory).expect("below the limit");
            assert_eq!(netuid, Netuid::new(expected));
            directory.netuids.push(netuid);
        }
        assert_eq!(next_netuid(&directory), Err(RegistryError::SubnetLimitReached));
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
