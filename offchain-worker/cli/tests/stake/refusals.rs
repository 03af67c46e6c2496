//! What is refused: with which exit code and name, said to programs and people, and without any change.

use std::net::TcpListener;

use crate::town::{HOTKEYS, Town, address};

#[test]
fn every_refusal_has_its_class_and_its_name_and_changes_nothing() {
    let town = Town::open();
    let [first, second, _] = HOTKEYS.map(address);
    let (alice, stranger) = (address("//Alice"), address("//Stranger"));
    town.run(&format!("stake add --uri //Alice --hotkey {first} --amount 10 --yes")).text();
    let before = town.money();
    let to = address("//Bob");
    let cases: &[(&str, i32, &str, &str)] = &[
        (&format!("stake add --hotkey {stranger} --amount 1"), 12, "validation", "HotKeyAccountNotExists"),
        (&format!("stake add --hotkey {first} --amount 0.001"), 12, "validation", "AmountTooLow"),
        (&format!("stake add --hotkey {first} --amount 5000"), 12, "validation", "NotEnoughBalance"),
        (&format!("stake add --hotkey {first} --amount 2 --spend-limit 1.9"), 12, "validation", "SpendLimitExceeded"),
        (&format!("stake remove --hotkey {first} --amount 11"), 12, "validation", "NotEnoughStakeToWithdraw"),
        (&format!("stake remove --hotkey {first} --amount 1"), 13, "chain", "StakingOperationRateLimitExceeded"),
        (&format!("stake remove --hotkey {second} --all"), 12, "validation", "AmountTooLow"),
        (&format!("stake move --from {first} --to {first} --amount 1"), 12, "validation", "SameStake"),
        (&format!("stake transfer --hotkey {first} --dest {alice} --amount 1"), 12, "validation", "SameStake"),
        (&format!("wallet transfer --dest {to} --amount 5000"), 12, "validation", "InsufficientBalance"),
        (&format!("wallet transfer --dest {alice} --amount 1"), 12, "validation", "NothingToDo"),
        (&format!("stake add --hotkey {first} --amount 1,5"), 2, "usage", "ValueValidation"),
        (&format!("stake add --hotkey {first}"), 2, "usage", "MissingRequiredArgument"),
        ("stake add --hotkey nobody --amount 1", 11, "key", "NoKey"),
        (&format!("stake add --hotkey {first} --amount 1 --network tcp://127.0.0.1:1"), 10, "network", "Connection"),
        (&format!("stake add --hotkey {first} --amount 1 --network nothing.json"), 14, "file", "Unreadable"),
    ];
    for (line, code, class, name) in cases {
        for way in ["--yes", "--dry-run"] {
            let object = town.run(&format!("{line} --uri //Alice {way} --json")).fails(*code, class, name);
            let words: Vec<&str> = line.split(' ').take(2).collect();
            assert_eq!(object["command"], words.join(" "), "{line}");
        }
        assert_eq!(town.money(), before, "{line}");
    }
}

#[test]
fn nobody_is_asked_where_nobody_could_answer() {
    let town = Town::open();
    let before = town.money();
    let line = format!("wallet transfer --uri //Alice --dest {} --amount 1", address("//Bob"));
    let text = town.run(&line);
    assert_eq!(text.code(), Some(2));
    assert!(text.errors().contains("--yes") && text.errors().contains("--dry-run"), "{}", text.errors());
    town.run(&format!("{line} --json")).fails(2, "usage", "NotConfirmed");
    assert_eq!(town.money(), before);
}

#[test]
fn a_configured_spend_limit_holds_until_an_option_says_more() {
    let town = Town::open();
    town.home.write("config.toml", "spend_limit = \"τ3\"\nhotkey = \"second\"");
    let line = format!("wallet transfer --uri //Alice --dest {} --yes --json", address("//Bob"));
    let refused = town.run(&format!("{line} --amount 3.000000001")).fails(12, "validation", "SpendLimitExceeded");
    assert!(refused["error"]["hint"].as_str().is_some_and(|hint| hint.contains("--spend-limit")), "{refused}");
    town.run(&format!("{line} --amount 3")).json();
    town.run(&format!("{line} --amount 4 --spend-limit 4")).json();
    let stake = format!("stake add --uri //Alice --hotkey {} --yes --json", address(HOTKEYS[0]));
    town.run(&format!("{stake} --amount 3.1")).fails(12, "validation", "SpendLimitExceeded");
    town.run(&format!("{stake} --amount 2")).json();
    town.pass_hold();
    // Stake that becomes another's is spent as TAO is.
    town.home.write("config.toml", "spend_limit = \"τ1\"");
    let transfer = format!("stake transfer --uri //Alice --hotkey {} --dest {}", address(HOTKEYS[0]), address("//Bob"));
    town.run(&format!("{transfer} --amount 1.5 --yes --json")).fails(12, "validation", "SpendLimitExceeded");
}

#[test]
fn a_configuration_with_a_mistake_is_named_and_not_passed_over() {
    let town = Town::open();
    town.home.write("config.toml", "spend_limits = \"τ3\"");
    let line = format!("wallet transfer --uri //Alice --dest {} --amount 1 --yes --json", address("//Bob"));
    let refused = town.run(&line).fails(2, "usage", "Config");
    assert!(refused["error"]["message"].as_str().is_some_and(|text| text.contains("spend_limits")), "{refused}");
    town.home.write("config.toml", "spend_limit = \"1,5\"");
    town.run(&line).fails(2, "usage", "Config");
}

#[test]
fn a_chain_that_does_not_speak_is_told_from_one_that_is_not_there() {
    let town = Town::open();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("tcp://{}", silent.local_addr().expect("an address"));
    town.run(&format!("stake list --ss58 {} --network {endpoint} --json", address("//Bob"))).fails(
        15,
        "timeout",
        "Connection",
    );
}
