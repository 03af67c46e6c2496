//! Epochs: when one is due, what it counts, what it leaves behind.

use primitives::{
    Hyperparameter as H, RegistryError, SettlementError,
    settlement::{EpochSettled, SETTLE_STEPS, Schedule},
};
use yarrow_e2e::prelude::*;

use crate::market::{Market, NETUID, STRANGER, TEMPO, VALIDATORS, coldkey, setup};

#[test]
fn an_epoch_is_settled_once() {
    let mut market = Market::open();
    let refused = |market: &mut Market| {
        let (now, next_epoch) = (market.world.block(), market.schedule(NETUID, STRANGER).next_epoch);
        let message = market.world.settlement().settle(NETUID, SETTLE_STEPS);
        assert_eq!(market.world.refused(STRANGER, message), SettlementError::EpochNotDue { now, next_epoch });
    };
    refused(&mut market);
    market.world.pass_blocks(TEMPO - 1);
    refused(&mut market);
    market.world.pass_blocks(1);
    market.settle(NETUID);
    refused(&mut market);
}

#[test]
fn a_subnet_that_was_not_started_has_no_epochs() {
    let mut market = Market::found(setup(&[]));
    let message = market.world.settlement().settle(NETUID, SETTLE_STEPS);
    let error = market.world.refused(STRANGER, message);
    assert_eq!(error, SettlementError::Registry(RegistryError::SubnetNotStarted));
    let message = market.world.settlement().schedule(NETUID, STRANGER);
    let error = market.world.refused(STRANGER, message);
    assert_eq!(error, SettlementError::Registry(RegistryError::SubnetNotStarted));
    assert_eq!(market.world.read(market.world.settlement().epoch_result(NETUID, 0)), None);
    assert_eq!(market.weights(NETUID, 0), []);
    assert_eq!(market.bonds(NETUID, 0), []);
}

#[test]
fn a_result_is_stored_and_emitted() {
    let mut market = Market::open();
    market.world.pass_epochs(NETUID, 1);
    let block = market.world.block();
    market.world.pass_blocks(3);
    market.world.ok(STRANGER, market.world.settlement().settle(NETUID, SETTLE_STEPS));
    let result = market.result(NETUID);
    let settled = EpochSettled { netuid: NETUID, result: result.clone(), owner_cut: Rao::ZERO };
    assert!(market.world.emitted().contains(&Emitted::new(market.world.settlement, settled)));
    assert_eq!((result.epoch, result.block), (2, block));
    assert_eq!(result.permits, [true, true, true, false, false, false, false]);
    assert_eq!(result.stake[3], Rao::ZERO);
}

#[test]
fn a_schedule_tells_what_is_possible_when() {
    let mut market = Market::open_with(&[H::WeightsVersionKey(3)]);
    market.world.pass_blocks(TEMPO + 4);
    let now = market.world.block();
    let epoch_start = ProtocolBlock::new(2 * TEMPO);
    let seed = market.schedule(NETUID, VALIDATORS[0]).seed;
    let expected = Schedule {
        now,
        epoch: 2,
        epoch_start,
        next_epoch: epoch_start.after(TEMPO),
        reveal_epoch: Some(1),
        next_commit: now,
        settled_until: 1,
        settle_due: true,
        commit_reveal: true,
        version_key: 3,
        seed,
    };
    assert_eq!(market.schedule(NETUID, VALIDATORS[0]), expected);
    market.settle(NETUID);
    let settled = market.schedule(NETUID, VALIDATORS[0]);
    assert_ne!(settled.seed, seed);
    assert_eq!(settled, Schedule { settled_until: 2, settle_due: false, seed: settled.seed, ..expected });
}

#[test]
fn every_salt_changes_the_next_seed_and_the_challenge_for_work() {
    let seed_with = |salt: u8| {
        let mut market = Market::open();
        let mut payload = market.payload(NETUID, &[(3, 1)]);
        payload.salt = vec![salt; 16];
        market.commit_payload(NETUID, VALIDATORS[0], &payload);
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID);
        market.reveal(NETUID, VALIDATORS[0], payload);
        let before = market.schedule(NETUID, STRANGER).seed;
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID);
        let target = market.world.read(market.world.registry().work_target(NETUID)).expect("the subnet exists");
        (before, market.schedule(NETUID, STRANGER).seed, target.challenge)
    };
    let [one, other] = [seed_with(1), seed_with(2)];
    assert_eq!(one.0, other.0);
    assert_ne!(one.1, other.1);
    assert_ne!(one.2, other.2);
}

#[test]
fn bonds_follow_the_rule_of_the_subnet() {
    let after_two_rounds = |yuma3: bool| {
        let mut market = Market::open_with(&[H::Yuma3Enabled(yuma3)]);
        market.round(NETUID, &VALIDATORS.map(|validator| (validator, &[(3, 1)][..])));
        (market.bonds(NETUID, 0), market.result(NETUID).dividends)
    };
    let (classic, dividends) = after_two_rounds(false);
    assert_eq!(classic, [(3, 65_535)], "the largest of each column is 1");
    assert_eq!(dividends[..3], [21_844; 3]);
    let (yuma3, dividends) = after_two_rounds(true);
    assert_eq!(yuma3, [(3, 6_553)], "a tenth of the weight after one epoch");
    assert_eq!(dividends[..3], [21_844; 3]);
}

#[test]
fn a_validator_is_inactive_after_the_cutoff_and_a_newcomer_counts_from_its_registration() {
    let mut market = Market::open_with(&[H::ActivityCutoffFactorMilli(1_000), H::CommitRevealEnabled(false)]);
    let set = |market: &mut Market, validator: usize| {
        let weights = vec![(Uid::new(3), 1)];
        market.world.ok(VALIDATORS[validator], market.world.settlement().set_weights(NETUID, weights, 0));
    };
    set(&mut market, 0);
    market.world.pass_blocks(1);
    set(&mut market, 1);
    market.world.pass_epochs(NETUID, 1);
    assert_eq!(market.settle(NETUID).active, [true, true, false, false, false, false, false]);
    let newcomer = account("newcomer");
    market.world.register(NETUID, coldkey(newcomer), newcomer);
    market.world.pass_epochs(NETUID, 1);
    let result = market.settle(NETUID);
    assert_eq!(result.active, [false, false, false, false, false, false, false, true]);
    assert_eq!(result.incentive[3], 0, "only active validators decide");
}

/// The weights of "random_16uid_6val_classic" of the published vectors, epochs 0 and 1.
const EPOCH_0: [(u16, &[u16], &[u16]); 6] = [
    (0, &[6, 7, 8, 9, 10, 11, 12, 13, 14, 15], &[12414, 6498, 50691, 30933, 7443, 52741, 31201, 1367, 63678, 25369]),
    (1, &[6, 8, 10, 11, 12, 13, 14], &[29994, 27335, 21122, 51328, 61817, 61225, 11178]),
    (2, &[6, 7, 8, 9, 11, 12, 13, 15], &[11709, 10598, 51408, 47190, 11599, 2354, 17153, 6715]),
    (3, &[6, 8, 9, 10, 11, 12, 13, 14], &[28484, 54027, 16752, 1740, 10829, 31340, 42881, 19337]),
    (4, &[6, 7, 8, 10, 11, 12, 13, 15], &[40445, 63799, 33043, 29540, 9532, 23076, 15135, 5301]),
    (5, &[6, 7, 10, 12, 13, 14, 15], &[46763, 11877, 35977, 51312, 18259, 19284, 8239]),
];
const EPOCH_1: [(u16, &[u16], &[u16]); 1] = [(3, &[9, 10, 12, 13, 14], &[60645, 41043, 49978, 52786, 24466])];

#[test]
fn a_published_case_comes_out_as_published() {
    let stakes: [u64; 6] = [
        59_898_000_000_000,
        280_692_000_000_000,
        384_547_000_000_000,
        944_687_000_000_000,
        476_318_000_000_000,
        359_806_000_000_000,
    ];
    let allocation = vec![(TREASURY, Rao::new(stakes.iter().sum()))];
    let parameters = [H::CommitRevealEnabled(false), H::Yuma3Enabled(false), H::MaxAllowedValidators(6), H::Tempo(10)];
    let mut market = Market::found(setup(&parameters).allocation(allocation));
    let hotkeys: Vec<_> = (0..16_u8).map(|uid| AccountId::from([uid + 100; 32])).collect();
    for &hotkey in &hotkeys {
        market.world.register(NETUID, coldkey(hotkey), hotkey);
    }
    for (&hotkey, stake) in hotkeys.iter().zip(stakes) {
        market.world.stake(coldkey(hotkey), hotkey, Rao::new(stake));
    }
    market.world.start(NETUID);
    let epoch = |market: &mut Market, rows: &[(u16, &[u16], &[u16])]| {
        for &(uid, uids, values) in rows {
            let weights = uids.iter().map(|&uid| Uid::new(uid)).zip(values.iter().copied()).collect();
            market.world.ok(hotkeys[usize::from(uid)], market.world.settlement().set_weights(NETUID, weights, 0));
        }
        market.world.pass_epochs(NETUID, 1);
        market.settle(NETUID)
    };

    let result = epoch(&mut market, &[]);
    assert_eq!(result.permits, [[true; 16][..6].to_vec(), vec![false; 10]].concat());
    market.world.pass_blocks(1);

    let result = epoch(&mut market, &EPOCH_0);
    assert_near(&result.consensus[6..], &[9088, 1508, 17238, 5345, 555, 3455, 9999, 7082, 6169, 1579]);
    assert_near(&result.incentive[6..], &[11556, 1099, 17196, 4225, 670, 4053, 11345, 9001, 5234, 1151]);
    assert_near(&result.dividends[..6], &[1391, 6086, 9195, 31686, 9978, 7196]);
    assert_near(&result.validator_trust[..6], &[40821, 38098, 42015, 58934, 36810, 35143]);
    let (uids, bonds): (Vec<_>, Vec<_>) = market.bonds(NETUID, 2).into_iter().unzip();
    assert_eq!(uids, [6, 7, 8, 9, 11, 12, 13, 15]);
    assert_near(&bonds, &[14190, 52908, 26676, 26676, 26676, 2592, 26676, 52908]);

    let result = epoch(&mut market, &EPOCH_1);
    assert_near(&result.incentive[6..], &[4494, 1168, 0, 14219, 12761, 0, 16189, 9566, 5911, 1223]);
    assert_near(&result.dividends[..6], &[1657, 6101, 7090, 32709, 8616, 9359]);
    assert_eq!(result.permits, [[true; 16][..6].to_vec(), vec![false; 10]].concat());
}

fn assert_near(values: &[u16], expected: &[u16]) {
    assert_eq!(values.len(), expected.len());
    assert!(values.iter().zip(expected).all(|(value, expected)| value.abs_diff(*expected) <= 1), "{values:?}");
}
