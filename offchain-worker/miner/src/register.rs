//! Registration of a hotkey by work.

use chain::{Chain, ChainError, ChainExt, Contracts, Signer};
use primitives::{AccountId, Netuid, Registry as _, Uid};
use thiserror::Error;

use crate::work;

/// Nonces tried per expected try before giving up: a search fails by chance once in e^64.
const PATIENCE: u64 = 64;

/// Why a registration by work failed.
#[derive(Debug, Error)]
pub enum RegisterError {
    /// The chain could not be read, or refused the registration.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no such subnet.
    #[error("there is no subnet {0}; check the netuid and that the deployment is the one you mean")]
    NoSuchSubnet(Netuid),
    /// No nonce was good enough.
    #[error("no nonce meets the difficulty {difficulty}; try again, it moves with demand")]
    NoSolution {
        /// The difficulty that was asked for.
        difficulty: u64,
    },
}

/// Works for the subnet's challenge and registers `hotkey`, which becomes `coldkey`'s. Needs no TAO.
pub fn register_by_work(
    chain: &dyn Chain,
    contracts: &Contracts,
    coldkey: &Signer,
    hotkey: AccountId,
    netuid: Netuid,
) -> Result<Uid, RegisterError> {
    let target = chain.view(contracts.registry().work_target(netuid))?.ok_or(RegisterError::NoSuchSubnet(netuid))?;
    let tries = target.difficulty.saturating_mul(PATIENCE);
    let nonce = work::solve(&target, &hotkey, &coldkey.account(), 0, tries)
        .ok_or(RegisterError::NoSolution { difficulty: target.difficulty })?;
    let call = contracts.registry().register_by_work(netuid, hotkey, target.challenge, nonce);
    Ok(chain.submit(coldkey, call)?.value)
}
