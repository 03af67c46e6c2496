//! Uids that change hands: nothing passes from the leaver to the newcomer.

use primitives::{Hyperparameter as H, SettlementError, staking::STAKE_HOLD};
use yarrow_e2e::prelude::*;

use crate::market::{Market, NETUID, STAKE, STRANGER, VALIDATORS, coldkey, setup};

/// Uids of a full subnet.
pub const FULL: u16 = 64;

/// A full subnet, started and settled once, on which newcomers replace uids 3, 4, ... in this order.
pub fn crowded() -> Market {
    crowded_with(&[])
}

/// Like [`crowded`], with other parameters.
fn crowded_with(others: &[H]) -> Market {
    let parameters = [&[H::MaxAllowedUids(FULL), H::ImmunityPeriod(0)], others].concat();
    let mut market = Market::found(setup(&parameters));
    for uid in 0..FULL {
        let hotkey = VALIDATORS.get(usize::from(uid)).copied().unwrap_or_else(|| miner(uid));
        market.world.register(NETUID, coldkey(hotkey), hotkey);
    }
    for validator in VALIDATORS {
        market.world.stake(coldkey(validator), validator, STAKE);
    }
    market.world.start(NETUID);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    market
}

fn miner(uid: u16) -> AccountId {
    let mut miner = account("miner ");
    miner.0[6..8].copy_from_slice(&uid.to_le_bytes());
    miner
}

/// Has a newcomer take a uid.
pub fn replace(market: &mut Market, uid: u16) {
    let newcomer = miner(1_000 + uid);
    let taken = market.world.register(NETUID, coldkey(newcomer), newcomer);
    assert_eq!(taken, Uid::new(uid));
}

#[test]
fn a_weight_towards_a_neuron_that_was_replaced_before_the_reveal_counts_as_0() {
    let mut market = crowded();
    let payload = market.commit(NETUID, VALIDATORS[0], &[(3, 60_000), (4, 30_000)]);
    replace(&mut market, 3);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    market.reveal(NETUID, VALIDATORS[0], payload);
    assert_eq!(market.weights(NETUID, 0), [(3, 0), (4, 65_535)]);
}

#[test]
fn weights_within_the_limit_stay_so_when_a_neuron_is_replaced_before_the_reveal() {
    let mut market = crowded_with(&[H::MaxWeightsLimit(40_000)]);
    let payload = market.commit(NETUID, VALIDATORS[0], &[(3, 60_000), (4, 50_000)]);
    replace(&mut market, 3);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    market.reveal(NETUID, VALIDATORS[0], payload);
    assert_eq!(market.weights(NETUID, 0), [(3, 0), (4, 65_535)]);
}

#[test]
fn bonds_do_not_pass_to_a_neuron_that_comes_in_the_block_in_which_the_epoch_is_settled() {
    let mut market = crowded();
    let rows: [(AccountId, &[(u16, u16)]); 3] = VALIDATORS.map(|validator| (validator, &[(3, 1), (4, 1)][..]));
    market.round(NETUID, &rows);
    let others: [(AccountId, &[(u16, u16)]); 3] = VALIDATORS.map(|validator| (validator, &[(4, 1)][..]));
    market.round(NETUID, &others);
    let towards = |bonds: Vec<(u16, u16)>| bonds.into_iter().map(|(uid, _)| uid).collect::<Vec<_>>();
    assert_eq!(towards(market.bonds(NETUID, 0)), [3, 4], "bonds towards uid 3 decay");
    replace(&mut market, 3);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    assert_eq!(towards(market.bonds(NETUID, 0)), [4]);
}

#[test]
fn a_weight_towards_a_neuron_that_was_replaced_after_the_reveal_does_not_pay_the_newcomer() {
    let mut market = crowded();
    let rows: [(AccountId, &[(u16, u16)]); 3] = VALIDATORS.map(|validator| (validator, &[(3, 2), (4, 1)][..]));
    let payloads = rows.map(|(validator, weights)| (validator, market.commit(NETUID, validator, weights)));
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    for (validator, payload) in payloads {
        market.reveal(NETUID, validator, payload);
    }
    market.world.pass_blocks(1);
    replace(&mut market, 3);
    market.world.pass_epochs(NETUID, 1);
    let result = market.settle(NETUID);
    assert_eq!((result.incentive[3], result.incentive[4]), (0, 65_535));
    assert_eq!(result.server_emission[3], Rao::ZERO);
}

#[test]
fn a_hotkey_that_registers_again_has_none_of_its_old_commits() {
    let mut market = crowded();
    let hotkey = miner(3);
    let payload = market.commit(NETUID, hotkey, &[(4, 1)]);
    assert_eq!(market.commits(NETUID, hotkey).len(), 1);
    replace(&mut market, 3);
    assert_eq!(market.commits(NETUID, hotkey), []);
    assert_eq!(market.world.register(NETUID, coldkey(hotkey), hotkey), Uid::new(4));
    assert_eq!(market.commits(NETUID, hotkey), []);
    market.world.pass_epochs(NETUID, 1);
    let message = market.world.settlement().reveal_weights(NETUID, hotkey, payload);
    assert_eq!(market.world.refused(STRANGER, message), SettlementError::NoWeightsCommitFound);
}

fn withdraw_all(market: &mut Market, hotkey: AccountId) {
    let (world, coldkey) = (&mut market.world, coldkey(hotkey));
    let stake = world.read(world.staking().stake_of(hotkey, coldkey));
    world.ok(coldkey, world.staking().remove_stake(hotkey, stake));
}

#[test]
fn a_validator_that_is_replaced_leaves_neither_permit_nor_weights_nor_bonds() {
    let mut market = crowded();
    let validator = miner(3);
    market.world.stake(coldkey(validator), validator, Rao::ONE_TAO);
    let mut rows: Vec<(AccountId, &[(u16, u16)])> = VALIDATORS.map(|v| (v, &[(5, 1)][..])).to_vec();
    let result = market.round(NETUID, &rows);
    assert!(result.permits[3]);
    rows.push((validator, &[(5, 1)]));
    let result = market.round(NETUID, &rows);
    assert!(result.dividends[3] > 0);
    assert!(!market.bonds(NETUID, 3).is_empty());

    // Nobody earns anything but the three of the first uids, and uid 5: uid 3 loses its stake, then its place. What the
    // first of the two epochs pays is due at once, since nothing is staked then.
    market.world.pass_blocks(STAKE_HOLD);
    withdraw_all(&mut market, validator);
    market.settle(NETUID);
    withdraw_all(&mut market, validator);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    market.world.pass_blocks(1);
    replace(&mut market, 3);
    assert_eq!(market.weights(NETUID, 3), []);
    assert_eq!(market.bonds(NETUID, 3), []);
    let newcomer = miner(1_003);
    let payload = market.commit(NETUID, newcomer, &[(5, 1)]);
    market.world.pass_epochs(NETUID, 1);
    let message = market.world.settlement().reveal_weights(NETUID, newcomer, payload);
    assert_eq!(market.world.refused(newcomer, message), SettlementError::NeuronNoValidatorPermit);
}
