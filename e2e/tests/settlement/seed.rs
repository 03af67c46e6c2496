//! The seed: whose reveals go into it, and what no choice of anybody's changes.

use yarrow_e2e::prelude::*;

use crate::market::{MINERS, Market, NETUID, STRANGER, VALIDATORS};

const VALIDATOR: AccountId = VALIDATORS[0];

/// The seed after an epoch in which `act` was done with a market that had made these commits in the epoch before, all
/// of the same weights.
fn seed_after<const N: usize>(commits: [(AccountId, u16); N], act: impl Fn(&mut Market, [Payload; N])) -> [u8; 32] {
    let mut market = Market::open();
    let payloads = commits.map(|(hotkey, uid)| (hotkey, market.commit(NETUID, hotkey, &[(uid, 1)])));
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    act(&mut market, payloads);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    market.schedule(NETUID, STRANGER).seed
}

type Payload = (AccountId, primitives::weights::WeightsPayload);

fn reveal(market: &mut Market, (hotkey, payload): Payload) {
    market.reveal(NETUID, hotkey, payload);
}

#[test]
fn the_order_of_reveals_does_not_matter() {
    let commits = [(VALIDATORS[0], 3), (VALIDATORS[1], 3)];
    let forward = seed_after(commits, |market, [first, second]| {
        reveal(market, first);
        reveal(market, second);
    });
    let backward = seed_after(commits, |market, [first, second]| {
        reveal(market, second);
        reveal(market, first);
    });
    assert_eq!(forward, backward);
    assert_ne!(forward, seed_after(commits, |market, [first, _]| reveal(market, first)));
}

#[test]
fn a_reveal_without_a_permit_leaves_the_seed_alone() {
    let commits = [(MINERS[0], 3)];
    let silent = seed_after(commits, |_, _| {});
    assert_eq!(seed_after(commits, |market, [miner]| reveal(market, miner)), silent);
}

#[test]
fn several_commits_of_a_hotkey_are_no_more_choices_than_one() {
    let commits = [(VALIDATOR, 3), (VALIDATOR, 4), (VALIDATOR, 5)];
    let silent = seed_after(commits, |_, _| {});
    let first = seed_after(commits, |market, [first, ..]| reveal(market, first));
    assert_ne!(first, silent);
    let later = seed_after(commits, |market, [_, second, third]| {
        reveal(market, second);
        reveal(market, third);
    });
    assert_eq!(later, silent);
    let all =
        seed_after(commits, |market, payloads| payloads.map(|payload| reveal(market, payload)).into_iter().collect());
    assert_eq!(all, first);
}
