//! Models from good servers, bad networks and hostile servers.

use std::{
    io::Write as _,
    net::TcpStream,
    sync::mpsc,
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderName};
use primitives::{
    ProtocolBlock,
    axon::Endpoints,
    model::{CommittedModel, ModelCommitment, ModelKind, bound_hash, content_hash},
};
use tempfile::TempDir;
use transport::{
    btauth::{Replays, verify_request},
    clock,
    fetch::{FetchError, FetchRules, Fetcher},
    wire,
};

use crate::{
    keys::{alice, bob},
    server::{Server, answer, answer_part, range_start},
};

fn model() -> Vec<u8> {
    (0..100_000_u32).map(|at| (at * 31 / 7) as u8).collect()
}

/// Bob's commitment to the model.
fn committed(location: &str) -> CommittedModel {
    let (bytes, hotkey) = (model(), bob().account());
    let model = ModelCommitment {
        kind: ModelKind::Wasm,
        size: bytes.len() as u32,
        bound_hash: bound_hash(&content_hash(&bytes), &hotkey),
        location: location.into(),
    };
    CommittedModel { model, hotkey, committed_at: ProtocolBlock::new(1) }
}

/// A fetcher of Alice's with a cache of its own.
struct Store {
    fetcher: Fetcher,
    directory: TempDir,
}

impl Store {
    fn new() -> Self {
        Self::with(|rules| rules)
    }

    fn with(change: impl FnOnce(FetchRules) -> FetchRules) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let rules = FetchRules { endpoints: Endpoints::Local, ..FetchRules::new(directory.path().join("models")) };
        let fetcher = Fetcher::new(change(rules), alice()).expect("a cache");
        Self { fetcher, directory }
    }

    fn fetch(&self, location: &str) -> Result<Vec<u8>, FetchError> {
        self.fetcher.fetch_committed(&committed(location), None)
    }

    fn files(&self) -> usize {
        self.directory.path().join("models").read_dir().expect("a directory").count()
    }
}

#[test]
fn a_model_is_fetched_once_and_then_kept() {
    let server = Server::start(|_, head, stream| answer_part(stream, head, &model(), usize::MAX));
    let store = Store::new();
    assert_eq!(store.fetch(&server.url()).unwrap(), model());
    assert_eq!(store.fetch(&server.url()).unwrap(), model());
    assert_eq!(server.heads().len(), 1);
    assert_eq!(store.fetcher.fetch(&server.url(), 100_000), Some(model()));
}

#[test]
fn a_kept_model_that_was_damaged_is_fetched_again() {
    let server = Server::start(|_, head, stream| answer_part(stream, head, &model(), usize::MAX));
    let store = Store::new();
    store.fetch(&server.url()).unwrap();
    let file = store.directory.path().join("models").read_dir().unwrap().next().unwrap().unwrap().path();
    std::fs::write(file, b"damaged").unwrap();
    assert_eq!(store.fetch(&server.url()).unwrap(), model());
    assert_eq!(server.heads().len(), 2);
}

#[test]
fn a_cache_that_fails_costs_a_download_and_nothing_else() {
    let server = Server::start(|_, head, stream| answer_part(stream, head, &model(), usize::MAX));
    let store = Store::new();
    std::fs::remove_dir_all(store.directory.path().join("models")).unwrap();
    assert_eq!(store.fetch(&server.url()).unwrap(), model());
    assert_eq!(store.fetch(&server.url()).unwrap(), model());
    assert_eq!(server.heads().len(), 2);
}

#[test]
fn a_download_that_is_cut_off_goes_on_where_it_ended() {
    let server = Server::start(|_, head, stream| answer_part(stream, head, &model(), 30_000));
    assert_eq!(Store::new().fetch(&server.url()).unwrap(), model());
    let starts: Vec<usize> = server.heads().iter().map(|head| range_start(head)).collect();
    assert_eq!(starts, [0, 30_000, 60_000, 90_000]);
}

#[test]
fn what_came_of_a_failed_download_is_kept_for_the_next_one() {
    let cutting = Server::start(|_, head, stream| answer_part(stream, head, &model(), 10_000));
    let store = Store::new();
    let failed = store.fetch(&cutting.url());
    assert!(matches!(failed, Err(FetchError::Incomplete { got: 50_000, size: 100_000, .. })), "{failed:?}");
    let whole = Server::start(|_, head, stream| answer_part(stream, head, &model(), usize::MAX));
    assert_eq!(store.fetch(&whole.url()).unwrap(), model());
    assert_eq!(range_start(&whole.heads()[0]), 50_000);
    assert_eq!(store.files(), 1);
}

#[test]
fn a_server_that_does_not_know_ranges_sends_all_again() {
    let server = Server::start(|number, _, stream| {
        let most = if number == 0 { 40_000 } else { 100_000 };
        answer(stream, "200 OK", 100_000, "", &model()[..most]);
    });
    assert_eq!(Store::new().fetch(&server.url()).unwrap(), model());
    assert_eq!(server.heads().len(), 2);
}

#[test]
fn other_bytes_than_the_committed_ones_are_refused_and_not_kept() {
    let server = Server::start(|_, _, stream| answer(stream, "200 OK", 100_000, "", &[7; 100_000]));
    let store = Store::new();
    assert!(matches!(store.fetch(&server.url()), Err(FetchError::WrongContent)));
    assert_eq!(store.files(), 0);
}

#[test]
fn a_body_without_end_is_read_to_the_committed_size_only() {
    let server = Server::start(|_, _, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(format!("1000\r\n{}\r\n", "x".repeat(0x1000)).as_bytes()).is_ok() {}
    });
    assert!(matches!(Store::new().fetch(&server.url()), Err(FetchError::TooLong { size: 100_000 })));
}

#[test]
fn a_body_that_is_longer_or_shorter_than_announced_is_no_model() {
    let longer = Server::start(|_, _, stream| answer(stream, "200 OK", 100_001, "", &[&model()[..], b"x"].concat()));
    assert!(matches!(Store::new().fetch(&longer.url()), Err(FetchError::TooLong { .. })));
    let shorter = Server::start(|_, _, stream| answer(stream, "200 OK", 99_999, "", &model()[..99_999]));
    assert!(matches!(Store::new().fetch(&shorter.url()), Err(FetchError::Incomplete { .. })));
    assert_eq!(shorter.heads().len(), 5);
    let announced = Server::start(|_, _, stream| answer(stream, "200 OK", usize::MAX, "", &model()));
    assert!(Store::new().fetch(&announced.url()).is_err());
}

#[test]
fn a_part_of_another_place_than_asked_for_is_not_joined() {
    let server = Server::start(|number, head, stream| match number {
        0 => answer_part(stream, head, &model(), 40_000),
        1 => answer(stream, "206 Partial Content", 10, "content-range: bytes 7-16/100000\r\n", &[0; 10]),
        _ => answer_part(stream, head, &model(), usize::MAX),
    });
    assert_eq!(Store::new().fetch(&server.url()).unwrap(), model());
    assert_eq!(server.heads().len(), 3);
}

#[test]
fn redirects_are_followed_three_times_and_no_more() {
    let server = Server::start(|number, head, stream| match number {
        0..3 => answer(stream, "302 Found", 0, &format!("location: /hop{number}\r\n"), b""),
        _ => answer_part(stream, head, &model(), usize::MAX),
    });
    assert_eq!(Store::new().fetch(&server.url()).unwrap(), model());
    let circle = Server::start(|_, _, stream| answer(stream, "302 Found", 0, "location: /again\r\n", b""));
    assert!(matches!(Store::new().fetch(&circle.url()), Err(FetchError::Incomplete { got: 0, .. })));
    // Five requests, each with three hops at most.
    assert!(circle.heads().len() <= 20, "{}", circle.heads().len());
}

/// Writes a byte now and then until the client has gone.
fn drip(stream: &mut TcpStream) {
    let (_open, never) = mpsc::channel::<()>();
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
    while stream.write_all(b"x").is_ok() {
        let _ = never.recv_timeout(Duration::from_millis(20));
    }
}

#[test]
fn a_slow_drip_and_silence_end_at_the_deadline() {
    let silent = |stream: &mut TcpStream| while stream.peek(&mut [0]).is_ok_and(|read| read > 0) {};
    for slow in [Server::start(|_, _, stream| drip(stream)), Server::start(move |_, _, stream| silent(stream))] {
        let store = Store::with(|rules| FetchRules { deadline: Duration::from_millis(600), ..rules });
        let begun = Instant::now();
        assert!(matches!(store.fetch(&slow.url()), Err(FetchError::Incomplete { .. })));
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    }
}

#[test]
fn refusals_and_servers_that_are_not_there_are_told_apart() {
    let refusing = Server::start(|_, _, stream| answer(stream, "403 Forbidden", 0, "", b""));
    assert!(matches!(Store::new().fetch(&refusing.url()), Err(FetchError::Refused(403))));
    assert_eq!(refusing.heads().len(), 1);
    let failing = Server::start(|_, _, stream| answer(stream, "500 Internal Server Error", 0, "", b""));
    assert!(matches!(Store::new().fetch(&failing.url()), Err(FetchError::Incomplete { got: 0, .. })));
    assert!(matches!(Store::new().fetch("http://127.0.0.1:1/"), Err(FetchError::Incomplete { got: 0, .. })));
    assert!(matches!(Store::new().fetch("ftp://example.org/"), Err(FetchError::Location(_))));
    assert!(matches!(Store::new().fetch(""), Err(FetchError::Nowhere)));
}

#[test]
fn addresses_and_files_of_the_validator_are_out_of_reach_unless_the_deployment_is_local() {
    let server = Server::start(|_, head, stream| answer_part(stream, head, &model(), usize::MAX));
    let public = Store::with(|rules| FetchRules { endpoints: Endpoints::Public, ..rules });
    let local = Store::new();
    let file = local.directory.path().join("model.wasm");
    std::fs::write(&file, model()).unwrap();
    let [file, directory] = [&file, local.directory.path()].map(|path| format!("file://{}", path.display()));
    assert!(public.fetch(&server.url()).is_err());
    assert!(public.fetcher.fetch_committed(&committed(""), Some(&server.axon())).is_err());
    assert!(public.fetch(&file).is_err());
    assert!(server.heads().is_empty());
    assert!(local.fetch(&directory).is_err());
    assert_eq!(local.fetch(&file).unwrap(), model());
}

#[test]
fn a_model_without_a_location_is_asked_of_the_endpoint_with_a_signature() {
    let server = Server::start(|_, head, stream| answer_part(stream, head, &model(), 60_000));
    let wanted = [(committed(""), Some(server.axon()))];
    let fetched = Store::new().fetcher.fetch_all(&wanted).remove(0);
    assert_eq!(fetched.unwrap(), model());
    let replays = Replays::new(0, 10);
    for head in server.heads().iter() {
        let target = wire::blob_target(&committed("").model.bound_hash);
        assert!(head.starts_with(&format!("GET {target} HTTP/1.1\r\n")), "{head}");
        let line = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?))
        };
        let headers: HeaderMap = head.lines().filter_map(line).collect();
        let now = clock::unix_nanos();
        let claim = verify_request(&headers, ["GET", &target], b"", &bob().account(), now, &replays);
        assert_eq!(claim.map(|claim| claim.sender), Ok(alice().account()));
    }
    assert_eq!(server.heads().len(), 2);
}
