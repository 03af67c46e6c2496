//! A plan carried out, and beside it the same epochs natively.

use chain::ChainError;
use consensus::{emission::Emission, epoch::Neuron, payout};
use primitives::{Hyperparameter, Rao, settlement::EpochResult};

use super::{
    NativeOnly,
    plan::{Plan, Step, What},
    stage::{Settled, Stage},
    timetable::MAX_TEMPO,
};
use crate::{Case, CaseReport, EpochReport, Expectation, Network, Rows, SimulateError};

/// Why a replay stopped.
pub(super) enum Stop {
    /// The contracts refuse a message that the case needs.
    NativeOnly(NativeOnly),
    /// The contracts or the chain failed.
    Failed(SimulateError),
}

impl<E: Into<SimulateError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A case on the chain, some steps of its plan done.
pub(super) struct Replay<'a> {
    case: &'a Case,
    stage: Stage,
    /// The subnet as the native engine has it, with the chain's blocks and stakes.
    shadow: Network,
    now: u64,
    /// The blocks of the epochs to come, the next one last.
    epochs: Vec<u64>,
    /// The block at which the next epoch begins if nobody changes the tempo.
    begins: u64,
    /// The block of the last epoch.
    settled: Option<u64>,
    report: CaseReport,
}

impl<'a> Replay<'a> {
    /// Carries out the plan of a case on the stage that was opened for it.
    pub(super) fn run(case: &'a Case, plan: &Plan, stage: Stage) -> Result<CaseReport, Stop> {
        let mut epochs: Vec<_> = plan.epochs().collect();
        epochs.reverse();
        let shadow = Network {
            parameters: stage.parameters()?,
            owner: plan.owner,
            neurons: Vec::new(),
            weights: Rows::new(),
            bonds: Rows::new(),
        };
        let report = CaseReport::new(case.name.clone(), case.rao);
        let mut replay = Self { case, stage, shadow, now: 0, epochs, begins: 0, settled: None, report };
        replay.await_epoch()?;
        for step in &plan.steps {
            replay.pass_to(step.block)?;
            replay.step(step)?;
        }
        Ok(replay.report)
    }

    /// Moves time on.
    fn pass_to(&mut self, block: u64) -> Result<(), Stop> {
        while self.begins <= block && self.epochs.last().is_some_and(|next| self.begins < *next) {
            self.now = self.begins - 1;
            self.stage.pass_to(self.now);
            self.await_epoch()?;
        }
        self.now = block;
        self.stage.pass_to(block);
        Ok(())
    }

    /// Chooses the tempo with which the next epoch begins at its block. If it is too far away, the epoch under way
    /// has to begin anew before the longest tempo is over.
    fn await_epoch(&mut self) -> Result<(), Stop> {
        let Some(next) = self.epochs.last() else { return Ok(()) };
        let tempo = u16::try_from(next - self.now).unwrap_or(MAX_TEMPO).min(MAX_TEMPO);
        self.begins = self.now + u64::from(tempo);
        Ok(self.stage.set(Hyperparameter::Tempo(tempo))?)
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop> {
        let Step { block, epoch, ref what } = *step;
        match what {
            What::Register { .. } => {
                self.stage.register(self.shadow.neurons.len())?;
                let neuron =
                    Neuron { stake: 0, last_update: block, registered_at: block, permit: false, committed_at: None };
                self.shadow.neurons.push(neuron);
            }
            What::SetWeights { uid, row, .. } => {
                self.stage.set_weights(*uid, row).map_err(|error| refused(epoch, error))?;
                self.shadow.set_weights(*uid, row, block);
            }
            What::Settle { in_case, tempo, rules } => {
                // The epoch keeps its block when its tempo changes in it.
                self.stage.set(Hyperparameter::Tempo(*tempo))?;
                let settled = self.stage.settle()?;
                self.compare(step, *in_case, settled)?;
                rules.iter().try_for_each(|rule| self.stage.set(*rule))?;
                self.epochs.pop();
                self.await_epoch()?;
            }
            What::BringStakes(stakes) => {
                for (uid, stake) in stakes.iter().enumerate() {
                    self.stage.bring_stake(uid, *stake).map_err(|error| refused(epoch, error))?;
                }
            }
        }
        Ok(())
    }

    /// Holds a settled epoch against the native one and, if it is one of the case's, against what the case expects.
    fn compare(&mut self, step: &Step, in_case: Option<u64>, settled: Settled) -> Result<(), SimulateError> {
        let Settled { result, bonds, offered } = settled;
        let found = result.block.get();
        if found != step.block {
            return Err(SimulateError::EpochBlock { expected: step.block, found });
        }
        self.shadow.parameters = self.stage.parameters()?;
        for (neuron, stake) in self.shadow.neurons.iter_mut().zip(&result.stake) {
            neuron.stake = stake.get();
        }
        let last_epoch = self.settled.replace(step.block).map(|block| block - 1);
        let outcome = self.shadow.run_epoch(step.block, last_epoch);
        let paid = payout::pay(&outcome.shares, offered);
        let emission = Emission {
            combined: sums(&paid.incentive, &paid.dividends),
            server: paid.incentive,
            validator: paid.dividends,
        };
        let native = EpochReport::new(step.block, outcome, emission, self.shadow.bonds.clone());
        let epoch = reported(result, bonds, native.stake_weight.clone());

        for difference in Expectation::of(&native).differences(step.epoch, &epoch, offered) {
            self.report.note_unlike_native(difference);
        }
        let Some(block) = in_case else { return Ok(()) };
        let epoch = of_amount(epoch, block, self.case.rao);
        let expect = self.case.epochs.get(step.epoch - 1).and_then(|epoch| epoch.expect.as_ref());
        for difference in expect.iter().flat_map(|expect| expect.differences(step.epoch, &epoch, self.case.rao)) {
            self.report.note(difference);
        }
        self.report.epochs.push(epoch);
        Ok(())
    }
}

fn refused(epoch: usize, error: ChainError) -> Stop {
    match error {
        source @ ChainError::Refused { .. } => Stop::NativeOnly(NativeOnly::Refused { epoch, source }),
        error => Stop::Failed(error.into()),
    }
}

fn sums(some: &[u64], others: &[u64]) -> Vec<u64> {
    some.iter().zip(others).map(|(one, other)| one + other).collect()
}

/// A contract's result in the form of a report. It does not say shares of stake, which are not part of a comparison
/// then.
fn reported(result: EpochResult, bonds: Rows, stake_weight: Vec<u16>) -> EpochReport {
    let amounts = |amounts: Vec<Rao>| amounts.into_iter().map(Rao::get).collect::<Vec<_>>();
    let (server, validator) = (amounts(result.server_emission), amounts(result.validator_emission));
    EpochReport {
        block: result.block.get(),
        consensus: result.consensus,
        incentive: result.incentive,
        dividends: result.dividends,
        validator_trust: result.validator_trust,
        validator_permit: result.permits,
        active: result.active,
        emission: sums(&server, &validator),
        server_emission: server,
        validator_emission: validator,
        bonds_sparse: bonds,
        stake_weight,
    }
}

/// A report with the case's block, as if the epoch had paid the case's `rao`: the shares of what it paid.
fn of_amount(epoch: EpochReport, block: u64, rao: u64) -> EpochReport {
    let paid: u128 = epoch.emission.iter().map(|amount| u128::from(*amount)).sum();
    let share = |amount: u64| {
        let share = (u128::from(amount) * u128::from(rao)).checked_div(paid).unwrap_or(0);
        u64::try_from(share).unwrap_or(u64::MAX)
    };
    let shares = |amounts: &[u64]| amounts.iter().map(|amount| share(*amount)).collect();
    EpochReport {
        block,
        server_emission: shares(&epoch.server_emission),
        validator_emission: shares(&epoch.validator_emission),
        emission: shares(&epoch.emission),
        ..epoch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emission_is_told_as_shares_of_the_amount_of_the_case() {
        let empty = || {
            EpochReport::new(
                7,
                consensus::epoch::run(&consensus::epoch::Inputs {
                    setting: consensus::epoch::Setting {
                        parameters: &settlement::epoch::parameters(&primitives::Hyperparameters::default()),
                        block: 7,
                        last_epoch: None,
                        owner: None,
                        basis: consensus::epoch::StakeBasis::Staked,
                        neurons: &[],
                    },
                    weights: &[],
                    bonds: &[],
                }),
                Emission { server: vec![], validator: vec![], combined: vec![] },
                Rows::new(),
            )
        };
        let paid = EpochReport {
            server_emission: vec![0, 30],
            validator_emission: vec![10, 0],
            emission: vec![10, 30],
            ..empty()
        };
        let told = of_amount(paid, 3, 1_001);
        assert_eq!((told.block, told.server_emission, told.emission), (3, vec![0, 750], vec![250, 750]));
        assert_eq!(of_amount(EpochReport { emission: vec![0, 0], ..empty() }, 3, 1_001).emission, [0, 0]);
    }
}
