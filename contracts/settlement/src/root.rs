//! The root cell: the same for `settlement` and its engine, which runs on `settlement`'s storage.

use ink::prelude::vec::Vec;
use primitives::{
    host::{messages, Outgoing as _, RegistryMessages, StakingMessages, TaoMessages},
    registry::{RunningSubnet, UIDS_PER_PAGE},
    AccountId, Clock, Guard, GuardError, Hash, Netuid, ProtocolBlock, Registry as _, SettlementError, Tao as _, Uid,
};

use crate::{emission::Emission, storage::Cells};

/// What the dispatcher loads with every message.
#[derive(Clone, Debug)]
#[ink::scale_derive(Encode, Decode, TypeInfo)]
#[cfg_attr(feature = "std", derive(ink::storage::traits::StorageLayout))]
pub struct Root {
    /// Owner, guardian, pause.
    pub guard: Guard,
    /// The deployment's clock.
    pub clock: Clock,
    /// The token.
    pub tao: AccountId,
    /// The stakes.
    pub staking: AccountId,
    /// The subnets.
    pub registry: AccountId,
    /// The code of the engine.
    pub engine: Hash,
    /// The root network, which says how emission is divided.
    pub root_network: Option<AccountId>,
}

impl Root {
    /// The block at a time of the host.
    pub fn block(&self, now_ms: u64) -> ProtocolBlock {
        self.clock.block(now_ms)
    }

    /// The block at a time of the host, if writes are not paused then.
    ///
    /// # Errors
    /// `Paused`.
    pub fn running_block(&self, now_ms: u64) -> Result<ProtocolBlock, GuardError> {
        self.guard.ensure_running(now_ms)?;
        Ok(self.block(now_ms))
    }

    /// The messages of `registry`.
    pub fn registry(&self) -> RegistryMessages {
        messages(self.registry)
    }

    /// The messages of `staking`.
    pub fn staking(&self) -> StakingMessages {
        messages(self.staking)
    }

    /// The messages of `tao`.
    pub fn tao(&self) -> TaoMessages {
        messages(self.tao)
    }

    /// All emission, accrued until `now`.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn accrue(
        &self,
        cells: &Cells,
        now: ProtocolBlock,
        running: &[RunningSubnet],
    ) -> Result<Emission, SettlementError> {
        let mut emission = cells.emission.get_or_default();
        emission.accrue(now, self.tao().issuance().ask(), running).ok_or(SettlementError::Overflow)?;
        Ok(emission)
    }

    /// The registration blocks of all uids of a subnet, of which the first are known.
    pub fn registration_blocks(
        &self,
        netuid: Netuid,
        neurons: u16,
        mut known: Vec<ProtocolBlock>,
    ) -> Vec<ProtocolBlock> {
        while let Some(first) = Uid::from_index(known.len()).filter(|first| first.get() < neurons) {
            let page = self.registry().registration_blocks(netuid, first, UIDS_PER_PAGE).ask();
            if page.is_empty() {
                break;
            }
            known.extend(page);
        }
        known
    }
}
