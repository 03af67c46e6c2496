//! A node with `tao` on it, or nothing where there is no node.

use std::env;

use chain::{
    Artifacts, Chain, ChainExt, Contracts, Instantiation, Signer,
    local_node::{self, LocalNode, LocalNodeError},
    node::Node,
};
use ink::selector_bytes;
use primitives::{AccountId, Rao};
use psp22::PSP22;
use scale::Encode;
use tempfile::TempDir;

/// What Alice has at the beginning.
pub(crate) const ALLOCATED: u64 = 1_000_000_000_000;

/// A node of the test's own, with Alice's token.
pub(crate) struct World {
    pub(crate) node: Node,
    pub(crate) alice: Signer,
    pub(crate) bob: Signer,
    pub(crate) contracts: Contracts,
    process: Option<LocalNode>,
    folder: TempDir,
}

impl World {
    /// `None` where there is no node, unless `YARROW_NODE_TESTS` says that there must be one.
    pub(crate) fn start() -> Option<Self> {
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
        let [alice, bob] = ["//Alice", "//Bob"].map(|uri| Signer::from_uri(uri).expect("a development key"));
        let tao = instantiate_tao(&node, &alice);
        let contracts = Contracts { tao, staking: tao, registry: tao, settlement: tao, root: tao };
        Some(Self { node, alice, bob, contracts, process: Some(process), folder })
    }

    pub(crate) fn url(&self) -> String {
        self.process.as_ref().expect("it runs").url()
    }

    pub(crate) fn port(&self) -> u16 {
        self.process.as_ref().expect("it runs").port()
    }

    pub(crate) fn stop_node(&mut self) {
        self.process = None;
    }

    /// Starts the node again, with the chain it had.
    pub(crate) fn start_node_at(&mut self, port: u16) {
        let program = local_node::find().expect("it was there before");
        self.process = Some(LocalNode::start(&program, self.folder.path(), port).expect("a node"));
    }

    pub(crate) fn tao_of(&self, chain: &impl Chain, account: AccountId) -> u128 {
        chain.view(self.contracts.token().balance_of(account)).expect("a view")
    }
}

fn instantiate_tao(node: &Node, alice: &Signer) -> AccountId {
    let artifacts = Artifacts::find(None).expect("built contracts");
    let code = artifacts.contract("tao").expect("it is built").code;
    let allocation = vec![(alice.account(), Rao::new(ALLOCATED))];
    let input = (selector_bytes!("new"), allocation).encode();
    let instantiation = Instantiation { label: "tao.new".into(), code, input, salt: vec![] };
    let done = node.instantiate(alice, &instantiation).expect("it is deployed");
    assert!(!done.receipt.output.reverted);
    done.contract
}
