//! Wallets in a directory of their own, and runs of the program on them.
//!
//! Every run is searched for secrets: no password and no three words of a seed phrase may be in what the program writes.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// The password of every key that has one.
pub(crate) const PASSWORD: &str = "correct horse";
/// The key of the keystores that polkadot-js made (offchain-worker/keys/tests/keystores).
pub(crate) const PHRASE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";

/// A directory with wallets, and files beside them.
pub(crate) struct Home(TempDir);

impl Home {
    /// With `password`, a file of the password.
    pub(crate) fn new() -> Self {
        let home = Self(tempfile::tempdir().expect("a directory"));
        home.write("password", PASSWORD);
        home
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("written");
        self.set_mode(file, 0o600);
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("a text")
    }

    pub(crate) fn mode(&self, file: &str) -> u32 {
        fs::metadata(self.path(file)).expect("a file").permissions().mode() & 0o7777
    }

    pub(crate) fn set_mode(&self, file: &str, mode: u32) {
        fs::set_permissions(self.path(file), Permissions::from_mode(mode)).expect("our file");
    }

    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(self.0.path()).env("YARROW_WALLET_PATH", self.path("wallets")).stdin(Stdio::null());
        command
    }

    /// Runs `yarrow wallet` with the arguments of a line, without a terminal.
    pub(crate) fn wallet(&self, line: &str) -> Run {
        self.finish(self.command(env!("CARGO_BIN_EXE_yarrow")).arg("wallet").args(line.split(' ')))
    }

    /// Runs a line of shell that calls `$YARROW wallet`.
    pub(crate) fn shell(&self, line: &str) -> Run {
        self.finish(self.command("sh").env("YARROW", env!("CARGO_BIN_EXE_yarrow")).args(["-c", line]))
    }

    pub(crate) fn finish(&self, command: &mut Command) -> Run {
        let run = Run(command.output().expect("the program can be started"));
        self.expect_no_secret(&run.text());
        run
    }

    pub(crate) fn expect_no_secret(&self, text: &str) {
        let mnemonics = fs::read_to_string(self.path("mnemonic")).unwrap_or_default();
        for phrase in
            mnemonics.lines().filter_map(|line| line.split_once(": ")).map(|(_, phrase)| phrase).chain([PHRASE])
        {
            let words: Vec<_> = phrase.split(' ').collect();
            for three in words.windows(3) {
                assert!(!text.contains(&three.join(" ")), "a secret is in {text}");
            }
        }
        assert!(!text.contains(PASSWORD), "a password is in {text}");
    }
}

pub(crate) struct Run(Output);

impl Run {
    /// Both outputs.
    pub(crate) fn text(&self) -> String {
        [&self.0.stdout, &self.0.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
    }

    pub(crate) fn ok(self) -> Self {
        assert!(self.0.status.success(), "{}", self.text());
        self
    }

    pub(crate) fn stdout(self) -> String {
        String::from_utf8(self.ok().0.stdout).expect("text")
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.stdout()).expect("one JSON object and nothing else")
    }

    pub(crate) fn fails(self, code: i32, words: &[&str]) {
        let text = self.text();
        assert_eq!(self.0.status.code(), Some(code), "{text}");
        for word in words {
            assert!(text.contains(word), "{word:?} is not in {text}");
        }
    }
}
