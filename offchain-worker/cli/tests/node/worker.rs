//! A validator on a node that is killed at random instants, and cut off from the node for long.

use std::{
    collections::BTreeMap,
    env, fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use chain::{ChainExt, node::Node, parse_ss58};
use primitives::{
    AccountId, Hash,
    settlement::{WeightsCommitted, WeightsRevealed},
};
use serde_json::Value;

use crate::{
    place::{Place, program, wait_for},
    proxy::{Mood, Proxy},
};

const KILLS: u64 = 20;
/// How long a validator may take until it is back.
const BACK: Duration = Duration::from_secs(60);
/// Seconds without an answer; the variable makes it the five minutes that a release is tried with.
const SILENCE: (&str, u64) = ("YARROW_BLACK_HOLE_SECONDS", 45);

/// A validator and two miners, epochs of 20 s.
const NETWORK: &str = "block_ms = 1000\n[[subnet]]\ntask = \"tabular\"\ntempo = 20\nowner_hotkey = \"//val_sn1\"\n\
    weights_set_rate_limit = 0\n[[subnet.neuron]]\nname = \"val\"\nstake = 500\n\
    [[subnet.neuron]]\nname = \"stump\"\nmodel = \"tabular-stump\"\n\
    [[subnet.neuron]]\nname = \"bayes\"\nmodel = \"tabular-bayes\"\n";

/// A local network whose validator is the test's to start and to kill.
struct Market {
    place: Place,
    node: Node,
    settlement: AccountId,
}

impl Market {
    fn open() -> Self {
        let place = Place::new();
        place.write("network.toml", NETWORK);
        let (code, up) = place.json(&["localnet", "up", "--config", "network.toml"]);
        assert_eq!(code, Some(0), "{up}");
        let (_, status) = place.json(&["localnet", "status"]);
        let rows = status["processes"].as_array().expect("rows");
        let validator = rows.iter().find(|row| row["name"] == "val").expect("a validator");
        let killed = Command::new("kill").args(["-KILL", &validator["pid"].to_string()]).status().expect("kill");
        assert!(killed.success());
        let manifest = place.read("localnet/manifest.json");
        let settlement = text(&manifest["contracts"]["settlement"]);
        let settlement = parse_ss58(settlement).expect("an address");
        let node = Node::connect(&[text(&manifest["endpoint"]).to_owned()]).expect("it listens");
        Self { place, node, settlement }
    }

    /// Starts a validator with settings below the network's directory.
    fn worker(&self, settings: &str) -> Worker {
        let log = self.place.path().join("worker.log");
        let log = fs::OpenOptions::new().create(true).append(true).open(log).expect("a file");
        let artifacts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts");
        let child = Command::new(env!("CARGO_BIN_EXE_yarrow"))
            .args(["worker", "run", "--config", settings])
            .current_dir(self.place.path())
            .env("YARROW_ARTIFACTS", artifacts)
            .stdin(Stdio::null())
            .stderr(log)
            .spawn();
        Worker(child.expect("the program can be started"))
    }

    /// The commitments of each epoch, and all that was revealed.
    fn weights(&self) -> (BTreeMap<u64, Vec<Hash>>, Vec<Hash>) {
        let mut commits: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
        for (_, event) in self.node.events_of::<WeightsCommitted>(self.settlement, 0..=u32::MAX).expect("events") {
            commits.entry(event.commit.epoch).or_default().push(event.commit.hash);
        }
        let reveals = self.node.events_of::<WeightsRevealed>(self.settlement, 0..=u32::MAX).expect("events");
        (commits, reveals.into_iter().map(|(_, event)| event.hash).collect())
    }

    /// Waits until an epoch after `epoch` came to its reveal.
    fn wait_for_reveal_after(&self, epoch: u64) -> (BTreeMap<u64, Vec<Hash>>, Vec<Hash>) {
        wait_for(|| {
            let (commits, reveals) = self.weights();
            let is_over = commits.range(epoch + 1..).any(|(_, hashes)| reveals.contains(&hashes[0]));
            is_over.then_some((commits, reveals))
        })
        .expect("an epoch comes to its reveal")
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        self.place.run(&["localnet", "down"]);
    }
}

/// A validator's process.
struct Worker(Child);

impl Worker {
    fn kill(mut self) {
        self.0.kill().expect("kill -9");
        self.0.wait().expect("it has ended");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

#[test]
fn a_validator_on_a_node_survives_kills_and_silence_with_one_commit_and_one_reveal_per_epoch() {
    if program().is_none() {
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "the instant of a kill and the length of a silence are times")]
    let pass = thread::sleep;
    let market = Market::open();
    let mut state = 11_u64;
    for _ in 0..KILLS {
        let worker = market.worker("localnet/workers/val/worker.toml");
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Some lives end before anything was sent, some around a commit or a reveal.
        pass(Duration::from_millis([500, 1_500, 3_000, 5_000][(state >> 40) as usize % 4] + (state >> 33) % 700));
        worker.kill();
    }
    let last = market.weights().0.keys().last().copied().unwrap_or_default();

    // The same validator, behind a proxy.
    let manifest = market.place.read("localnet/manifest.json");
    let endpoint = text(&manifest["endpoint"]);
    let port = endpoint.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let proxy = Proxy::before(port);
    let behind = manifest.to_string().replace(endpoint, &proxy.url);
    market.place.write("localnet/behind.json", &behind);
    let settings = fs::read_to_string(market.place.path().join("localnet/workers/val/worker.toml")).expect("settings");
    market.place.write("behind.toml", &settings.replace("manifest.json", "behind.json"));
    let _worker = market.worker("behind.toml");
    let (commits, _) = market.wait_for_reveal_after(last);

    let (variable, usual) = SILENCE;
    let seconds = env::var(variable).ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(usual);
    proxy.be(Mood::BlackHole);
    pass(Duration::from_secs(seconds));
    let before: usize = market.weights().0.values().map(Vec::len).sum();
    proxy.be(Mood::Open);
    let lifted = Instant::now();
    wait_for(|| (market.weights().0.values().map(Vec::len).sum::<usize>() > before).then_some(())).expect("it is back");
    let back = lifted.elapsed();

    let last_before = commits.keys().last().copied().unwrap_or_default();
    let (commits, reveals) = market.wait_for_reveal_after(last_before + seconds / 20);
    let duplicates = commits.values().filter(|hashes| hashes.len() > 1).count()
        + reveals.iter().enumerate().filter(|(at, hash)| reveals[..*at].contains(hash)).count();
    let (first, end) = (*commits.keys().next().expect("some"), last.max(1));
    let lost_commits = (first..end).filter(|epoch| !commits.contains_key(epoch)).count();
    let due = commits.range(..end).flat_map(|(_, hashes)| hashes);
    let lost_reveals = due.filter(|hash| !reveals.contains(hash)).count();
    println!(
        "kill -9: {KILLS}, silence: {seconds} s, back after {back:?}, epochs: {}, duplicates: {duplicates}, losses: {}",
        commits.len(),
        lost_commits + lost_reveals
    );
    assert_eq!((duplicates, lost_commits, lost_reveals), (0, 0, 0), "{commits:?} {reveals:?}");
    assert!(back < BACK, "back after {back:?}");
}
