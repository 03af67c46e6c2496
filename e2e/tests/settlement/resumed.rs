//! Epochs that are settled over several messages: who calls when, and what happens in between, changes nothing.

use primitives::{
    Hyperparameter as H, RegistryError, SettlementError,
    settlement::{EmissionLedger, EpochResult, EpochSettled, SETTLE_STEPS},
};
use yarrow_e2e::prelude::*;

use crate::{
    gas::{hotkey, subnet, weights},
    market::{MINERS, Market, NETUID, STRANGER, VALIDATORS, coldkey},
};

const TAO: u64 = Rao::ONE_TAO.get();

/// Settles what is due, `steps` at a time; returns how many messages that took and the dearest one's ref_time. Calls
/// `between` before each message but the first.
fn settle_in_steps(market: &mut Market, steps: u32, mut between: impl FnMut(&mut Market, usize)) -> (usize, u64) {
    let (mut messages, mut dearest) = (0, 0);
    loop {
        if messages > 0 {
            between(market, messages);
        }
        messages += 1;
        let settled = market.world.ok(STRANGER, market.world.settlement().settle(NETUID, steps));
        dearest = dearest.max(market.world.gas().ref_time());
        if settled {
            return (messages, dearest);
        }
    }
}

/// A market in which all validators have revealed and one epoch with bonds is due.
fn due() -> Market {
    let mut market = Market::open();
    for round in 0..2 {
        let rows = VALIDATORS.map(|validator| {
            let row = [(3, 9), (4, 5 + round), (5, 1)];
            (validator, market.commit(NETUID, validator, &row))
        });
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID);
        for (validator, payload) in rows {
            market.reveal(NETUID, validator, payload);
        }
    }
    market.world.pass_epochs(NETUID, 1);
    market
}

/// Everything that a settled epoch leaves.
type Trace = (EpochResult, EmissionLedger, Vec<u64>, Vec<Vec<(u16, u16)>>, primitives::Hash);

fn trace(market: &mut Market) -> Trace {
    let result = market.result(NETUID);
    let ledger = market.world.read(market.world.settlement().emission());
    let stakes = VALIDATORS.into_iter().chain(MINERS).map(|hotkey| market.stake(hotkey)).collect();
    let bonds = (0..7).map(|uid| market.bonds(NETUID, uid)).collect();
    (result, ledger, stakes, bonds, market.schedule(NETUID, STRANGER).seed)
}

#[test]
fn an_epoch_in_many_messages_is_the_epoch_in_one() {
    let [at_once, in_steps] = [SETTLE_STEPS, 1].map(|steps| {
        let mut market = due();
        let (messages, _) = settle_in_steps(&mut market, steps, |_, _| ());
        (messages, trace(&mut market))
    });
    assert_eq!((at_once.0, in_steps.0), (1, 5));
    assert_eq!(at_once.1, in_steps.1);
    assert!(at_once.1.0.dividends.iter().any(|&dividend| dividend > 0));
}

#[test]
fn what_happens_between_two_messages_does_not_change_the_epoch() {
    let mut market = due();
    settle_in_steps(&mut market, SETTLE_STEPS, |_, _| ());
    let undisturbed = market.result(NETUID);

    let mut market = due();
    let payloads = VALIDATORS.map(|validator| (validator, market.payload(NETUID, &[(6, 1)])));
    settle_in_steps(&mut market, 1, |market, message| match message {
        1 => {
            market.world.stake(coldkey(VALIDATORS[2]), VALIDATORS[2], Rao::new(5_000 * TAO));
            market.world.register(NETUID, coldkey(account("newcomer")), account("newcomer"));
        }
        2 => {
            for (validator, payload) in &payloads {
                market.commit_payload(NETUID, *validator, payload);
            }
            market.world.ok(DEPLOYER, market.world.stewardship().set_hyperparameter(NETUID, H::Kappa(50_000)));
        }
        3 => {
            // A whole epoch passes before the settling goes on, and what was committed is revealed.
            market.world.pass_epochs(NETUID, 1);
            for (validator, payload) in payloads.clone() {
                market.reveal(NETUID, validator, payload);
            }
        }
        _ => {}
    });
    assert_eq!(market.result(NETUID), undisturbed);
    market.world.pass_epochs(NETUID, 1);
    let next = market.settle(NETUID);
    assert_eq!((next.incentive[3], next.incentive[6]), (0, 65_535), "the rows that were revealed in between count now");
    assert_eq!((next.stake[7], next.permits[7]), (Rao::ZERO, false));
}

#[test]
fn an_epoch_that_is_under_way_is_not_begun_again_and_a_settled_one_is_not_due() {
    let mut market = due();
    let first = market.world.ok(STRANGER, market.world.settlement().settle(NETUID, 1));
    assert!(!first);
    let before = market.result(NETUID).epoch;
    settle_in_steps(&mut market, 1, |_, _| ());
    assert_eq!(market.result(NETUID).epoch, before + 1);
    let message = market.world.settlement().settle(NETUID, 1);
    let refused = market.world.refused(STRANGER, message);
    assert!(matches!(refused, SettlementError::EpochNotDue { .. }), "{refused:?}");
}

/// A subnet at the beginning of an epoch that counts full rows, and bonds, of all its validators.
fn full_and_due(neurons: u16, validators: u16, others: &[H]) -> Market {
    let mut market = subnet(neurons, validators, others);
    for _ in 0..2 {
        let payloads: Vec<_> =
            (0..validators).map(|uid| market.commit(NETUID, hotkey(uid), &weights(uid, neurons))).collect();
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID);
        for (uid, payload) in (0..).zip(payloads) {
            market.reveal(NETUID, hotkey(uid), payload);
        }
    }
    market.world.pass_epochs(NETUID, 1);
    market
}

#[test]
fn every_task_of_a_full_subnet_fits_a_small_message() {
    let mut market = full_and_due(256, 64, &[]);
    let (messages, dearest) = settle_in_steps(&mut market, 1, |_, _| ());
    assert_eq!(messages, 5);
    assert!(dearest < 80_000_000_000, "{dearest}");
    assert_eq!(market.bonds(NETUID, 5).len(), 255);
}

#[test]
fn a_row_that_had_waited_stays_when_its_validator_reveals_another_while_it_is_counted() {
    // The validators reveal after an epoch is due, so that their rows wait; nobody settles until the next is due.
    let waiting = || {
        let mut market = Market::open();
        let rows = VALIDATORS.map(|validator| (validator, market.commit(NETUID, validator, &[(3, 9), (4, 1)])));
        market.world.pass_epochs(NETUID, 1);
        for (validator, payload) in rows {
            market.reveal(NETUID, validator, payload);
        }
        let others = VALIDATORS.map(|validator| (validator, market.commit(NETUID, validator, &[(6, 1)])));
        market.world.pass_epochs(NETUID, 1);
        (market, others)
    };
    let (mut market, _) = waiting();
    market.settle(NETUID);
    let undisturbed = market.result(NETUID);
    assert!(undisturbed.incentive[3] > undisturbed.incentive[4]);

    let (mut market, others) = waiting();
    settle_in_steps(&mut market, 1, |market, message| {
        if message <= VALIDATORS.len() {
            let (validator, payload) = others[message - 1].clone();
            market.reveal(NETUID, validator, payload);
        }
    });
    assert_eq!(market.result(NETUID), undisturbed);
}

#[test]
fn an_epoch_under_way_ends_with_its_subnet_and_pays_nobody() {
    let mut market = due();
    let settle = |world: &World| world.settlement().settle(NETUID, 1);
    assert!(!market.world.ok(STRANGER, settle(&market.world)));
    let before = market.world.read(market.world.settlement().emission());
    market.world.ok(DEPLOYER, market.world.stewardship().dissolve_subnet(NETUID));
    let error = market.world.refused(STRANGER, settle(&market.world));
    assert_eq!(error, SettlementError::Registry(RegistryError::SubnetNotExists(NETUID)));
    assert_eq!(market.world.read(market.world.settlement().emission()), before);
}

#[test]
fn a_subnet_that_is_dissolved_between_two_pages_mints_what_the_first_paid_and_the_rest_waits() {
    let mut market = full_and_due(300, 4, &[H::MaxAllowedUids(512)]);
    let minted = |market: &mut Market| market.world.read(market.world.tao().supply()).minted.get();
    let ledger = |market: &mut Market| market.world.read(market.world.settlement().emission());
    let (minted_before, ledger_before) = (minted(&mut market), ledger(&mut market));
    let first = loop {
        assert!(!market.world.ok(STRANGER, market.world.settlement().settle(NETUID, 1)));
        if let Some(page) = market.world.events::<EpochSettled>().pop() {
            break page;
        }
    };
    let amounts = first.result.server_emission.iter().chain(&first.result.validator_emission);
    let paid = amounts.map(|amount| amount.get()).sum::<u64>() + first.owner_cut.get();
    assert!(paid > 0);
    assert_eq!(minted(&mut market) - minted_before, paid);

    market.world.ok(DEPLOYER, market.world.stewardship().dissolve_subnet(NETUID));
    market.world.refused(STRANGER, market.world.settlement().settle(NETUID, 1));
    let after = ledger(&mut market);
    assert_eq!(after.paid.get() - ledger_before.paid.get(), paid);
    let waiting = after.pending.get() + after.carried.get();
    assert_eq!(after.accrued.get(), after.paid.get() + waiting);
    // The 44 miners of the second page are weighed as those of the first are.
    assert!(waiting > TAO, "{waiting}");
}
