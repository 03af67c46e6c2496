//! `yarrow sudo` and `yarrow subnets hyperparameters`.

use chain::{ChainExt as _, parameters::PARAMETERS};
use primitives::{Hyperparameters, Registry as _, Staking as _};
use serde_json::{Value, json};

use crate::town::{COMMITTED, Town, account, changes, ss58};

fn rules(town: &Town) -> Hyperparameters {
    town.chain.view(town.contracts.registry().hyperparameters(COMMITTED)).expect("a view").expect("it is there")
}

/// What the list says of one.
fn listed(town: &Town, name: &str) -> Value {
    let report = town.json(&format!("sudo get --netuid 1 --param {name}"));
    report["hyperparameters"][0].clone()
}

#[test]
fn all_hyperparameters_are_listed_with_what_is_in_force() {
    let town = Town::open();
    for line in ["sudo get --netuid 1", "subnets hyperparameters --netuid 1"] {
        let report = town.json(line);
        let lines = report["hyperparameters"].as_array().expect("a list");
        let names: Vec<&str> = lines.iter().filter_map(|line| line["hyperparameter"].as_str()).collect();
        assert_eq!(names, PARAMETERS.iter().map(|parameter| parameter.name).collect::<Vec<_>>());
        assert!(lines.iter().all(|line| line["description"].as_str().is_some_and(|text| text.len() > 9)));
    }
    assert_eq!(listed(&town, "tempo")["value"], 20);
    assert_eq!(listed(&town, "kappa")["value"], 32_767);
    assert_eq!(listed(&town, "kappa")["normalized"], "0.5");
    assert_eq!(listed(&town, "alpha_values")["value"], json!([45_875, 58_982]));
    assert_eq!(listed(&town, "min_burn")["value"], 500_000);
    assert_eq!(listed(&town, "commit_reveal_weights_enabled")["value"], true);
    assert_eq!(listed(&town, "difficulty")["value"], 10);
    assert_eq!(listed(&town, "tempo")["owner_bounds"], json!([360, 50_400]));
    assert_eq!(listed(&town, "kappa")["owner_bounds"], Value::Null);
    assert_eq!(listed(&town, "kappa")["owner_settable"], false);
    town.refuses("sudo get --netuid 9", 12, "NoSuchSubnet");
}

#[test]
fn the_list_fits_80_columns_with_whole_headers() {
    let town = Town::open();
    let text = town.text("sudo get --netuid 1");
    for words in ["HYPERPARAMETER", "VALUE", "NORMALIZED", "OWNER", "commit_reveal_weights_enabled", "max_difficulty"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let one = town.text("sudo get --netuid 1 --param weights_set_rate_limit");
    assert!(one.contains("weights_rate_limit") && one.contains("governance"), "{one}");
}

#[test]
fn a_rule_is_set_by_the_owner_or_by_governance_as_it_was_shown() {
    let town = Town::open();
    let set = |by: &str, name: &str, value: &str| {
        let made = town.change(&format!("sudo set --netuid 1 --param {name} --value {value} --uri {by}"));
        let [change] = changes(&made).try_into().expect("one change");
        assert_eq!(change["what"], name);
        (change["before"].clone(), change["after"].clone())
    };
    assert_eq!(set("//owner", "immunity_period", "77"), ("10".into(), "77".into()));
    assert_eq!(rules(&town).immunity_period, 77);
    assert_eq!(set("//owner", "bonds_moving_avg", "0.5"), ("900000 (0.9)".into(), "500000 (0.5)".into()));
    assert_eq!(rules(&town).bonds_moving_average, 500_000);
    set("//owner", "alpha_values", "0.5,0.75");
    assert_eq!((rules(&town).alpha_low, rules(&town).alpha_high), (32_768, 49_151));
    set("//owner", "min_burn", "τ0.25");
    assert_eq!(rules(&town).min_burn.get(), 250_000_000);
    set("//founder", "kappa", "60%");
    assert_eq!(rules(&town).kappa, 39_321);
    set("//founder", "difficulty", "5000");
    assert_eq!(listed(&town, "difficulty")["value"], 5_000);
}

#[test]
fn a_bad_value_is_named_with_its_bounds_before_anything_is_sent() {
    let town = Town::open();
    let before = rules(&town);
    let refused = |by: &str, name: &str, value: &str, code: i32, error: &str| {
        town.refuses(&format!("sudo set --netuid 1 --param {name} --value {value} --uri {by} --yes"), code, error)
    };
    assert!(refused("//owner", "tempo", "10", 12, "OutOfBounds").contains("360 to 50400"));
    assert!(refused("//founder", "tempo", "0", 12, "OutOfBounds").contains("1 to 50400"));
    assert!(refused("//owner", "max_burn", "0.01", 12, "OutOfBounds").contains("τ0.1 or more"));
    assert!(refused("//owner", "kappa", "0.6", 12, "GovernanceOnly").contains("governance"));
    assert!(refused("//owner", "immunity_period", "soon", 12, "Value").contains("whole number"));
    assert!(refused("//owner", "max_uids", "9", 2, "ValueValidation").contains("max_allowed_uids"));
    refused("//owner", "immunity_period", "10", 12, "NothingToDo");
    assert!(refused("//new//cold", "immunity_period", "11", 13, "NotSubnetOwner").contains(&ss58("//new//cold")));
    assert_eq!(rules(&town), before);
}

#[test]
fn an_owner_waits_between_two_changes_of_one_rule() {
    let town = Town::open();
    let set = |value: u16| format!("sudo set --netuid 1 --param immunity_period --value {value} --uri //owner");
    town.change(&set(20));
    assert!(town.refuses(&format!("{} --yes", set(30)), 13, "TxRateLimitExceeded").contains("protocol block"));
    // The last blocks of an epoch are frozen.
    town.pass(12);
    let other = "sudo set --netuid 1 --param min_allowed_weights --value 2 --uri //owner --yes";
    town.refuses(other, 13, "AdminActionProhibitedDuringWeightsWindow");
}

#[test]
fn a_take_is_shown_and_lowered_at_once_but_not_raised_soon() {
    let town = Town::open();
    let hotkey = ss58("//val");
    let report = town.json(&format!("sudo get-take -H {hotkey}"));
    assert_eq!((&report["owner"], &report["max_take"]), (&ss58("//val//cold").into(), &11_796.into()));
    let set = |take: &str| format!("sudo set-take --take {take} -H {hotkey} --uri //val//cold");
    town.change(&set("0.09"));
    let delegate = town.chain.view(town.contracts.staking().delegate(account("//val"))).expect("a view");
    assert_eq!(delegate.expect("it is there").take, 5_898);
    assert_eq!(town.json(&format!("sudo get-take -H {hotkey}"))["take"], 5_898);
    assert!(town.refuses(&format!("{} --yes", set("0.5")), 12, "DelegateTakeTooHigh").contains("11796"));
    town.refuses(&format!("{} --yes", set("10%")), 13, "DelegateTxRateLimitExceeded");
    town.refuses(&format!("{} --yes", set("5898")), 12, "NothingToDo");
    town.refuses(&format!("sudo set-take --take 0.01 -H {hotkey} --uri //new//cold --yes"), 13, "NonAssociatedColdKey");
    town.refuses(&format!("sudo get-take -H {}", ss58("//new")), 12, "HotKeyAccountNotExists");
}

#[test]
fn a_subnet_is_trimmed_by_those_who_were_said_to_go() {
    let town = Town::open_with_incentives();
    town.change("sudo set --netuid 2 --param min_allowed_uids --value 1 --uri //founder");
    let text = town.text("sudo trim --netuid 2 --max 2 --uri //founder --dry-run");
    assert!(text.contains("these uids of subnet 2 go: 2"), "{text}");
    let made = town.change("sudo trim --netuid 2 --max 2 --uri //founder");
    assert_eq!(changes(&made)[1]["after"], 2);
    let left = ["//val", "//m1", "//m2"].map(|hotkey| town.uid(crate::town::DIRECT, hotkey));
    assert_eq!(left, [Some(0), Some(1), None]);
    town.refuses("sudo trim --netuid 2 --max 0 --uri //founder --yes", 12, "ValueOutOfBounds");
}
