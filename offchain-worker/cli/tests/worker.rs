//! `yarrow worker run` and `yarrow config check` as an operator runs them, on a chain of another process.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use chain::{ChainExt, remote::Remote};
use primitives::{
    Hash,
    settlement::{WeightsCommitted, WeightsRevealed},
};
use serde_json::Value;
use tempfile::TempDir;
use worker::metrics::names;

/// Longest that anything may take on a machine that is busy with other work.
const PATIENCE: Duration = Duration::from_secs(120);

/// A devnet with one validator and two miners, and a folder for a worker.
struct Place {
    folder: TempDir,
    devnet: Child,
}

/// A worker process, and what it wrote.
struct Worker {
    child: Child,
    log: PathBuf,
}

fn yarrow(folder: &Path, arguments: &[&str]) -> Command {
    let artifacts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../artifacts");
    let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
    command.args(arguments).current_dir(folder).env("YARROW_ARTIFACTS", artifacts);
    command
}

impl Place {
    /// Epochs take `tempo` tenths of a second.
    fn open(tempo: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = format!(
            "accounts = [\"//Alice\", \"//val//cold\"]\nblock_ms = 1000\nspeed = 10\n[[subnet]]\ntask = \"tabular\"\n\
             tempo = {tempo}\nowner_hotkey = \"//val\"\nweights_set_rate_limit = 0\n\
             [[subnet.neuron]]\nname = \"val\"\nuri = \"//val\"\nstake = 500\n"
        );
        for name in ["stump", "bayes"] {
            let built = format!("{}/../../artifacts/models/tabular-{name}.wasm", env!("CARGO_MANIFEST_DIR"));
            let here = folder.path().join(format!("{name}.wasm"));
            fs::copy(built, &here).expect("a built model");
            config += &format!(
                "[[subnet.neuron]]\nname = \"{name}\"\nmodel = \"tabular-{name}\"\nlocation = \"file://{}\"\n",
                here.display()
            );
        }
        fs::write(folder.path().join("devnet.toml"), config).expect("a file");
        let mut devnet = yarrow(folder.path(), &["devnet", "--config", "devnet.toml"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut ready = String::new();
        BufReader::new(devnet.stdout.take().expect("a pipe")).read_line(&mut ready).expect("a line");
        assert!(ready.starts_with("devnet ready"), "{ready}");
        let place = Self { folder, devnet };
        place.configure("development = \"//val\"");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `worker.toml` with this key.
    fn configure(&self, key: &str) {
        let settings = format!(
            "chain = \"devnet.json\"\ndata = \"data\"\nlisten = \"127.0.0.1:0\"\nlocal_endpoints = true\nrunners = 2\n\
             [key]\n{key}\n[[subnet]]\nnetuid = 1\nsettle_spread_blocks = 0\n"
        );
        fs::write(self.path("worker.toml"), settings).expect("a file");
    }

    fn worker(&self) -> Worker {
        let log = self.path("worker.log");
        let file = fs::OpenOptions::new().create(true).append(true).open(&log).expect("a file");
        let child = yarrow(self.folder.path(), &["worker", "run", "--config", "worker.toml"])
            .stderr(file)
            .spawn()
            .expect("the program can be started");
        Worker { child, log }
    }

    fn check(&self, arguments: &[&str]) -> Output {
        let arguments = [&["config", "check", "--config", "worker.toml"], arguments].concat();
        yarrow(self.folder.path(), &arguments).stdin(Stdio::null()).output().expect("the program can be started")
    }

    fn chain(&self) -> Remote {
        let manifest: Value =
            serde_json::from_slice(&fs::read(self.path("devnet.json")).expect("a manifest")).expect("JSON");
        Remote::connect(manifest["endpoint"].as_str().expect("a text").parse().expect("an endpoint")).expect("a chain")
    }

    /// The commitments of each epoch, and all that was revealed.
    fn weights(&self) -> (BTreeMap<u64, Vec<Hash>>, Vec<Hash>) {
        let chain = self.chain();
        let settlement = chain.contracts().settlement;
        let mut commits: BTreeMap<u64, Vec<Hash>> = BTreeMap::new();
        for (_, event) in chain.events_of::<WeightsCommitted>(settlement, 0..=u32::MAX).expect("events") {
            commits.entry(event.commit.epoch).or_default().push(event.commit.hash);
        }
        let reveals = chain.events_of::<WeightsRevealed>(settlement, 0..=u32::MAX).expect("events");
        (commits, reveals.into_iter().map(|(_, event)| event.hash).collect())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.devnet.kill();
        let _ = self.devnet.wait();
    }
}

impl Worker {
    /// The lines that it wrote, which are JSON objects.
    fn lines(&self) -> Vec<Value> {
        let text = fs::read_to_string(&self.log).expect("a log");
        // A line may be under way.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }

    /// Where health and metrics are.
    fn address(&self) -> String {
        let found = wait_for(|| self.lines().iter().find_map(|line| Some(line["address"].as_str()?.to_owned())));
        found.expect("it says where it listens")
    }

    fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address()).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: yarrow\r\nConnection: close\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        (status, body.to_owned())
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What `look` finds within a patient time.
#[expect(clippy::disallowed_methods, reason = "what another process serves can only be looked at again")]
fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = look() {
            return Some(found);
        }
        thread::sleep(Duration::from_millis(50));
    }
    None
}

/// The value of a metric with these labels.
fn metric(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

#[test]
fn a_worker_says_how_it_is_and_ends_in_order() {
    let place = Place::open(30);
    let mut worker = place.worker();
    wait_for(|| (worker.get("/readyz").0 == 200).then_some(())).expect("weights come on the chain");
    assert_eq!(worker.get("/healthz"), (200, "ok\n".into()));
    wait_for(|| (!place.weights().1.is_empty()).then_some(())).expect("weights are revealed");
    let has_permit = |text: &str| metric(text, "yarrow_validator_permit{netuid=\"1\"}") == Some(1.0);
    wait_for(|| has_permit(&worker.get("/metrics").1).then_some(())).expect("a permit comes with the stake");
    let metrics = worker.get("/metrics").1;
    assert_eq!(metric(&metrics, "yarrow_validator_registered{netuid=\"1\"}"), Some(1.0), "{metrics}");
    // What has not happened is not there.
    let rare = [names::SANDBOX_KILLS, names::ENGINE_DISAGREEMENTS, names::RESPONSE_TIME, names::CHAIN_ERRORS];
    for name in names::ALL.iter().filter(|name| !rare.contains(name)) {
        assert!(metrics.contains(&format!("# TYPE {} ", name.trim_end_matches("_total"))), "{name}: {metrics}");
    }
    let evaluated = "yarrow_evaluations_total{netuid=\"1\",outcome=\"Ok\"}";
    assert!(metric(&metrics, evaluated).is_some_and(|count| count >= 2.0), "{metrics}");
    let lines = worker.lines();
    let transaction = lines.iter().find(|line| line["message"] == "settlement.commit_weights").expect("it is logged");
    assert_eq!(transaction["status"], "included");
    assert!(transaction["block_hash"].as_str().is_some_and(|hash| hash.len() == 64), "{transaction}");
    assert!(lines.iter().any(|line| line["uid"].is_u64() && line["epoch"].is_u64()), "{lines:?}");

    // Without models nothing can be measured: rounds are held, and before long the weights are stale.
    for name in ["stump.wasm", "bayes.wasm"] {
        fs::remove_file(place.path(name)).expect("a file");
    }
    fs::remove_dir_all(place.path("data/models")).expect("the cache of models");
    wait_for(|| (worker.get("/readyz").0 == 503).then_some(())).expect("the weights become stale");
    let metrics = worker.get("/metrics").1;
    assert!(metric(&metrics, "yarrow_rounds_total{netuid=\"1\",status=\"held\"}").is_some(), "{metrics}");
    assert!(metric(&metrics, "yarrow_responses_total{netuid=\"1\",status=\"unavailable\"}").is_some(), "{metrics}");

    let other = place.worker().child.wait().expect("it ends");
    assert_eq!(other.code(), Some(14), "one worker per folder");
    worker.signal("-TERM");
    assert_eq!(worker.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_worker_that_is_killed_at_random_instants_commits_once_and_reveals_once_in_each_epoch() {
    const KILLS: u64 = 30;
    #[expect(clippy::disallowed_methods, reason = "the instant of a kill is a time")]
    let let_live = thread::sleep;
    let place = Place::open(150);
    let (mut state, mut kills) = (7_u64, 0);
    while kills < KILLS {
        let mut worker = place.worker();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Most lives are too short for a round, some are long.
        let ms = [300, 900, 2_000, 4_000][(state >> 40) as usize % 4] + (state >> 33) % 500;
        let_live(Duration::from_millis(ms));
        worker.child.kill().expect("kill -9");
        worker.child.wait().expect("it has ended");
        kills += 1;
    }
    let last_of_the_killed = place.weights().0.keys().last().copied().unwrap_or_default();
    let _worker = place.worker();
    let (commits, reveals) = wait_for(|| {
        let (commits, reveals) = place.weights();
        let is_over = commits.range(last_of_the_killed + 2..).any(|(_, hashes)| reveals.contains(&hashes[0]));
        is_over.then_some((commits, reveals))
    })
    .expect("two more epochs come to their reveals");
    let (first, last) = (*commits.keys().next().expect("some"), *commits.keys().last().expect("some"));
    let duplicates = commits.values().filter(|hashes| hashes.len() > 1).count()
        + reveals.iter().enumerate().filter(|(at, hash)| reveals[..*at].contains(hash)).count();
    let lost_commits = (first..last).filter(|epoch| !commits.contains_key(epoch)).count();
    let due = commits.range(..last).flat_map(|(_, hashes)| hashes);
    let lost_reveals = due.filter(|hash| !reveals.contains(hash)).count();
    println!(
        "kill -9: {kills}, epochs: {}, duplicates: {duplicates}, losses: {}",
        last - first + 1,
        lost_commits + lost_reveals
    );
    assert_eq!((duplicates, lost_commits, lost_reveals), (0, 0, 0), "{commits:?} {reveals:?}");
}

#[test]
fn a_configuration_is_checked_row_by_row() {
    let place = Place::open(30);
    let good = place.check(&["--json"]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let report: Value = serde_json::from_slice(&good.stdout).expect("JSON");
    assert_eq!(report["ok"], true);
    let names: Vec<&str> =
        report["checks"].as_array().expect("rows").iter().filter_map(|row| row["what"].as_str()).collect();
    assert_eq!(
        names,
        ["settings", "data folder", "hotkey", "chain", "subnet 1: task", "subnet 1: seat", "subnet 1: schedule"]
    );
    place.configure("development = \"//stranger\"");
    let text = String::from_utf8(place.check(&[]).stdout).expect("UTF-8");
    assert!(text.contains("WARN") && text.contains("not registered"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_worker_beside_a_readable_coldkey_does_not_start() {
    let place = Place::open(30);
    fs::write(place.path("password"), "correct horse").expect("a file");
    fs::set_permissions(place.path("password"), fs::Permissions::from_mode(0o600)).expect("a mode");
    let mut make = yarrow(
        place.folder.path(),
        &["wallet", "create", "--wallet-path", "wallets", "--uri", "//val", "--password-file", "password", "--json"],
    );
    let made = make.stdin(Stdio::null()).output().expect("the program can be started");
    assert!(made.status.success(), "{made:?}");
    place.configure("wallet_path = \"wallets\"\npassword_file = \"password\"");
    let refused = place.worker().child.wait().expect("it ends");
    assert_eq!(refused.code(), Some(11));
    let log = fs::read_to_string(place.path("worker.log")).expect("a log");
    assert!(log.contains("must not be able to read a coldkey") && log.contains("wallets/default/coldkey"), "{log}");
    let report = place.check(&["--json"]);
    assert_eq!(report.status.code(), Some(1), "{report:?}");

    fs::remove_file(place.path("wallets/default/coldkey")).expect("a coldkey");
    assert_eq!(place.check(&[]).status.code(), Some(0));
}

#[test]
fn settings_that_are_none_are_refused_with_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |text: &str| {
        fs::write(folder.path().join("worker.toml"), text).expect("a file");
        let output = yarrow(folder.path(), &["worker", "run", "--config", "worker.toml"]).output().expect("it starts");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let base = "chain = \"x\"\ndata = \"d\"\nlisten = \"127.0.0.1:0\"\n[key]\ndevelopment = \"//val\"\n";
    for (text, said) in [
        ("chain = 1".to_owned(), "line 1"),
        (format!("{base}[[subnet]]\nnetuid = 1\nmin_coverage = 3\n"), "min_coverage"),
        (base.to_owned(), "no [[subnet]]"),
        (format!("{base}[[subnet]]\nnetuid = 1\n[[subnet]]\nnetuid = 1\n"), "twice"),
        (format!("{base}[[subnet]]\nnetuid = 1\nmin_coverage_percent = 101\n"), "0 to 100"),
    ] {
        let (code, error) = run(&text);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(said) && error.contains("docs/worker.md"), "{error}");
    }
    let (code, error) = run(&base.replace("//val", "0x1234").replace("[key]", "[[subnet]]\nnetuid = 1\n[key]"));
    assert_eq!(code, Some(11), "{error}");
    assert!(!error.contains("0x1234"), "{error}");
    assert!(!folder.path().join("d/subnet-1").exists());
}
