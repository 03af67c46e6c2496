//! What to send at which block, so that the contracts see what a case says; or why that cannot be.
//!
//! A case begins with permits that nobody gave. A subnet gives them in an epoch, so an epoch before the case's first
//! gives them: with stakes that make it do so, before anybody has weights, so that it leaves no bonds.

use consensus::epoch::Neuron;
use primitives::{Hyperparameter, Rao, staking::FIRST_VESTING};

use super::{
    NativeOnly, check, rules,
    stakes::{self, Scale},
    timetable::{MAX_TEMPO, Timetable},
};
use crate::{Case, CaseReport, Epoch, network::Action};

/// All messages of a case.
#[derive(Debug)]
pub(super) struct Plan {
    /// The uid of the owner's hotkey.
    pub(super) owner: Option<u16>,
    /// How many neurons there will be.
    pub(super) neurons: u16,
    /// Rules from the start.
    pub(super) rules: Vec<Hyperparameter>,
    /// What is staked at the start, by uid.
    pub(super) deposits: Vec<Rao>,
    /// In the order of their blocks.
    pub(super) steps: Vec<Step>,
}

/// Something at a block of the chain.
#[derive(Debug)]
pub(super) struct Step {
    /// The chain's block.
    pub(super) block: u64,
    /// The epoch of the case that it comes before, or is; from 1.
    pub(super) epoch: usize,
    /// What.
    pub(super) what: What,
}

/// What happens at a block.
#[derive(Debug)]
pub(super) enum What {
    /// The neuron of the next uid registers.
    Register {
        /// When it does in the case.
        in_case: u64,
    },
    /// A validator sets weights.
    SetWeights {
        /// Which.
        uid: u16,
        /// Neurons and weights.
        row: Vec<(u16, u16)>,
        /// When it does in the case.
        in_case: u64,
    },
    /// An epoch is settled.
    Settle {
        /// The block of the epoch in the case; none for the one that gives the first permits.
        in_case: Option<u64>,
        /// The tempo of the epoch: it makes the activity cutoff.
        tempo: u16,
        /// Rules from then on.
        rules: Vec<Hyperparameter>,
    },
    /// Stakes become what the next epoch counts.
    BringStakes(
        /// By uid.
        Vec<Rao>,
    ),
}

impl Plan {
    /// The plan of a case, of which it is known what it gives natively.
    pub(super) fn of(case: &Case, natively: &CaseReport) -> Result<Self, NativeOnly> {
        check::ensure_messages_do_it(case)?;
        let timetable = Timetable::of(case)?;
        let (tempo, factor) = timetable.tempo_and_factor()?;
        let (network, neurons) = (&case.network, u16::try_from(case.network.neurons.len()).unwrap_or(u16::MAX));
        let mut rules = rules::of_start(&network.parameters, neurons, factor)?;

        let epochs = stakes::of_epochs(case);
        let mut deposits = epochs.first().cloned().unwrap_or_default();
        let first = First::of(case, &timetable);
        let permits = first.permits.map(|_| stakes::for_permits(&deposits, &first.permitted, network.owner));
        let scale = Scale::of(epochs.iter().chain(permits.iter().map(|(stakes, _)| stakes)));
        let amounts = epochs.iter().map(|stakes| scale.amounts(stakes)).collect::<Result<Vec<_>, _>>()?;
        let threshold = scale.amount(network.parameters.stake_threshold);
        let of_permits = rules::of_permits(&network.parameters, neurons, threshold)?;

        let mut steps = first.registrations;
        match (first.permits, permits) {
            (Some(block), Some((stakes, permits))) => {
                rules.extend(rules::of_first_permits(permits)?);
                deposits = stakes;
                let what = What::Settle { in_case: None, tempo: MAX_TEMPO, rules: of_permits };
                steps.push(Step { block, epoch: 1, what });
                // Once what that epoch pays is there to be unstaked, if there is time for it.
                let epoch = case.epochs.first().map_or(block, |epoch| timetable.epoch(epoch.block) - 1);
                let stakes = amounts.first().cloned().unwrap_or_default();
                steps.push(Step { block: epoch.min(block + FIRST_VESTING), epoch: 1, what: What::BringStakes(stakes) });
            }
            _ => rules.extend(of_permits),
        }
        steps.extend(first.updates);
        let mut passed = first.permits.unwrap_or(0);
        for (index, epoch) in case.epochs.iter().enumerate() {
            for action in &epoch.actions {
                let Action::SetWeights { block, uid, row } = action else { continue };
                passed = passed.max(timetable.action(*block));
                // Who has no permit may weigh itself alone, which is an update and does not count either.
                let row = if ever_counts(case, natively, *uid, index) { row.clone() } else { vec![(*uid, u16::MAX)] };
                let what = What::SetWeights { uid: *uid, row, in_case: *block };
                steps.push(Step { block: passed, epoch: index + 1, what });
            }
            passed = timetable.epoch(epoch.block);
            let what = What::Settle { in_case: Some(epoch.block), tempo, rules: Vec::new() };
            steps.push(Step { block: passed, epoch: index + 1, what });
            if let Some(stakes) = amounts.get(index + 1) {
                let what = What::BringStakes(stakes.clone());
                steps.push(Step { block: passed, epoch: index + 2, what });
            }
        }
        // What the case starts with is first in the list, though some of its actions may come earlier.
        steps.sort_by_key(|step| step.block);
        check::ensure_same_order(case, &timetable, &steps)?;
        check::ensure_same_bonds(case, natively)?;
        let deposits = scale.amounts(&deposits)?;
        Ok(Self { owner: network.owner, neurons, rules, deposits, steps })
    }

    /// The blocks of the epochs, in order.
    pub(super) fn epochs(&self) -> impl Iterator<Item = u64> {
        let settled = self.steps.iter().filter(|step| matches!(step.what, What::Settle { .. }));
        settled.map(|step| step.block)
    }
}

/// Whether a neuron has a permit in an epoch that counts the weights that it sets before the epoch at `index`.
fn ever_counts(case: &Case, natively: &CaseReport, uid: u16, index: usize) -> bool {
    let sets = |action: &Action| matches!(action, Action::SetWeights { uid: by, .. } if *by == uid);
    let is_replaced = |epoch: &Epoch| epoch.actions.iter().any(sets);
    let later = case.epochs.iter().skip(index + 1).take_while(|epoch| !is_replaced(epoch)).count();
    let is_permitted = |epoch: usize| match epoch.checked_sub(1).and_then(|before| natively.epochs.get(before)) {
        Some(before) => before.validator_permit.get(usize::from(uid)) == Some(&true),
        None => case.network.neurons.get(usize::from(uid)).is_some_and(|neuron| neuron.permit),
    };
    case.network.owner == Some(uid) || (index..=index + later).any(is_permitted)
}

/// What comes before a case's own actions.
struct First {
    registrations: Vec<Step>,
    /// First weights, or updates without any.
    updates: Vec<Step>,
    /// Who has a permit at the start, the owner aside, who has one always.
    permitted: Vec<bool>,
    /// The chain's block of the epoch that gives the permits, if anybody has one.
    permits: Option<u64>,
}

impl First {
    fn of(case: &Case, timetable: &Timetable) -> Self {
        let neurons = || (0..=u16::MAX).zip(&case.network.neurons);
        let permitted: Vec<_> =
            neurons().map(|(uid, neuron)| neuron.permit && case.network.owner != Some(uid)).collect();
        let holders = neurons().zip(&permitted).filter(|(_, permitted)| **permitted);
        let last = holders.map(|((_, neuron), _)| neuron.registered_at).max();
        let permits = last.map(|block| timetable.action(block) + 1);

        let step = |block, what| Step { block, epoch: 1, what };
        let register = |(_, neuron): (u16, &Neuron)| {
            step(timetable.action(neuron.registered_at), What::Register { in_case: neuron.registered_at })
        };
        let update = |(uid, neuron): (u16, &Neuron)| {
            // A weight towards oneself needs no permit and does not count: it is an update and nothing else.
            let row = match case.network.weights.get(&uid) {
                Some(row) => row.clone(),
                None if neuron.last_update > neuron.registered_at => vec![(uid, u16::MAX)],
                None => return None,
            };
            let block = timetable.action(neuron.last_update).max(permits.unwrap_or(0));
            Some(step(block, What::SetWeights { uid, row, in_case: neuron.last_update }))
        };
        let (registrations, updates) = (neurons().map(register).collect(), neurons().filter_map(update).collect());
        Self { registrations, updates, permitted, permits }
    }
}
