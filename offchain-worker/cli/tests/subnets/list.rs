//! `yarrow subnets list` and `burn-cost`.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use chain::ChainExt as _;
use primitives::{Registry as _, Stewardship as _};
use serde_json::Value;

use crate::town::{COMMITTED, DIRECT, STAKE, Town, key, ss58};

const HEADERS: [&str; 8] = ["NETUID", "NAME", "EMIT τ/BLK", "SHARE", "STAKE τ", "NEURONS", "TEMPO", "BURN τ"];

#[test]
fn subnets_are_listed_as_the_chain_has_them() {
    let town = Town::open();
    let report = town.json("subnets list");
    let subnets = report["subnets"].as_array().expect("subnets");
    assert_eq!(subnets.len(), 2);
    for (netuid, (subnet, task)) in [COMMITTED, DIRECT].into_iter().zip(subnets.iter().zip(["tabular", "bytes"])) {
        assert_eq!(subnet["netuid"], netuid.get());
        assert_eq!([&subnet["name"], &subnet["task"], &subnet["owner"]], [task, task, &ss58("//owner")]);
        assert_eq!((&subnet["neurons"], &subnet["max_neurons"]), (&3.into(), &256.into()));
        // Two subnets share the one TAO of a block, while nobody votes.
        assert_eq!(subnet["emission_rao"], 500_000_000);
        assert_eq!(subnet["stake_rao"], STAKE.get());
        assert_eq!(subnet["tempo"]["sn_tempo"], 20);
        let burn = town.chain.view(town.contracts.registry().burn_cost(netuid)).expect("a view").expect("a price");
        assert_eq!(subnet["burn_rao"], burn.get());
    }
    assert_eq!(report["totals"]["emission_rao"], 1_000_000_000);
    assert_eq!(report["protocol_block"], town.now().get());
}

#[test]
fn the_list_fits_80_columns_with_whole_headers() {
    let text = Town::open().text("subnets list");
    for header in HEADERS {
        assert!(text.contains(header), "{header} is not in {text}");
    }
}

#[test]
fn a_live_list_goes_on_until_it_is_told_to_stop() {
    let town = Town::open();
    let mut command = town.command("subnets list --live --interval 1 --json");
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = || -> Value {
        let line = lines.next().expect("another list").expect("a line");
        serde_json::from_str(&line).expect("JSON")
    };
    assert_eq!(next()["subnets"].as_array().map(Vec::len), Some(2));
    let dissolve = town.contracts.stewardship().dissolve_subnet(DIRECT);
    town.chain.submit(&key("//founder"), dissolve).expect("governance may");
    while next()["subnets"].as_array().map(Vec::len) != Some(1) {}
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("there is kill");
    assert!(stopped.success());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn what_it_costs_to_enter_is_what_the_chain_asks_for() {
    let town = Town::open();
    let registry = || town.contracts.registry();
    let lock = town.chain.view(registry().subnet_lock_cost()).expect("a view");
    assert_eq!(town.json("subnets burn-cost")["lock_cost_rao"], lock.get());
    let burn = town.chain.view(registry().burn_cost(COMMITTED)).expect("a view").expect("a price");
    let report = town.json("subnets burn-cost --netuid 1");
    assert_eq!(report["burn_cost_rao"], burn.get());
    let target = town.chain.view(registry().work_target(COMMITTED)).expect("a view").expect("a target");
    assert_eq!(report["difficulty"], target.difficulty);
    assert!(town.text("subnets burn-cost").contains("τ1,000"));
    town.refuses("subnets burn-cost --netuid 9", 12, "NoSuchSubnet");
}
