//! The program in a home of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A home with nothing in it.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// The home.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where the user's configuration is, or will be.
    pub(crate) fn config(&self) -> PathBuf {
        self.0.path().join("settings/config.toml")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("HOME", self.0.path()).env("YARROW_CONFIG", self.config());
        for variable in ["YARROW_NETWORK", "YARROW_WALLET_NAME", "YARROW_WALLET_PATH", "YARROW_HOTKEY"] {
            command.env_remove(variable);
        }
        command.output().expect("the program can be started")
    }

    /// What it writes when it succeeds.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Its object when it succeeds.
    pub(crate) fn reports(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.says(&[arguments, &["--json"]].concat())).expect("one JSON object")
    }

    /// What it says when it fails with a code.
    pub(crate) fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }
}
