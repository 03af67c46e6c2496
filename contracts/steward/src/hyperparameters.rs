//! Setting a hyperparameter: who may, when, and what else changes with it.
//!
//! Bounds are `primitives`' own; here is what depends on time and on the subnet.

use primitives::{
    hyperparameters::FREEZE_WINDOW, registry::Subnet, AccountId, Authority, Hyperparameter, Netuid, ProtocolBlock,
    RegistryError,
};
use registry::{
    admission::Admission,
    storage::{Cells, SubnetRecord},
};

/// The kind of an owner's change that is none of a hyperparameter.
pub(crate) const TRIMMING: u8 = u8::MAX;

/// Sets one hyperparameter for `caller`, where `governance` is this contract's owner.
///
/// # Errors
/// `SubnetNotExists`, `NotSubnetOwner`, `Hyperparameter`, `AdminActionProhibitedDuringWeightsWindow`,
/// `EpochNotSettled`, `TxRateLimitExceeded`, `MaxAllowedUidsTooLow`.
pub(crate) fn set(
    cells: &mut Cells,
    netuid: Netuid,
    change: Hyperparameter,
    caller: AccountId,
    governance: AccountId,
    now: ProtocolBlock,
) -> Result<(), RegistryError> {
    let record = cells.subnet(netuid)?;
    let authority = authority(&record.subnet, caller, governance)?;
    let mut changed = record.clone();
    let mut admission = cells.admission(netuid)?;
    apply(&mut changed, &mut admission, change, authority, now)?;
    if authority == Authority::SubnetOwner {
        ensure_outside_freeze_window(&record.subnet, now)?;
        record.ensure_settled(now)?;
        let interval = change.owner_rate_limit(record.hyperparameters.tempo);
        count_owner_change(&mut changed, variant(change), interval, now)?;
    }
    let neurons = record.subnet.neurons;
    if changed.hyperparameters.max_allowed_uids < neurons {
        return Err(RegistryError::MaxAllowedUidsTooLow { neurons });
    }
    cells.subnets.insert(netuid, &changed);
    cells.admissions.insert(netuid, &admission);
    Ok(())
}

/// Applies a change to a subnet and to the state of registration on it.
///
/// # Errors
/// `Hyperparameter`.
pub(crate) fn apply(
    record: &mut SubnetRecord,
    admission: &mut Admission,
    change: Hyperparameter,
    authority: Authority,
    now: ProtocolBlock,
) -> Result<(), RegistryError> {
    let until_now = record.hyperparameters.clone();
    record.hyperparameters.apply(change, authority)?;
    if moves_prices(change) {
        admission.settle_prices(now, &until_now);
    }
    match change {
        Hyperparameter::Difficulty(difficulty) => admission.set_difficulty(difficulty),
        Hyperparameter::Tempo(tempo) => {
            record.subnet.cycle = record.subnet.cycle.map(|cycle| cycle.restart(now, tempo));
        }
        _ => {}
    }
    Ok(())
}

/// In whose name `caller` changes a subnet.
///
/// # Errors
/// `NotSubnetOwner`.
pub(crate) fn authority(subnet: &Subnet, caller: AccountId, governance: AccountId) -> Result<Authority, RegistryError> {
    if caller == governance {
        return Ok(Authority::Governance);
    }
    if caller == subnet.owner {
        return Ok(Authority::SubnetOwner);
    }
    Err(RegistryError::NotSubnetOwner(caller))
}

/// Whether prices until the change must be reckoned by the value before it.
const fn moves_prices(change: Hyperparameter) -> bool {
    use Hyperparameter as H;
    matches!(
        change,
        H::TargetRegistrationsPerInterval(_)
            | H::AdjustmentInterval(_)
            | H::AdjustmentAlpha(_)
            | H::Difficulty(_)
            | H::MinDifficulty(_)
            | H::MaxDifficulty(_)
            | H::MinBurn(_)
            | H::MaxBurn(_)
            | H::BurnHalfLife(_)
    )
}

/// # Errors
/// `AdminActionProhibitedDuringWeightsWindow` in the last blocks of an epoch.
pub(crate) fn ensure_outside_freeze_window(subnet: &Subnet, now: ProtocolBlock) -> Result<(), RegistryError> {
    let Some(cycle) = subnet.cycle else { return Ok(()) };
    let from = cycle.starts_at(cycle.epoch_at(now).saturating_add(1));
    if from.since(now) <= FREEZE_WINDOW {
        return Err(RegistryError::AdminActionProhibitedDuringWeightsWindow { from });
    }
    Ok(())
}

/// Counts a change of a kind by the owner: the variant of a hyperparameter, or [`TRIMMING`].
///
/// # Errors
/// `TxRateLimitExceeded`.
pub(crate) fn count_owner_change(
    record: &mut SubnetRecord,
    kind: u8,
    interval: u64,
    now: ProtocolBlock,
) -> Result<(), RegistryError> {
    match record.owner_changes.iter_mut().find(|(of, _)| *of == kind) {
        Some((_, last)) => {
            let from = last.after(interval);
            if now < from {
                return Err(RegistryError::TxRateLimitExceeded { from });
            }
            *last = now;
        }
        None => record.owner_changes.push((kind, now)),
    }
    Ok(())
}

/// The index of a variant, which is the first byte of its encoding.
fn variant(change: Hyperparameter) -> u8 {
    ink::scale::Encode::using_encoded(&change, |bytes| bytes.first().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use primitives::{Cycle, Rao};

    use super::*;

    fn started_at(block: u64) -> Subnet {
        let account = AccountId::from([1; 32]);
        let first_block = ProtocolBlock::new(block);
        Subnet {
            owner: account,
            owner_hotkey: account,
            registered_at: first_block,
            locked: Rao::ZERO,
            cycle: Some(Cycle { first_epoch: 0, first_block, tempo: 360 }),
            started_at: Some(first_block),
            neurons: 0,
        }
    }

    #[test]
    fn the_last_ten_blocks_before_an_epoch_are_frozen() {
        let subnet = started_at(100);
        let check = |block| ensure_outside_freeze_window(&subnet, ProtocolBlock::new(block));
        let frozen =
            |from| Err(RegistryError::AdminActionProhibitedDuringWeightsWindow { from: ProtocolBlock::new(from) });
        assert_eq!(check(449), Ok(()));
        assert_eq!(check(450), frozen(460));
        assert_eq!(check(459), frozen(460));
        assert_eq!(check(460), Ok(()));
        assert_eq!(check(810), frozen(820));
    }

    #[test]
    fn nothing_is_frozen_before_the_start() {
        let subnet = Subnet { cycle: None, started_at: None, ..started_at(0) };
        assert_eq!(ensure_outside_freeze_window(&subnet, ProtocolBlock::new(355)), Ok(()));
    }

    #[test]
    fn each_parameter_has_an_index_of_its_own() {
        assert_eq!(variant(Hyperparameter::Tempo(400)), 0);
        assert_eq!(variant(Hyperparameter::Kappa(0)), 1);
        assert_eq!(variant(Hyperparameter::Kappa(9)), 1);
    }
}
