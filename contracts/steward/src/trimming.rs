//! Making a subnet smaller than the neurons it has: who goes, and who takes which uid.
//!
//! Rows, bonds and permits in `settlement` name a neuron by its uid and the block at which it took it. A neuron that
//! moves takes its new uid at the block of the trimming, so nothing that was said of its predecessor there is ever taken
//! for its own; the price is that it begins anew like a newcomer, for one epoch without bonds.

use consensus::pruning::{neurons_to_trim, Candidate};
use ink::prelude::vec::Vec;
use primitives::{
    hyperparameters::HyperparameterError,
    registry::{MAX_MOVED, MAX_TRIMMED, TRIMMING_INTERVAL},
    AccountId, Authority, Netuid, ProtocolBlock, RegistryError, Uid,
};
use registry::{neurons::protection, storage::Cells};

use crate::hyperparameters::{authority, count_owner_change, ensure_outside_freeze_window, TRIMMING};

/// What a trimming did.
pub(crate) struct Trimmed {
    /// How many neurons there were.
    pub(crate) before: u16,
    /// The uids whose neurons went, in ascending order.
    pub(crate) evicted: Vec<Uid>,
    /// The neurons that stayed with another uid: the one before, and the one now.
    pub(crate) moved: Vec<(Uid, Uid)>,
    /// The hotkeys of those, with the uid that they have now.
    pub(crate) seats: Vec<(Uid, AccountId)>,
}

/// Lowers the most uids of a subnet to `max` for `caller`, where `governance` is this contract's owner.
///
/// # Errors
/// `SubnetNotExists`, `NotSubnetOwner`, `Hyperparameter`, `AdminActionProhibitedDuringWeightsWindow`,
/// `TxRateLimitExceeded`, `EpochNotSettled`, `TrimmingTooMuch`, `TrimmingWouldExceedMaxImmunePercentage`.
pub(crate) fn trim(
    cells: &mut Cells,
    netuid: Netuid,
    max: u16,
    caller: AccountId,
    governance: AccountId,
    now: ProtocolBlock,
) -> Result<Trimmed, RegistryError> {
    let mut record = cells.subnet(netuid)?;
    let authority = authority(&record.subnet, caller, governance)?;
    let rules = &mut record.hyperparameters;
    if !(rules.min_allowed_uids..=rules.max_allowed_uids).contains(&max) {
        return Err(HyperparameterError::ValueOutOfBounds.into());
    }
    rules.max_allowed_uids = max;
    if authority == Authority::SubnetOwner {
        ensure_outside_freeze_window(&record.subnet, now)?;
        count_owner_change(&mut record, TRIMMING, TRIMMING_INTERVAL, now)?;
    }
    record.ensure_settled(now)?;
    let before = record.subnet.neurons;
    if before.saturating_sub(max) > MAX_TRIMMED {
        return Err(RegistryError::TrimmingTooMuch);
    }
    let mut neurons = cells.candidates(netuid, before);
    let going = neurons_to_trim(&neurons, &protection(cells, netuid, &record, now), usize::from(max));
    let going = going.ok_or(RegistryError::TrimmingWouldExceedMaxImmunePercentage)?;
    record.subnet.neurons = before.min(max);
    cells.subnets.insert(netuid, &record);

    let evicted: Vec<_> = going.into_iter().filter_map(Uid::from_index).collect();
    let moved = moves(&evicted, before, max);
    if moved.len() > MAX_MOVED {
        return Err(RegistryError::TrimmingTooMuch);
    }
    let mut seats = Vec::new();
    if !evicted.is_empty() {
        seats = seat_anew(cells, netuid, &mut neurons, &evicted, &moved, now);
        cells.remove_pages(netuid, Uid::new(max), Uid::new(before));
    }
    Ok(Trimmed { before, evicted, moved, seats })
}

/// Who moves where: the neurons from uid `max` on that stay, to the uids below that were freed, both in ascending order.
fn moves(evicted: &[Uid], before: u16, max: u16) -> Vec<(Uid, Uid)> {
    let staying = (max..before).map(Uid::new).filter(|uid| !evicted.contains(uid));
    staying.zip(evicted.iter().copied()).collect()
}

/// Forgets the evicted, seats those that move at `now`, and keeps the columns; returns the hotkeys with their new uids.
fn seat_anew(
    cells: &mut Cells,
    netuid: Netuid,
    neurons: &mut Vec<Candidate>,
    evicted: &[Uid],
    moved: &[(Uid, Uid)],
    now: ProtocolBlock,
) -> Vec<(Uid, AccountId)> {
    let before = u16::try_from(neurons.len()).unwrap_or(u16::MAX);
    let mut hotkeys = cells.hotkeys(netuid, Uid::new(0), before);
    for hotkey in evicted.iter().filter_map(|uid| hotkeys.get(uid.index())) {
        cells.members.remove((netuid, hotkey));
    }
    let mut seats = Vec::with_capacity(moved.len());
    for &(from, to) in moved {
        let Some((&hotkey, &neuron)) = hotkeys.get(from.index()).zip(neurons.get(from.index())) else { continue };
        if let Some((held, place)) = hotkeys.get_mut(to.index()).zip(neurons.get_mut(to.index())) {
            *held = hotkey;
            *place = Candidate { registered_at: now.get(), ..neuron };
        }
        if let Some(mut member) = cells.members.get((netuid, hotkey)) {
            (member.uid, member.registered_at) = (to, now);
            cells.members.insert((netuid, hotkey), &member);
        }
        seats.push((to, hotkey));
    }
    let left = neurons.len().saturating_sub(evicted.len());
    hotkeys.truncate(left);
    neurons.truncate(left);
    cells.set_columns(netuid, &hotkeys, neurons);
    seats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_neurons_that_stay_beyond_the_limit_take_the_freed_uids_below_it_in_order() {
        let uids = |of: &[u16]| of.iter().copied().map(Uid::new).collect::<Vec<_>>();
        let pairs = |of: &[(u16, u16)]| of.iter().map(|&(a, b)| (Uid::new(a), Uid::new(b))).collect::<Vec<_>>();
        assert_eq!(moves(&uids(&[1, 3, 6]), 8, 5), pairs(&[(5, 1), (7, 3)]));
        assert_eq!(moves(&uids(&[5, 6, 7]), 8, 5), pairs(&[]));
        assert_eq!(moves(&uids(&[]), 4, 5), pairs(&[]));
    }
}
