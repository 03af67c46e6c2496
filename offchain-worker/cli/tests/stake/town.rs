//! A chain with the market on it that other processes reach, people with TAO, and the command that they use.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use chain::{
    Artifacts, ChainExt as _, Contracts, DeploymentConfig, Embedded, Signer, deploy,
    remote::{Endpoint, Server, serve},
    ss58,
};
use primitives::{
    AccountId, Hyperparameter, Netuid, Rao, Staking as _,
    clock::DEFAULT_BLOCK_MS,
    registry::{GenesisSubnet, SubnetIdentity},
    staking::STAKE_HOLD,
};
use psp22::PSP22 as _;
use serde_json::Value;

use crate::home::Home;

/// What Alice and Bob have when the chain begins, in whole TAO.
pub(crate) const ALICE: u64 = 1_000;
pub(crate) const BOB: u64 = 50;
/// The hotkeys that are associated: two of Alice's and one of Bob's.
pub(crate) const HOTKEYS: [&str; 3] = ["//Alice//default", "//Alice//second", "//Bob//default"];

/// The chain, and a directory for wallets and configurations.
pub(crate) struct Town {
    pub(crate) chain: Arc<Embedded>,
    pub(crate) contracts: Contracts,
    pub(crate) home: Home,
    server: Server,
}

pub(crate) fn key(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

pub(crate) fn account(uri: &str) -> AccountId {
    key(uri).account()
}

pub(crate) fn address(uri: &str) -> String {
    ss58(&account(uri))
}

/// Whole TAO.
pub(crate) fn tao(tao: u64) -> Rao {
    Rao::new(tao * Rao::ONE_TAO.get())
}

impl Town {
    /// Alice owns subnet 1, on which her first hotkey is registered.
    pub(crate) fn open() -> Self {
        let artifacts = Artifacts::find(None).expect("the built artifacts");
        let chain = Arc::new(Embedded::new(1_767_225_600_000));
        for uri in ["//Alice", "//Bob"].iter().chain(&HOTKEYS) {
            chain.fund(account(uri), 1_000_000_000_000_000);
        }
        let allocation = vec![(account("//Alice"), tao(ALICE)), (account("//Bob"), tao(BOB))];
        let identity = SubnetIdentity { name: b"bytes".into(), task: b"bytes".into(), ..SubnetIdentity::default() };
        let genesis = vec![GenesisSubnet {
            owner: account("//Alice"),
            owner_hotkey: account(HOTKEYS[0]),
            identity,
            hyperparameters: vec![Hyperparameter::MinDifficulty(10), Hyperparameter::Difficulty(10)],
        }];
        let config = DeploymentConfig { allocation, genesis, ..DeploymentConfig::default() };
        let contracts = deploy(chain.as_ref(), &key("//Alice"), &artifacts, &config).expect("it deploys").contracts;
        let listener = "tcp://127.0.0.1:0".parse::<Endpoint>().expect("an endpoint").listen().expect("a free port");
        let server = serve(listener, Arc::clone(&chain), contracts).expect("it serves");
        let town = Self { chain, contracts, home: Home::new(), server };
        for hotkey in HOTKEYS {
            let coldkey = key(if hotkey.starts_with("//Alice") { "//Alice" } else { "//Bob" });
            let associate = contracts.staking().associate_hotkey(account(hotkey));
            town.chain.submit(&coldkey, associate).expect("nobody has it yet");
        }
        town.pass(1);
        let (alice, hotkey) = (key("//Alice"), account(HOTKEYS[0]));
        miner::register_by_work(town.chain.as_ref(), &contracts, &alice, hotkey, Netuid::new(1)).expect("it registers");
        town
    }

    pub(crate) fn endpoint(&self) -> String {
        self.server.endpoint().to_string()
    }

    /// Lets protocol blocks pass.
    pub(crate) fn pass(&self, blocks: u64) {
        self.chain.advance_ms(DEFAULT_BLOCK_MS * blocks);
    }

    /// Lets so many pass that nothing is held any longer.
    pub(crate) fn pass_hold(&self) {
        self.pass(STAKE_HOLD);
    }

    pub(crate) fn free(&self, uri: &str) -> Rao {
        let balance = self.chain.view(self.contracts.token().balance_of(account(uri))).expect("a view");
        Rao::from_psp22(balance).expect("an amount of TAO")
    }

    pub(crate) fn stake(&self, hotkey: &str, coldkey: &str) -> Rao {
        self.chain.view(self.contracts.staking().stake_of(account(hotkey), account(coldkey))).expect("a view")
    }

    /// All that a write could change.
    pub(crate) fn money(&self) -> Vec<u64> {
        let free = ["//Alice", "//Bob"].map(|uri| self.free(uri).get());
        let stakes = HOTKEYS.iter().flat_map(|hot| ["//Alice", "//Bob"].map(|cold| self.stake(hot, cold).get()));
        free.into_iter().chain(stakes).collect()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command(env!("CARGO_BIN_EXE_yarrow"));
        command
            .args(arguments)
            .env("YARROW_NETWORK", self.endpoint())
            .env("YARROW_CONFIG", self.home.path("config.toml"));
        command
    }

    /// Runs a line of arguments without a terminal.
    pub(crate) fn run(&self, line: &str) -> Run {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        Run::of(&mut self.command(&arguments))
    }
}

/// The command with a line of arguments, in a folder and with nothing configured outside of it.
pub(crate) fn yarrow(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(line.split_whitespace()).current_dir(folder).stdin(Stdio::null());
    command.env("YARROW_CONFIG", folder.join("config.toml")).env("YARROW_WALLET_PATH", folder.join("wallets"));
    command
}

/// What came of a command.
pub(crate) struct Run(Output);

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self(command.output().expect("the program can be started"))
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    /// What it wrote, if it succeeded.
    pub(crate) fn stdout(self) -> Vec<u8> {
        assert!(self.0.status.success(), "{:?}", self.0);
        self.0.stdout
    }

    pub(crate) fn errors(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    /// Its one object, whether it succeeded or not.
    pub(crate) fn object(&self) -> Value {
        let text = String::from_utf8_lossy(&self.0.stdout);
        assert_eq!(text.lines().count(), 1, "one line: {text}{}", self.errors());
        serde_json::from_str(&text).expect("JSON")
    }

    /// Its object, if it succeeded.
    pub(crate) fn json(self) -> Value {
        assert!(self.0.status.success(), "{:?}", self.0);
        let object = self.object();
        assert_eq!((&object["schema"], &object["success"]), (&1.into(), &true.into()), "{object}");
        object
    }

    /// Its text, if it succeeded; it fits a terminal.
    pub(crate) fn text(self) -> String {
        assert!(self.0.status.success(), "{:?}", self.0);
        let text = String::from_utf8(self.0.stdout).expect("text");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{} characters: {line}", line.chars().count());
        }
        text
    }

    /// Checks that it failed with this code and error, said in both ways.
    pub(crate) fn fails(self, code: i32, class: &str, name: &str) -> Value {
        assert_eq!(self.code(), Some(code), "{:?}", self.0);
        let object = self.object();
        assert_eq!((&object["schema"], &object["success"]), (&1.into(), &false.into()), "{object}");
        let error = object["error"].clone();
        assert_eq!((&error["class"], &error["code"], &error["name"]), (&class.into(), &code.into(), &name.into()));
        let message = error["message"].as_str().expect("a message");
        assert!(!message.is_empty() && self.errors().contains(message.lines().next().unwrap_or_default()), "{error}");
        object
    }
}
