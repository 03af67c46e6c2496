//! `yarrow subnets show`.

use chain::{At, Chain as _};
use serde_json::Value;

use crate::town::{DIRECT, HOTKEYS, STAKE, Town, ss58};

fn neurons(report: &Value) -> &[Value] {
    report["neurons"].as_array().expect("neurons")
}

#[test]
fn a_metagraph_shows_the_last_settled_epoch_and_its_sums() {
    let town = Town::open_with_incentives();
    let result = town.result(DIRECT);
    let report = town.json("subnets show --netuid 2");
    assert_eq!(report["epoch"], result.epoch);
    for (uid, (neuron, hotkey)) in neurons(&report).iter().zip(HOTKEYS).enumerate() {
        assert_eq!((&neuron["uid"], &neuron["hotkey"]), (&uid.into(), &ss58(hotkey).into()));
        assert_eq!(neuron["coldkey"], ss58(&format!("{hotkey}//cold")));
        assert_eq!(neuron["incentive"], result.incentive[uid]);
        assert_eq!(neuron["dividends"], result.dividends[uid]);
        let paid = result.server_emission[uid].get() + result.validator_emission[uid].get();
        assert_eq!(neuron["emission_rao"], paid);
        assert_eq!(neuron["is_validator"], uid == 0);
    }
    let [validator, first, second] = neurons(&report) else { panic!("three neurons") };
    assert!(first["incentive"].as_u64() > second["incentive"].as_u64());
    assert_eq!(validator["validator_permit"], true);
    assert_eq!(validator["updated"], 20);
    // Nobody is immune any more: who earned least makes room first.
    assert_eq!([second, first, validator].map(|neuron| &neuron["prune"]), [1, 2, 3]);
    assert_eq!(report["sums"]["complete"], true);
    let sum: u64 = neurons(&report).iter().filter_map(|neuron| neuron["emission_rao"].as_u64()).sum();
    assert_eq!(report["sums"]["emission_rao"], sum);
}

#[test]
fn a_metagraph_fits_80_columns_with_whole_headers_under_a_title() {
    let town = Town::open_with_incentives();
    let text = town.text("subnets metagraph --netuid 2");
    for words in ["UID", "TYPE", "STAKE τ", "INCENT", "DIVID", "VTRUST", "EMIT τ", "UPDATED", "PRUNE", "HOTKEY"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    // What there is no room for is named.
    for words in ["consensus", "immune", "axon", "coldkey"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(text.contains("neurons 3/256") && text.contains("Subnet 2"), "{text}");
    assert!(text.contains("add up"), "{text}");
}

#[test]
fn neurons_are_sorted_and_written_as_csv_when_wanted() {
    let town = Town::open_with_incentives();
    let order = |sort: &str| -> Vec<String> {
        let csv = town.run(&format!("subnets show --netuid 2 --csv {sort}")).stdout;
        let csv = String::from_utf8(csv).expect("text");
        csv.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
    };
    assert_eq!(order("--sort incentive"), ["1", "2", "0"]);
    assert_eq!(order("--sort stake")[0], "0");
    assert_eq!(order("--sort prune --sort-order asc"), ["2", "1", "0"]);
    let csv = town.run("subnets show --netuid 2 --csv");
    let csv = String::from_utf8(csv.stdout).expect("text");
    let mut lines = csv.lines();
    assert!(lines.next().is_some_and(|header| header.starts_with("uid,")), "{csv}");
    assert_eq!(lines.clone().count(), 3);
    assert!(lines.next().is_some_and(|line| line.contains(&ss58("//val"))), "{csv}");
}

#[test]
fn a_metagraph_is_of_one_block_that_can_be_chosen() {
    let town = Town::open_with_permits();
    let before = town.chain.block(At::Head).expect("a block");
    let hash: String = before.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let shown = town.json("subnets show --netuid 2");
    town.pass_epoch();
    let later = town.json("subnets show --netuid 2");
    let again = town.json(&format!("subnets show --netuid 2 --at-block 0x{hash}"));
    assert_eq!(again, shown);
    assert_ne!(again["epoch"], later["epoch"]);
}

#[test]
fn a_subnet_that_is_not_there_is_named() {
    let town = Town::open();
    assert!(town.refuses("subnets show --netuid 9", 12, "NoSuchSubnet").contains('9'));
    let fresh = town.json("subnets show --netuid 1");
    assert_eq!(neurons(&fresh).iter().filter(|neuron| neuron["incentive"] == 0).count(), 3);
    assert_eq!(neurons(&fresh)[0]["stake_rao"], STAKE.get());
}
