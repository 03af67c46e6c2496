//! `yarrow devnet` as a user runs it: a process of its own, found by its manifest, used by others, ended by a signal.

#[expect(dead_code, reason = "the chain's own tests count frames")]
#[path = "../../chain/tests/suite/proxy.rs"]
mod proxy;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Output, Stdio},
    thread,
};

use chain::{
    At, Chain, ChainExt, Contracts, Signer, parse_ss58,
    remote::{Endpoint, Remote},
};
use primitives::{AccountId, Netuid, Registry, Staking};
use proxy::{Cut, Proxy};
use psp22::PSP22;
use serde_json::Value;
use tempfile::TempDir;

const TAO: u128 = 1_000_000_000;

/// A running devnet; killed if a test fails.
struct Devnet {
    folder: TempDir,
    child: Child,
    ready: String,
}

impl Devnet {
    /// Starts it with a configuration and waits for its one line.
    fn start(config: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("devnet.toml"), config).expect("a file");
        let mut child = yarrow(&folder, &["devnet", "--config", "devnet.toml"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut ready = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut ready).expect("a line");
        Self { folder, child, ready }
    }

    fn manifest_path(&self) -> PathBuf {
        self.folder.path().join("devnet.json")
    }

    fn manifest(&self) -> Value {
        let text = fs::read(self.manifest_path()).expect("the manifest is there once the line is");
        serde_json::from_slice(&text).expect("JSON")
    }

    fn endpoint(&self) -> Endpoint {
        self.manifest()["endpoint"].as_str().expect("an endpoint").parse().expect("an endpoint")
    }

    fn address(&self) -> SocketAddr {
        let Endpoint::Tcp(address) = self.endpoint() else { panic!("a port") };
        address
    }

    fn client(&self) -> Remote {
        Remote::connect(self.endpoint()).expect("it listens")
    }

    fn status(&self, chain: &str) -> Output {
        yarrow(&self.folder, &["status", "--json", "--chain", chain]).output().expect("the program can be started")
    }

    /// Sends it a signal and waits for its end.
    fn end(&mut self, signal: &str) -> ExitStatus {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        self.child.wait().expect("it ends")
    }
}

impl Drop for Devnet {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn yarrow(folder: &TempDir, arguments: &[&str]) -> Command {
    let artifacts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(arguments).current_dir(folder.path()).env("YARROW_ARTIFACTS", artifacts);
    command
}

fn signer(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

fn account(value: &Value) -> AccountId {
    parse_ss58(value["ss58"].as_str().expect("an address")).expect("an address")
}

fn balance(chain: &dyn Chain, contracts: Contracts, uri: &str) -> u128 {
    chain.view(contracts.token().balance_of(signer(uri).account())).expect("a view")
}

fn transfer(chain: &Remote, from: &str, to: &str, amount: u128) {
    let transfer = chain.contracts().token().transfer(signer(to).account(), amount, vec![]);
    chain.submit(&signer(from), transfer).expect("there is enough");
}

/// The example of `deploy/`.
const ONE_SUBNET: &str = include_str!("../../../deploy/devnet.toml");

#[test]
fn the_manifest_tells_all_that_is_on_the_chain() {
    let devnet = Devnet::start(ONE_SUBNET);
    let manifest = devnet.manifest();
    let endpoint = manifest["endpoint"].as_str().expect("an endpoint");
    let block = &manifest["block"];
    assert_eq!(devnet.ready, format!("devnet ready at {endpoint}, block {block}, manifest devnet.json\n"));

    let chain = devnet.client();
    let contracts = chain.contracts();
    for (name, address) in contracts.all() {
        let told = manifest["contracts"][name].as_str().expect("an address");
        assert_eq!(parse_ss58(told).expect("an address"), address);
    }
    let subnet = &manifest["subnets"][0];
    assert_eq!((&subnet["netuid"], &subnet["task"], &subnet["tempo"]), (&1.into(), &"bytes".into(), &20.into()));
    let [validator, miner] = &subnet["neurons"].as_array().expect("neurons")[..] else { panic!("two neurons") };
    let netuid = Netuid::new(1);
    for neuron in [validator, miner] {
        let uid = chain.view(contracts.registry().uid(netuid, account(&neuron["hotkey"]))).expect("a view");
        assert_eq!(uid.map(|uid| u64::from(uid.get())), neuron["uid"].as_u64());
        let uri = neuron["coldkey"]["uri"].as_str().expect("a key");
        assert_eq!(signer(uri).account(), account(&neuron["coldkey"]));
    }
    let (hotkey, coldkey) = (account(&validator["hotkey"]), account(&validator["coldkey"]));
    let stake = chain.view(contracts.staking().stake_of(hotkey, coldkey)).expect("a view");
    assert_eq!((stake.get(), &validator["stake_rao"]), (500_000_000_000, &500_000_000_000_u64.into()));
    assert_eq!(balance(&chain, contracts, "//Bob"), 1_000 * TAO);
    let model = chain.view(contracts.registry().model(netuid, account(&miner["hotkey"]))).expect("a view");
    assert_eq!(model.expect("committed").model.location, b"bytes-order1");
}

#[test]
fn a_client_registers_and_reads_itself_back() {
    let devnet = Devnet::start(ONE_SUBNET);
    let chain = devnet.client();
    let (contracts, hotkey) = (chain.contracts(), signer("//newcomer").account());
    let uid = miner::register_by_work(&chain, &contracts, &signer("//Bob"), hotkey, Netuid::new(1)).expect("open");
    let found = chain.view(contracts.registry().uid(Netuid::new(1), hotkey)).expect("a view");
    assert_eq!((uid.get(), found), (2, Some(uid)));
}

#[test]
fn the_chains_time_goes_on_by_itself_and_faster_than_the_wall() {
    let devnet = Devnet::start(ONE_SUBNET);
    let chain = devnet.client();
    let wall = std::time::Instant::now();
    let first = chain.block(At::Head).expect("a block");
    let later = (0..).map(|_| chain.block(At::Head).expect("a block")).find(|block| block.number >= first.number + 3);
    let passed = later.expect("blocks come").timestamp_ms - first.timestamp_ms;
    // Three blocks of 1,000 ms begin in more than two of them. The wall may be slow, but not the chain.
    assert!(passed > 2_000, "{passed} ms");
    assert!(u128::from(passed) > wall.elapsed().as_millis(), "{passed} ms");
}

#[test]
fn two_clients_of_one_key_send_200_transactions_without_gap_or_duplicate() {
    let devnet = Devnet::start("block_ms = 1000\n");
    let clients = [devnet.client(), devnet.client()];
    thread::scope(|scope| {
        for (client, amount) in clients.iter().zip([1, 1_000]) {
            scope.spawn(move || (0..100).for_each(|_| transfer(client, "//Alice", "//Bob", amount)));
        }
    });
    let [chain, _] = &clients;
    assert_eq!(balance(chain, chain.contracts(), "//Bob"), 1_000 * TAO + 100_100);
}

#[test]
fn a_transaction_whose_connection_is_cut_is_executed_once() {
    let devnet = Devnet::start("block_ms = 1000\n");
    let chain = devnet.client();
    let mut expected = 1_000 * TAO;
    for cut in [Cut::Request, Cut::Answer] {
        for at in 1..3 {
            let proxy = Proxy::cutting(devnet.address(), move |request| (request == at).then_some(cut));
            let client = Remote::connect(proxy.endpoint.parse().expect("an endpoint")).expect("the hello passes");
            transfer(&client, "//Alice", "//Bob", 7);
            expected += 7;
            assert_eq!(balance(&chain, chain.contracts(), "//Bob"), expected, "cut at {at}: {cut:?}");
        }
    }
}

#[test]
fn strangers_do_not_disturb_and_the_devnet_ends_while_they_are_there() {
    let mut devnet = Devnet::start("block_ms = 1000\n");
    let chain = devnet.client();
    let silent: Vec<TcpStream> = (0..20).map(|_| TcpStream::connect(devnet.address()).expect("it listens")).collect();
    let garbage: [&[u8]; 3] = [&u32::MAX.to_le_bytes(), b"GET / HTTP/1.1\r\n\r\n", &[0x11; 5_000]];
    for bytes in garbage {
        let mut stranger = TcpStream::connect(devnet.address()).expect("it listens");
        // It may be cut off while it is still talking.
        let _ = stranger.write_all(bytes);
        let _ = stranger.read_to_end(&mut Vec::new());
    }
    transfer(&chain, "//Alice", "//Bob", 1);
    assert_eq!(balance(&chain, chain.contracts(), "//Bob"), 1_000 * TAO + 1);
    assert!(devnet.end("-TERM").success());
    drop(silent);
    assert!(!devnet.manifest_path().exists(), "the manifest leads nowhere");
}

#[test]
fn status_finds_the_chain_by_manifest_and_endpoint_and_names_what_it_cannot_reach() {
    let mut devnet = Devnet::start(ONE_SUBNET);
    let manifest = devnet.manifest();
    let endpoint = manifest["endpoint"].as_str().expect("an endpoint").to_owned();
    for place in ["devnet.json", &endpoint] {
        let output = devnet.status(place);
        let status: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((&status["contracts"], &status["netuids"]), (&manifest["contracts"], &serde_json::json!([1])));
        assert!(status["block"].as_u64() >= manifest["block"].as_u64());
    }
    let refused = |place: &str, code: i32, words: &str| {
        let output = devnet.status(place);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{message}");
        let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(
            message.contains(words) && said["error"]["code"] == code && said["success"] == false,
            "{message}{said}"
        );
    };
    refused("http://127.0.0.1:9944", 2, "expected tcp://127.0.0.1:PORT or unix:///PATH");
    refused("tcp://192.0.2.1:9944", 2, "not an address of this machine");
    refused("nothing.json", 14, "nothing.json");
    let other = fs::read_to_string(devnet.manifest_path())
        .expect("a manifest")
        .replace("\"genesis\": \"0x", "\"genesis\": \"0xff");
    fs::write(devnet.folder.path().join("other.json"), other).expect("a file");
    refused("other.json", 13, "another chain");
    fs::copy(devnet.manifest_path(), devnet.folder.path().join("kept.json")).expect("a copy");
    assert!(devnet.end("-INT").success());
    let output = devnet.status("kept.json");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(10), "{message}");
    assert!(message.contains(&endpoint) && message.contains("connection refused"), "{message}");
}

#[test]
fn mistakes_in_a_configuration_are_named_before_anything_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |config: &str, words: &str| {
        fs::write(folder.path().join("devnet.toml"), config).expect("a file");
        let output = yarrow(&folder, &["devnet", "--config", "devnet.toml"]).output().expect("it can be started");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains(words) && output.stdout.is_empty(), "{message}");
    };
    refused("[[subnet]]\ntask = 'bytes'\ntemp = 5", "temp");
    refused("[[subnet]]\ntask = 'chess'", "bytes");
    refused("[[subnet]]\ntask = 'bytes'\nnetuid = 2", "netuid = 2");
    refused("accounts = ['bottom drive obey']", "development keys");
    refused("accounts = []", "account");
    refused("speed = 0", "speed");
    refused("listen = 'tcp://0.0.0.0:9944'", "this machine");
}
