//! Faults of a hotkey's place on a subnet.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use primitives::{Hyperparameter, Rao, Registry as _, Settlement as _, axon::Axon};

use crate::town::{NETUID, Town, key};

#[test]
fn a_subnet_that_is_not_there_and_a_hotkey_without_a_seat_fail() {
    let town = Town::new();
    town.doctor(&["--netuid", "9"], &[]).is_failed_by("subnet", "there is no subnet 9");
    town.keep_hotkey("//stranger");
    town.examine().is_failed_by("seat", "is not registered on subnet 1");
}

#[test]
fn a_validator_without_stake_has_no_permit_and_fails() {
    let town = Town::new();
    town.keep_hotkey("//miner");
    let report = town.examine();
    report.is_failed_by("permit", "none on subnet 1");
    assert!(report.row("stake").1.contains("τ0 staked"));
}

#[test]
fn stake_below_the_threshold_fails() {
    let town = Town::new();
    town.set(Hyperparameter::StakeThreshold(Rao::new(6_000 * Rao::ONE_TAO.get())));
    town.examine().is_failed_by("stake", "staked, the threshold is τ6,000");
}

#[test]
fn a_hotkey_that_cannot_pay_for_a_transaction_fails() {
    let town = Town::new();
    town.register_without_funds("//poor");
    let report = town.examine();
    assert!(report.failed().contains(&"native balance"), "{:?}", report.failed());
    assert!(report.row("native balance").1.contains(&chain::ss58(&key("//poor").account())));
}

#[test]
fn a_commitment_whose_window_is_about_to_close_fails_and_one_that_expired_is_a_warning() {
    let town = Town::new();
    town.submit(&key("//validator"), town.contracts.settlement().commit_weights(NETUID, [7; 32]));
    // Epochs have 60 blocks of a second, and the commitment is revealed in the next one.
    let blocks_left = || town.schedule().next_epoch.since(town.schedule().now);
    town.chain.advance_ms(blocks_left() * 1_000);
    town.chain.advance_ms((blocks_left() - 10) * 1_000);
    let report = town.examine();
    assert!(report.failed().contains(&"windows"), "{:?}", report.failed());
    assert!(report.row("windows").1.contains("1 commitment to be revealed"), "{}", report.row("windows").1);
    town.chain.advance_ms(20_000);
    let report = town.examine();
    assert_eq!(report.row("windows").0, "WARN", "{}", report.row("windows").1);
    assert!(report.row("windows").1.contains("1 commitment expired"), "{}", report.row("windows").1);
}

/// An address of this machine.
fn axon(port: u16) -> Axon {
    Axon { version: 1, ip: 0x7f00_0001, port, ip_type: 4, protocol: 4, certificate: None }
}

/// Answers like the endpoint of a hotkey on the subnet, to everybody with the same status.
fn endpoint(hotkey: &str, status: &'static str) -> u16 {
    let info = format!(
        r#"{{"version":1,"hotkey":"{hotkey}","netuid":1,"task":"tabular","model":null,"max_inputs":1,"max_request_bytes":1}}"#
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let head = head(&stream);
            let (status, body) = if head.starts_with("GET ") { ("200 OK", info.as_str()) } else { (status, "{}") };
            let length = body.len();
            // Whoever has gone does not matter.
            let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        }
    });
    port
}

fn head(stream: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
    head
}

#[test]
fn a_miners_endpoint_fails_unless_it_is_there_its_own_and_closed_to_strangers() {
    const WHAT: &str = "endpoint of the miner";
    let town = Town::new();
    town.keep_hotkey("//miner");
    let (own, other) = (chain::ss58(&key("//miner").account()), chain::ss58(&key("//validator").account()));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let nobody = listener.local_addr().expect("an address").port();
    drop(listener);
    let cases = [
        (nobody, "nothing answers"),
        (endpoint(&other, "401 Unauthorized"), other.as_str()),
        (endpoint(&own, "200 OK"), "unsigned requests with status 200"),
    ];
    for (port, words) in cases {
        town.submit(&key("//miner"), town.contracts.registry().serve_axon(NETUID, axon(port)));
        town.examine().is_failed_by(WHAT, words);
    }
    let port = endpoint(&own, "401 Unauthorized");
    town.submit(&key("//miner"), town.contracts.registry().serve_axon(NETUID, axon(port)));
    let report = town.examine();
    assert_eq!((report.row(WHAT).0, report.code), ("OK", Some(0)), "{}", report.row(WHAT).1);
}
