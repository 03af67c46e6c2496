//! Which subnets there are: what the next one costs, and whose place it would take.

use consensus::{
    price::lock_cost,
    pruning::{subnet_to_prune, Candidate},
};
use primitives::{
    registry::{LOCK_REDUCTION_INTERVAL, MIN_LOCK, NETWORK_IMMUNITY},
    Netuid, ProtocolBlock, Rao,
};

use crate::storage::{Cells, Directory};

/// What registering a subnet costs at `now`.
pub fn lock_price(directory: &Directory, now: ProtocolBlock) -> Rao {
    // 0 means "never" to the rule, so a lock of block 0 counts from block 1.
    let (lock, block) = directory.last_lock.map_or((MIN_LOCK, 0), |(lock, block)| (lock, block.get().max(1)));
    Rao::new(lock_cost(lock.get(), block, now.get(), MIN_LOCK.get(), LOCK_REDUCTION_INTERVAL))
}

/// The subnet that makes room for another one at `now`.
pub fn to_prune(cells: &Cells, directory: &Directory, now: ProtocolBlock) -> Option<Netuid> {
    let shares = cells.shares.get_or_default();
    let share = |netuid| shares.iter().find(|(of, _)| *of == netuid).map_or(0, |&(_, share)| share);
    let candidates = directory
        .subnets
        .iter()
        .map(|listed| Candidate { emission: share(listed.netuid), registered_at: listed.registered_at.get() });
    let index = subnet_to_prune(candidates, now.get(), NETWORK_IMMUNITY)?;
    directory.subnets.get(index).map(|listed| listed.netuid)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after_a_lock(tao: u64, block: u64) -> Directory {
        let last_lock = Some((Rao::new(tao.saturating_mul(Rao::ONE_TAO.get())), ProtocolBlock::new(block)));
        Directory { last_lock, ..Directory::default() }
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
}
