//! `yarrow miner` as a miner runs it, on a devnet: register, publish, serve, and be asked by a validator.

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    net::SocketAddr,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use chain::{ChainExt, Signer, remote::Remote};
use evaluator::{Origin, Outcome, Sample, tasks};
use primitives::{Netuid, Registry as _, axon::Endpoints, model::CommittedModel};
use serde_json::Value;
use tempfile::TempDir;
use transport::{
    fetch::{FetchRules, Fetcher},
    live::{LiveClient, LiveMiner, LiveRules},
};

/// Where the owner's hotkey is the only validator; its chain is quick, so that nobody waits for blocks.
const DEVNET: &str = r#"
block_ms = 1000
speed = 20
[[subnet]]
task = "tabular"
owner_hotkey = "//validator"
"#;

/// A program that was started; ended if a test fails.
struct Running(Child, String);

impl Running {
    /// Starts it and waits for its first line.
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program can be started");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        Self(child, line)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A devnet, and a wallet with the keys of //Bob and //Charlie.
struct Home {
    folder: TempDir,
    _devnet: Running,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("devnet.toml"), DEVNET).expect("a file");
        fs::write(folder.path().join("password"), "correct horse").expect("a file");
        fs::set_permissions(folder.path().join("password"), Permissions::from_mode(0o600)).expect("our file");
        let devnet = Running::start(yarrow(folder.path(), &["devnet", "--config", "devnet.toml"]));
        let home = Self { folder, _devnet: devnet };
        home.done(&["wallet", "new-coldkey", "--uri", "//Bob", "--password-file", "password"]);
        home.done(&["wallet", "new-hotkey", "--uri", "//Charlie", "--no-password"]);
        home
    }

    fn run(&self, arguments: &[&str]) -> Output {
        yarrow(self.folder.path(), arguments).output().expect("the program can be started")
    }

    fn done(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Runs a command of a miner on subnet 1 and reads its JSON.
    fn report(&self, arguments: &[&str]) -> Value {
        let common = ["--netuid", "1", "--network", "devnet.json", "--json"];
        serde_json::from_slice(&self.done(&[&["miner"], arguments, &common].concat())).expect("one JSON object")
    }

    fn register(&self) {
        let report = self.report(&["register", "--password-file", "password"]);
        let (hotkey, coldkey) = (chain::ss58(&signer("//Charlie").account()), chain::ss58(&signer("//Bob").account()));
        assert_eq!((&report["hotkey"], &report["coldkey"]), (&hotkey.into(), &coldkey.into()));
    }

    fn chain(&self) -> Remote {
        let manifest = fs::read(self.folder.path().join("devnet.json")).expect("a manifest");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        let endpoint = manifest["endpoint"].as_str().expect("an endpoint").parse().expect("an endpoint");
        Remote::connect(endpoint).expect("it listens")
    }

    fn committed(&self) -> Option<CommittedModel> {
        let chain = self.chain();
        let call = chain.contracts().registry().model(Netuid::new(1), signer("//Charlie").account());
        chain.view(call).expect("a view")
    }
}

fn yarrow(folder: &Path, arguments: &[&str]) -> Command {
    let artifacts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.env("YARROW_ARTIFACTS", artifacts).env("YARROW_WALLET_PATH", folder.join("wallets"));
    command
}

fn signer(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

fn model(name: &str) -> String {
    format!("{}/../../artifacts/models/{name}.wasm", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_model_is_published_served_fetched_and_asked() {
    let (home, softmax) = (Home::new(), model("tabular-softmax"));
    home.register();
    let planned = home.report(&["publish", &softmax, "--dry-run"]);
    assert_eq!((&planned["sent"], home.committed()), (&false.into(), None));
    let published = home.report(&["publish", &softmax]);
    let committed = home.committed().expect("a commitment");
    assert_eq!(published["sent"], true);
    assert_eq!((&published["bound_hash"], &published["size"]), (&planned["bound_hash"], &committed.model.size.into()));

    let common = ["--netuid", "1", "--network", "devnet.json", "--listen", "127.0.0.1:0"];
    let serve = [&["miner", "serve", &softmax], &common[..], &["--announce", "1.2.3.4:8091"]].concat();
    let mut served = Running::start(yarrow(home.folder.path(), &serve));
    let address =
        served.1.strip_prefix("serving tabular on ").and_then(|rest| rest.strip_suffix(" for 1 validators\n"));
    let address: SocketAddr = address.unwrap_or_else(|| panic!("{}", served.1)).parse().expect("an address");
    let (chain, hotkey) = (home.chain(), signer("//Charlie").account());
    let announced = chain.view(chain.contracts().registry().axon(Netuid::new(1), hotkey)).expect("a view");
    assert_eq!(announced.map(|served| (served.axon.ip, served.axon.port)), Some((0x0102_0304, 8_091)));

    let axon = miner::axon(address);
    let rules = FetchRules { endpoints: Endpoints::Local, ..FetchRules::new(home.folder.path().join("models")) };
    let fetched = Fetcher::new(rules, signer("//validator")).expect("a cache").fetch_committed(&committed, Some(&axon));
    assert_eq!(fetched.expect("the validator may"), fs::read(&softmax).expect("a model"));
    let sample = Sample::draw(tasks::find("tabular").expect("a task"), [3; 32], 0..100);
    let rules = LiveRules { endpoints: Endpoints::Local, ..LiveRules::default() };
    let asked = LiveClient::new(rules, signer("//validator")).ask_all(&sample, &[1; 32], &[LiveMiner { hotkey, axon }]);
    let evaluation = asked.expect("it answers").remove(0).evaluation;
    assert_eq!((&evaluation.outcome, evaluation.origin), (&Outcome::Ok, Origin::Attested));
    assert!(evaluation.mean_loss() < Some(sample.baseline_loss()));

    let told = Command::new("kill").args(["-TERM", &served.0.id().to_string()]).status().expect("kill");
    assert!(told.success() && served.0.wait().expect("it ends").success());
}

#[test]
fn what_cannot_earn_is_neither_published_nor_served() {
    let home = Home::new();
    home.register();
    let refused = |arguments: &[&str], code: i32, said: &str| {
        let output = home.run(&[arguments, &["--netuid", "1", "--network", "devnet.json"]].concat());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{message}");
        assert!(message.contains(said), "{message}");
    };
    let [looper, stump] = [model("adversary-looper"), model("tabular-stump")];
    refused(&["miner", "publish", &looper], 12, "OutOfFuel");
    refused(&["miner", "publish", "no/such/model"], 14, "cannot read");
    refused(&["miner", "publish", &stump, "--location", "ftp://example.org/"], 2, "http://");
    refused(&["miner", "publish", &stump, "--hotkey", "nobody"], 11, "nobody");
    refused(&["miner", "serve", &looper], 12, "OutOfFuel");
    fs::write(home.folder.path().join("miner.toml"), "[server]\nhead_sm = 1\n").expect("a file");
    refused(&["miner", "serve", &stump, "--config", "miner.toml"], 2, "head_sm");
    assert_eq!(home.committed(), None);
}
