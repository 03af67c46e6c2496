//! Publication of a model.

use chain::{Chain, ChainError, ChainExt, Contracts, Signer};
use primitives::{
    AccountId, Netuid, Registry as _,
    model::{ModelCommitment, ModelKind, bound_hash, content_hash},
};

/// What `hotkey` commits to: a Wasm model that can be fetched from `location`, or from its endpoint if that is empty.
pub fn commitment(hotkey: &AccountId, model: &[u8], location: &str) -> ModelCommitment {
    ModelCommitment {
        kind: ModelKind::Wasm,
        // A larger model is refused by the registry, whose limit is far below 4 GiB.
        size: u32::try_from(model.len()).unwrap_or(u32::MAX),
        bound_hash: bound_hash(&content_hash(model), hotkey),
        location: location.as_bytes().to_vec(),
    }
}

/// Commits `hotkey` to a Wasm model that can be fetched from `location`.
///
/// # Errors
/// If the chain refuses, as for a hotkey that is not registered.
pub fn publish(
    chain: &dyn Chain,
    contracts: &Contracts,
    hotkey: &Signer,
    netuid: Netuid,
    model: &[u8],
    location: &str,
) -> Result<(), ChainError> {
    let commitment = commitment(&hotkey.account(), model, location);
    chain.submit(hotkey, contracts.registry().commit_model(netuid, commitment))?;
    Ok(())
}
