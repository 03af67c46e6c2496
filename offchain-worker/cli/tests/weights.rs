//! `yarrow weights`: what it shows is what the chain says, and what it explains leads to the stored incentive to the bit.

#[expect(dead_code, reason = "the tests of rounds do more with a market")]
#[path = "round/market.rs"]
mod market;

use std::{
    path::PathBuf,
    process::{Command, Output},
    sync::{Arc, LazyLock},
};

use chain::{
    Chain as _, ChainExt as _, Contracts, Embedded, Signer,
    remote::{Endpoint, Server, serve},
};
use evaluator::Evaluator;
use market::{Market, NETUID, Shelf, key};
use primitives::{
    Rao, Settlement as _, Staking as _, Uid,
    settlement::{EpochResult, WeightsRow},
};
use psp22::PSP22 as _;
use serde_json::Value;
use tempfile::TempDir;
use worker::{
    Context, Journal, MemoryStorage, Round, Secret, Validator,
    evidence::{Bundle, bundles},
    settle_if_due,
};

/// The validators with their uids and stakes in TAO. They draw other items, and the larger one decides.
const VALIDATORS: [(&str, u16, u64); 2] = [("//validator", 0, 300), ("//second", 3, 200)];
const MINERS: [u16; 2] = [1, 2];

/// A market with two validators that have stakes, on a chain that others can reach.
struct Town {
    chain: Arc<Embedded>,
    contracts: Contracts,
    evaluator: Evaluator,
    shelf: Shelf,
    folder: TempDir,
    server: Server,
}

/// After an epoch that counts the weights which are in force.
static IN_FORCE: LazyLock<Town> = LazyLock::new(|| Town::open().0);

/// The same, when the validators have revealed their next weights, and committed to those after.
static REPLACED: LazyLock<Town> = LazyLock::new(|| {
    let (town, mut validators) = Town::open();
    town.work(&mut validators);
    town
});

impl Town {
    fn open() -> (Self, Vec<Validator>) {
        let market = Market::open(&[]);
        for uri in ["//second", "//second//cold"] {
            market.chain.fund(key(uri).account(), 1_000_000_000_000);
        }
        market.register("//second");
        let Market { chain, contracts, evaluator, shelf } = market;
        let chain = Arc::new(chain);
        let listener = "tcp://127.0.0.1:0".parse::<Endpoint>().expect("an endpoint").listen().expect("a free port");
        let server = serve(listener, Arc::clone(&chain), contracts).expect("it serves");
        let folder = tempfile::tempdir().expect("a folder");
        let town = Self { chain, contracts, evaluator, shelf, folder, server };
        let mut validators: Vec<Validator> = VALIDATORS
            .iter()
            .map(|(uri, uid, tao)| {
                town.stake(uri, *tao);
                let journal = Journal::open(Box::new(MemoryStorage::default()), || Secret::new([*uid as u8; 32]));
                Validator::new(key(uri), journal.expect("a new journal")).with_evidence(town.evidence(*uid))
            })
            .collect();
        // The first epoch gives the permits, the third counts what is committed in the second.
        town.pass_epoch();
        for _ in 0..2 {
            town.work(&mut validators);
            town.pass_epoch();
        }
        (town, validators)
    }

    fn stake(&self, uri: &str, tao: u64) {
        let (cold, hot) = (key(&format!("{uri}//cold")), key(uri).account());
        let amount = Rao::new(tao * Rao::ONE_TAO.get());
        let submit = |signer: &Signer, staking: bool| match staking {
            true => self.chain.submit(signer, self.contracts.staking().add_stake(hot, amount)).map(|_| ()),
            false => {
                let approve = self.contracts.token().approve(self.contracts.staking, amount.to_psp22());
                self.chain.submit(signer, approve).map(|_| ())
            }
        };
        let pay = self.contracts.token().transfer(cold.account(), amount.to_psp22(), Vec::new());
        self.chain.submit(&key("//founder"), pay).expect("there is enough");
        submit(&cold, false).expect("it may");
        submit(&cold, true).expect("it may");
    }

    /// Every validator reveals what is due and commits to new weights.
    fn work(&self, validators: &mut [Validator]) {
        let context = Context {
            chain: self.chain.as_ref(),
            contracts: &self.contracts,
            evaluator: &self.evaluator,
            models: &self.shelf,
            live: None,
            progress: &|| (),
        };
        for validator in validators {
            validator.follow_up(&context, NETUID).expect("it reveals");
            let round = validator.round(&context, NETUID).expect("it goes on");
            assert!(matches!(round, Round::Committed(_)), "{round:?}");
        }
    }

    /// Lets the epoch end, and settles the one that begins.
    fn pass_epoch(&self) {
        let schedule = self.contracts.settlement().schedule(NETUID, key("//validator").account());
        let next = self.chain.view(schedule).expect("the subnet is there").next_epoch;
        let clock = self.chain.view(self.contracts.staking().clock()).expect("there is a clock");
        self.chain.set_time_ms(clock.starts_at_ms(next));
        settle_if_due(self.chain.as_ref(), &self.contracts, &key("//stump"), NETUID).expect("it settles");
    }

    fn evidence(&self, uid: u16) -> PathBuf {
        self.folder.path().join(format!("validator-{uid}"))
    }

    fn bundles(&self, uid: u16) -> Vec<String> {
        let paths = bundles(&self.evidence(uid)).expect("a folder");
        paths.iter().map(|path| path.to_str().expect("a path").to_owned()).collect()
    }

    fn result(&self) -> EpochResult {
        let result = self.chain.view(self.contracts.settlement().epoch_result(NETUID, 0)).expect("a view");
        result.expect("an epoch was settled")
    }

    fn row(&self, uid: u16) -> WeightsRow {
        let row = self.chain.view(self.contracts.settlement().weights(NETUID, Uid::new(uid))).expect("a view");
        row.expect("it has weights")
    }

    fn yarrow(&self, arguments: &[&str]) -> Output {
        let chain = self.server.endpoint().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
        command.arg("weights").args(arguments).args(["--netuid", "1", "--chain", &chain]);
        command.output().expect("the program can be started")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.yarrow(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// The text of a command, which fits a terminal.
    fn text(&self, arguments: &[&str]) -> String {
        let output = self.yarrow(arguments);
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        text
    }
}

fn number(value: &Value) -> i128 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no number")).into()
}

/// Follows the printed numbers by hand to what must be stored: consensus and incentive.
fn follow(settled: &Value) -> (u16, u16) {
    let votes = settled["votes"].as_array().expect("votes");
    let of = |vote: &Value, name: &str| number(&vote[name]);
    let consensus = number(&settled["consensus_q32"]);
    for vote in votes {
        assert_eq!(of(vote, "clipped_q32"), of(vote, "share_q32").min(consensus));
    }
    let rank: i128 = votes.iter().map(|vote| (of(vote, "stake_q32") * of(vote, "clipped_q32")) >> 32).sum();
    assert_eq!(rank, number(&settled["rank_q32"]));
    let incentive = (rank << 32) / number(&settled["ranks_q32"]);
    let proportion = |q32: i128| u16::try_from((q32 * 65_535) >> 32).expect("a fraction");
    (proportion(consensus), proportion(incentive))
}

#[test]
fn what_explains_a_neuron_leads_to_what_the_contract_has_stored() {
    let (town, result) = (&*IN_FORCE, IN_FORCE.result());
    let mut clipped = 0;
    for uid in MINERS {
        let report = town.json(&["why", &uid.to_string()]);
        let settled = &report["settled"];
        let stored = (result.consensus[usize::from(uid)], result.incentive[usize::from(uid)]);
        assert!(stored.1 > 0);
        assert_eq!(follow(settled), stored);
        assert_eq!(number(&settled["emission_rao"]), i128::from(result.server_emission[usize::from(uid)].get()));
        for vote in settled["votes"].as_array().expect("votes") {
            assert_eq!(vote["source"], "chain");
            clipped += usize::from(vote["clipped_q32"] != vote["share_q32"]);
        }
    }
    assert!(clipped > 0, "nobody was outvoted");
    let text = town.text(&["why", "1"]);
    assert!(text.contains("CLIPPED") && text.contains(&format!("stored as {}", result.incentive[1])), "{text}");
}

#[test]
fn evidence_adds_what_its_validator_measured() {
    let town = &*IN_FORCE;
    let counted = town.bundles(3).remove(0);
    let report = town.json(&["why", "2", "--bundle", &counted]);
    let bundle = Bundle::read(counted.as_ref()).expect("a bundle");
    let (round, model) = (&report["rounds"][0], &bundle.content.models[1]);
    assert_eq!(number(&round["score_q32"]), i128::from(model.score));
    assert_eq!(round["outcome"], "Ok");
    let row = town.row(3);
    let (_, value) = row.weights.iter().find(|(uid, _)| uid.get() == 2).expect("it is weighed");
    assert_eq!(number(&round["weight"]), i128::from(*value));
    let text = town.text(&["why", "2", "--data", town.evidence(3).to_str().expect("a path")]);
    assert!(text.contains("bits saved") && text.contains("of task tabular"), "{text}");
}

#[test]
fn weights_that_were_replaced_are_said_to_be_gone_unless_evidence_shows_them() {
    let (town, result) = (&*REPLACED, REPLACED.result());
    let refused = |arguments: &[&str]| {
        let output = town.yarrow(arguments);
        assert_eq!(output.status.code(), Some(13), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let message = refused(&["why", "1"]);
    assert!(message.contains("weights of validator 0") && message.contains("no longer on the chain"), "{message}");
    let [first, second] = VALIDATORS.map(|(_, uid, _)| town.bundles(uid).remove(0));
    let message = refused(&["why", "1", "--bundle", &first]);
    assert!(message.contains("weights of validator 3") && message.contains("--bundle"), "{message}");

    let report = town.json(&["why", "1", "--bundle", &first, "--bundle", &second]);
    assert_eq!(follow(&report["settled"]), (result.consensus[1], result.incentive[1]));
    assert_eq!(report["settled"]["votes"][1]["source"], "bundle");
    assert_eq!(report["rounds"].as_array().map(Vec::len), Some(2));

    // Whoever changes the weights of a bundle changes what its commitment is to.
    let mut content = Bundle::read(second.as_ref()).expect("a bundle").content;
    content.weights[0].value ^= 1;
    let forged = town.folder.path().join("forged.json");
    let text = serde_json::to_vec(&Bundle::sign(content, &key("//second"))).expect("it can be written");
    std::fs::write(&forged, text).expect("a file");
    let message = refused(&["why", "1", "--bundle", &first, "--bundle", forged.to_str().expect("a path")]);
    assert!(message.contains("weights of validator 3"), "{message}");
}

#[test]
fn rows_in_force_are_shown_as_the_chain_has_them() {
    let town = &*IN_FORCE;
    let report = town.json(&["show"]);
    let rows = report["rows"].as_array().expect("rows");
    assert_eq!(rows.iter().map(|row| number(&row["uid"])).collect::<Vec<_>>(), [0, 3]);
    for (row, (uri, uid, _)) in rows.iter().zip(VALIDATORS) {
        let on_chain = town.row(uid);
        assert_eq!(row["hotkey"], chain::ss58(&key(uri).account()));
        assert_eq!(number(&row["updated_at"]), i128::from(on_chain.updated_at.get()));
        let shown = row["weights"].as_array().expect("weights").iter();
        let shown: Vec<(i128, i128)> = shown.map(|one| (number(&one["uid"]), number(&one["value"]))).collect();
        let stored = on_chain.weights.iter().map(|(uid, value)| (uid.get().into(), (*value).into()));
        assert_eq!(shown, stored.collect::<Vec<_>>());
    }
    assert!(town.text(&["show"]).contains("2:65535"));
    assert!(town.text(&["show", "--uid", "0"]).contains("OF LARGEST"));
    let output = town.yarrow(&["show", "--uid", "9"]);
    assert_eq!(output.status.code(), Some(12), "{output:?}");
}

#[test]
fn status_says_what_is_pending_and_when_it_may_be_revealed() {
    let town = &*REPLACED;
    let hotkey = key("//second").account();
    let address = chain::ss58(&hotkey);
    let report = town.json(&["status", "--hotkey", &address]);
    let schedule = town.chain.view(town.contracts.settlement().schedule(NETUID, hotkey)).expect("a view");
    assert_eq!((number(&report["epoch"]), &report["uid"]), (schedule.epoch.into(), &3.into()));
    assert_eq!(number(&report["next_commit"]), schedule.next_commit.get().into());
    let commits = town.chain.view(town.contracts.settlement().weight_commits(NETUID, hotkey)).expect("a view");
    let [pending] = commits.as_slice() else { panic!("one commit: {commits:?}") };
    let shown = &report["commits"][0];
    assert_eq!(number(&shown["reveal_epoch"]), pending.reveal_epoch.into());
    // It was made in this epoch, so the reveals begin with the next.
    assert_eq!(number(&shown["reveal_opens"]), schedule.next_epoch.get().into());
    let text = town.text(&["status", "--hotkey", &address]);
    assert!(text.contains("waiting") && text.contains("REVEAL FROM"), "{text}");
    let stranger = chain::ss58(&key("//stranger").account());
    assert!(town.text(&["status", "--hotkey", &stranger]).contains("not registered"));
    assert_eq!(town.yarrow(&["status", "--hotkey", "5Nobody"]).status.code(), Some(2));
    assert_eq!(
        town.chain.block(chain::At::Head).expect("a block").number,
        number(&town.json(&["show"])["block"]) as u32
    );
}
