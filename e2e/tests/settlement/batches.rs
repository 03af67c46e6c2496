//! Batches: several subnets in one message, and several reveals of one subnet.

use ink::env::Event;
use primitives::{
    GuardError, Hyperparameter as H, RegistryError, SettlementError,
    settlement::{
        BatchCompletedWithErrors, BatchWeightItemFailed, BatchWeightsCompleted, MAX_BATCH, MAX_UNREVEALED_COMMITS,
        Weight, WeightsCommitted, WeightsRevealed, WeightsSet,
    },
    weights::WeightsPayload,
};
use scale::Decode;
use yarrow_e2e::prelude::*;

use crate::market::{Market, NETUID, STAKE, STRANGER, TEMPO, VALIDATORS, coldkey, subnet};

const VALIDATOR: AccountId = VALIDATORS[0];
const SECOND: Netuid = Netuid::new(2);
const UNKNOWN: Netuid = Netuid::new(7);
/// What a message of a batch may take at most, so that there is room for the prices of newer pallets.
const DEAREST: u64 = 150_000_000_000;

/// A market with two subnets, each with its own parameters beside the usual ones, whose validators have permits.
fn two_subnets(first: &[H], second: &[H]) -> Market {
    let mut market = Market::found(Setup::default().genesis(vec![subnet(first), other_subnet(second)]));
    for netuid in [NETUID, SECOND] {
        market.staff(netuid);
    }
    for validator in VALIDATORS {
        market.world.stake(coldkey(validator), validator, STAKE);
    }
    for netuid in [NETUID, SECOND] {
        market.world.start(netuid);
    }
    market.world.pass_epochs(NETUID, 1);
    for netuid in [NETUID, SECOND] {
        market.settle(netuid);
    }
    market
}

fn other_subnet(others: &[H]) -> primitives::registry::GenesisSubnet {
    let mut other = subnet(others);
    other.owner = account("other owner");
    other.owner_hotkey = account("other owner's hotkey");
    other
}

/// A market whose only subnet takes weights directly.
fn direct(others: &[H]) -> Market {
    Market::open_with(&[&[H::CommitRevealEnabled(false)], others].concat())
}

fn row(weights: &[(u16, u16)]) -> Vec<Weight> {
    weights.iter().map(|&(uid, value)| (Uid::new(uid), value)).collect()
}

fn batch_commit(market: &mut Market, netuids: &[Netuid], hashes: &[[u8; 32]]) {
    let message = market.world.settlement().batch_commit_weights(netuids.to_vec(), hashes.to_vec());
    market.world.ok(VALIDATOR, message);
}

fn batch_set(market: &mut Market, netuids: &[Netuid], rows: &[&[(u16, u16)]]) {
    let (rows, keys) = (rows.iter().map(|weights| row(weights)).collect(), vec![0; rows.len()]);
    let message = market.world.settlement().batch_set_weights(netuids.to_vec(), rows, keys);
    market.world.ok(VALIDATOR, message);
}

fn refused_reveals(market: &mut Market, payloads: Vec<WeightsPayload>) -> SettlementError {
    let message = market.world.settlement().batch_reveal_weights(NETUID, VALIDATOR, payloads);
    market.world.refused(STRANGER, message)
}

fn emitted<E: Event>(market: &Market, event: E) -> Emitted {
    Emitted::new(market.world.settlement, event)
}

fn failed(market: &Market, netuid: Netuid, error: SettlementError) -> Emitted {
    emitted(market, BatchWeightItemFailed { netuid, hotkey: VALIDATOR, error })
}

/// How many events of one type the last message emitted.
fn count<E: Event + Decode>(market: &Market) -> usize {
    market.world.events::<E>().len()
}

#[test]
fn a_batch_commits_on_each_subnet_as_single_messages_do() {
    let mut market = two_subnets(&[], &[]);
    let netuids = vec![SECOND, NETUID];
    batch_commit(&mut market, &netuids, &[[2; 32], [1; 32]]);
    let [first] = market.commits(NETUID, VALIDATOR)[..] else { panic!("one commit") };
    let [second] = market.commits(SECOND, VALIDATOR)[..] else { panic!("one commit") };
    assert_eq!((first.hash, second.hash), ([1; 32], [2; 32]));
    let committed = |netuid, commit| emitted(&market, WeightsCommitted { netuid, hotkey: VALIDATOR, commit });
    let completed = BatchWeightsCompleted { netuids, hotkey: VALIDATOR };
    let events = [committed(SECOND, second), committed(NETUID, first), emitted(&market, completed)];
    assert_eq!(market.world.emitted(), events);
}

#[test]
fn a_commit_that_fails_on_one_subnet_leaves_the_others() {
    let mut market = two_subnets(&[], &[H::CommitRevealEnabled(false)]);
    batch_commit(&mut market, &[UNKNOWN, NETUID, SECOND], &[[7; 32], [1; 32], [2; 32]]);
    let [commit] = market.commits(NETUID, VALIDATOR)[..] else { panic!("one commit") };
    assert_eq!(commit.hash, [1; 32]);
    let unknown = SettlementError::Registry(RegistryError::SubnetNotExists(UNKNOWN));
    let events = [
        emitted(&market, WeightsCommitted { netuid: NETUID, hotkey: VALIDATOR, commit }),
        failed(&market, UNKNOWN, unknown),
        failed(&market, SECOND, SettlementError::CommitRevealDisabled),
        emitted(&market, BatchCompletedWithErrors { hotkey: VALIDATOR }),
    ];
    assert_eq!(market.world.emitted(), events);
}

#[test]
fn a_subnet_that_stands_twice_in_a_batch_of_commits_is_committed_to_as_often_as_its_pace_allows() {
    let mut market = Market::open_with(&[H::WeightsSetRateLimit(TEMPO)]);
    batch_commit(&mut market, &[NETUID, NETUID], &[[1; 32], [2; 32]]);
    let hashes: Vec<_> = market.commits(NETUID, VALIDATOR).iter().map(|commit| commit.hash).collect();
    assert_eq!(hashes, [[1; 32]]);
    let from = market.world.block().after(TEMPO);
    let too_fast = failed(&market, NETUID, SettlementError::CommittingWeightsTooFast { from });
    assert_eq!(market.world.emitted()[1], too_fast);

    let mut market = Market::open();
    batch_commit(&mut market, &[NETUID, NETUID], &[[1; 32], [2; 32]]);
    let hashes: Vec<_> = market.commits(NETUID, VALIDATOR).iter().map(|commit| commit.hash).collect();
    assert_eq!(hashes, [[1; 32], [2; 32]]);
}

#[test]
fn a_batch_sets_rows_and_one_that_fails_leaves_the_others() {
    let mut market = two_subnets(&[], &[H::CommitRevealEnabled(false)]);
    batch_set(&mut market, &[NETUID, SECOND], &[&[(3, 1)], &[(4, 1), (5, 2)]]);
    assert_eq!(market.weights(SECOND, 0), [(4, 32_768), (5, 65_535)]);
    assert_eq!(market.weights(NETUID, 0), []);
    let events = [
        emitted(&market, WeightsSet { netuid: SECOND, hotkey: VALIDATOR }),
        failed(&market, NETUID, SettlementError::CommitRevealEnabled),
        emitted(&market, BatchCompletedWithErrors { hotkey: VALIDATOR }),
    ];
    assert_eq!(market.world.emitted(), events);
}

#[test]
fn of_two_rows_for_one_subnet_in_a_batch_the_later_counts_if_the_pace_allows_it() {
    let rows: [&[(u16, u16)]; 2] = [&[(3, 1)], &[(4, 1)]];
    let mut market = direct(&[]);
    batch_set(&mut market, &[NETUID, NETUID], &rows);
    assert_eq!(market.weights(NETUID, 0), [(4, 65_535)]);

    let mut market = direct(&[H::WeightsSetRateLimit(TEMPO)]);
    batch_set(&mut market, &[NETUID, NETUID], &rows);
    assert_eq!(market.weights(NETUID, 0), [(3, 65_535)]);
    assert_eq!((count::<WeightsSet>(&market), count::<BatchWeightItemFailed>(&market)), (1, 1));
}

#[test]
fn each_row_of_a_batch_has_its_own_version_key() {
    let mut market = direct(&[H::WeightsVersionKey(5)]);
    let rows = vec![row(&[(3, 1)]), row(&[(4, 1)])];
    let message = market.world.settlement().batch_set_weights(vec![NETUID, NETUID], rows, vec![5, 4]);
    market.world.ok(VALIDATOR, message);
    let refused = failed(&market, NETUID, SettlementError::IncorrectWeightVersionKey { version_key: 5 });
    assert_eq!(market.world.emitted()[1], refused);
    assert_eq!(market.weights(NETUID, 0), [(3, 65_535)]);
}

/// A market in which three commits of the validator can be revealed, besides one of the epoch after.
fn committed() -> (Market, Vec<WeightsPayload>, WeightsPayload) {
    let mut market = Market::open();
    let payloads = [3, 4, 5].map(|uid| market.commit(NETUID, VALIDATOR, &[(uid, 1)]));
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    let later = market.commit(NETUID, VALIDATOR, &[(6, 1)]);
    (market, payloads.to_vec(), later)
}

#[test]
fn a_batch_of_reveals_does_what_the_reveals_do_one_by_one() {
    let revealed = |in_one: bool| {
        let (mut market, payloads, _) = committed();
        let hashes: Vec<_> = payloads.iter().map(|payload| market.hash(NETUID, VALIDATOR, payload)).collect();
        if in_one {
            let message = market.world.settlement().batch_reveal_weights(NETUID, VALIDATOR, payloads);
            market.world.ok(STRANGER, message);
            let events: Vec<_> = market.world.events::<WeightsRevealed>().iter().map(|event| event.hash).collect();
            assert_eq!((events, market.world.emitted().len()), (hashes, 3));
        } else {
            payloads.into_iter().for_each(|payload| market.reveal(NETUID, VALIDATOR, payload));
        }
        let waiting = market.commits(NETUID, VALIDATOR);
        let row = market.world.read(market.world.settlement().weights(NETUID, Uid::new(0)));
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID);
        (waiting, row, market.result(NETUID), market.schedule(NETUID, VALIDATOR))
    };
    let (waiting, row, ..) = revealed(true);
    assert_eq!(waiting.len(), 1);
    assert_eq!(row.expect("the last one").weights, row_of_one(5));
    assert_eq!(revealed(true), revealed(false));
}

fn row_of_one(uid: u16) -> Vec<Weight> {
    row(&[(uid, 65_535)])
}

#[test]
fn a_batch_with_one_reveal_that_is_refused_reveals_nothing() {
    let (mut market, payloads, later) = committed();
    let [first, second, third] = &payloads[..] else { panic!("three payloads") };
    let not_found = |market: &Market, payload| {
        let hash = market.hash(NETUID, VALIDATOR, payload);
        SettlementError::InvalidRevealCommitHashNotMatch { hash }
    };
    let out_of_order = vec![second.clone(), first.clone()];
    assert_eq!(refused_reveals(&mut market, out_of_order), not_found(&market, first));
    let twice = vec![first.clone(), first.clone()];
    assert_eq!(refused_reveals(&mut market, twice), not_found(&market, first));
    let mut forged = third.clone();
    forged.entries[0].value += 1;
    let with_forged = vec![first.clone(), forged.clone()];
    assert_eq!(refused_reveals(&mut market, with_forged), not_found(&market, &forged));
    let too_early = refused_reveals(&mut market, vec![third.clone(), later.clone()]);
    assert!(matches!(too_early, SettlementError::RevealTooEarly { .. }), "{too_early:?}");
    assert_eq!(market.commits(NETUID, VALIDATOR).len(), 4);

    let message = market.world.settlement().batch_reveal_weights(NETUID, VALIDATOR, payloads);
    market.world.ok(STRANGER, message);
    market.world.pass_epochs(NETUID, 1);
    market.settle(NETUID);
    let twice = refused_reveals(&mut market, vec![later.clone(), later]);
    assert_eq!(twice, SettlementError::NoWeightsCommitFound);
}

#[test]
fn one_row_that_breaks_the_rules_of_the_subnet_spoils_the_whole_batch_of_reveals() {
    let mut market = Market::open();
    let good = market.commit(NETUID, VALIDATOR, &[(3, 1)]);
    let bad = market.commit(NETUID, VALIDATOR, &[(4, 1), (4, 1)]);
    market.world.pass_epochs(NETUID, 1);
    assert_eq!(refused_reveals(&mut market, vec![good, bad]), SettlementError::DuplicateUids);
}

#[test]
fn lists_of_different_lengths_are_refused() {
    let mut market = direct(&[]);
    let settlement = market.world.settlement();
    let commit = settlement.clone().batch_commit_weights(vec![NETUID], vec![]);
    assert_eq!(market.world.refused(VALIDATOR, commit), SettlementError::InputLengthsUnequal);
    for (rows, keys) in [(1, 2), (2, 1), (1, 1)] {
        let rows = vec![row(&[(3, 1)]); rows];
        let set = market.world.settlement().batch_set_weights(vec![NETUID; 2], rows, vec![0; keys]);
        assert_eq!(market.world.refused(VALIDATOR, set), SettlementError::InputLengthsUnequal);
    }
}

#[test]
fn an_empty_batch_changes_nothing() {
    let (mut market, ..) = committed();
    let state = |market: &mut Market| {
        (market.commits(NETUID, VALIDATOR), market.schedule(NETUID, VALIDATOR), market.weights(NETUID, 0))
    };
    let before = state(&mut market);
    let completed = emitted(&market, BatchWeightsCompleted { netuids: vec![], hotkey: VALIDATOR });
    batch_commit(&mut market, &[], &[]);
    assert_eq!(market.world.emitted(), std::slice::from_ref(&completed));
    batch_set(&mut market, &[], &[]);
    assert_eq!(market.world.emitted(), [completed]);
    let message = market.world.settlement().batch_reveal_weights(NETUID, VALIDATOR, vec![]);
    market.world.ok(STRANGER, message);
    assert_eq!(market.world.emitted(), []);
    assert_eq!(state(&mut market), before);
}

#[test]
fn a_batch_of_more_items_than_the_most_is_refused() {
    let mut market = Market::open();
    let too_many = MAX_BATCH + 1;
    let payload = market.payload(NETUID, &[(3, 1)]);
    let settlement = market.world.settlement();
    let netuids = || vec![NETUID; too_many];
    let commit = settlement.clone().batch_commit_weights(netuids(), vec![[1; 32]; too_many]);
    assert_eq!(market.world.refused(VALIDATOR, commit), SettlementError::BatchTooLong);
    let set = settlement.clone().batch_set_weights(netuids(), vec![vec![]; too_many], vec![0; too_many]);
    assert_eq!(market.world.refused(VALIDATOR, set), SettlementError::BatchTooLong);
    assert_eq!(refused_reveals(&mut market, vec![payload; too_many]), SettlementError::BatchTooLong);
}

#[test]
fn the_longest_batches_fit_a_message() {
    let mut market = direct(&[H::StakeThreshold(Rao::new(1))]);
    let weights: &[(u16, u16)] = &[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)];
    batch_set(&mut market, &[NETUID; MAX_BATCH], &[weights; MAX_BATCH]);
    assert_eq!(count::<WeightsSet>(&market), MAX_BATCH);
    assert!(market.world.gas().ref_time() < DEAREST, "{:?}", market.world.gas());

    let mut market = Market::open();
    batch_commit(&mut market, &[NETUID; MAX_BATCH], &[[1; 32]; MAX_BATCH]);
    let failures = count::<BatchWeightItemFailed>(&market);
    assert_eq!((market.commits(NETUID, VALIDATOR).len(), failures), (MAX_UNREVEALED_COMMITS, 6));
    assert!(market.world.gas().ref_time() < DEAREST, "{:?}", market.world.gas());
}

#[test]
fn a_full_queue_that_can_be_revealed_in_one_epoch_is_revealed_in_one_message() {
    let mut market = Market::open();
    let row = |round: usize| [(3, 1), (4, u16::try_from(round).expect("few") + 1)];
    let payloads: Vec<_> =
        (0..MAX_UNREVEALED_COMMITS).map(|round| market.commit(NETUID, VALIDATOR, &row(round))).collect();
    market.world.pass_epochs(NETUID, 1);
    let message = market.world.settlement().batch_reveal_weights(NETUID, VALIDATOR, payloads);
    market.world.ok(STRANGER, message);
    assert!(market.world.gas().ref_time() < DEAREST, "{:?}", market.world.gas());
    assert_eq!(market.commits(NETUID, VALIDATOR), []);
    market.settle(NETUID);
    assert_eq!(market.weights(NETUID, 0), [(3, 6_554), (4, 65_535)]);
}

#[test]
fn a_pause_refuses_batches_as_a_whole() {
    let mut market = Market::open();
    let settlement = market.world.settlement;
    market.world.ok(DEPLOYER, market.world.guard(settlement).pause());
    let until_ms = market.world.now_ms() + primitives::guard::PAUSE_MS;
    let paused = SettlementError::Guard(GuardError::Paused { until_ms });
    let settlement = market.world.settlement();
    let commit = settlement.clone().batch_commit_weights(vec![NETUID], vec![]);
    assert_eq!(market.world.refused(VALIDATOR, commit), paused);
    let set = settlement.clone().batch_set_weights(vec![NETUID], vec![], vec![]);
    assert_eq!(market.world.refused(VALIDATOR, set), paused);
    assert_eq!(refused_reveals(&mut market, vec![]), paused);
}
