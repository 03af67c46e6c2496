//! A deployment through the tools of those who write front ends: `examples/typescript` with dedot, and polkadot-js as
//! contracts-ui uses it. What they say is compared with the chain.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::LazyLock,
};

use chain::ss58;
use ink_e2e::{alice, ferdie};
use primitives::{
    Rao, Staking as _,
    host::{StakingMessages, messages},
};
use serde_json::{Value, json};

use crate::{
    ink::account,
    market::{Market, STAKE, miner, validator},
    process::Node,
};

/// The example, built, and the deployment that it works on.
struct Example {
    folder: PathBuf,
    deployment: PathBuf,
}

#[test]
fn typescript_reads_the_metagraph_at_one_block_and_stakes() {
    let Some(folder) = built() else { return };
    let Some(node) = Node::start() else { return };
    let mut market = Market::open(&node);
    let result = market.pay();
    let example = Example::new(folder, &market, &node);

    let metagraph = example.json(&["metagraph", "1"], "");
    assert_eq!((result.dividends[0], result.incentive[1]), (u16::MAX, u16::MAX), "the epoch pays");
    assert_eq!(metagraph["epoch"], result.epoch.to_string());
    let neurons = metagraph["neurons"].as_array().expect("neurons");
    assert_eq!(neurons.len(), 2);
    for (uid, neuron) in [validator(), miner()].iter().enumerate() {
        let emission = result.server_emission[uid].get() + result.validator_emission[uid].get();
        let expected = json!({
            "uid": uid,
            "hotkey": ss58(&account(&neuron.hotkey)),
            "stake": market.stake_on(neuron).to_string(),
            "incentive": result.incentive[uid],
            "dividends": result.dividends[uid],
            "validatorTrust": result.validator_trust[uid],
            "emission": emission.to_string(),
        });
        assert_eq!(neurons[uid], expected);
    }

    let hotkey = ss58(&account(&miner().hotkey));
    let table = String::from_utf8(example.run(&["metagraph", "1"], "").stdout).expect("text");
    println!("{table}");
    assert!(table.contains(&hotkey[..8]) && table.lines().all(|line| line.chars().count() <= 80), "{table}");

    let staked = example.json(&["stake", &hotkey, "12.5"], "//Alice");
    assert_eq!((&staked["amount"], &staked["stake"]), (&json!("12500000000"), &json!("12500000000")));
    let mine = messages::<StakingMessages>(market.staking).stake_of(account(&miner().hotkey), account(&alice()));
    assert_eq!(market.client.dry_run(&alice(), &mine), Rao::new(12_500_000_000));
}

#[test]
fn typescript_names_what_the_contract_refuses_and_a_wrong_chain() {
    let Some(folder) = built() else { return };
    let Some(node) = Node::start() else { return };
    let market = Market::open(&node);
    let example = Example::new(folder, &market, &node);
    let [hotkey, nobody] = [&miner().hotkey, &ferdie()].map(|key| ss58(&account(key)));
    for (words, suri, said) in [
        (["stake", &hotkey, "0.001"], "//Alice", r#"staking refused: AmountTooLow "2000000""#),
        (["stake", &nobody, "1"], "//Alice", "staking refused: HotKeyAccountNotExists"),
        (["stake", &hotkey, "1"], "//Ferdie", r#"staking refused: Token "InsufficientBalance""#),
        (["stake", &hotkey, "1e3"], "//Alice", "1e3 is no amount of TAO"),
    ] {
        let refused = example.run(&words, suri);
        let stderr = String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && stderr.contains(said), "{words:?}: {stderr}");
    }

    let text = fs::read_to_string(&example.deployment).expect("the deployment");
    let elsewhere = text.replace(&market.client.genesis(), &format!("0x{}", "ab".repeat(32)));
    fs::write(&example.deployment, elsewhere).expect("a file of this test");
    let refused = example.run(&["metagraph", "1"], "");
    let stderr = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && stderr.contains("the deployment's with 0xabab"), "{stderr}");
}

#[test]
fn polkadot_js_loads_every_bundle_and_calls_a_deployment() {
    let Some(folder) = built() else { return };
    let Some(node) = Node::start() else { return };
    let market = Market::open(&node);
    let example = Example::new(folder, &market, &node);
    let mut command = example.command("npm");
    command.args(["test", "--silent"]).env("HOTKEY", ss58(&account(&validator().hotkey)));
    command.env("COLDKEY", ss58(&account(&validator().coldkey))).env("STAKE", STAKE.to_string());
    let output = command.output().expect("npm");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("skipped 0"), "the tests that need a node ran: {stdout}");
}

impl Example {
    /// Writes the file of the deployment.
    fn new(folder: PathBuf, market: &Market, node: &Node) -> Self {
        let address = |account| json!({ "address": ss58(&account) });
        let deployment = json!({
            "genesis": market.client.genesis(),
            "nodes": [node.url()],
            "contracts": {
                "tao": address(market.tao),
                "staking": address(market.staking),
                "registry": address(market.registry),
                "settlement": address(market.settlement),
                "root": address(market.root),
            },
        });
        let path = node.folder().join("deployment.json");
        fs::write(&path, deployment.to_string()).expect("a file of this test");
        Self { folder, deployment: path }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null());
        command.env("DEPLOYMENT", &self.deployment);
        command
    }

    fn run(&self, words: &[&str], suri: &str) -> Output {
        let mut command = self.command("node");
        command.arg("dist/main.js").args(words).env("SURI", suri).output().expect("node")
    }

    #[track_caller]
    fn json(&self, words: &[&str], suri: &str) -> Value {
        let output = self.run(&[words, &["--json"]].concat(), suri);
        let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        assert!(output.status.success(), "{words:?}: {stdout}{stderr}");
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{words:?}: {error} in {stdout}"))
    }
}

/// The folder of the example, built once; `None`, and a line that says so, where its packages are not installed.
fn built() -> Option<PathBuf> {
    static BUILT: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/typescript");
        if !folder.join("node_modules").exists() {
            return None;
        }
        let output = Command::new("npm").args(["run", "build"]).current_dir(&folder).output().expect("npm");
        let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
        assert!(output.status.success(), "{stdout}{stderr}");
        Some(folder)
    });
    if BUILT.is_none() {
        println!("skipped: no packages of examples/typescript (npm ci there)");
    }
    BUILT.clone()
}
