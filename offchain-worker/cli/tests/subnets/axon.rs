//! `yarrow axon set`.

use chain::ChainExt as _;
use primitives::Registry as _;

use crate::town::{COMMITTED, Town, account, changes};

#[test]
fn an_endpoint_is_announced_as_it_was_shown() {
    let town = Town::open();
    let made = town.change("axon set --netuid 1 --ip 203.0.114.7 --port 8091 --uri //m1");
    assert_eq!(changes(&made)[0]["after"], "203.0.114.7:8091 protocol 1");
    let served = town.chain.view(town.contracts.registry().axon(COMMITTED, account("//m1"))).expect("a view");
    let axon = served.expect("it is announced").axon;
    assert_eq!((axon.ip, axon.port, axon.ip_type, axon.protocol), (0xcb00_7207, 8_091, 4, 1));
    assert_eq!(town.json("subnets show --netuid 1")["neurons"][1]["axon"], "203.0.114.7:8091");
    let again = "axon set --netuid 1 --ip 203.0.114.7 --port 8091 --uri //m1 --yes";
    town.refuses(again, 12, "NothingToDo");
    let other = "axon set --netuid 1 --ip 2a00::7 --port 8091 --protocol 4 --uri //m1 --yes";
    assert!(town.refuses(other, 13, "ServingRateLimitExceeded").contains("protocol block"));
    let made = town.change("axon set --netuid 1 --ip 2a00::7 --port 80 --protocol 4 --uri //m2");
    assert_eq!(changes(&made)[0]["after"], "[2a00::7]:80 protocol 4");
}

#[test]
fn an_endpoint_that_nobody_can_reach_or_of_nobody_is_refused() {
    let town = Town::open();
    town.refuses("axon set --netuid 1 --ip 127.0.0.1 --port 8091 --uri //m1 --yes", 12, "InvalidIpAddress");
    town.refuses("axon set --netuid 1 --ip 203.0.114.7 --port 0 --uri //m1 --yes", 2, "ValueValidation");
    town.refuses("axon set --netuid 1 --ip here --port 1 --uri //m1 --yes", 2, "ValueValidation");
    town.refuses("axon set --netuid 1 --ip 203.0.114.7 --port 1 --uri //new --yes", 12, "NotRegistered");
    town.refuses("axon set --netuid 9 --ip 203.0.114.7 --port 1 --uri //m1 --yes", 12, "NoSuchSubnet");
}
