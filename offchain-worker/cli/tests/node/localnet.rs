//! `yarrow localnet` from nothing to the first incentive and back.

use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::place::{Place, program, wait_for};

/// On two idle cores it takes less.
const TARGET: Duration = Duration::from_secs(120);

/// Ends what a failed test leaves behind.
struct Localnet(Place);

impl Drop for Localnet {
    fn drop(&mut self) {
        self.0.run(&["localnet", "down"]);
    }
}

impl Localnet {
    fn up(&self) -> Value {
        let (code, up) = self.0.json(&["localnet", "up"]);
        assert_eq!(code, Some(0), "{up}");
        up
    }

    fn status(&self) -> (Option<i32>, Value) {
        self.0.json(&["localnet", "status"])
    }

    fn addresses(&self) -> (Value, Value) {
        let manifest = self.0.read("localnet/manifest.json");
        (manifest["contracts"].clone(), manifest["subnets"].clone())
    }
}

fn row<'a>(status: &'a Value, name: &str) -> &'a Value {
    let rows = status["processes"].as_array().expect("rows");
    rows.iter().find(|row| row["name"] == name).expect("a process of the name")
}

fn pids(status: &Value) -> BTreeMap<String, i64> {
    let rows = status["processes"].as_array().expect("rows").iter();
    rows.map(|row| (row["name"].to_string(), row["pid"].as_i64().expect("it runs"))).collect()
}

#[test]
fn a_local_network_earns_survives_a_killed_miner_and_begins_anew_at_the_same_addresses() {
    if program().is_none() {
        return;
    }
    let localnet = Localnet(Place::new());
    let (code, nothing) = localnet.status();
    assert_eq!((code, &nothing["error"]["name"]), (Some(12), &"Nowhere".into()), "{nothing}");

    let began = Instant::now();
    localnet.up();
    let ready = began.elapsed();
    let earned = wait_for(|| {
        let (_, status) = localnet.status();
        let miners = ["stump", "bayes", "softmax", "boosted"].map(|name| row(&status, name)["incentive"].as_u64());
        miners.iter().any(|incentive| incentive.is_some_and(|incentive| incentive > 0)).then_some(status)
    });
    let status = earned.expect("an incentive");
    println!("localnet: up after {ready:?}, first incentive after {:?}, target {TARGET:?}", began.elapsed());
    assert_eq!(status["processes"].as_array().map(Vec::len), Some(8), "{status}");

    // A miner dies: status says so, and `up` starts that one again and nothing else.
    let before = pids(&status);
    let miner = row(&status, "bayes")["pid"].to_string();
    assert!(Command::new("kill").args(["-KILL", &miner]).status().expect("kill").success());
    let down = wait_for(|| Some(localnet.status()).filter(|(_, status)| row(status, "bayes")["state"] == "down"));
    assert_eq!(down.expect("it is noticed").0, Some(1));
    localnet.up();
    let (code, status) = localnet.status();
    assert_eq!(code, Some(0), "{status}");
    let after = pids(&status);
    let changed: Vec<&String> = before.keys().filter(|name| before[*name] != after[*name]).collect();
    assert_eq!(changed, ["\"bayes\""]);

    let (code, logs) = localnet.0.json(&["localnet", "logs", "bayes", "-n", "5"]);
    assert_eq!(code, Some(0), "{logs}");
    assert!(logs["lines"].to_string().contains("serving tabular"), "{logs}");
    let (code, logs) = localnet.0.json(&["localnet", "logs", "nobody"]);
    assert_eq!((code, &logs["error"]["name"]), (Some(12), &"NoSuchProcess".into()));

    // Down and up: the chain goes on.
    let block = status["block"].as_u64().expect("a number");
    assert_eq!(localnet.0.json(&["localnet", "down"]).0, Some(0));
    assert_eq!(localnet.status().0, Some(1));
    let up = localnet.up();
    assert!(up["block"].as_u64().expect("a number") > block, "{up}");

    // Reset and up: the same addresses.
    let addresses = localnet.addresses();
    let (code, removed) = localnet.0.json(&["localnet", "reset"]);
    assert_eq!(code, Some(0), "{removed}");
    assert!(!localnet.0.path().join("localnet").exists());
    localnet.up();
    assert_eq!(localnet.addresses(), addresses);
}
