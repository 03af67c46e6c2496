//! What epochs cost: a small subnet as in a demonstration, and the largest that one message settles.

use drink::Weight;
use primitives::{
    Hyperparameter as H,
    settlement::{MAX_UNREVEALED_COMMITS, SETTLE_STEPS},
    weights::WeightsPayload,
};
use yarrow_e2e::prelude::*;

use crate::market::{Market, NETUID, STRANGER, coldkey, setup};

/// Neurons and validators of the largest subnet that one message settles.
const MAX_UIDS: u16 = 256;
const MAX_VALIDATORS: u16 = 64;

/// A started subnet of this many neurons, the first `validators` of which have stake and permits.
pub fn subnet(neurons: u16, validators: u16, others: &[H]) -> Market {
    let mut market = Market::found(setup(others));
    for uid in 0..neurons {
        market.world.register(NETUID, coldkey(hotkey(uid)), hotkey(uid));
    }
    for uid in 0..validators {
        let stake = Rao::new((1_000 + u64::from(uid)) * Rao::ONE_TAO.get());
        market.world.stake(coldkey(hotkey(uid)), hotkey(uid), stake);
    }
    market.world.start(NETUID);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    market
}

/// The hotkey at a uid.
pub fn hotkey(uid: u16) -> AccountId {
    let mut hotkey = account("neuron ");
    hotkey.0[8..10].copy_from_slice(&uid.to_le_bytes());
    hotkey
}

/// Weights of a validator towards everyone, none like another's.
pub fn weights(validator: u16, neurons: u16) -> Vec<(u16, u16)> {
    let value = |uid: u16| 1 + (u32::from(uid) * 7_919 + u32::from(validator) * 104_729) % 65_535;
    (0..neurons).map(|uid| (uid, u16::try_from(value(uid)).expect("below 2^16"))).collect()
}

/// The costs of a commit, a reveal, and two epochs that count rows of all validators, the second with bonds.
fn costs(market: &mut Market, neurons: u16, validators: u16) -> [Weight; 4] {
    let mut payloads = vec![];
    for uid in 0..validators {
        payloads.push(market.commit(NETUID, hotkey(uid), &weights(uid, neurons)));
    }
    let commit = market.world.gas();
    market.world.pass_epochs(NETUID, 1);
    settle(market);
    for (uid, payload) in (0..).zip(payloads) {
        market.reveal(NETUID, hotkey(uid), payload);
    }
    let reveal = market.world.gas();
    market.world.pass_epochs(NETUID, 1);
    let first = settle(market);
    market.world.pass_epochs(NETUID, 1);
    [commit, reveal, first, settle(market)]
}

fn settle(market: &mut Market) -> Weight {
    market.world.ok(STRANGER, market.world.settlement().settle(NETUID, SETTLE_STEPS));
    market.world.gas()
}

fn billions(gas: Weight) -> f64 {
    gas.ref_time() as f64 / 1e9
}

fn print(what: &str, costs: [Weight; 4]) {
    for (message, gas) in ["commit_weights", "reveal_weights", "settle (first)", "settle (bonds)"].iter().zip(costs) {
        println!("{what:24} {message:16} {:>7.2}e9 ref_time {:>8} proof", billions(gas), gas.proof_size());
    }
}

#[test]
fn an_epoch_of_a_small_subnet_costs_less_than_30e9() {
    let mut market = subnet(11, 3, &[]);
    let costs = costs(&mut market, 11, 3);
    print("11 uids, 3 validators", costs);
    assert!(costs.iter().all(|gas| gas.ref_time() < 30_000_000_000), "{costs:?}");
}

#[test]
fn the_largest_subnet_settles_in_one_message_under_every_rule_of_bonds() {
    let rules: [(&str, &[H]); 3] = [
        ("full, classic", &[H::Yuma3Enabled(false)]),
        ("full, Yuma3", &[H::Yuma3Enabled(true)]),
        ("full, liquid alpha", &[H::Yuma3Enabled(true), H::LiquidAlphaEnabled(true), H::BondsPenalty(30_000)]),
    ];
    for (rule, parameters) in rules {
        let mut market = subnet(MAX_UIDS, MAX_VALIDATORS, parameters);
        let costs = costs(&mut market, MAX_UIDS, MAX_VALIDATORS);
        print(rule, costs);
        assert!(costs.iter().all(|gas| gas.ref_time() < 300_000_000_000), "{costs:?}");
        let result = market.result(NETUID);
        assert_eq!(result.permits.iter().filter(|&&permit| permit).count(), usize::from(MAX_VALIDATORS));
        assert_eq!(market.bonds(NETUID, 5).len(), usize::from(MAX_UIDS) - 1);
    }
}

#[test]
fn the_largest_subnet_settles_late_with_the_owners_row_and_every_row_staged() {
    let mut market = Market::found(setup(&[]));
    let owner = account("subnet owner's hotkey");
    let validators: Vec<_> = (0..MAX_VALIDATORS).map(hotkey).chain([owner]).collect();
    for hotkey in (0..MAX_UIDS - 1).map(hotkey) {
        market.world.register(NETUID, coldkey(hotkey), hotkey);
    }
    market.world.register(NETUID, account("subnet owner"), owner);
    for uid in 0..MAX_VALIDATORS {
        let stake = Rao::new((1_000 + u64::from(uid)) * Rao::ONE_TAO.get());
        market.world.stake(coldkey(hotkey(uid)), hotkey(uid), stake);
    }
    market.world.start(NETUID);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);

    let commit = |market: &mut Market| {
        let numbered = (0..).zip(&validators);
        let row = numbered.map(|(uid, &hotkey)| (hotkey, market.commit(NETUID, hotkey, &weights(uid, MAX_UIDS))));
        row.collect::<Vec<_>>()
    };
    let fill = |market: &mut Market| {
        for &hotkey in &validators {
            for _ in 1..MAX_UNREVEALED_COMMITS {
                market.world.ok(hotkey, market.world.settlement().commit_weights(NETUID, [7; 32]));
            }
        }
    };
    let reveal = |market: &mut Market, payloads: Vec<(AccountId, WeightsPayload)>| {
        for (hotkey, payload) in payloads {
            market.reveal(NETUID, hotkey, payload);
        }
        market.world.gas()
    };
    let mut payloads = commit(&mut market);
    for epoch in 0..3 {
        market.world.pass_epochs(NETUID, 1);
        let revealed = reveal(&mut market, payloads);
        payloads = commit(&mut market);
        if epoch == 2 {
            fill(&mut market);
        }
        let settled = settle(&mut market);
        println!("late {epoch}: reveal {:.2}e9, settle {:.2}e9", billions(revealed), billions(settled));
        assert!(settled.ref_time() < 300_000_000_000, "{settled:?}");
    }
    let row = market.world.read(market.world.settlement().weights(NETUID, Uid::new(MAX_UIDS - 1)));
    assert_eq!(row.expect("the owner's").weights.len(), usize::from(MAX_UIDS));
    assert_eq!(market.bonds(NETUID, 5).len(), usize::from(MAX_UIDS) - 1);
}
