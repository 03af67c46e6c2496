//! Commits and reveals: who, when, and every way to be refused.

use std::cell::RefCell;

use primitives::{
    GuardError, Hyperparameter as H, RegistryError, SettlementError,
    settlement::{MAX_UNREVEALED_COMMITS, SETTLE_STEPS, WeightCommit, WeightsCommitted, WeightsRevealed, WeightsRow},
    weights::WeightsPayload,
};
use proptest::test_runner::{Config, TestRunner};
use proptest::{collection::vec, prelude::any};
use yarrow_e2e::prelude::*;

use crate::market::{MINERS, Market, NETUID, STRANGER, TEMPO, VALIDATORS};

const VALIDATOR: AccountId = VALIDATORS[0];
const WEIGHTS: [(u16, u16); 2] = [(3, 1_000), (4, 500)];

/// The refusal of a reveal of the validator by a stranger.
fn refused_reveal(market: &mut Market, payload: WeightsPayload) -> SettlementError {
    let message = market.world.settlement().reveal_weights(NETUID, VALIDATOR, payload);
    market.world.refused(STRANGER, message)
}

#[test]
fn revealed_weights_are_those_that_were_committed() {
    let mut market = Market::open();
    market.world.pass_blocks(1);
    let payload = market.payload(NETUID, &WEIGHTS);
    let hash = market.hash(NETUID, VALIDATOR, &payload);
    let committed_at = market.world.block();
    let commit = WeightCommit { hash, epoch: 1, reveal_epoch: 2, version_key: 0, committed_at };

    market.commit_payload(NETUID, VALIDATOR, &payload);
    let committed = WeightsCommitted { netuid: NETUID, hotkey: VALIDATOR, commit };
    assert_eq!(market.world.emitted(), [Emitted::new(market.world.settlement, committed)]);
    assert_eq!(market.commits(NETUID, VALIDATOR), [commit]);

    market.world.pass_epochs(NETUID, 1);
    let message = market.world.settlement().reveal_weights(NETUID, VALIDATOR, payload);
    market.world.ok(STRANGER, message);
    let revealed = WeightsRevealed { netuid: NETUID, hotkey: VALIDATOR, hash, evidence: [9; 32] };
    assert_eq!(market.world.emitted(), [Emitted::new(market.world.settlement, revealed)]);
    assert_eq!(market.commits(NETUID, VALIDATOR), []);

    market.settle(NETUID);
    let row = market.world.read(market.world.settlement().weights(NETUID, Uid::new(0)));
    let weights = vec![(Uid::new(3), 65_535), (Uid::new(4), 32_768)];
    let updated_at = market.world.block();
    assert_eq!(row, Some(WeightsRow { weights, committed_at, updated_at, evidence: [9; 32] }));
}

#[test]
fn the_previewed_hash_is_the_one_that_everyone_computes() {
    let market = RefCell::new(Market::open());
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let entries = vec((0..300_u16, any::<u64>(), any::<u16>()), 0..40);
    let payloads = (any::<(u64, u64)>(), entries, any::<[u8; 32]>(), vec(any::<u8>(), 0..70), any::<[u8; 32]>());
    let outcome =
        TestRunner::new(config).run(&payloads, |((commit_epoch, version_key), entries, evidence, salt, key)| {
            let entry = |(uid, block, value)| primitives::weights::WeightEntry {
                uid: Uid::new(uid),
                registered_at: ProtocolBlock::new(block),
                value,
            };
            let entries = entries.into_iter().map(entry).collect();
            let payload = WeightsPayload { commit_epoch, version_key, entries, evidence, salt };
            let hotkey = AccountId::from(key);
            let mut market = market.borrow_mut();
            let computed = market.hash(NETUID, hotkey, &payload);
            let message = market.world.settlement().preview_commit_hash(NETUID, hotkey, payload);
            assert_eq!(market.world.read(message), computed);
            Ok(())
        });
    outcome.expect("the hashes are equal");
}

#[test]
fn a_payload_as_long_as_a_message_can_be_is_hashed_like_any_other() {
    let mut market = Market::open();
    let entry = market.payload(NETUID, &[(3, 1)]).entries[0];
    let mut payload = market.payload(NETUID, &[]);
    payload.entries = vec![entry; 1_354];
    let computed = market.hash(NETUID, VALIDATOR, &payload);
    let message = market.world.settlement().preview_commit_hash(NETUID, VALIDATOR, payload);
    assert_eq!(market.world.read(message), computed);
}

#[test]
fn a_commit_is_refused_outside_a_running_subnet() {
    let mut market = Market::open();
    let unknown = market.world.settlement().commit_weights(Netuid::new(7), [1; 32]);
    let error = market.world.refused(VALIDATOR, unknown);
    assert_eq!(error, SettlementError::Registry(RegistryError::SubnetNotExists(Netuid::new(7))));

    let mut market = Market::found(crate::market::setup(&[]));
    market.staff(NETUID);
    let message = market.world.settlement().commit_weights(NETUID, [1; 32]);
    let error = market.world.refused(VALIDATOR, message);
    assert_eq!(error, SettlementError::Registry(RegistryError::SubnetNotStarted));
}

#[test]
fn writes_are_refused_while_paused() {
    let mut market = Market::open();
    let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    market.world.pass_epochs(NETUID, 1);
    let settlement = market.world.settlement;
    market.world.ok(DEPLOYER, market.world.guard(settlement).pause());
    let until_ms = market.world.now_ms() + primitives::guard::PAUSE_MS;
    let paused = SettlementError::Guard(GuardError::Paused { until_ms });

    let commit = market.world.settlement().commit_weights(NETUID, [1; 32]);
    assert_eq!(market.world.refused(VALIDATOR, commit), paused);
    assert_eq!(refused_reveal(&mut market, payload), paused);
    let set = market.world.settlement().set_weights(NETUID, vec![], 0);
    assert_eq!(market.world.refused(VALIDATOR, set), paused);
    let settle = market.world.settlement().settle(NETUID, SETTLE_STEPS);
    assert_eq!(market.world.refused(STRANGER, settle), paused);
}

#[test]
fn a_commit_is_refused_to_whoever_is_not_registered() {
    let mut market = Market::open();
    let message = market.world.settlement().commit_weights(NETUID, [1; 32]);
    let error = market.world.refused(STRANGER, message);
    assert_eq!(error, SettlementError::HotKeyNotRegisteredInSubNet(STRANGER));
}

#[test]
fn commits_are_refused_where_weights_are_set_directly() {
    let mut market = Market::open_with(&[H::CommitRevealEnabled(false)]);
    let message = market.world.settlement().commit_weights(NETUID, [1; 32]);
    assert_eq!(market.world.refused(VALIDATOR, message), SettlementError::CommitRevealDisabled);
    let payload = market.payload(NETUID, &WEIGHTS);
    assert_eq!(refused_reveal(&mut market, payload), SettlementError::NoWeightsCommitFound);
}

#[test]
fn a_commit_is_revealed_by_the_rules_under_which_it_was_made_whatever_has_changed_since() {
    for change in [H::RevealPeriodEpochs(3), H::WeightsVersionKey(9), H::CommitRevealEnabled(false)] {
        let mut market = Market::open();
        let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
        market.world.ok(DEPLOYER, market.world.stewardship().set_hyperparameter(NETUID, change));
        market.world.pass_epochs(NETUID, 1);
        market.reveal(NETUID, VALIDATOR, payload);
        market.settle(NETUID);
        assert_eq!(market.weights(NETUID, 0), [(3, 65_535), (4, 32_768)], "{change:?}");
    }
}

#[test]
fn weights_that_are_set_directly_drop_the_commits_from_before() {
    let mut market = Market::open();
    let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    let direct = H::CommitRevealEnabled(false);
    market.world.ok(DEPLOYER, market.world.stewardship().set_hyperparameter(NETUID, direct));
    let row = vec![(Uid::new(5), 1)];
    market.world.ok(VALIDATOR, market.world.settlement().set_weights(NETUID, row, 0));
    market.world.pass_epochs(NETUID, 1);
    assert_eq!(refused_reveal(&mut market, payload), SettlementError::NoWeightsCommitFound);
}

#[test]
fn the_rate_limit_holds_from_commit_to_commit_even_if_the_last_was_revealed() {
    let mut market = Market::open_with(&[H::WeightsSetRateLimit(TEMPO + 3)]);
    let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    let from = market.world.block().after(TEMPO + 3);
    assert_eq!(market.schedule(NETUID, VALIDATOR).next_commit, from);
    market.world.pass_epochs(NETUID, 1);
    market.reveal(NETUID, VALIDATOR, payload);

    market.world.pass_blocks(2);
    let message = market.world.settlement().commit_weights(NETUID, [1; 32]);
    let error = market.world.refused(VALIDATOR, message);
    assert_eq!(error, SettlementError::CommittingWeightsTooFast { from });
    market.world.pass_blocks(1);
    market.commit(NETUID, VALIDATOR, &WEIGHTS);
}

#[test]
fn ten_unrevealed_commits_are_the_most_and_expired_ones_make_room() {
    let mut market = Market::open();
    for _ in 0..MAX_UNREVEALED_COMMITS {
        market.commit(NETUID, VALIDATOR, &WEIGHTS);
    }
    market.world.pass_epochs(NETUID, 1);
    let message = market.world.settlement().commit_weights(NETUID, [1; 32]);
    assert_eq!(market.world.refused(VALIDATOR, message), SettlementError::TooManyUnrevealedCommits);

    market.world.pass_epochs(NETUID, 1);
    assert_eq!(market.commits(NETUID, VALIDATOR).len(), MAX_UNREVEALED_COMMITS);
    market.commit(NETUID, VALIDATOR, &WEIGHTS);
    assert_eq!(market.commits(NETUID, VALIDATOR).len(), 1);
}

#[test]
fn a_reveal_is_refused_without_a_commit() {
    let mut market = Market::open();
    let payload = market.payload(NETUID, &WEIGHTS);
    assert_eq!(refused_reveal(&mut market, payload.clone()), SettlementError::NoWeightsCommitFound);
    let message = market.world.settlement().reveal_weights(NETUID, STRANGER, payload);
    assert_eq!(market.world.refused(STRANGER, message), SettlementError::NoWeightsCommitFound);
}

#[test]
fn a_reveal_is_refused_when_anything_differs_from_what_was_committed() {
    let mut market = Market::open();
    let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    market.world.pass_epochs(NETUID, 1);
    let mut others = vec![payload.clone(); 5];
    others[0].entries[0].value += 1;
    others[1].salt[0] ^= 1;
    others[2].version_key += 1;
    others[3].evidence = [8; 32];
    others[4].commit_epoch += 1;
    for other in others {
        let hash = market.hash(NETUID, VALIDATOR, &other);
        let error = refused_reveal(&mut market, other);
        assert_eq!(error, SettlementError::InvalidRevealCommitHashNotMatch { hash });
    }
    market.reveal(NETUID, VALIDATOR, payload);
}

#[test]
fn a_commit_to_a_payload_of_another_epoch_cannot_be_revealed() {
    let mut market = Market::open();
    let mut payload = market.payload(NETUID, &WEIGHTS);
    payload.commit_epoch += 1;
    market.commit_payload(NETUID, VALIDATOR, &payload);
    let hash = market.hash(NETUID, VALIDATOR, &payload);
    for _ in 0..2 {
        market.world.pass_epochs(NETUID, 1);
        let error = refused_reveal(&mut market, payload.clone());
        assert_eq!(error, SettlementError::InvalidRevealCommitHashNotMatch { hash });
    }
}

#[test]
fn a_reveal_is_refused_before_and_after_its_window() {
    let mut market = Market::open_with(&[H::RevealPeriodEpochs(2)]);
    let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    let committed_at = market.world.block();
    let (opens, closes) = (committed_at.after(2 * TEMPO), committed_at.after(3 * TEMPO));

    market.world.pass_blocks(2 * TEMPO - 1);
    let now = market.world.block();
    let error = refused_reveal(&mut market, payload.clone());
    assert_eq!(error, SettlementError::RevealTooEarly { now, opens, closes });

    market.world.pass_blocks(TEMPO + 1);
    let now = market.world.block();
    let error = refused_reveal(&mut market, payload);
    assert_eq!(error, SettlementError::ExpiredWeightCommit { now, opens, closes });
}

#[test]
fn a_reveal_is_refused_for_a_salt_of_the_wrong_length() {
    let mut market = Market::open();
    let mut payloads = vec![];
    for length in [15, 65] {
        let mut payload = market.payload(NETUID, &WEIGHTS);
        payload.salt = vec![7; length];
        market.commit_payload(NETUID, VALIDATOR, &payload);
        payloads.push(payload);
    }
    market.world.pass_epochs(NETUID, 1);
    for payload in payloads {
        assert_eq!(refused_reveal(&mut market, payload), SettlementError::InvalidSalt);
    }
}

#[test]
fn a_reveal_drops_older_commits_and_keeps_newer_ones() {
    let mut market = Market::open();
    let older = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    let payload = market.commit(NETUID, VALIDATOR, &WEIGHTS);
    let newer = market.commit(NETUID, VALIDATOR, &[(5, 1)]);
    market.world.pass_epochs(NETUID, 1);
    market.reveal(NETUID, VALIDATOR, payload);
    let hash = market.hash(NETUID, VALIDATOR, &older);
    assert_eq!(refused_reveal(&mut market, older), SettlementError::InvalidRevealCommitHashNotMatch { hash });
    market.reveal(NETUID, VALIDATOR, newer);
    market.settle(NETUID);
    assert_eq!(market.weights(NETUID, 0), [(5, 65_535)]);
}

#[test]
fn a_commit_of_one_validator_cannot_be_revealed_as_anothers() {
    let mut market = Market::open();
    let payload = market.payload(NETUID, &WEIGHTS);
    let stolen = market.hash(NETUID, VALIDATOR, &payload);
    market.world.ok(VALIDATORS[1], market.world.settlement().commit_weights(NETUID, stolen));
    market.world.pass_epochs(NETUID, 1);
    let hash = market.hash(NETUID, VALIDATORS[1], &payload);
    let message = market.world.settlement().reveal_weights(NETUID, VALIDATORS[1], payload);
    let error = market.world.refused(STRANGER, message);
    assert_eq!(error, SettlementError::InvalidRevealCommitHashNotMatch { hash });
}

#[test]
fn a_reveal_without_a_permit_is_refused_unless_it_weighs_only_the_revealer() {
    let mut market = Market::open();
    let miner = MINERS[0];
    let refused = market.commit(NETUID, miner, &[(4, 1)]);
    let accepted = market.commit(NETUID, miner, &[(3, 1)]);
    market.world.pass_epochs(NETUID, 1);
    let message = market.world.settlement().reveal_weights(NETUID, miner, refused);
    assert_eq!(market.world.refused(miner, message), SettlementError::NeuronNoValidatorPermit);
    market.reveal(NETUID, miner, accepted);
}
