//! How all emission is divided over the subnets now.

use chain::{Chain, ChainError, Contracts, Snapshot};
use consensus::{root::WHOLE, supply::block_emission};
use primitives::{Netuid, Rao, Registry as _, RootNetwork as _, Settlement as _, Tao as _, root::Share};

/// The emission of a block, and who gets which part of it.
pub(crate) struct Emission {
    /// What one block emits.
    pub(crate) per_block: Rao,
    /// The parts of [`WHOLE`] by the last root epoch; empty while nobody's vote counts.
    pub(crate) shares: Vec<Share>,
    /// The subnets that take part.
    pub(crate) running: Vec<Netuid>,
}

impl Emission {
    pub(crate) fn read<C: Chain + ?Sized>(page: &Snapshot<C>, contracts: &Contracts) -> Result<Self, ChainError> {
        let issuance = page.view(contracts.tao().issuance())?;
        let ledger = page.view(contracts.settlement().emission())?;
        let issued = [issuance, ledger.pending, ledger.carried].map(Rao::get).into_iter().fold(0, u64::saturating_add);
        let running = page.view(contracts.registry().running_subnets())?;
        Ok(Self {
            per_block: Rao::new(block_emission(issued)),
            shares: page.view(contracts.root().shares())?,
            running: running.into_iter().map(|subnet| subnet.netuid).collect(),
        })
    }

    /// A subnet's part of [`WHOLE`], rounded down; none if it does not run.
    pub(crate) fn share(&self, netuid: Netuid) -> u64 {
        if !self.running.contains(&netuid) {
            return 0;
        }
        if self.shares.is_empty() {
            return WHOLE / self.running.len().max(1) as u64;
        }
        self.shares.iter().find(|(of, _)| *of == netuid).map_or(0, |(_, share)| *share)
    }

    /// What a subnet gets of each block, rounded down.
    pub(crate) fn of(&self, netuid: Netuid) -> Rao {
        let part = u128::from(self.per_block.get()) * u128::from(self.share(netuid)) / u128::from(WHOLE);
        Rao::new(u64::try_from(part).unwrap_or(u64::MAX))
    }
}
