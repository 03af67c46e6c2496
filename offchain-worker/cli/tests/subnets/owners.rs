//! `yarrow subnets create`, `register`, `start`, `set-identity` and `dissolve`.

use chain::ChainExt as _;
use primitives::{Netuid, Registry as _};
use serde_json::Value;

use crate::town::{COMMITTED, Town, account, changes, ss58, tao};

/// What a value was and became.
fn change(report: &Value, what: &str) -> (Value, Value) {
    let found = changes(report).into_iter().find(|change| change["what"] == what);
    let found = found.unwrap_or_else(|| panic!("{what} is not in {report}"));
    (found["before"].clone(), found["after"].clone())
}

#[test]
fn a_subnet_is_created_for_its_lock_started_and_dissolved_with_its_lock_back() {
    let town = Town::open();
    let before = town.balance("//owner");
    let create = format!(
        "subnets create --uri //owner -H {} --subnet-name digits --task digits --subnet-url https://a.b --description images",
        ss58("//new")
    );
    let made = town.change(&create);
    assert_eq!(made["netuid"], 3);
    assert_eq!(change(&made, "free TAO"), (before.into(), (before - tao(1_000).get()).into()));
    assert_eq!(town.balance("//owner"), before - tao(1_000).get());
    let netuid = Netuid::new(3);
    let subnet = town.chain.view(town.contracts.registry().subnet(netuid)).expect("a view").expect("it is there");
    assert_eq!((subnet.owner, subnet.owner_hotkey, subnet.locked), (account("//owner"), account("//new"), tao(1_000)));
    let said = &town.json("subnets get-identity --netuid 3")["identity"];
    assert_eq!(
        [&said["name"], &said["task"], &said["url"], &said["description"]],
        ["digits", "digits", "https://a.b", "images"]
    );

    let started = town.change("subnets start --netuid 3 --uri //owner");
    assert_eq!(change(&started, "started"), ("no".into(), "yes".into()));
    assert!(
        town.refuses("subnets start --netuid 3 --uri //owner --yes", 13, "SubnetAlreadyStarted").contains("running")
    );

    let dissolved = town.change("subnets dissolve --netuid 3 --uri //owner");
    assert_eq!(change(&dissolved, "subnet 3"), ("yes".into(), "no".into()));
    assert_eq!(town.balance("//owner"), before);
    town.refuses("subnets get-identity --netuid 3", 12, "NoSuchSubnet");
}

#[test]
fn a_subnet_is_not_created_above_a_limit_or_without_the_tao() {
    let town = Town::open();
    let create = |uri: &str, more: &str| format!("subnets create --uri {uri} -H {} --yes {more}", ss58("//new"));
    town.refuses(&create("//owner", "--limit 999"), 12, "PriceAboveLimit");
    assert!(town.refuses(&create("//new//cold", ""), 12, "NotEnoughBalance").contains("τ1,000"));
    assert!(town.refuses(&create("//owner", "--spend-limit τ10"), 12, "SpendLimitExceeded").contains("τ10"));
}

#[test]
fn a_hotkey_is_registered_for_the_burn_that_was_shown() {
    let town = Town::open();
    let before = town.balance("//new//cold");
    let burn = town.chain.view(town.contracts.registry().burn_cost(COMMITTED)).expect("a view").expect("a price");
    let register = format!("subnets register --netuid 1 --uri //new//cold -H {}", ss58("//new"));
    let made = town.change(&register);
    assert_eq!((&made["uid"], &made["netuid"]), (&3.into(), &1.into()));
    assert_eq!(town.uid(COMMITTED, "//new"), Some(3));
    assert_eq!(town.balance("//new//cold"), before - burn.get());
    assert_eq!(change(&made, "free TAO"), (before.into(), (before - burn.get()).into()));
    assert!(town.refuses(&format!("{register} --yes"), 12, "HotKeyAlreadyRegisteredInSubNet").contains("uid 3"));
}

#[test]
fn nothing_is_registered_without_consent_or_where_it_cannot_be() {
    let town = Town::open();
    let register = |more: &str| format!("subnets register --uri //new//cold -H {} {more}", ss58("//new"));
    assert!(town.refuses(&register("--netuid 1"), 2, "NotConfirmed").contains("--yes"));
    town.refuses(&register("--netuid 1 --limit 0.0001 --yes"), 12, "PriceAboveLimit");
    town.refuses(&register("--netuid 9 --yes"), 12, "NoSuchSubnet");
    town.change("sudo set --netuid 1 --param registration_allowed --value false --uri //founder");
    assert!(town.refuses(&register("--netuid 1 --yes"), 13, "SubNetRegistrationDisabled").contains("burn or work"));
}

#[test]
fn an_identity_changes_where_it_is_said_to() {
    let town = Town::open();
    let made = town.change("subnets set-identity --netuid 1 --uri //owner --subnet-url https://c.d");
    assert_eq!(changes(&made).len(), 1);
    assert_eq!(change(&made, "url"), ("".into(), "https://c.d".into()));
    let said = &town.json("subnets get-identity --netuid 1")["identity"];
    assert_eq!([&said["name"], &said["url"]], ["tabular", "https://c.d"]);
    let again = "subnets set-identity --netuid 1 --uri //owner --subnet-url https://c.d --yes";
    town.refuses(again, 12, "NothingToDo");
    let long = format!("subnets set-identity --netuid 1 --uri //owner --subnet-name {} --yes", "x".repeat(257));
    assert!(town.refuses(&long, 12, "InvalidIdentity").contains("256 bytes"));
    let stranger = "subnets set-identity --netuid 1 --uri //new//cold --subnet-name mine --yes";
    assert!(town.refuses(stranger, 13, "NotSubnetOwner").contains(&ss58("//new//cold")));
    town.refuses("subnets dissolve --netuid 1 --uri //new//cold --yes", 13, "NotSubnetOwner");
}
