//! The root cell: the same for `registry` and its steward, which runs on `registry`'s storage.

use primitives::{registry::Settings, AccountId, Clock, Guard, GuardError, Hash, ProtocolBlock};

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
    /// What settles epochs, once it was named.
    pub settlement: Option<AccountId>,
    /// What holds for all subnets.
    pub settings: Settings,
    /// The code of the steward.
    pub steward: Hash,
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
}
