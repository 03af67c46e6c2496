//! Two subnets with a validator and two miners each, on an embedded chain that `yarrow` reaches over a socket.

use std::{
    process::{Command, Output, Stdio},
    sync::Arc,
};

use chain::{
    Artifacts, At, Chain as _, ChainExt as _, Contracts, DeploymentConfig, Embedded, Signer, deploy,
    remote::{Endpoint, Server, serve},
};
use primitives::{
    AccountId, Hyperparameter, Netuid, ProtocolBlock, Rao, Registry as _, Settlement as _, Staking as _,
    Stewardship as _, Uid,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
    settlement::EpochResult,
};
use psp22::PSP22 as _;
use serde_json::Value;
use tempfile::TempDir;
use worker::settle_if_due;

/// Weights are committed to and revealed.
pub(crate) const COMMITTED: Netuid = Netuid::new(1);
/// Weights are set at once.
pub(crate) const DIRECT: Netuid = Netuid::new(2);
/// Blocks of an epoch on both.
pub(crate) const TEMPO: u64 = 20;
/// The validator, with uid 0, and the miners.
pub(crate) const HOTKEYS: [&str; 3] = ["//val", "//m1", "//m2"];
/// What the validator's coldkey has staked on it.
pub(crate) const STAKE: Rao = Rao::new(500_000_000_000);
const START_MS: u64 = 1_767_225_600_000;

/// The chain, and a directory for wallets.
pub(crate) struct Town {
    pub(crate) chain: Arc<Embedded>,
    pub(crate) contracts: Contracts,
    pub(crate) folder: TempDir,
    server: Server,
}

pub(crate) fn key(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

pub(crate) fn account(uri: &str) -> AccountId {
    key(uri).account()
}

pub(crate) fn ss58(uri: &str) -> String {
    chain::ss58(&account(uri))
}

pub(crate) fn tao(amount: u64) -> Rao {
    Rao::new(amount * Rao::ONE_TAO.get())
}

impl Town {
    /// Everybody is registered, the subnets run, and nothing was settled yet. `//founder` governs, `//owner` owns both
    /// subnets and has 5,000 TAO, and every hotkey belongs to its `//cold`.
    pub(crate) fn open() -> Self {
        let chain = Embedded::new(START_MS);
        let artifacts = Artifacts::find(None).expect("the built artifacts");
        let colds = HOTKEYS.map(|uri| format!("{uri}//cold"));
        let people = ["//founder", "//owner", "//owner//hot", "//new", "//new//cold"];
        let all = people.into_iter().chain(HOTKEYS).chain(colds.iter().map(String::as_str));
        all.for_each(|uri| chain.fund(account(uri), 1_000_000_000_000_000));
        let config = DeploymentConfig {
            allocation: vec![
                (account("//founder"), tao(1_000)),
                (account("//owner"), tao(5_000)),
                (account("//val//cold"), tao(1_000)),
                (account("//new//cold"), tao(10)),
            ],
            genesis: vec![genesis("tabular", true), genesis("bytes", false)],
            ..DeploymentConfig::default()
        };
        let contracts = deploy(&chain, &key("//founder"), &artifacts, &config).expect("it deploys").contracts;
        for netuid in [COMMITTED, DIRECT] {
            for hotkey in HOTKEYS {
                let cold = key(&format!("{hotkey}//cold"));
                miner::register_by_work(&chain, &contracts, &cold, account(hotkey), netuid).expect("it may register");
            }
        }
        let chain = Arc::new(chain);
        let listener = "tcp://127.0.0.1:0".parse::<Endpoint>().expect("an endpoint").listen().expect("a free port");
        let server = serve(listener, Arc::clone(&chain), contracts).expect("it serves");
        let town = Self { chain, contracts, folder: tempfile::tempdir().expect("a folder"), server };
        let approve = contracts.token().approve(contracts.staking, STAKE.to_psp22());
        town.chain.submit(&key("//val//cold"), approve).expect("it may");
        let stake = contracts.staking().add_stake(account("//val"), STAKE);
        town.chain.submit(&key("//val//cold"), stake).expect("it may");
        town.chain.advance_ms(DEFAULT_BLOCK_MS);
        for netuid in [COMMITTED, DIRECT] {
            town.chain.submit(&key("//owner"), contracts.stewardship().start_subnet(netuid)).expect("the owner may");
        }
        town
    }

    /// The same after an epoch that gave the validator its permit.
    pub(crate) fn open_with_permits() -> Self {
        let town = Self::open();
        town.pass_epoch();
        town
    }

    /// The same after an epoch that counted the validator's weights on the subnet that takes them directly: the first
    /// miner's are twice the second's.
    pub(crate) fn open_with_incentives() -> Self {
        let town = Self::open_with_permits();
        let weights = vec![(Uid::new(1), 65_535), (Uid::new(2), 32_768)];
        let set = town.contracts.settlement().set_weights(DIRECT, weights, 0);
        town.chain.submit(&key("//val"), set).expect("it has a permit");
        town.pass_epoch();
        town
    }

    /// Lets the epoch of both subnets end, and settles them.
    pub(crate) fn pass_epoch(&self) {
        self.pass(TEMPO);
        for netuid in [COMMITTED, DIRECT] {
            settle_if_due(self.chain.as_ref(), &self.contracts, &key("//m1"), netuid).expect("it settles");
        }
    }

    /// Lets protocol blocks pass.
    pub(crate) fn pass(&self, blocks: u64) {
        self.chain.advance_ms(blocks * DEFAULT_BLOCK_MS);
    }

    pub(crate) fn now(&self) -> ProtocolBlock {
        let clock = self.chain.view(self.contracts.staking().clock()).expect("a view");
        clock.block(self.chain.block(At::Head).expect("a block").timestamp_ms)
    }

    /// The number of the newest block: it stays where nothing is sent.
    pub(crate) fn height(&self) -> u32 {
        self.chain.block(At::Head).expect("a block").number
    }

    pub(crate) fn balance(&self, uri: &str) -> u64 {
        let balance = self.chain.view(self.contracts.token().balance_of(account(uri))).expect("a view");
        u64::try_from(balance).expect("TAO")
    }

    pub(crate) fn result(&self, netuid: Netuid) -> EpochResult {
        let result = self.chain.view(self.contracts.settlement().epoch_result(netuid, 0)).expect("a view");
        result.expect("an epoch was settled")
    }

    pub(crate) fn uid(&self, netuid: Netuid, hotkey: &str) -> Option<u16> {
        self.chain.view(self.contracts.registry().uid(netuid, account(hotkey))).expect("a view").map(Uid::get)
    }

    /// `yarrow` with the arguments of a line on this chain, without a terminal.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
        command
            .args(line.split_whitespace())
            .env("YARROW_NETWORK", self.server.endpoint().to_string())
            .env("YARROW_WALLET_PATH", self.folder.path().join("wallets"))
            .env("YARROW_CONFIG", self.folder.path().join("config.toml"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Output {
        self.command(line).output().expect("the program can be started")
    }

    /// What it says to people; it fits a terminal of 80 columns.
    pub(crate) fn text(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {output:?}");
        let text = String::from_utf8(output.stdout).expect("text");
        for one in text.lines() {
            assert!(one.chars().count() <= 80 || one.split_whitespace().any(|word| word.len() > 40), "{text}");
        }
        text
    }

    /// What it says to programs.
    pub(crate) fn json(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} --json"));
        let value = parse(&output);
        assert!(output.status.success() && value["success"] == true, "{line}: {value}");
        value
    }

    /// A change that is refused: with this exit code and name, and without a transaction. Returns the message and what to
    /// do about it.
    pub(crate) fn refuses(&self, line: &str, code: i32, name: &str) -> String {
        let height = self.height();
        let output = self.run(&format!("{line} --json"));
        let error = parse(&output)["error"].clone();
        assert_eq!(output.status.code(), Some(code), "{line}: {error}");
        assert_eq!((&error["code"], &error["name"]), (&code.into(), &name.into()), "{line}: {error}");
        assert_eq!(self.height(), height, "{line} sent something");
        format!("{} {}", error["message"].as_str().unwrap_or_default(), error["hint"].as_str().unwrap_or_default())
    }

    /// A change that is tried, and then made: the same was predicted as came to be. Returns what was made.
    pub(crate) fn change(&self, line: &str) -> Value {
        let height = self.height();
        let tried = self.json(&format!("{line} --dry-run"));
        assert_eq!(self.height(), height, "a dry run sent something");
        let made = self.json(&format!("{line} --yes"));
        assert_eq!((&tried["dry_run"], &made["dry_run"]), (&true.into(), &false.into()));
        assert!(self.height() > height, "nothing was sent");
        let (tried, came) = (changes(&tried), changes(&made));
        assert!(!came.is_empty() && tried.len() == came.len(), "{tried:?} {came:?}");
        for (predicted, came) in tried.iter().zip(&came) {
            assert_eq!((&predicted["what"], &predicted["before"]), (&came["what"], &came["before"]));
            assert!(predicted["after"].is_null() || predicted["after"] == came["after"], "{predicted} {came}");
        }
        made
    }
}

/// The values that a write changes.
pub(crate) fn changes(report: &Value) -> Vec<Value> {
    report["changes"].as_array().cloned().unwrap_or_default()
}

/// One object on one line, and nothing else.
fn parse(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.lines().count(), 1, "{output:?}");
    serde_json::from_str(&text).expect("JSON")
}

fn genesis(task: &str, commit_reveal: bool) -> GenesisSubnet {
    let identity = SubnetIdentity { name: task.into(), task: task.into(), ..SubnetIdentity::default() };
    let hyperparameters = vec![
        Hyperparameter::MinDifficulty(10),
        Hyperparameter::Difficulty(10),
        Hyperparameter::TargetRegistrationsPerInterval(256),
        Hyperparameter::MaxRegistrationsPerBlock(256),
        Hyperparameter::Tempo(u16::try_from(TEMPO).expect("a tempo")),
        Hyperparameter::WeightsSetRateLimit(0),
        Hyperparameter::ImmunityPeriod(10),
        Hyperparameter::MinNonImmuneUids(0),
        Hyperparameter::CommitRevealEnabled(commit_reveal),
    ];
    GenesisSubnet { owner: account("//owner"), owner_hotkey: account("//owner//hot"), identity, hyperparameters }
}
