//! Epochs that are settled late: what counts is what was there when the epoch began.

use primitives::{Hyperparameter as H, RegistryError, settlement::EpochResult};
use yarrow_e2e::{prelude::*, work_nonce};

use crate::market::{MINERS, Market, NETUID, STRANGER, VALIDATORS, coldkey};

/// A market where all validators have revealed weights towards uid 3, and are committed to weights towards uid 4, at
/// the first block of the epoch in which the latter may be revealed.
fn before_an_epoch() -> (Market, Vec<(AccountId, primitives::weights::WeightsPayload)>) {
    let mut market = Market::open();
    let first: Vec<_> = VALIDATORS.map(|v| (v, market.commit(NETUID, v, &[(3, 1)]))).into();
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    for (validator, payload) in first {
        market.reveal(NETUID, validator, payload);
    }
    let second = VALIDATORS.map(|v| (v, market.commit(NETUID, v, &[(4, 1)]))).into();
    market.world.pass_epochs(NETUID, 1);
    (market, second)
}

/// The hotkey of a number.
fn numbered(number: u16) -> AccountId {
    let mut hotkey = account("neuron ");
    hotkey.0[8..10].copy_from_slice(&number.to_le_bytes());
    hotkey
}

fn reveal(market: &mut Market, payloads: Vec<(AccountId, primitives::weights::WeightsPayload)>) {
    for (validator, payload) in payloads {
        market.reveal(NETUID, validator, payload);
    }
}

#[test]
fn it_makes_no_difference_whether_weights_are_revealed_before_or_after_the_due_epoch_is_settled() {
    let settle_first = |settle_first: bool| -> [(EpochResult, primitives::Hash); 2] {
        let (mut market, payloads) = before_an_epoch();
        let mut results = vec![];
        if settle_first {
            results.push(market.settle(NETUID));
            reveal(&mut market, payloads);
        } else {
            reveal(&mut market, payloads);
            assert_eq!(market.weights(NETUID, 0), [(3, 65_535)], "the row that the due epoch counts");
            results.push(market.settle(NETUID));
        }
        assert_eq!(market.weights(NETUID, 0), [(4, 65_535)]);
        let seed = market.schedule(NETUID, STRANGER).seed;
        market.world.pass_epochs(NETUID, 1);
        let last = market.settle(NETUID);
        let last_seed = market.schedule(NETUID, STRANGER).seed;
        [(results.remove(0), seed), (last, last_seed)]
    };
    let [early, late] = [settle_first(true), settle_first(false)];
    assert_eq!(early, late);
    let [(first, _), (second, _)] = early;
    assert_eq!((first.incentive[3], first.incentive[4]), (65_535, 0));
    assert_eq!((second.incentive[3], second.incentive[4]), (0, 65_535));
}

#[test]
fn weights_of_an_epoch_that_nobody_settled_count_in_the_one_that_is() {
    let (mut market, payloads) = before_an_epoch();
    reveal(&mut market, payloads);
    market.world.pass_epochs(NETUID, 1);
    assert_eq!(market.weights(NETUID, 0), [(4, 65_535)]);
    let result = market.settle(NETUID);
    assert_eq!((result.incentive[3], result.incentive[4]), (0, 65_535));
}

#[test]
fn a_neuron_that_comes_before_the_due_epoch_is_settled_has_no_stake_and_no_permit_in_it() {
    let (mut market, _) = before_an_epoch();
    let newcomer = account("newcomer");
    market.world.register(NETUID, coldkey(newcomer), newcomer);
    market.world.stake(coldkey(newcomer), newcomer, Rao::ONE_TAO);
    let result = market.settle(NETUID);
    assert_eq!((result.stake[7], result.permits[7]), (Rao::ZERO, false));
    market.world.pass_epochs(NETUID, 1);
    let result = market.settle(NETUID);
    assert_eq!((result.stake[7], result.permits[7]), (Rao::ONE_TAO, true));
}

#[test]
fn an_epoch_pays_those_who_were_there_when_it_ended_although_it_is_settled_late() {
    let (mut market, payloads) = before_an_epoch();
    drop(payloads);
    let full = u16::try_from(VALIDATORS.len() + MINERS.len()).expect("small");
    let limit = H::MaxAllowedUids(64);
    market.world.ok(DEPLOYER, market.world.stewardship().set_hyperparameter(NETUID, limit));
    for uid in full..64 {
        let hotkey = numbered(uid);
        market.world.register(NETUID, coldkey(hotkey), hotkey);
    }
    let newcomer = account("newcomer");
    let target = market.world.read(market.world.registry().work_target(NETUID)).expect("the subnet exists");
    let nonce = work_nonce(&target, &newcomer, &coldkey(newcomer));
    let message = market.world.registry().register_by_work(NETUID, newcomer, target.challenge, nonce);
    let refused = market.world.refused(coldkey(newcomer), message);
    assert_eq!(refused, RegistryError::EpochNotSettled { epoch: 3 });
    let result = market.settle(NETUID);
    assert!(!result.server_emission[3].is_zero());
    market.world.register(NETUID, coldkey(newcomer), newcomer);
}

#[test]
fn a_new_tempo_lengthens_the_epoch_and_voids_no_reveal() {
    let mut market = Market::open();
    let payloads = VALIDATORS.map(|validator| (validator, market.commit(NETUID, validator, &[(3, 1)])));
    market.world.pass_blocks(7);
    let restarted = market.world.block();
    market.world.ok(DEPLOYER, market.world.stewardship().set_hyperparameter(NETUID, H::Tempo(5)));
    let schedule = market.schedule(NETUID, VALIDATORS[0]);
    assert_eq!((schedule.epoch, schedule.epoch_start, schedule.next_epoch), (1, restarted, restarted.after(5)));
    assert!(!schedule.settle_due);
    market.world.pass_blocks(5);
    assert_eq!(market.settle(NETUID).block, restarted.after(5));
    reveal(&mut market, payloads.into());
    market.world.pass_blocks(5);
    let result = market.settle(NETUID);
    assert_eq!((result.epoch, result.block), (3, restarted.after(10)));
    assert_eq!(result.incentive[3], 65_535);
}
