//! A miner that answers live, beside miners whose models are run: the same items, the same losses, its word for it.

use std::{sync::Arc, thread};

use chain::ChainExt;
use evaluator::{Evaluator, Origin, Outcome, RunnerConfig, tasks};
use miner::server::{PermitHolders, Sandboxed, Server, ServerSettings, Service};
use primitives::{Registry as _, Stewardship as _, axon::Endpoints};
use transport::live::{LiveClient, LiveRules};
use worker::{
    Context, Journal, MemoryStorage, Round, Unobserved, Validator,
    evidence::{Bundle, bundles, replay},
    settle_if_due,
};

use crate::market::{Market, NETUID, hotkey, key, secret};

/// Serves a model of the artifacts as //live until the process ends, and announces it on the chain.
fn serve(market: &Market, model: &str) {
    for uri in ["//live", "//live//cold"] {
        market.chain.fund(key(uri).account(), 1_000_000_000_000);
    }
    market.register("//live");
    let settings = market.chain.view(market.contracts.registry().settings()).expect("a view");
    let local = primitives::registry::Settings { endpoints: Endpoints::Local, ..settings };
    market.chain.submit(&key("//founder"), market.contracts.stewardship().set_settings(local)).expect("the owner may");
    let mut config = RunnerConfig::new(env!("CARGO_BIN_EXE_yarrow"));
    config.arguments = vec!["sandbox".into()];
    let evaluator = Evaluator::new(config).expect("the sandbox starts");
    let task = tasks::find("tabular").expect("a task");
    let callers = Arc::new(PermitHolders::new());
    callers.refresh(&market.chain, &market.contracts, NETUID).expect("the list of permits");
    let service = Service {
        hotkey: key("//live"),
        netuid: NETUID,
        task: "tabular".into(),
        model: None,
        backend: Arc::new(Sandboxed::new(evaluator.into(), task, market.model(model))),
        callers,
    };
    let settings = ServerSettings { listen: "127.0.0.1:0".parse().expect("an address"), ..ServerSettings::default() };
    let server = Server::bind(service, settings).expect("a free port");
    let address = server.address().expect("an address");
    miner::announce(&market.chain, &market.contracts, &key("//live"), NETUID, address).expect("it may");
    thread::spawn(move || server.run(std::future::pending()));
}

#[test]
fn a_live_miner_is_scored_beside_models_and_what_it_signed_is_evidence() {
    let market = Market::open(&[]);
    serve(&market, "tabular-softmax");
    market.pass_epoch();
    settle_if_due(&market.chain, &market.contracts, &key("//stump"), NETUID).expect("it settles");
    let folder = tempfile::tempdir().expect("a folder");
    let journal = Journal::open(Box::new(MemoryStorage::default()), secret).expect("a new journal");
    let mut validator = Validator::new(hotkey(), journal).with_evidence(folder.path().into());
    let rules = LiveRules { endpoints: Endpoints::Local, ..LiveRules::default() };
    let client = LiveClient::new(rules, hotkey());
    let context = Context { live: Some(&client), ..market.context(&market.chain) };
    let Ok(Round::Committed(committed)) = validator.round(&context, NETUID) else { panic!("it commits") };

    let live = key("//live").account();
    let found = committed.assessment.assessed.iter().find(|found| found.miner.hotkey == live).expect("it is observed");
    assert_eq!((&found.evaluation.outcome, found.evaluation.origin), (&Outcome::Ok, Origin::Attested));
    assert!(!found.exchanges.is_empty());
    let models: Vec<_> =
        committed.assessment.assessed.iter().filter(|other| other.evaluation.origin == Origin::Sandboxed).collect();
    assert_eq!(models.len(), 2);
    // Softmax is better than both models, and is paid for it.
    assert!(models.iter().all(|model| model.scored.score < found.scored.score), "{:?}", committed.assessment.assessed);
    let weight = |uid| committed.payload.entries.iter().find(|entry| entry.uid == uid).map(|entry| entry.value);
    assert_eq!(weight(found.miner.uid), Some(u16::MAX));

    let [path] = bundles(folder.path()).expect("a folder").try_into().expect("one bundle");
    let bundle = Bundle::read(&path).expect("a bundle");
    let again = replay(&bundle, &market.evaluator, &market.shelf).expect("the models are there");
    assert_eq!(again.mismatches, []);
}

#[test]
fn a_validator_that_asks_nobody_says_so_and_does_not_score_live_miners() {
    let market = Market::open(&[]);
    serve(&market, "tabular-bayes");
    market.pass_epoch();
    settle_if_due(&market.chain, &market.contracts, &key("//stump"), NETUID).expect("it settles");
    let journal = Journal::open(Box::new(MemoryStorage::default()), secret).expect("a new journal");
    let mut validator = Validator::new(hotkey(), journal);
    let Ok(Round::Committed(committed)) = validator.round(&market.context(&market.chain), NETUID) else {
        panic!("it commits")
    };
    let [(miner, reason)] = committed.assessment.unobserved.as_slice() else { panic!("one is not observed") };
    assert_eq!((miner.hotkey, reason), (key("//live").account(), &Unobserved::NotAsked));
    assert!(committed.payload.entries.iter().all(|entry| entry.uid != miner.uid));
}
