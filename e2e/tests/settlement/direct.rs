//! The checks of a row of weights, in their order, where weights are set directly.

use primitives::{
    Hyperparameter as H, SettlementError,
    settlement::{Weight, WeightsSet},
};
use yarrow_e2e::prelude::*;

use crate::market::{MINERS, Market, NETUID, STAKE, STRANGER, VALIDATORS, setup};

const VALIDATOR: AccountId = VALIDATORS[0];
const OWNER_HOTKEY: AccountId = account("subnet owner's hotkey");

fn open(others: &[H]) -> Market {
    let mut parameters = vec![H::CommitRevealEnabled(false)];
    parameters.extend_from_slice(others);
    Market::open_with(&parameters)
}

fn row(weights: &[(u16, u16)]) -> Vec<Weight> {
    weights.iter().map(|&(uid, value)| (Uid::new(uid), value)).collect()
}

fn refused(market: &mut Market, hotkey: AccountId, weights: &[(u16, u16)], version_key: u64) -> SettlementError {
    let message = market.world.settlement().set_weights(NETUID, row(weights), version_key);
    market.world.refused(hotkey, message)
}

fn set(market: &mut Market, hotkey: AccountId, weights: &[(u16, u16)]) {
    market.world.ok(hotkey, market.world.settlement().set_weights(NETUID, row(weights), 0));
}

#[test]
fn weights_are_set_scaled_up_and_count_from_the_next_epoch_on() {
    let mut market = open(&[]);
    set(&mut market, VALIDATOR, &[(3, 1), (4, 3), (5, 0)]);
    let event = WeightsSet { netuid: NETUID, hotkey: VALIDATOR };
    assert_eq!(market.world.emitted(), [Emitted::new(market.world.settlement, event)]);
    assert_eq!(market.weights(NETUID, 0), [(3, 21_845), (4, 65_535), (5, 0)]);
}

#[test]
fn direct_weights_are_refused_under_commit_and_reveal() {
    let mut market = Market::open();
    assert_eq!(refused(&mut market, VALIDATOR, &[(3, 1)], 0), SettlementError::CommitRevealEnabled);
}

#[test]
fn a_row_longer_than_the_subnet_is_refused_before_anything_else_of_it_is_looked_at() {
    let mut market = open(&[]);
    let error = refused(&mut market, STRANGER, &[(9, 1); 8], 0);
    assert_eq!(error, SettlementError::UidsLengthExceedUidsInSubNet);
}

#[test]
fn a_row_of_somebody_not_registered_is_refused() {
    let mut market = open(&[]);
    let error = refused(&mut market, STRANGER, &[(3, 1)], 0);
    assert_eq!(error, SettlementError::HotKeyNotRegisteredInSubNet(STRANGER));
}

#[test]
fn a_row_is_refused_below_the_stake_threshold() {
    let threshold = Rao::new(2 * STAKE.get());
    let mut market = open(&[H::StakeThreshold(threshold), H::WeightsVersionKey(5)]);
    assert_eq!(refused(&mut market, VALIDATOR, &[(3, 1)], 0), SettlementError::NotEnoughStakeToSetWeights);
}

#[test]
fn a_row_is_refused_for_an_older_version_key() {
    let mut market = open(&[H::WeightsVersionKey(5)]);
    let error = refused(&mut market, MINERS[0], &[(4, 1)], 4);
    assert_eq!(error, SettlementError::IncorrectWeightVersionKey { version_key: 5 });
    market.world.ok(VALIDATOR, market.world.settlement().set_weights(NETUID, row(&[(3, 1)]), 6));
}

#[test]
fn a_row_is_refused_sooner_after_the_last_than_the_rate_limit() {
    let mut market = open(&[H::WeightsSetRateLimit(10)]);
    set(&mut market, VALIDATOR, &[(3, 1)]);
    let from = market.world.block().after(10);
    assert_eq!(market.schedule(NETUID, VALIDATOR).next_commit, from);
    market.world.pass_blocks(9);
    assert_eq!(refused(&mut market, VALIDATOR, &[(4, 1)], 0), SettlementError::SettingWeightsTooFast { from });
    assert_eq!(market.weights(NETUID, 0), [(3, 65_535)]);
    market.world.pass_blocks(1);
    set(&mut market, VALIDATOR, &[(4, 1)]);
}

#[test]
fn a_row_of_block_0_limits_the_next_like_any_other() {
    let mut market = Market::found(setup(&[H::CommitRevealEnabled(false), H::WeightsSetRateLimit(10)]));
    market.world.register(NETUID, account("subnet owner"), OWNER_HOTKEY);
    market.world.start(NETUID);
    assert_eq!(market.world.block(), ProtocolBlock::new(0));
    set(&mut market, OWNER_HOTKEY, &[(0, 1)]);
    let from = ProtocolBlock::new(10);
    assert_eq!(refused(&mut market, OWNER_HOTKEY, &[(0, 1)], 0), SettlementError::SettingWeightsTooFast { from });
}

#[test]
fn a_row_is_refused_without_a_permit() {
    let mut market = open(&[]);
    let error = refused(&mut market, MINERS[0], &[(4, 1), (4, 1)], 0);
    assert_eq!(error, SettlementError::NeuronNoValidatorPermit);
}

#[test]
fn a_row_is_refused_when_a_uid_stands_in_it_twice() {
    let mut market = open(&[]);
    assert_eq!(refused(&mut market, VALIDATOR, &[(9, 1), (9, 1)], 0), SettlementError::DuplicateUids);
}

#[test]
fn a_row_is_refused_when_a_uid_does_not_exist() {
    let mut market = open(&[H::MinAllowedWeights(3)]);
    assert_eq!(refused(&mut market, VALIDATOR, &[(7, 1)], 0), SettlementError::UidVecContainInvalidOne);
}

#[test]
fn a_row_is_refused_when_it_is_too_short() {
    let mut market = open(&[H::MinAllowedWeights(2), H::MaxWeightsLimit(1)]);
    assert_eq!(refused(&mut market, VALIDATOR, &[(3, 1)], 0), SettlementError::WeightVecLengthIsLow);
}

#[test]
fn a_row_is_refused_when_one_weight_is_too_large() {
    let mut market = open(&[H::MaxWeightsLimit(40_000)]);
    assert_eq!(refused(&mut market, VALIDATOR, &[(3, 2), (4, 1)], 0), SettlementError::MaxWeightExceeded);
    set(&mut market, VALIDATOR, &[(3, 3), (4, 2)]);
}

#[test]
fn the_owner_needs_neither_stake_nor_permit() {
    let threshold = Rao::new(2 * STAKE.get());
    let mut market = open(&[H::StakeThreshold(threshold)]);
    market.world.register(NETUID, account("subnet owner"), OWNER_HOTKEY);
    set(&mut market, OWNER_HOTKEY, &[(3, 1)]);
    assert_eq!(market.weights(NETUID, 7), [(3, 65_535)]);
}
