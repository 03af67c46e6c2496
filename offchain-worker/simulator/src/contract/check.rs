//! Whether messages can do what a case says, and whether the chain's blocks mean the same as the case's.

use super::{
    NativeOnly,
    plan::{Step, What},
    timetable::Timetable,
};
use crate::{Case, CaseReport, network::Action};

/// Refuses a case that asks for what no message does.
pub(super) fn ensure_messages_do_it(case: &Case) -> Result<(), NativeOnly> {
    for (epoch, actions) in (1..).zip(case.epochs.iter().map(|epoch| &epoch.actions)) {
        if let Some(name) = actions.iter().find_map(without_message) {
            return Err(NativeOnly::Action { epoch, name });
        }
    }
    ensure_start(case)?;
    let mut last = None;
    for (number, epoch) in (1..).zip(&case.epochs) {
        if last >= Some(epoch.block) {
            return Err(NativeOnly::EpochOrder(number));
        }
        last = Some(epoch.block);
        let is_late = |action: &Action| matches!(action, Action::SetWeights { block, .. } if *block > epoch.block);
        if epoch.actions.iter().any(is_late) {
            return Err(NativeOnly::LateAction(number));
        }
    }
    Ok(())
}

/// The name in files of an action that no message does.
fn without_message(action: &Action) -> Option<&'static str> {
    match action {
        Action::SetWeights { .. } | Action::SetStake { .. } | Action::SetStakes(_) => None,
        Action::RawWeights { .. } => Some("raw_weights"),
        // A newcomer takes the uid that pruning gives it.
        Action::ReplaceUid { .. } => Some("replace_uid of a chosen uid"),
        Action::SetLastUpdate(_) => Some("set_last_update"),
        Action::SetCommitBlocks(_) => Some("set_commit_blocks"),
        Action::RemoveBondsTowards(_) => Some("remove_bonds_towards_uid"),
    }
}

/// Refuses a start that registrations and first weights do not lead to.
fn ensure_start(case: &Case) -> Result<(), NativeOnly> {
    let network = &case.network;
    if network.bonds.values().any(|row| !row.is_empty()) {
        return Err(NativeOnly::InitialBonds);
    }
    let is_scaled =
        |row: &&Vec<(u16, u16)>| row.iter().map(|(_, weight)| *weight).max().is_some_and(|max| max < u16::MAX);
    if let Some((uid, _)) = network.weights.iter().find(|(_, row)| is_scaled(row)) {
        return Err(NativeOnly::InitialWeights(*uid));
    }
    let uids = || (0..=u16::MAX).zip(&network.neurons);
    if let Some((_, (uid, _))) =
        uids().zip(uids().skip(1)).find(|((_, one), (_, next))| next.registered_at < one.registered_at)
    {
        return Err(NativeOnly::RegistrationOrder(uid));
    }
    let first = case.epochs.first().map_or(0, |epoch| epoch.block);
    for (uid, neuron) in uids() {
        if neuron.committed_at.is_some() {
            return Err(NativeOnly::InitialCommits);
        }
        if neuron.registered_at.max(neuron.last_update) > first {
            return Err(NativeOnly::LateNeuron(uid));
        }
        if neuron.last_update < neuron.registered_at {
            return Err(NativeOnly::OldUpdate(uid));
        }
    }
    Ok(())
}

/// When something was, in the case and on the chain.
#[derive(Clone, Copy)]
struct Moment {
    in_case: u64,
    on_chain: u64,
}

/// A neuron after some steps.
struct Seen<'a> {
    registered: Moment,
    updated: Moment,
    /// Its weights, if it has any.
    row: &'a [(u16, u16)],
}

/// Refuses steps in which a neuron is active, or newer than somebody's weights, otherwise than in the case.
pub(super) fn ensure_same_order(case: &Case, timetable: &Timetable, steps: &[Step]) -> Result<(), NativeOnly> {
    let cutoff = case.network.parameters.activity_cutoff;
    let mut neurons: Vec<Seen> = Vec::new();
    for step in steps {
        let on_chain = step.block;
        match &step.what {
            What::Register { in_case } => {
                let registered = Moment { in_case: *in_case, on_chain };
                neurons.push(Seen { registered, updated: registered, row: &[] });
            }
            What::SetWeights { uid, in_case, row } => {
                if let Some(neuron) = neurons.get_mut(usize::from(*uid)) {
                    neuron.updated = Moment { in_case: *in_case, on_chain };
                    neuron.row = row;
                }
            }
            What::Settle { in_case: None, .. } | What::BringStakes(_) => {}
            What::Settle { in_case: Some(block), .. } => {
                let is_active_alike = |Seen { updated, .. }: &Seen| {
                    let in_case = updated.in_case.saturating_add(cutoff) >= *block;
                    in_case == (updated.on_chain + timetable.cutoff >= on_chain)
                };
                let counts_alike = |(uid, Seen { updated, row, .. }): (u16, &Seen)| {
                    let targets = row.iter().filter(|(target, _)| *target != uid || case.network.owner == Some(uid));
                    targets.filter_map(|(target, _)| neurons.get(usize::from(*target))).all(
                        |Seen { registered, .. }| {
                            (registered.in_case >= updated.in_case) == (registered.on_chain >= updated.on_chain)
                        },
                    )
                };
                if !neurons.iter().all(is_active_alike) || !(0..=u16::MAX).zip(&neurons).all(counts_alike) {
                    return Err(NativeOnly::OneBlock(step.epoch));
                }
            }
        }
    }
    Ok(())
}

/// Refuses a case in which bonds do not count because their neuron registered within the tempo before the epoch: on
/// chain the neuron is older than the epoch before, and the bonds count.
pub(super) fn ensure_same_bonds(case: &Case, natively: &CaseReport) -> Result<(), NativeOnly> {
    let later = (2..).zip(case.epochs.iter().skip(1)).zip(&natively.epochs);
    for ((epoch, next), before) in later {
        let horizon = next.block.saturating_sub(case.network.parameters.tempo);
        let is_masked = |uid: &u16| {
            let neuron = case.network.neurons.get(usize::from(*uid));
            neuron.is_some_and(|neuron| neuron.registered_at >= horizon)
        };
        let mut bonds = before.bonds_sparse.values().flatten();
        if let Some((uid, _)) = bonds.find(|(uid, bond)| *bond > 0 && is_masked(uid)) {
            return Err(NativeOnly::Bonds { epoch, uid: *uid });
        }
    }
    Ok(())
}
