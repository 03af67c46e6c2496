//! Faults of the chain and of the contracts on it.

use std::{collections::BTreeMap, fs, net::TcpListener};

use chain::Contracts;
use primitives::Tao as _;
use serde_json::{Value, json};

use crate::town::{Town, key, now_ms};

#[test]
fn a_market_that_is_well_has_no_row_that_fails() {
    let report = Town::new().examine();
    assert_eq!((report.failed(), report.code), (vec![], Some(0)), "{}", report.row("weights").1);
    let rows =
        ["endpoint", "pallet-contracts", "newest block", "clock", "contracts", "code", "interface", "connections"];
    let seat = ["pauses", "hotkey", "coldkeys", "subnet", "seat", "permit", "stake", "rate limit", "native balance"];
    for what in rows.into_iter().chain(seat).chain(["artifacts"]) {
        assert_eq!(report.row(what).0, "OK", "{what}: {}", report.row(what).1);
    }
}

#[test]
fn an_endpoint_that_does_not_answer_fails_and_the_machine_is_looked_at_all_the_same() {
    let town = Town::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = format!("tcp://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let report = town.doctor(&["--network", &nobody], &[]);
    report.is_failed_by("endpoint", "onnection");
    assert_eq!(report.row("artifacts").0, "OK");
}

#[test]
fn addresses_without_a_contract_fail() {
    let nobody = key("//nobody").account();
    let report = Town::serving(|contracts| Contracts { settlement: nobody, ..contracts }).doctor(&[], &[]);
    report.is_failed_by("contracts", &chain::ss58(&nobody));
}

#[test]
fn contracts_in_each_others_places_fail_by_their_code_and_their_interface() {
    let report =
        Town::serving(|contracts| Contracts { registry: contracts.root, root: contracts.registry, ..contracts })
            .doctor(&[], &[]);
    assert_eq!((report.failed(), report.code), (vec!["code", "interface"], Some(1)));
    assert!(report.row("interface").1.contains("version ROOT1"), "{}", report.row("interface").1);
}

#[test]
fn contracts_that_do_not_know_each_other_fail() {
    let town = Town::new();
    town.submit(&key("//founder"), town.contracts.tao().set_minter(None));
    town.examine().is_failed_by("connections", "tao.set_minter");
}

#[test]
fn a_paused_contract_fails() {
    let town = Town::new();
    town.pause(town.contracts.staking);
    let report = town.examine();
    report.is_failed_by("pauses", "staking is paused");
    assert!(report.row("pauses").1.contains("7 days") || report.row("pauses").1.contains("6 days"));
}

#[test]
fn a_chain_that_stands_still_fails_and_so_does_a_clock_that_is_behind_it() {
    let town = Town::serving(|contracts| contracts);
    town.chain.set_time_ms(now_ms() + 3_600_000);
    town.doctor(&[], &[]).is_failed_by("clock", "behind the newest block");

    // A manifest that says that the chain's time is not this machine's.
    let genesis: String = town.chain.genesis().iter().map(|byte| format!("{byte:02x}")).collect();
    let contracts: BTreeMap<&str, String> =
        town.contracts.all().into_iter().map(|(name, account)| (name, chain::ss58(&account))).collect();
    let manifest = json!({
        "endpoint": town.endpoint(),
        "genesis": format!("0x{genesis}"),
        "speed": 20,
        "contracts": contracts,
    });
    fs::write(town.folder.path().join("fast.json"), manifest.to_string()).expect("our folder");
    let report = town.doctor(&["--network", "fast.json"], &[]);
    assert_eq!((report.failed(), report.row("clock").0), (vec![], "OK"));
}

#[test]
fn commands_refuse_contracts_of_another_interface_with_exit_code_13() {
    let town = Town::serving(|contracts| Contracts { registry: contracts.root, root: contracts.registry, ..contracts });
    let refused = town.run(&["status", "--json"], &[]);
    let report: Value = serde_json::from_slice(&refused.stdout).expect("one object");
    assert_eq!((refused.status.code(), &report["error"]["name"]), (Some(13), &"Version".into()), "{report}");
    assert!(report["error"]["hint"].as_str().is_some_and(|hint| hint.contains("addresses")), "{report}");
}
