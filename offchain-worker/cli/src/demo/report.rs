//! The result of a demo, as `--json` prints it; docs/demo.md describes every field.

use std::collections::BTreeMap;

use chain::{ChainExt, GasUse, ss58};
use primitives::{
    AccountId, Netuid, Rao, Registry as _, Settlement as _, Tao as _, Uid,
    settlement::{EmissionLedger, EpochSettled},
    tao::Supply,
};
use serde::Serialize;
use worker::{Assessed, Metagraph};

use super::{
    cast::{Market, Part},
    checks,
    play::{Ending, Withdrawal},
    stage::Stage,
};
use crate::error::CliError;

/// Everything that a demo shows.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) epochs: u64,
    pub(crate) issuance_rao: u64,
    pub(crate) minted_rao: u64,
    pub(crate) recycled_rao: u64,
    pub(crate) accrued_rao: u64,
    pub(crate) paid_rao: u64,
    pub(crate) pending_rao: u64,
    pub(crate) carried_rao: u64,
    pub(crate) cap_rao: u64,
    pub(crate) subnets: Vec<SubnetReport>,
    pub(crate) nominator: NominatorReport,
    pub(crate) invariants: BTreeMap<&'static str, bool>,
    pub(crate) gas: Vec<GasReport>,
    pub(crate) wall_ms: u128,
}

/// A subnet and its neurons.
#[derive(Debug, Serialize)]
pub(crate) struct SubnetReport {
    pub(crate) netuid: u16,
    pub(crate) task: String,
    pub(crate) block: u64,
    /// The epoch that the last settling opened.
    pub(crate) epoch: u64,
    pub(crate) max_uids: u16,
    /// Paid over all epochs, in RAO.
    pub(crate) miners_rao: u64,
    pub(crate) validators_rao: u64,
    pub(crate) neurons: Vec<NeuronReport>,
}

/// Whether a neuron mines or validates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Miner,
    Validator,
}

/// A neuron.
#[derive(Debug, Serialize)]
pub(crate) struct NeuronReport {
    pub(crate) uid: u16,
    pub(crate) role: Role,
    pub(crate) label: String,
    pub(crate) hotkey: String,
    pub(crate) model_hash: Option<String>,
    pub(crate) outcome: Option<&'static str>,
    pub(crate) bits_saved: Option<f64>,
    pub(crate) score: Option<f64>,
    pub(crate) weight: u16,
    pub(crate) consensus: u16,
    pub(crate) incentive: u16,
    pub(crate) dividends: u16,
    pub(crate) validator_trust: u16,
    pub(crate) emission_rao: u64,
    pub(crate) stake_rao: u64,
    pub(crate) updated: Option<u64>,
    #[serde(skip)]
    pub(crate) part: Option<Part>,
}

/// One nominator's way in and out.
#[derive(Debug, Serialize)]
pub(crate) struct NominatorReport {
    pub(crate) coldkey: String,
    pub(crate) hotkey: String,
    pub(crate) staked_rao: u64,
    pub(crate) stake_before_rao: u64,
    pub(crate) balance_before_rao: u128,
    pub(crate) stake_after_rao: u64,
    pub(crate) balance_after_rao: u128,
}

/// The dearest call of a message.
#[derive(Debug, Serialize)]
pub(crate) struct GasReport {
    pub(crate) message: String,
    pub(crate) ref_time: u64,
    pub(crate) proof_size: u64,
    pub(crate) calls: u64,
}

/// What the chain says of the money at the end.
pub(crate) struct Books {
    pub(crate) ledger: EmissionLedger,
    pub(crate) supply: Supply,
    pub(crate) issuance: Rao,
    pub(crate) cap: Rao,
}

impl Report {
    /// Reads the end of a demo from the chain.
    pub(crate) fn gather(stage: &Stage, ending: &Ending, seed: u64) -> Result<Self, CliError> {
        let page = stage.chain.snapshot()?;
        let contracts = stage.contracts();
        let books = Books {
            ledger: page.view(contracts.settlement().emission())?,
            supply: page.view(contracts.tao().supply())?,
            issuance: page.view(contracts.tao().issuance())?,
            cap: page.view(contracts.tao().cap())?,
        };
        let mut subnets = Vec::new();
        for (netuid, market) in stage.subnets() {
            let metagraph = Metagraph::read(&page, contracts, netuid)?;
            subnets.push(SubnetReport::new(stage, ending, market, &metagraph)?);
        }
        let invariants = checks::run(stage, &page, ending, &books, &subnets)?;
        let Books { ledger, supply, issuance, cap } = books;
        Ok(Self {
            seed,
            epochs: subnets.first().map_or(0, |subnet| subnet.epoch),
            issuance_rao: issuance.get(),
            minted_rao: supply.minted.get(),
            recycled_rao: supply.recycled.get(),
            accrued_rao: ledger.accrued.get(),
            paid_rao: ledger.paid.get(),
            pending_rao: ledger.pending.get(),
            carried_rao: ledger.carried.get(),
            cap_rao: cap.get(),
            subnets,
            nominator: NominatorReport::new(&ending.withdrawal),
            invariants,
            gas: gas(stage),
            wall_ms: 0,
        })
    }
}

impl SubnetReport {
    fn new(stage: &Stage, ending: &Ending, market: &Market, metagraph: &Metagraph) -> Result<Self, CliError> {
        let settled: Vec<_> = ending.settled.iter().filter(|settled| settled.netuid == metagraph.netuid).collect();
        let assessed: Vec<_> = ending
            .last_rounds
            .iter()
            .filter(|round| round.netuid == metagraph.netuid)
            .flat_map(|round| &round.assessed)
            .collect();
        let mut neurons = Vec::new();
        for place in 0..metagraph.neurons.len() {
            neurons.push(neuron(stage, market, metagraph, place, &settled, &assessed)?);
        }
        let paid =
            |role| neurons.iter().filter(|neuron: &&NeuronReport| neuron.role == role).map(|n| n.emission_rao).sum();
        Ok(Self {
            netuid: metagraph.netuid.get(),
            task: metagraph.task(),
            block: metagraph.block.get(),
            epoch: metagraph.result.as_ref().map_or(0, |result| result.epoch),
            max_uids: metagraph.hyperparameters.max_allowed_uids,
            miners_rao: paid(Role::Miner),
            validators_rao: paid(Role::Validator),
            neurons,
        })
    }
}

fn neuron(
    stage: &Stage,
    market: &Market,
    metagraph: &Metagraph,
    place: usize,
    settled: &[&EpochSettled],
    assessed: &[&Assessed],
) -> Result<NeuronReport, CliError> {
    let neuron = &metagraph.neurons[place];
    let (label, part) = name(stage, market, &neuron.hotkey);
    let found: Vec<_> = assessed.iter().filter(|found| found.miner.uid == neuron.uid).collect();
    let column = |column: &[u16]| column.get(place).copied().unwrap_or(0);
    let result = metagraph.result.as_ref();
    let row = stage.chain.view(stage.contracts().settlement().weights(metagraph.netuid, neuron.uid))?;
    Ok(NeuronReport {
        uid: neuron.uid.get(),
        role: if part.is_some() { Role::Miner } else { Role::Validator },
        label,
        hotkey: ss58(&neuron.hotkey),
        model_hash: found.first().map(|found| found.evaluation.module.to_string()),
        outcome: found.first().map(|found| found.evaluation.outcome.name()),
        bits_saved: median(found.iter().filter_map(|found| found.scored.bits_saved)).map(|bits| q32(bits.q32() as f64)),
        score: median(found.iter().map(|found| found.scored.score)).map(|score| q32(score.q32() as f64)),
        weight: weight_towards(stage, metagraph.netuid, neuron.uid)?,
        consensus: result.map_or(0, |result| column(&result.consensus)),
        incentive: result.map_or(0, |result| column(&result.incentive)),
        dividends: result.map_or(0, |result| column(&result.dividends)),
        validator_trust: result.map_or(0, |result| column(&result.validator_trust)),
        emission_rao: settled.iter().map(|settled| checks::paid_to(&settled.result, place)).sum(),
        stake_rao: neuron.stake.get(),
        updated: row.map(|row| metagraph.block.since(row.updated_at)),
        part,
    })
}

/// The label of a hotkey, and what part its miner plays.
fn name(stage: &Stage, market: &Market, hotkey: &AccountId) -> (String, Option<Part>) {
    let miner = market.miners.iter().find(|role| role.hotkey.account() == *hotkey);
    if let Some(role) = miner {
        return (role.label.clone(), Some(role.part));
    }
    let validator = stage.cast.validators.iter().find(|role| role.hotkey.account() == *hotkey);
    (validator.map_or_else(|| ss58(hotkey), |role| role.label.clone()), None)
}

/// The median weight that the validators' rows in force give to a uid.
fn weight_towards(stage: &Stage, netuid: Netuid, uid: Uid) -> Result<u16, CliError> {
    let mut weights = Vec::new();
    for validator in &stage.cast.validators {
        let contracts = stage.contracts();
        let place = stage.chain.view(contracts.registry().uid(netuid, validator.hotkey.account()))?;
        let row = place.map(|place| stage.chain.view(contracts.settlement().weights(netuid, place))).transpose()?;
        let weights_of_row = row.flatten().map(|row| row.weights).unwrap_or_default();
        weights.push(weights_of_row.iter().find(|(target, _)| *target == uid).map_or(0, |(_, weight)| *weight));
    }
    Ok(median(weights.into_iter()).unwrap_or(0))
}

/// The middle of an odd number of values; the upper one of the two in the middle otherwise.
fn median<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// A number with 32 fractional bits, for people and JSON.
fn q32(value: f64) -> f64 {
    value / 4_294_967_296.0
}

impl NominatorReport {
    fn new(withdrawal: &Withdrawal) -> Self {
        Self {
            coldkey: ss58(&withdrawal.nomination.nominator),
            hotkey: ss58(&withdrawal.nomination.hotkey),
            staked_rao: withdrawal.nomination.staked.get(),
            stake_before_rao: withdrawal.stake_before.get(),
            balance_before_rao: withdrawal.balance_before,
            stake_after_rao: withdrawal.stake_after.get(),
            balance_after_rao: withdrawal.balance_after,
        }
    }
}

fn gas(stage: &Stage) -> Vec<GasReport> {
    let row = |(message, GasUse { count, max, .. }): (&str, GasUse)| GasReport {
        message: message.to_owned(),
        ref_time: max.ref_time,
        proof_size: max.proof_size,
        calls: count,
    };
    stage.chain.gas_log().iter().map(row).collect()
}
