//! Publication of a model.

use chain::{Chain, ChainError, ChainExt, Contracts, Signer};
use primitives::{
    Netuid, Registry as _,
    model::{ModelCommitment, ModelKind, bound_hash, content_hash},
};

/// Commits `hotkey` to a Wasm model that can be fetched from `location`.
pub fn publish(
    chain: &dyn Chain,
    contracts: &Contracts,
    hotkey: &Signer,
    netuid: Netuid,
    model: &[u8],
    location: &str,
) -> Result<(), ChainError> {
    let commitment = ModelCommitment {
        kind: ModelKind::Wasm,
        // A larger model is refused by the registry, whose limit is far below 4 GiB.
        size: u32::try_from(model.len()).unwrap_or(u32::MAX),
        bound_hash: bound_hash(&content_hash(model), &hotkey.account()),
        location: location.as_bytes().to_vec(),
    };
    chain.submit(hotkey, contracts.registry().commit_model(netuid, commitment))?;
    Ok(())
}
