//! What is said of an endpoint that is not there, is something else, or lets everybody in.

use std::{net::TcpStream, time::Duration};

use primitives::axon::{Axon, Endpoints};
use transport::probe::{ProbeError, probe};

use crate::server::{Server, answer};

const INFO: &str =
    r#"{"version":1,"hotkey":"5F","netuid":1,"task":"tabular","model":null,"max_inputs":256,"max_request_bytes":9}"#;

fn ask(axon: &Axon) -> Result<transport::wire::Info, ProbeError> {
    probe(axon, Endpoints::Local, Duration::from_secs(30))
}

/// Says what it serves, and answers questions with a status.
fn miner(status: &'static str) -> Server {
    Server::start(move |_, head, stream: &mut TcpStream| match head.starts_with("GET /v1/info ") {
        true => answer(stream, "200 OK", INFO.len(), "", INFO.as_bytes()),
        false => answer(stream, status, 2, "", b"{}"),
    })
}

#[test]
fn an_endpoint_that_turns_unsigned_requests_away_is_one_and_says_whose_it_is() {
    let server = miner("401 Unauthorized");
    let info = ask(&server.axon()).expect("a miner's endpoint");
    assert_eq!((info.hotkey.as_str(), info.netuid), ("5F", 1));
}

#[test]
fn an_endpoint_that_answers_without_a_signature_is_open() {
    let error = ask(&miner("200 OK").axon()).expect_err("open");
    assert!(matches!(error, ProbeError::Open { status: 200, .. }), "{error:?}");
}

#[test]
fn something_else_that_answers_is_no_endpoint() {
    let server = Server::start(|_, _, stream| answer(stream, "200 OK", 5, "", b"hello"));
    assert!(matches!(ask(&server.axon()), Err(ProbeError::NotAnEndpoint(_))));
}

#[test]
fn an_endpoint_where_nobody_listens_or_that_may_not_be_asked_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let axon = Axon { version: 1, ip: 0x7f00_0001, port, ip_type: 4, protocol: 1, certificate: None };
    assert!(matches!(ask(&axon), Err(ProbeError::Unreachable { .. })));
    let refused = probe(&miner("401 Unauthorized").axon(), Endpoints::Public, Duration::from_secs(30));
    let Err(ProbeError::Unreachable { reason, .. }) = refused else { panic!("{refused:?}") };
    assert!(reason.contains("not asked"), "{reason}");
}
