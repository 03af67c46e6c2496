//! The invariants that a demo holds against what happened. Each is stated over numbers read back from the chain,
//! and where there is a rule to compare with, over an independent run of that rule.

use std::collections::BTreeMap;

use chain::{Embedded, Snapshot};
use primitives::{AccountId, Rao, Registry as _, Staking as _, settlement::EpochResult};
use psp22::PSP22 as _;

use super::{
    cast::Part,
    play::Ending,
    report::{Books, NeuronReport, Role, SubnetReport},
    stage::Stage,
};
use crate::error::CliError;

/// What an epoch paid to a uid, in RAO.
pub(crate) fn paid_to(result: &EpochResult, place: usize) -> u64 {
    let amount = |column: &[Rao]| column.get(place).map_or(0, |amount| amount.get());
    amount(&result.server_emission) + amount(&result.validator_emission)
}

/// Every invariant by name.
pub(crate) fn run(
    stage: &Stage,
    page: &Snapshot<Embedded>,
    ending: &Ending,
    books: &Books,
    subnets: &[SubnetReport],
) -> Result<BTreeMap<&'static str, bool>, CliError> {
    let Books { ledger, supply, issuance, cap } = books;
    let withdrawal = &ending.withdrawal;
    let miners = |part: Part| subnets.iter().flat_map(|s| &s.neurons).filter(move |neuron| neuron.part == Some(part));
    let earned: u64 = subnets.iter().flat_map(|subnet| &subnet.neurons).map(|neuron| neuron.emission_rao).sum();
    let balances = balances(stage, page)?;
    let staked = page.view(stage.contracts().token().balance_of(stage.contracts().staking))?;
    let pools = pools(stage, page)?;
    Ok(BTreeMap::from([
        ("accrued_is_paid_pending_and_carried", {
            ledger.accrued.get() == ledger.paid.get() + ledger.pending.get() + ledger.carried.get()
        }),
        (
            "accrued_follows_the_halving_rule",
            ledger.accrued.get() == scheduled(stage, page, ledger.accrued_until.get())?,
        ),
        ("paid_is_what_neurons_earned", ledger.paid.get() == earned),
        ("paid_was_minted", ledger.paid == supply.minted),
        ("issuance_is_minted_less_recycled_and_below_cap", {
            issuance.get() + supply.recycled.get() == supply.minted.get() && issuance <= cap
        }),
        ("supply_is_sum_of_balances", page.view(stage.contracts().token().total_supply())? == balances),
        ("staking_holds_what_it_owes", staked >= pools),
        ("stronger_models_save_more_bits", subnets.iter().all(|s| rises(s, |neuron| neuron.bits_saved))),
        ("stronger_models_earn_more", subnets.iter().all(|s| rises(s, |neuron| Some(neuron.emission_rao)))),
        ("adversaries_earn_nothing", miners(Part::Adversary).all(earns_nothing)),
        ("copiers_earn_nothing", miners(Part::Copier).all(earns_nothing)),
        ("every_epoch_pays_miners_and_validators_half_each", ending.settled.iter().all(|s| is_halved(&s.result))),
        ("incentives_and_dividends_sum_to_one", ending.settled.iter().all(|s| sums_to_one(&s.result))),
        ("nominator_got_back_more_than_it_staked", {
            withdrawal.balance_after > withdrawal.balance_before + withdrawal.nomination.staked.to_psp22()
                && withdrawal.stake_after.is_zero()
        }),
    ]))
}

/// What the schedule emits from the start of the subnets to a block.
fn scheduled(stage: &Stage, page: &Snapshot<Embedded>, until: u64) -> Result<u64, CliError> {
    let mut start = until;
    for (netuid, _) in stage.subnets() {
        let subnet = page.view(stage.contracts().registry().subnet(netuid))?;
        let started = subnet.and_then(|subnet| subnet.started_at);
        start = start.min(started.map_or(until, |block| block.get()));
    }
    Ok(consensus::supply::accrue(0, until - start))
}

/// The sum of the balances of everybody in the demo, contracts included.
fn balances(stage: &Stage, page: &Snapshot<Embedded>) -> Result<u128, CliError> {
    let contracts = stage.contracts();
    let own = [contracts.tao, contracts.staking, contracts.registry, contracts.settlement];
    let mut sum = 0;
    for account in stage.cast.signers().map(|signer| signer.account()).chain(own) {
        sum += page.view(contracts.token().balance_of(account))?;
    }
    Ok(sum)
}

/// What all nominators and owners could withdraw together.
fn pools(stage: &Stage, page: &Snapshot<Embedded>) -> Result<u128, CliError> {
    let coldkeys: Vec<AccountId> = stage.cast.signers().map(|signer| signer.account()).collect();
    let validators = stage.cast.validators.iter().map(|role| role.hotkey.account());
    let miners = stage.cast.markets.iter().flat_map(|market| &market.miners).map(|role| role.hotkey.account());
    let mut sum = 0;
    for hotkey in validators.chain(miners) {
        for coldkey in &coldkeys {
            sum += page.view(stage.contracts().staking().stake_of(hotkey, *coldkey))?.to_psp22();
        }
    }
    Ok(sum)
}

/// Whether a figure grows from each reference model to the next stronger one.
fn rises<T: PartialOrd>(subnet: &SubnetReport, figure: impl Fn(&NeuronReport) -> Option<T>) -> bool {
    let references: Vec<_> = subnet.neurons.iter().filter(|neuron| neuron.part == Some(Part::Reference)).collect();
    references.windows(2).all(|pair| match (figure(pair[0]), figure(pair[1])) {
        (Some(weaker), Some(stronger)) => weaker < stronger,
        _ => false,
    })
}

fn earns_nothing(neuron: &NeuronReport) -> bool {
    neuron.role == Role::Miner && neuron.emission_rao == 0 && neuron.stake_rao == 0
}

/// Both halves of an epoch that paid are equal, but for less than a RAO per uid lost to rounding.
fn is_halved(result: &EpochResult) -> bool {
    let sum = |column: &[Rao]| column.iter().map(|amount| amount.get()).sum::<u64>();
    let (miners, validators) = (sum(&result.server_emission), sum(&result.validator_emission));
    miners.abs_diff(validators) <= result.incentive.len() as u64
}

/// Each column sums to 65,535, but for less than one unit per uid lost to rounding; or to nothing before anybody
/// had weights.
fn sums_to_one(result: &EpochResult) -> bool {
    [&result.incentive, &result.dividends].into_iter().all(|column| {
        let sum: usize = column.iter().map(|&value| usize::from(value)).sum();
        sum == 0 || (usize::from(u16::MAX) - column.len()..=usize::from(u16::MAX)).contains(&sum)
    })
}
