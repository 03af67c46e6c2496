//! The epochs of the demo: reveal, evaluate, commit, let time pass, settle; and nominators who come and go.

use chain::ChainExt;
use indicatif::ProgressBar;
use primitives::{
    AccountId, Clock, Netuid, ProtocolBlock, Rao, Settlement as _, Staking as _, settlement::EpochSettled,
};
use psp22::PSP22 as _;
use worker::{Assessed, Journal, MemoryStorage, Round, Validator, WorkerError, settle_if_due};

use super::{
    cast::{MinerRole, Part, ValidatorRole},
    stage::Stage,
};
use crate::error::CliError;

/// The epoch after whose settling nominators buy TAO and stake it: the first that pays anything.
const FIRST_PAID_EPOCH: u64 = 1;

/// What a nominator did with its TAO.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nomination {
    pub(crate) nominator: AccountId,
    pub(crate) hotkey: AccountId,
    /// What it bought and staked.
    pub(crate) staked: Rao,
}

/// The balances around a nominator's way out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Withdrawal {
    pub(crate) nomination: Nomination,
    pub(crate) stake_before: Rao,
    pub(crate) balance_before: u128,
    pub(crate) stake_after: Rao,
    pub(crate) balance_after: u128,
}

/// What a validator found about a miner in its last round.
pub(crate) struct LastRound {
    pub(crate) netuid: Netuid,
    pub(crate) assessed: Vec<Assessed>,
}

/// What happened.
pub(crate) struct Ending {
    /// Every settled epoch, in order.
    pub(crate) settled: Vec<EpochSettled>,
    /// The last round of each validator on each subnet.
    pub(crate) last_rounds: Vec<LastRound>,
    pub(crate) withdrawal: Withdrawal,
}

/// Steps of the progress bar that [`play`] takes.
pub(crate) fn steps(epochs: u64) -> u64 {
    epochs
}

/// Runs the epochs.
pub(crate) fn play(stage: &Stage, epochs: u64, bar: &ProgressBar) -> Result<Ending, CliError> {
    let mut validators = validators(stage)?;
    let mut settled = Vec::new();
    let mut last_rounds = Vec::new();
    let mut nominations = Vec::new();
    for epoch in 0..epochs {
        bar.set_message(format!("epoch {} of {epochs}: evaluating every model", epoch + 1));
        last_rounds = rounds(stage, &mut validators)?;
        pass_to_next_epoch(stage)?;
        for (netuid, _) in stage.subnets() {
            settled.extend(settle_if_due(&stage.chain, stage.contracts(), &stage.cast.keeper, netuid)?);
        }
        if epoch == FIRST_PAID_EPOCH {
            nominations = nominate(stage)?;
        }
        bar.inc(1);
    }
    pass_the_epoch_but_one_block(stage)?;
    let first = nominations.first().copied().ok_or(missing(stage, "nobody has nominated a validator"))?;
    let withdrawal = withdraw(stage, first)?;
    Ok(Ending { settled, last_rounds, withdrawal })
}

fn missing(stage: &Stage, what: &'static str) -> CliError {
    let block = stage.chain.view(stage.contracts().settlement().emission()).map(|ledger| ledger.accrued_until);
    CliError::Scenario { block: block.unwrap_or_default(), what }
}

fn validators(stage: &Stage) -> Result<Vec<Validator>, CliError> {
    let validator = |role: &ValidatorRole| {
        let journal = Journal::open(Box::new(MemoryStorage::default()), || role.secret.clone());
        Ok(Validator::new(role.hotkey.clone(), journal.map_err(WorkerError::from)?))
    };
    stage.cast.validators.iter().map(validator).collect()
}

/// Every validator reveals what it committed an epoch ago and commits what it measures now, on every subnet.
fn rounds(stage: &Stage, validators: &mut [Validator]) -> Result<Vec<LastRound>, CliError> {
    let context = stage.context();
    let mut found = Vec::new();
    for (netuid, _) in stage.subnets() {
        for validator in &mut *validators {
            validator.follow_up(&context, netuid)?;
        }
        for validator in &mut *validators {
            match validator.round(&context, netuid)? {
                Round::Committed(committed) => {
                    found.push(LastRound { netuid, assessed: committed.assessment.assessed });
                }
                Round::Abstained(_) => return Err(missing(stage, "a validator has abstained")),
                Round::Done { .. } | Round::Resumed { .. } => {
                    return Err(missing(stage, "a validator has committed before"));
                }
                Round::Held { .. } => return Err(missing(stage, "a validator does not reach the miners")),
                Round::TooEarly { .. } => return Err(missing(stage, "a validator may not commit yet")),
            }
        }
    }
    Ok(found)
}

/// Lets time pass until the current epoch of every subnet has ended.
fn pass_to_next_epoch(stage: &Stage) -> Result<(), CliError> {
    let (clock, next) = next_epoch(stage)?;
    stage.chain.set_time_ms(clock.starts_at_ms(next));
    Ok(())
}

/// Lets the dividends of the last settled epoch vest, without another epoch becoming due.
fn pass_the_epoch_but_one_block(stage: &Stage) -> Result<(), CliError> {
    let (clock, next) = next_epoch(stage)?;
    stage.chain.set_time_ms(clock.starts_at_ms(ProtocolBlock::new(next.get().saturating_sub(1))));
    Ok(())
}

/// The clock, and the block in which all subnets, which have the same tempo, begin their next epoch.
fn next_epoch(stage: &Stage) -> Result<(Clock, ProtocolBlock), CliError> {
    let clock = stage.chain.view(stage.contracts().staking().clock())?;
    let keeper = stage.cast.keeper.account();
    let mut next = ProtocolBlock::default();
    for (netuid, _) in stage.subnets() {
        let schedule = stage.chain.view(stage.contracts().settlement().schedule(netuid, keeper))?;
        next = next.max(schedule.next_epoch);
    }
    Ok((clock, next))
}

/// Each validator's nominator buys half of the strongest miners' TAO and stakes it on the validator.
fn nominate(stage: &Stage) -> Result<Vec<Nomination>, CliError> {
    let strongest = |miners: &'_ [MinerRole]| miners.iter().rposition(|role| role.part == Part::Reference);
    let sellers: Vec<&MinerRole> =
        stage.cast.markets.iter().filter_map(|market| market.miners.get(strongest(&market.miners)?)).collect();
    let mut nominations = Vec::new();
    for (validator, seller) in stage.cast.validators.iter().zip(sellers.iter().cycle()) {
        let amount = sell(stage, seller)?;
        let (nominator, hotkey) = (&validator.nominator, validator.hotkey.account());
        buy(stage, seller, nominator.account(), amount)?;
        let contracts = stage.contracts();
        stage.chain.submit(nominator, contracts.token().approve(contracts.staking, amount.to_psp22()))?;
        stage.chain.submit(nominator, contracts.staking().add_stake(hotkey, amount))?;
        nominations.push(Nomination { nominator: nominator.account(), hotkey, staked: amount });
    }
    Ok(nominations)
}

/// A miner takes half of its stake out; returns what it got.
fn sell(stage: &Stage, seller: &MinerRole) -> Result<Rao, CliError> {
    let (hotkey, coldkey) = (seller.hotkey.account(), seller.coldkey.account());
    let staking = || stage.contracts().staking();
    let stake = stage.chain.view(staking().stake_of(hotkey, coldkey))?;
    let half = Rao::new(stake.get() / 2);
    Ok(stage.chain.submit(&seller.coldkey, staking().remove_stake(hotkey, half))?.value)
}

fn buy(stage: &Stage, seller: &MinerRole, buyer: AccountId, amount: Rao) -> Result<(), CliError> {
    let transfer = stage.contracts().token().transfer(buyer, amount.to_psp22(), Vec::new());
    stage.chain.submit(&seller.coldkey, transfer)?;
    Ok(())
}

/// The nominator takes everything out.
fn withdraw(stage: &Stage, nomination: Nomination) -> Result<Withdrawal, CliError> {
    let Nomination { nominator, hotkey, .. } = nomination;
    let stake = || stage.chain.view(stage.contracts().staking().stake_of(hotkey, nominator));
    let balance = || stage.chain.view(stage.contracts().token().balance_of(nominator));
    let (stake_before, balance_before) = (stake()?, balance()?);
    let signer = stage.cast.validators.iter().map(|role| &role.nominator).find(|role| role.account() == nominator);
    let signer = signer.ok_or(missing(stage, "the nominator has no key"))?;
    stage.chain.submit(signer, stage.contracts().staking().remove_stake(hotkey, stake_before))?;
    Ok(Withdrawal { nomination, stake_before, balance_before, stake_after: stake()?, balance_after: balance()? })
}
