//! `yarrow root`.

use chain::ChainExt as _;
use primitives::RootNetwork as _;
use serde_json::json;

use crate::town::{STAKE, Town, account, changes, ss58};

#[test]
fn a_hotkey_becomes_a_root_validator_and_its_vote_divides_the_emission() {
    let town = Town::open();
    let hotkey = ss58("//val");
    assert_eq!(town.json("root list")["validators"], json!([]));
    town.change(&format!("root register -H {hotkey} --uri //val//cold"));
    town.refuses(&format!("root register -H {hotkey} --uri //val//cold --yes"), 12, "HotKeyAlreadyRegistered");

    let vote = format!("root set-weights --netuids 1,2 --weights 0.75,0.25 -H {hotkey} --uri //val//cold");
    let made = town.change(&vote);
    assert_eq!(changes(&made)[0]["after"], "1:65535 2:21845");
    town.refuses(&format!("{vote} --yes"), 13, "SettingWeightsTooFast");
    let report = town.json("root list");
    let validator = &report["validators"][0];
    assert_eq!([&validator["hotkey"], &validator["coldkey"]], [&hotkey, &ss58("//val//cold")]);
    assert_eq!(validator["stake_rao"], STAKE.get());
    assert_eq!(validator["weights"], json!([{ "netuid": 1, "weight": 65_535 }, { "netuid": 2, "weight": 21_845 }]));

    let before = town.json("root weights");
    assert_eq!(before["shares"][0]["share"], 500_000_000);
    let preview = town.chain.view(town.contracts.root().preview_shares()).expect("a view");
    assert_eq!(before["shares"][0]["next_share"], preview[0].1);
    town.change("root epoch --uri //new");
    let shares = town.chain.view(town.contracts.root().shares()).expect("a view");
    assert!(shares[0].1 > 700_000_000, "{shares:?}");
    assert_eq!(town.json("root weights")["shares"][0]["share"], shares[0].1);
    assert_eq!(town.json("subnets list")["subnets"][0]["share"], shares[0].1);
    assert!(town.refuses("root epoch --uri //new --yes", 13, "RootEpochNotDue").contains("block"));
}

#[test]
fn a_vote_is_refused_by_name_and_taken_back_by_an_empty_one() {
    let town = Town::open();
    let hotkey = ss58("//val");
    let vote = |row: &str| format!("root set-weights {row} -H {hotkey} --uri //val//cold");
    town.refuses(&format!("{} --yes", vote("--netuids 1 --weights 1")), 12, "HotKeyNotRegistered");
    town.change(&format!("root register -H {hotkey} --uri //val//cold"));
    town.refuses(&format!("{} --yes", vote("--netuids 1,1 --weights 1,2")), 12, "DuplicateNetuids");
    town.refuses(&format!("{} --yes", vote("--netuids 1,9 --weights 1,2")), 12, "SubnetNotExists");
    town.refuses(&format!("{} --yes", vote("--netuids 1,2 --weights 1")), 12, "WeightVecNotEqualSize");
    town.change(&vote("--netuids 2 --weights 1"));
    town.pass(100);
    town.change(&vote("--netuids"));
    let row = town.chain.view(town.contracts.root().root_weights(account("//val"))).expect("a view");
    assert!(row.expect("a vote").weights.is_empty());
    town.refuses(&format!("root register -H {hotkey} --uri //new//cold --yes"), 13, "NonAssociatedColdKey");
}

#[test]
fn votes_fit_80_columns_with_whole_headers() {
    let town = Town::open();
    let hotkey = ss58("//val");
    town.change(&format!("root register -H {hotkey} --uri //val//cold"));
    town.change(&format!("root set-weights --netuids 1,2 --weights 3,1 -H {hotkey} --uri //val//cold"));
    let list = town.text("root list");
    for words in ["HOTKEY", "COLDKEY", "STAKE τ", "TAKE", "UPDATED", "VOTES"] {
        assert!(list.contains(words), "{words} is not in {list}");
    }
    let weights = town.text("root weights");
    for words in ["NETUID", "NAME", "SHARE", "NEXT", "VOTERS", "STAKE τ"] {
        assert!(weights.contains(words), "{words} is not in {weights}");
    }
    let one = town.text(&format!("root weights --hotkey {hotkey}"));
    assert!(one.contains("0.75") && one.contains("65535"), "{one}");
    town.refuses(&format!("root weights --hotkey {}", ss58("//m1")), 12, "HotKeyNotRegistered");
}
