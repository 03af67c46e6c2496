//! A folder to run the command in, and a node if there is one.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use chain::local_node::{self, LocalNode, LocalNodeError};
use serde_json::Value;
use tempfile::TempDir;

/// Longest that anything may take on a machine that is busy with other work.
const PATIENCE: Duration = Duration::from_secs(600);

/// What `look` finds within a patient time.
#[expect(clippy::disallowed_methods, reason = "what other processes do together can only be looked at again")]
pub(crate) fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = look() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(500));
    }
    None
}

/// The node's program; nothing where there is none and none is required.
pub(crate) fn program() -> Option<PathBuf> {
    match local_node::find() {
        Ok(program) => Some(program),
        Err(LocalNodeError::Missing) if env::var("YARROW_NODE_TESTS").as_deref() != Ok("required") => {
            println!("skipped: no substrate-contracts-node on PATH and no CONTRACTS_NODE");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// A folder.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path().join(name)).expect("a file")).expect("JSON")
    }

    pub(crate) fn node(&self, program: &Path) -> LocalNode {
        LocalNode::start(program, &self.path().join("node"), 0).expect("a node")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let artifacts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts");
        let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null()).env("YARROW_ARTIFACTS", artifacts);
        command.output().expect("the program can be started")
    }

    /// Runs a command with `--json`: its exit code and its object.
    pub(crate) fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let object = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code(), object)
    }
}
