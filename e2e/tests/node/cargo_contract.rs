//! Contracts on a node, through cargo-contract: the tool that other teams use, reading the bundles' metadata.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use primitives::AccountId;
use serde_json::Value;

/// What one message may use of ref_time, in ps: the portable budget.
const GAS_LIMIT: &str = "300000000000";
/// What one message may use of proof size, in bytes.
const PROOF_LIMIT: &str = "3145728";

/// cargo-contract towards one node.
#[derive(Clone)]
pub struct Client {
    url: String,
}

/// A deployed contract.
pub struct Contract {
    client: Client,
    bundle: PathBuf,
    /// Its address, in SS58.
    pub address: String,
}

impl Client {
    /// Talks to the node at `url`.
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned() }
    }

    /// A contract that was deployed from a bundle of `artifacts/`.
    pub fn at(&self, name: &str, address: String) -> Contract {
        Contract { client: self.clone(), bundle: bundle(name), address }
    }

    /// Deploys a bundle of `artifacts/` with the constructor `new`, as `//Alice`.
    pub fn deploy(&self, name: &str, arguments: &[&str]) -> Contract {
        let bundle = bundle(name);
        let mut command = self.command("instantiate", "//Alice");
        command
            .args(["--output-json", "--constructor", "new", "--skip-confirm", "-x"])
            .arg(&bundle)
            .arg("--args")
            .args(arguments);
        let address = json(&run(command), name)["contract"].as_str().expect("the address of the contract").to_owned();
        Contract { client: self.clone(), bundle, address }
    }

    fn command(&self, verb: &str, suri: &str) -> Command {
        let mut command = Command::new("cargo-contract");
        command.args(["contract", verb, "--url", &self.url, "--suri", suri]);
        command
    }
}

impl Contract {
    /// Its account.
    pub fn account(&self) -> AccountId {
        chain::parse_ss58(&self.address).expect("cargo-contract prints SS58")
    }

    /// Sends a message that must pass, and waits for its block.
    pub fn submit(&self, suri: &str, message: &str, arguments: &[&str]) {
        let mut command = self.call(suri, message);
        // What a message costs depends on the block it gets into, so a dry run's figure may be too low.
        command.args(["--gas", GAS_LIMIT, "--proof-size", PROOF_LIMIT]);
        command.args(["--output-json", "--skip-confirm", "-x", "--args"]).args(arguments);
        json(&run(command), message);
    }

    /// What a message answers, without the layers around it.
    pub fn read(&self, message: &str, arguments: &[&str]) -> Value {
        let mut command = self.call("//Alice", message);
        command.args(["--output-json", "--args"]).args(arguments);
        unwrapped(&json(&run(command), message)["data"]).clone()
    }

    /// The error of a message that must be refused: what a dry run answers, after the transaction has failed.
    pub fn refused(&self, suri: &str, message: &str, arguments: &[&str]) -> String {
        let mut command = self.call(suri, message);
        command.args(["--skip-confirm", "-x", "--args"]).args(arguments);
        assert!(!run(command).status.success(), "{message} was not refused");
        let mut command = self.call(suri, message);
        command.arg("--args").args(arguments);
        String::from_utf8_lossy(&run(command).stdout).into_owned()
    }

    fn call(&self, suri: &str, message: &str) -> Command {
        let mut command = self.client.command("call", suri);
        command.args(["--contract", &self.address, "--message", message]).arg(&self.bundle);
        command
    }
}

fn bundle(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../artifacts/contracts/{name}.contract"))
}

fn run(mut command: Command) -> Output {
    command.output().expect("cargo-contract is on PATH: scripts/setup.sh installs it")
}

#[track_caller]
fn json(output: &Output, what: &str) -> Value {
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{what}: {stdout}{stderr}");
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{what}: {error} in {stdout}"))
}

/// What is inside `Ok(..)`, `Some(..)` and newtypes.
fn unwrapped(value: &Value) -> &Value {
    match value["Tuple"]["values"].as_array().map(Vec::as_slice) {
        Some([inner]) => unwrapped(inner),
        _ => value,
    }
}

/// A field of a struct.
pub fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    let found = &value["Map"][name];
    assert!(!found.is_null(), "no {name} in {value}");
    unwrapped(found)
}

/// The first element of a list.
pub fn first(value: &Value) -> &Value {
    unwrapped(&value["Seq"]["elems"][0])
}

/// Bytes, which are printed as a list of numbers.
pub fn bytes(value: &Value) -> Vec<u8> {
    let elements = value["Seq"]["elems"].as_array().unwrap_or_else(|| panic!("bytes: {value}"));
    elements.iter().map(|element| u8::try_from(number(element)).expect("a byte")).collect()
}

/// An unsigned number.
pub fn number(value: &Value) -> u128 {
    let value = unwrapped(value);
    value["UInt"].as_u64().map(u128::from).unwrap_or_else(|| panic!("a number: {value}"))
}
