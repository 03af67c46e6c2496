//! Model commitments: one per registered hotkey and subnet.

use primitives::{
    model::{CommittedModel, ModelCommitment, MAX_LOCATION, MAX_MODEL_SIZE},
    AccountId, Netuid, ProtocolBlock, RegistryError,
};

use crate::storage::Cells;

/// Keeps the model that `hotkey` commits. A repeated commitment to the same content keeps its block.
///
/// # Errors
/// `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`, `InvalidModel`.
pub(crate) fn commit(
    cells: &mut Cells,
    netuid: Netuid,
    hotkey: AccountId,
    model: &ModelCommitment,
    now: ProtocolBlock,
) -> Result<(), RegistryError> {
    cells.subnet(netuid)?;
    let mut member = cells.member(netuid, hotkey)?;
    ensure_valid(model)?;
    let committed_at = match &member.model {
        Some(earlier) if earlier.model.bound_hash == model.bound_hash => earlier.committed_at,
        _ => now,
    };
    member.model = Some(CommittedModel { model: model.clone(), hotkey, committed_at });
    cells.members.insert((netuid, hotkey), &member);
    Ok(())
}

fn ensure_valid(model: &ModelCommitment) -> Result<(), RegistryError> {
    let has_size = (1..=MAX_MODEL_SIZE).contains(&model.size);
    let has_location = model.location.len() <= MAX_LOCATION && core::str::from_utf8(&model.location).is_ok();
    if has_size && has_location {
        return Ok(());
    }
    Err(RegistryError::InvalidModel)
}

#[cfg(test)]
mod tests {
    use primitives::model::ModelKind;

    use super::*;

    fn model(size: u32, location: &[u8]) -> ModelCommitment {
        ModelCommitment { kind: ModelKind::Wasm, size, bound_hash: [7; 32], location: location.to_vec() }
    }

    #[test]
    fn a_model_has_a_size_within_the_limit_and_a_readable_location() {
        assert_eq!(ensure_valid(&model(1, b"")), Ok(()));
        assert_eq!(ensure_valid(&model(33_554_432, &[b'x'; 128])), Ok(()));
        let invalid = [model(0, b""), model(33_554_433, b""), model(1, &[b'x'; 129]), model(1, &[0xff])];
        for model in invalid {
            assert_eq!(ensure_valid(&model), Err(RegistryError::InvalidModel), "{model:?}");
        }
    }
}
