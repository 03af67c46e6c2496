//! A node for one test.

use std::{env, path::Path};

use chain::local_node::{self, LocalNode, LocalNodeError};
use tempfile::TempDir;

/// A running development node, which ends with the test.
pub struct Node {
    url: String,
    // In this order: the node ends before its folder goes.
    _process: LocalNode,
    folder: TempDir,
}

impl Node {
    /// Starts a node with a chain of its own; `None`, and a line that says so, if there is no node to start and
    /// `YARROW_NODE_TESTS` does not require one.
    pub fn start() -> Option<Self> {
        let program = match local_node::find() {
            Ok(program) => program,
            Err(LocalNodeError::Missing) if env::var("YARROW_NODE_TESTS").as_deref() != Ok("required") => {
                println!("skipped: no substrate-contracts-node on PATH and no CONTRACTS_NODE");
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let folder = tempfile::tempdir().expect("a folder");
        let process = LocalNode::start(&program, folder.path(), 0).unwrap_or_else(|error| panic!("{error}"));
        Some(Self { url: process.url(), _process: process, folder })
    }

    /// Where its RPC listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder for the test's files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
