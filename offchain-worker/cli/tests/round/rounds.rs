//! What a round does where not everything is as usual.

use std::sync::atomic::Ordering;

use chain::ChainExt;
use primitives::{Hyperparameter, Registry as _, Settlement as _};
use worker::{Coverage, Journal, MemoryStorage, Missed, Round, Stage, Validator, settle_if_due};

use crate::market::{Market, NETUID, hotkey, key, secret};

fn validator() -> Validator {
    Validator::new(hotkey(), Journal::open(Box::new(MemoryStorage::default()), secret).expect("a new journal"))
}

fn settle(market: &Market) {
    settle_if_due(&market.chain, &market.contracts, &key("//stump"), NETUID).expect("it settles");
}

fn stages(validator: &Validator) -> Vec<&'static str> {
    let rounds = validator.journal().rounds(NETUID).expect("a readable journal");
    rounds.iter().map(|round| round.stage.name()).collect()
}

#[test]
fn a_round_goes_through_its_stages_until_an_epoch_that_counts_its_weights_is_settled() {
    let (market, mut validator) = (Market::open(&[]), validator());
    let context = market.context(&market.chain);
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Committed(_))));
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Done { .. })));
    assert_eq!(stages(&validator), ["committed"]);
    market.pass_epoch();
    settle(&market);
    assert_eq!(validator.follow_up(&context, NETUID).expect("it reveals").len(), 1);
    assert_eq!(validator.follow_up(&context, NETUID).expect("nothing is due").len(), 0);
    assert_eq!(stages(&validator), ["revealed"]);
    market.pass_epoch();
    settle(&market);
    validator.follow_up(&context, NETUID).expect("it looks");
    assert_eq!(stages(&validator), ["settled"]);
}

#[test]
fn weights_that_somebody_else_revealed_are_not_revealed_again() {
    let (market, mut validator) = (Market::open(&[]), validator());
    let context = market.context(&market.chain);
    let Ok(Round::Committed(committed)) = validator.round(&context, NETUID) else { panic!("it commits") };
    market.pass_epoch();
    settle(&market);
    let reveal = market.contracts.settlement().reveal_weights(NETUID, hotkey().account(), committed.payload);
    market.chain.submit(&key("//bayes"), reveal).expect("anyone may");
    validator.follow_up(&context, NETUID).expect("it looks");
    assert_eq!(stages(&validator), ["revealed"]);
}

#[test]
fn weights_whose_time_has_passed_are_missed_and_the_next_round_goes_on() {
    let (market, mut validator) = (Market::open(&[]), validator());
    let context = market.context(&market.chain);
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Committed(_))));
    market.pass_epoch();
    market.pass_epoch();
    settle(&market);
    let moved = validator.follow_up(&context, NETUID).expect("it looks");
    assert_eq!(moved[0].stage, Stage::Missed(Missed::NotRevealed));
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Committed(_))));
}

#[test]
fn a_round_is_held_while_the_miners_of_the_last_cannot_be_reached_and_nothing_is_sent() {
    let (market, mut validator) = (Market::open(&[]), validator());
    let context = market.context(&market.chain);
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Committed(_))));
    market.pass_epoch();
    settle(&market);
    validator.follow_up(&context, NETUID).expect("it reveals");
    let before = validator.journal().memory(NETUID).expect("a readable journal");
    market.shelf.is_down.store(true, Ordering::SeqCst);
    let coverage = Coverage { observed: 0, known: 2 };
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Held { coverage: found, .. }) if found == coverage));
    let commits = market.contracts.settlement().weight_commits(NETUID, hotkey().account());
    assert_eq!(market.chain.view(commits).expect("the subnet is there"), []);
    assert_eq!(validator.journal().memory(NETUID).expect("a readable journal"), before);
    market.shelf.is_down.store(false, Ordering::SeqCst);
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Committed(_))));
}

#[test]
fn a_validator_without_its_journal_is_held_to_the_miners_that_its_weights_name() {
    let (market, mut first) = (Market::open(&[]), validator());
    let context = market.context(&market.chain);
    first.round(&context, NETUID).expect("it commits");
    market.pass_epoch();
    settle(&market);
    first.follow_up(&context, NETUID).expect("it reveals");
    market.shelf.is_down.store(true, Ordering::SeqCst);
    let coverage = Coverage { observed: 0, known: 2 };
    assert!(
        matches!(validator().round(&context, NETUID), Ok(Round::Held { coverage: found, .. }) if found == coverage)
    );
}

#[test]
fn weights_are_set_once_where_the_subnet_wants_no_commitments() {
    let market = Market::open(&[Hyperparameter::CommitRevealEnabled(false)]);
    let mut validator = validator();
    let context = market.context(&market.chain);
    let Ok(Round::Committed(committed)) = validator.round(&context, NETUID) else { panic!("it sets weights") };
    assert_eq!(stages(&validator), ["revealed"]);
    let uid = market.chain.view(market.contracts.registry().uid(NETUID, hotkey().account())).expect("a view");
    let row = market.contracts.settlement().weights(NETUID, uid.expect("it is registered"));
    let row = market.chain.view(row).expect("a view").expect("it has weights");
    let sent: Vec<_> = committed.payload.entries.iter().map(|entry| (entry.uid, entry.value)).collect();
    assert_eq!(row.weights, sent);
    assert!(matches!(validator.round(&context, NETUID), Ok(Round::Done { .. })));
}
