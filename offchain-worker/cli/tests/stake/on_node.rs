//! The same writes on a contracts node, where they cost fees: what a dry run says is what is paid.

use std::{env, fs};

use chain::{
    Artifacts, At, Chain as _, ChainExt as _, Contracts, DeploymentConfig, deploy,
    local_node::{self, LocalNode, LocalNodeError},
    node::Node,
    ss58,
};
use primitives::{ProtocolBlock, Staking as _, staking::STAKE_HOLD};
use psp22::PSP22 as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    changes,
    town::{ALICE, BOB, HOTKEYS, Run, account, key, tao, yarrow},
    writes,
};

/// The market on a node of the test's own, with protocol blocks so short that nothing is held for long.
struct NodeTown {
    node: Node,
    contracts: Contracts,
    folder: TempDir,
    _process: LocalNode,
}

impl NodeTown {
    /// `None` where there is no node, unless `YARROW_NODE_TESTS` says that there must be one.
    fn open() -> Option<Self> {
        let program = match local_node::find() {
            Ok(program) => program,
            Err(LocalNodeError::Missing) if env::var("YARROW_NODE_TESTS").as_deref() != Ok("required") => {
                println!("skipped: no substrate-contracts-node on PATH and no CONTRACTS_NODE");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let folder = tempfile::tempdir().expect("a folder");
        let process = LocalNode::start(&program, folder.path(), 0).expect("a node");
        let node = Node::connect(&[process.url()]).expect("it listens");
        let allocation = vec![(account("//Alice"), tao(ALICE)), (account("//Bob"), tao(BOB))];
        let config = DeploymentConfig { block_ms: 1, allocation, ..DeploymentConfig::default() };
        let artifacts = Artifacts::find(None).expect("the built artifacts");
        let contracts = deploy(&node, &key("//Alice"), &artifacts, &config).expect("it deploys").contracts;
        for hotkey in HOTKEYS {
            let coldkey = key(if hotkey.starts_with("//Alice") { "//Alice" } else { "//Bob" });
            node.submit(&coldkey, contracts.staking().associate_hotkey(account(hotkey))).expect("nobody has it yet");
        }
        let addresses = contracts.all().map(|(name, contract)| (name.to_owned(), Value::from(ss58(&contract))));
        let genesis: String = node.genesis().iter().map(|byte| format!("{byte:02x}")).collect();
        let manifest = json!({
            "endpoint": process.url(),
            "genesis": format!("0x{genesis}"),
            "contracts": Value::Object(addresses.into_iter().collect()),
        });
        fs::write(folder.path().join("manifest.json"), manifest.to_string()).expect("a file");
        Some(Self { node, contracts, folder, _process: process })
    }

    fn run(&self, line: &str) -> Run {
        Run::of(yarrow(self.folder.path(), line).arg("--network").arg("manifest.json"))
    }

    fn now(&self) -> ProtocolBlock {
        let clock = self.node.view(self.contracts.staking().clock()).expect("a view");
        clock.block(self.node.block(At::Head).expect("a block").timestamp_ms)
    }

    /// Sends transactions until nothing is held any longer: without one the node's clock stands still.
    fn pass_hold(&self) {
        let until = self.now().after(STAKE_HOLD);
        while self.now() < until {
            let beat = self.contracts.token().transfer(account("//Alice"), 0, Vec::new());
            self.node.submit(&key("//Alice"), beat).expect("it costs her nothing but the fee");
        }
    }

    fn native(&self, uri: &str) -> i128 {
        self.node.balance(At::Head, account(uri)).expect("a balance").try_into().expect("less than that")
    }
}

fn amount(object: &Value, field: &str) -> i128 {
    object[field].as_str().expect("an amount as text").parse().expect("an amount")
}

#[test]
fn on_a_node_fee_and_deposit_are_those_of_the_dry_run() {
    let Some(town) = NodeTown::open() else { return };
    for (line, holds) in writes() {
        if holds > 0 {
            town.pass_hold();
        }
        let payer = if line.contains("--uri //Alice") { "//Alice" } else { "//Bob" };
        let predicted = town.run(&format!("{line} --dry-run --json")).json();
        let before = town.native(payer);
        let done = town.run(&format!("{line} --yes --json")).json();
        assert_eq!(changes(&done), changes(&predicted), "{line}");
        let (fee, deposit) = (amount(&done, "fee"), amount(&done, "deposit"));
        assert!(fee > 0, "{line}: {fee}");
        assert_eq!(before - town.native(payer), fee + deposit, "{line}: that is all it cost");
        if !predicted["fee"].is_null() {
            let said = amount(&predicted, "fee");
            assert!((said - fee).abs() * 100 <= fee, "{line}: {said} was said and {fee} paid");
            assert_eq!(amount(&predicted, "deposit"), deposit, "{line}");
        }
    }
}
