//! A client of a deployment in Rust.

use std::ops::RangeInclusive;

use chain::{Chain, ChainError, ChainExt, Contracts, Refusal, Signer, last_result, node::Node};
use primitives::{
    AccountId, Netuid, Rao, Registry as _, Staking as _, StakingError, Uid, registry::MAX_NEURONS_PER_PAGE,
    staking::StakeAdded, tao::TokenError,
};
use psp22::PSP22 as _;

/// A node of the deployment's chain; of several endpoints the first that answers.
pub fn connect(endpoints: &[String]) -> Result<Node, ChainError> {
    Node::connect(endpoints)
}

/// The hotkeys of a subnet in order of uid with their incentive, as u16 fraction, all at one block; none before the first
/// epoch.
pub fn incentives(
    chain: &dyn Chain,
    contracts: &Contracts,
    netuid: Netuid,
) -> Result<Vec<(AccountId, u16)>, ChainError> {
    let page = chain.snapshot()?;
    let Some(result) = last_result(&page, contracts, netuid)? else {
        return Ok(vec![]);
    };
    let mut neurons = Vec::new();
    while let Some(next) = Uid::from_index(neurons.len()) {
        let more = page.view(contracts.registry().neurons(netuid, next, MAX_NEURONS_PER_PAGE))?;
        if more.is_empty() {
            break;
        }
        neurons.extend(more);
    }
    // A neuron that took its uid after the epoch has nothing of what was earned there before.
    let incentives = result.incentive.into_iter().chain(std::iter::repeat(0));
    let of_neuron = |(neuron, incentive): (primitives::registry::Neuron, u16)| {
        (neuron.hotkey, if neuron.registered_at < result.block { incentive } else { 0 })
    };
    Ok(neurons.into_iter().zip(incentives).map(of_neuron).collect())
}

/// Stakes TAO: nothing is sent unless a dry run says that only the allowance is missing.
pub fn add_stake(
    chain: &dyn Chain,
    contracts: &Contracts,
    coldkey: &Signer,
    hotkey: AccountId,
    amount: Rao,
) -> Result<(), ChainError> {
    let add_stake = || contracts.staking().add_stake(hotkey, amount);
    match chain.dry_run(coldkey.account(), add_stake()) {
        Err(ChainError::Refused {
            refusal: Refusal::Staking(StakingError::Token(TokenError::InsufficientAllowance)),
            ..
        }) => {
            chain.submit(coldkey, contracts.token().approve(contracts.staking, amount.to_psp22()))?;
        }
        dry_run => {
            dry_run?;
        }
    }
    chain.submit(coldkey, add_stake())?;
    Ok(())
}

/// What was staked in a range of blocks, with the number of its block.
pub fn stakes_added(
    chain: &dyn Chain,
    contracts: &Contracts,
    blocks: RangeInclusive<u32>,
) -> Result<Vec<(u32, StakeAdded)>, ChainError> {
    chain.events_of(contracts.staking, blocks)
}

/// An error for people: what happened, and what to do about it.
pub fn explain(error: &ChainError) -> String {
    format!("{error}. {}", error.hint())
}
