//! `yarrow config set|get|clear`: choices are kept, checked before they are written, and obeyed.

use std::fs;

use crate::yarrow::Home;

#[test]
fn what_is_chosen_is_shown_until_it_is_taken_back() {
    let home = Home::new();
    assert_eq!(home.says(&["config", "get", "network"]), "");
    home.says(&["config", "set", "network", "tcp://127.0.0.1:9"]);
    home.says(&["config", "set", "--wallet-name", "alice", "--spend-limit", "1.5"]);
    assert_eq!(home.says(&["config", "get", "network"]), "tcp://127.0.0.1:9\n");
    let report = home.reports(&["config", "get"]);
    let choices = &report["choices"];
    assert_eq!((&choices["network"], &choices["wallet_name"]), (&"tcp://127.0.0.1:9".into(), &"alice".into()));
    assert_eq!((&choices["spend_limit"], &choices["hotkey"]), (&"1500000000rao".into(), &serde_json::Value::Null));

    home.says(&["config", "clear", "network"]);
    assert_eq!(home.says(&["config", "get", "network"]), "");
    assert_eq!(home.says(&["config", "get", "wallet_name"]), "alice\n");
    home.says(&["config", "clear", "--all"]);
    assert_eq!(home.says(&["config", "get", "wallet_name"]), "");
}

#[test]
fn other_commands_obey_what_is_chosen_and_options_go_before_it() {
    let home = Home::new();
    home.says(&["config", "set", "network", "nowhere.json"]);
    assert!(home.fails(14, &["status"]).contains("nowhere.json"));
    assert!(home.fails(14, &["status", "--network", "elsewhere.json"]).contains("elsewhere.json"));
}

#[test]
fn an_unknown_key_is_named_with_those_that_there_are() {
    let home = Home::new();
    let refused = home.fails(2, &["config", "set", "netwrok", "x"]);
    for key in ["netwrok", "network", "wallet_name", "wallet_path", "hotkey", "spend_limit"] {
        assert!(refused.contains(key), "{refused}");
    }
}

#[test]
fn a_value_that_no_command_could_use_is_refused_and_the_file_stays() {
    let home = Home::new();
    home.says(&["config", "set", "spend_limit", "τ2"]);
    let before = fs::read(home.config()).expect("a file");
    let refused = home.fails(2, &["config", "set", "spend_limit", "much"]);
    assert!(refused.contains("spend_limit") && refused.contains("1500000000rao"), "{refused}");
    assert_eq!(fs::read(home.config()).expect("a file"), before);
}

#[test]
fn a_file_with_a_key_that_there_is_not_is_refused_by_name_and_not_overwritten() {
    let home = Home::new();
    home.says(&["config", "set", "hotkey", "default"]);
    fs::write(home.config(), "netwrok = 'x'\n").expect("our file");
    let refused = home.fails(2, &["config", "set", "hotkey", "other"]);
    assert!(refused.contains("netwrok") && refused.contains("config.toml"), "{refused}");
    assert_eq!(fs::read_to_string(home.config()).expect("a file"), "netwrok = 'x'\n");
}
