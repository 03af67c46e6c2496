//! `yarrow stake` and `yarrow wallet balance|overview|transfer` as people and scripts run them on a chain.

#[expect(dead_code, reason = "the tests of wallets do more at home")]
#[path = "../wallet/home.rs"]
mod home;
mod on_node;
#[path = "../wallet/person.rs"]
mod person;
mod reads;
mod refusals;
mod town;

use person::Person;
use serde_json::Value;
use town::{ALICE, BOB, HOTKEYS, Town, address, tao};

/// Every write of these commands, in an order in which each passes.
fn writes() -> Vec<(String, u64)> {
    let [first, second, bobs] = HOTKEYS.map(address);
    let bob = address("//Bob");
    vec![
        (format!("wallet transfer --uri //Alice --destination {bob} --amount 1.5"), 0),
        (format!("stake add --uri //Alice --hotkey {first} --amount τ100"), 0),
        (format!("stake add --uri //Alice --include-hotkeys {first},{second} --amount 10000000000rao"), 0),
        (format!("stake add --uri //Bob --hotkey {bobs} --all"), 0),
        (format!("stake remove --uri //Alice --hotkey {first} --amount 30"), 1),
        (format!("stake remove --uri //Bob --hotkey {bobs} --all"), 0),
        (format!("stake move --uri //Alice --from {first} --to {bobs} --amount 20"), 0),
        (format!("stake transfer --uri //Alice --hotkey {second} --dest-ss58 {bob} --amount 4"), 0),
        (format!("wallet transfer --uri //Bob --dest {} --all", address("//Alice")), 0),
    ]
}

fn changes(object: &Value) -> Vec<[Value; 3]> {
    let changes = object["changes"].as_array().expect("changes");
    changes.iter().map(|change| ["what", "before", "after"].map(|field| change[field].clone())).collect()
}

#[test]
fn every_write_does_what_its_dry_run_predicted_and_a_dry_run_changes_nothing() {
    let town = Town::open();
    for (line, holds) in writes() {
        if holds > 0 {
            town.pass_hold();
        }
        let before = town.money();
        let predicted = town.run(&format!("{line} --dry-run --json")).json();
        assert_eq!(predicted["dry_run"], true);
        assert_eq!(town.money(), before, "{line}");
        let done = town.run(&format!("{line} --yes --json")).json();
        assert_eq!((&done["dry_run"], changes(&done)), (&false.into(), changes(&predicted)), "{line}");
        assert_ne!(town.money(), before, "{line}");
        for field in ["block", "block_hash", "contract", "code_hash", "gas", "deposit", "fee"] {
            assert!(!done[field].is_null(), "{line}: {field}");
        }
        let words: Vec<&str> = line.split(' ').take(2).collect();
        assert_eq!(done["command"], words.join(" "));
        // What is given by an allowance can be tried only when that is there.
        if !predicted["gas"].is_null() {
            assert_eq!((&predicted["deposit"], &predicted["fee"]), (&done["deposit"], &done["fee"]), "{line}");
        }
    }
    let staked: u64 = town.money()[2..].iter().sum();
    assert_eq!(town.free("//Bob").get(), 0);
    assert_eq!(town.free("//Alice").get() + staked, tao(ALICE + BOB).get(), "nothing is lost");
}

#[test]
fn what_is_shown_of_a_write_fits_a_terminal_and_ends_in_what_it_changed() {
    let town = Town::open();
    for (line, holds) in writes() {
        if holds > 0 {
            town.pass_hold();
        }
        let preview = town.run(&format!("{line} --dry-run")).text();
        assert!(preview.contains("BEFORE") && preview.ends_with("Nothing was sent.\n"), "{preview}");
        let done = town.run(&format!("{line} --yes")).text();
        assert!(done.starts_with("✅ ") && done.contains(" ➡ ") && done.contains("block "), "{done}");
    }
    let quiet = town.run(&format!("stake add --uri //Alice --hotkey {} --amount 1 -y --quiet", address(HOTKEYS[0])));
    assert_eq!(quiet.text(), "");
}

#[test]
fn somebody_at_a_terminal_is_shown_what_would_change_and_asked() {
    let town = Town::open();
    let line = |amount: &str| {
        let (network, hotkey) = (town.endpoint(), address(HOTKEYS[0]));
        format!("stake add --network {network} --uri //Alice --hotkey {hotkey} --amount {amount}")
    };
    let before = town.money();
    let mut person = Person::sits_at(&town.home, &line("5"));
    person.answers(&[("Do it? [y/N]", "n")]);
    let (screen, code) = person.leaves();
    assert_eq!((code, town.money()), (Some(1), before), "{screen}");
    assert!(screen.contains("τ1,000") && screen.contains("τ995") && screen.contains("not confirmed"), "{screen}");
    let mut person = Person::sits_at(&town.home, &line("5"));
    person.answers(&[("Do it? [y/N]", "y")]);
    let (screen, code) = person.leaves();
    assert_eq!((code, town.free("//Alice")), (Some(0), tao(ALICE - 5)), "{screen}");
    assert!(screen.contains("✅ Staked τ5"), "{screen}");
}

#[test]
fn a_wallet_signs_with_its_password_and_tries_without() {
    let town = Town::open();
    town.home.wallet("create --uri //Alice --password-file password").ok();
    let before = town.money();
    let tried = town.run("stake add --amount 2 --dry-run --json").json();
    assert_eq!((&tried["changes"][1]["after"], town.money()), (&tao(2).get().into(), before));
    town.run("stake add --amount 2 --yes --json").fails(11, "key", "NoTerminal");
    town.run("stake add --amount 2 --yes --json --password-file password").json();
    assert_eq!(town.stake(HOTKEYS[0], "//Alice"), tao(2));
    town.home.wallet(&format!("import --name watched --ss58 {}", address("//Bob"))).ok();
    let watched = format!("wallet transfer --name watched --dest {} --amount 1", address("//Alice"));
    town.run(&format!("{watched} --dry-run --json")).json();
    town.run(&format!("{watched} --yes --json")).fails(11, "key", "NoKey");
}
