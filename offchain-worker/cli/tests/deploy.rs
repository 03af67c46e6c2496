//! `yarrow deploy` and `yarrow verify` on a chain of another process, with files as operators have them.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A devnet, on which another market is deployed beside its own.
struct Place {
    folder: TempDir,
    devnet: Child,
    node: String,
}

const DEPLOY: &str = r#"
deployer = "//Alice"
block_ms = 6000
owner = "//Governance"
guardian = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
salt = "second"
[[allocation]]
account = "//Bob"
tao = 12
[[subnet]]
task = "tabular"
name = "Tables"
owner = "//Dave"
owner_hotkey = "//Dave//hot"
tempo = 99
"#;

impl Place {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("deploy.toml"), DEPLOY).expect("a file");
        let mut devnet = yarrow(folder.path(), &["devnet", "--block-ms", "1000"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut ready = String::new();
        BufReader::new(devnet.stdout.take().expect("a pipe")).read_line(&mut ready).expect("a line");
        let manifest: Value =
            serde_json::from_slice(&fs::read(folder.path().join("devnet.json")).expect("a manifest")).expect("JSON");
        let node = manifest["endpoint"].as_str().expect("an endpoint").to_owned();
        Self { folder, devnet, node }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        yarrow(self.folder.path(), arguments).output().expect("the program can be started")
    }

    /// Runs a command with `--json`: its exit code and its object.
    fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let object = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
        (output.status.code(), object)
    }

    fn deploy(&self, options: &[&str]) -> (Option<i32>, Value) {
        self.json(&[&["deploy", "--node", &self.node, "--config", "deploy.toml"], options].concat())
    }

    fn record(&self) -> Value {
        let text = fs::read(self.folder.path().join("deployment.json")).expect("a record");
        serde_json::from_slice(&text).expect("JSON")
    }

    fn write_record(&self, record: &Value) {
        fs::write(self.folder.path().join("deployment.json"), record.to_string()).expect("a file");
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
    let artifacts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).env("YARROW_ARTIFACTS", artifacts);
    command
}

#[test]
fn a_market_is_planned_deployed_once_and_verified() {
    let place = Place::open();
    let (code, planned) = place.deploy(&["--dry-run"]);
    assert_eq!((code, &planned["dry_run"], &planned["profile"]), (Some(0), &true.into(), &"standard".into()));
    let steps = planned["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 21);
    assert!(steps.iter().all(|step| step["made"] == false), "{planned}");
    assert!(!place.folder.path().join("deployment.json").exists(), "a dry run writes nothing");

    let (code, refused) = place.deploy(&[]);
    assert_eq!((code, &refused["error"]["name"]), (Some(2), &"NotConfirmed".into()), "nobody is there to be asked");
    let (code, deployed) = place.deploy(&["--yes"]);
    assert_eq!((code, &deployed["steps_made"]), (Some(0), &21.into()), "{deployed}");
    let record = place.record();
    assert_eq!(record, deployed["deployment"]);
    for (name, address) in planned["contracts"].as_object().expect("addresses") {
        assert_eq!(&record["contracts"][name]["address"], address);
    }
    assert_eq!(record["contracts"]["staking"]["arguments"]["block_ms"], 6_000);
    assert_eq!(record["contracts"]["tao"]["arguments"]["allocation"][0]["rao"], 12_000_000_000_u64);
    let subnet = &record["contracts"]["registry"]["arguments"]["genesis"][0];
    assert_eq!((&subnet["name"], &subnet["hyperparameters"]), (&"Tables".into(), &serde_json::json!(["Tempo(99)"])));

    let (code, again) = place.deploy(&[]);
    assert_eq!((code, &again["steps_made"], place.record()), (Some(0), &0.into(), record));
    let (code, verified) = place.json(&["verify"]);
    assert_eq!((code, &verified["success"]), (Some(0), &true.into()), "{verified}");
    assert!(verified["checks"].as_array().expect("checks").iter().all(|check| check["ok"] == true));
    let status = place.json(&["status", "--network", "deployment.json"]).1;
    assert_eq!(status["contracts"]["tao"], planned["contracts"]["tao"]);
    assert_eq!(status["block_ms"], 6_000);
}

#[test]
fn a_changed_file_and_a_changed_bundle_are_refused_as_what_they_are() {
    let place = Place::open();
    assert_eq!(place.deploy(&["--yes"]).0, Some(0));
    let record = place.record();
    let refused = |change: fn(&mut Value), name: &str| {
        let mut changed = record.clone();
        change(&mut changed);
        place.write_record(&changed);
        let (code, object) = place.json(&["verify"]);
        assert_eq!((code, &object["error"]["name"]), (Some(13), &name.into()), "{object}");
    };
    refused(|record| record["contracts"]["tao"]["arguments"]["allocation"][0]["rao"] = 1.into(), "Tampered");
    let longer = |record: &mut Value| {
        let input = record["contracts"]["staking"]["input"].as_str().expect("hex").to_owned();
        // The last byte of the length of a protocol block.
        record["contracts"]["staking"]["input"] = format!("{}01", &input[..input.len() - 2]).into();
    };
    refused(longer, "Tampered");
    refused(|record| record["contracts"]["root"]["code_hash"] = format!("0x{}", "5".repeat(64)).into(), "Integrity");
    refused(|record| record["salt"] = "0x00".into(), "Tampered");
    refused(|record| record["guardian"] = Value::Null, "Integrity");
    refused(|record| record["genesis"] = format!("0x{}", "5".repeat(64)).into(), "Integrity");

    place.write_record(&record);
    let artifacts = place.folder.path().join("artifacts");
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts")), &artifacts);
    assert_eq!(place.json(&["verify", "--artifacts", "artifacts"]).0, Some(0));
    let bundle = artifacts.join("contracts/root.contract");
    let text = fs::read_to_string(&bundle).expect("a bundle").replacen("\"wasm\":\"0x0061", "\"wasm\":\"0x0062", 1);
    fs::write(&bundle, text).expect("a file");
    let (code, object) = place.json(&["verify", "--artifacts", "artifacts"]);
    assert_eq!((code, &object["error"]["name"]), (Some(13), &"WrongChecksum".into()), "{object}");
    let output = yarrow(place.folder.path(), &["deploy", "--node", &place.node, "--config", "deploy.toml", "--json"])
        .env("YARROW_ARTIFACTS", &artifacts)
        .output()
        .expect("the program can be started");
    assert_eq!(output.status.code(), Some(13), "nothing is deployed from it either");
}

#[test]
fn another_deployment_does_not_write_over_a_record() {
    let place = Place::open();
    assert_eq!(place.deploy(&["--yes"]).0, Some(0));
    let record = place.record();
    fs::write(place.folder.path().join("deploy.toml"), DEPLOY.replace("second", "third")).expect("a file");
    let (code, object) = place.deploy(&["--yes"]);
    assert_eq!((code, &object["error"]["name"]), (Some(2), &"OtherRecord".into()), "{object}");
    assert_eq!(place.record(), record);
    assert_eq!(place.deploy(&["--yes", "--deployment", "third.json"]).0, Some(0));
}

#[test]
fn mistakes_are_named_with_what_to_do() {
    let place = Place::open();
    let refused = |text: &str, code: i32, name: &str| {
        fs::write(place.folder.path().join("deploy.toml"), text).expect("a file");
        let (found, object) = place.deploy(&["--yes"]);
        assert_eq!((found, &object["error"]["name"]), (Some(code), &name.into()), "{object}");
    };
    refused("deployer = '//Alice'\nblock_mss = 1", 2, "Toml");
    refused("deployer = '//Alice'\nowner = 'nobody'", 2, "Account");
    refused("deployer = 'bottom drive obey'", 2, "NotADevelopmentKey");
    refused("deployer = '//Alice'\nprofile = 'v7'", 2, "UnknownProfile");
    refused("deployer = '//Alice'\nprofile = 'u64'", 13, "BalanceWidth");
    refused("deployer = '//Alice'\n[[subnet]]\ntask = 'tabular'", 2, "NoOwnerHotkey");
    refused("deployer = '//Alice'\nblock_ms = 0", 13, "InvalidBlockTime");
    refused("deployer = '//Pauper'", 12, "BalanceTooLow");
    let (code, object) = place.json(&["verify", "--deployment", "nothing.json"]);
    assert_eq!((code, &object["error"]["name"]), (Some(14), &"Record".into()), "{object}");
    let (code, object) = place.json(&["status", "--network", "ws://127.0.0.1:9"]);
    assert_eq!((code, &object["error"]["name"]), (Some(2), &"NoDeployment".into()), "{object}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let (entry, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if entry.is_dir() {
            copy(&entry, &to);
        } else {
            fs::copy(&entry, &to).expect("a copy");
        }
    }
}
