//! The program with standard input from /dev/null, which must end, or be ready, in time.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// How long a command may take on a machine that is busy with other work.
const PATIENCE: Duration = Duration::from_secs(150);

/// A folder with a devnet, a wallet and files, in which commands run.
pub(crate) struct Place {
    folder: TempDir,
    devnet: Child,
    /// The object that the devnet printed when it was ready.
    pub(crate) ready: Value,
}

/// What a command printed on standard output, and its exit code if it ended.
pub(crate) struct Printed {
    pub(crate) lines: Vec<String>,
    pub(crate) code: Option<i32>,
}

impl Place {
    /// A subnet with a validator and a miner; the default wallet has the validator's keys, without passwords where that is
    /// possible.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("devnet.toml"), crate::file("cli/tests/json/devnet.toml")).expect("our folder");
        for (name, text) in ["worker.toml", "miner.toml", "deploy.toml"]
            .map(|name| (name, crate::file(&format!("cli/tests/json/{name}"))))
        {
            fs::write(folder.path().join(name), text).expect("our folder");
        }
        let mut devnet = yarrow(folder.path(), &["devnet", "--config", "devnet.toml", "--json"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut line = String::new();
        BufReader::new(devnet.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("an object: {line}"));
        let place = Self { folder, devnet, ready };
        for (name, secret) in [("hot.uri", "//validator"), ("password", "correct horse")] {
            place.write_private(name, secret);
        }
        let import = ["wallet", "import", "-H", "default", "--secret-file", "hot.uri", "--no-password"];
        let imported = place.run(&import);
        assert_eq!(imported.code, Some(0), "{:?}", imported.lines);
        place
    }

    fn write_private(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("our folder");
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("our file");
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Printed {
        self.read(arguments, usize::MAX)
    }

    /// Runs a command that goes on for long until it has printed a line, and ends it.
    pub(crate) fn run_until_ready(&self, arguments: &[&str]) -> Printed {
        self.read(arguments, 1)
    }

    fn read(&self, arguments: &[&str], most: usize) -> Printed {
        let mut child = yarrow(self.folder.path(), arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program can be started");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let lines: Vec<String> = output.lines().map_while(Result::ok).take(most).collect();
            // Whoever waits may have given up.
            let _ = sender.send(lines);
        });
        let lines = receiver.recv_timeout(PATIENCE);
        if most < usize::MAX || lines.is_err() {
            // It may have ended already.
            let _ = child.kill();
        }
        let status = child.wait().expect("it ends");
        Printed { lines: lines.unwrap_or_else(|_| panic!("{arguments:?} hangs")), code: status.code() }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.devnet.kill();
        let _ = self.devnet.wait();
    }
}

fn yarrow(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("HOME", folder);
    command.env("YARROW_ARTIFACTS", concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts"));
    command.env("YARROW_WALLET_PATH", folder.join("wallets")).env("YARROW_CONFIG", folder.join("config.toml"));
    for variable in ["YARROW_NETWORK", "YARROW_WALLET_NAME", "YARROW_HOTKEY"] {
        command.env_remove(variable);
    }
    command
}
