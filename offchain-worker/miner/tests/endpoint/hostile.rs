//! Strangers that hold on to connections or send without end.

use std::{
    io::{Read as _, Write as _},
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use miner::server::ServerSettings;

use crate::{
    client::{Request, connect, exchange, parse},
    served::{Says, Served, constant, service, settings},
};

/// Whether the other side has ended the connection, once it has.
fn ends(stream: &mut std::net::TcpStream) -> bool {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).map_or_else(|error| error.kind() == std::io::ErrorKind::ConnectionReset, |_| true)
}

#[test]
fn heads_that_do_not_end_are_cut_off_and_hold_up_nobody() {
    let settings = ServerSettings { head_ms: 2_000, ..settings() };
    let served = Served::start(service(constant()), settings);
    let mut slow: Vec<_> = (0..60).map(|_| connect(served.address)).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /v1/predict HTTP/1.1\r\nhost: mi").expect("taken");
    }
    assert_eq!(Request::predict().send(served.address).status, 200);
    assert!(slow.iter_mut().all(ends));
}

#[test]
fn a_connection_that_says_nothing_is_ended() {
    let settings = ServerSettings { head_ms: 500, ..settings() };
    let served = Served::start(service(constant()), settings);
    assert!(ends(&mut connect(served.address)));
}

#[test]
fn one_address_has_so_many_connections_and_others_as_many() {
    let settings = ServerSettings { connections_per_address: 8, ..settings() };
    let served = Served::start(service(constant()), settings);
    let health = b"GET /healthz HTTP/1.1\r\nhost: miner\r\n\r\n";
    let answers = |stream: &mut std::net::TcpStream| {
        stream.write_all(health).is_ok() && stream.read(&mut [0; 64]).is_ok_and(|read| read > 0)
    };
    let mut open: Vec<_> = (0..8).map(|_| connect(served.address)).collect();
    assert!(open.iter_mut().all(answers));
    assert!(!answers(&mut connect(served.address)));
    let (mut other, _) = crate::load::from("127.0.0.2", served.address);
    assert!(answers(&mut other));
}

#[test]
fn a_body_that_is_too_long_is_refused_before_it_is_sent_or_at_the_limit() {
    let served = Served::constant();
    let request = Request::predict();
    let announced =
        exchange(served.address, request.head("content-length: 1048577\r\nconnection: close\r\n").as_bytes());
    assert_eq!(announced.status, 413);
    let mut stream = connect(served.address);
    let head = Request::predict().head("transfer-encoding: chunked\r\nconnection: close\r\n");
    stream.write_all(head.as_bytes()).expect("taken");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let sent = (0..1_000).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(sent < 1_000, "64 MB were taken");
}

#[test]
fn a_body_that_does_not_come_is_given_up() {
    let settings = ServerSettings { body_ms: 500, ..settings() };
    let served = Served::start(service(constant()), settings);
    let answer = exchange(served.address, Request::predict().head("content-length: 10\r\n").as_bytes());
    assert_eq!((answer.status, answer.body.as_slice()), (408, br#"{"error":"slow"}"#.as_slice()));
}

#[test]
fn an_address_and_a_key_have_their_rates() {
    let two = 2.try_into().expect("not 0");
    let served = Served::start(service(constant()), ServerSettings { address_per_second: two, ..settings() });
    let statuses =
        |served: &Served| (0..20).map(|_| Request::predict().send(served.address).status).collect::<Vec<_>>();
    let begun = Instant::now();
    let by_address = statuses(&served);
    let most = 2 + 2 * (begun.elapsed().as_secs() as usize + 1);
    assert!(by_address.iter().filter(|status| **status == 200).count() <= most, "{by_address:?}");
    assert!(by_address.contains(&429));
    let served = Served::start(service(constant()), ServerSettings { key_per_second: two, ..settings() });
    let by_key = statuses(&served);
    assert!(by_key[0] == 200 && by_key.contains(&429), "{by_key:?}");
    // Whoever cannot sign uses up nobody's rate.
    let served = Served::start(service(constant()), ServerSettings { key_per_second: two, ..settings() });
    let forged = Request { body: b"{}".to_vec(), ..Request::predict() };
    assert!((0..20).all(|_| forged.send(served.address).status == 401));
    assert_eq!(Request::predict().send(served.address).status, 200);
}

#[test]
fn what_is_under_way_when_it_is_told_to_stop_is_answered() {
    let (asked, is_asked) = mpsc::channel();
    let (go_on, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let backend = Says(move |inputs: &[Vec<u8>]| {
        let _ = asked.send(());
        let _ = wait.lock().expect("no panic").recv_timeout(Duration::from_secs(60));
        vec![vec![1; 4]; inputs.len()]
    });
    let mut served = Served::start(service(Arc::new(backend)), ServerSettings { grace_ms: 60_000, ..settings() });
    let request = Request::predict();
    let mut stream = connect(served.address);
    let head = request.head(&format!("content-length: {}\r\n", request.body.len()));
    stream.write_all(&[head.as_bytes(), &request.body].concat()).expect("taken");
    is_asked.recv_timeout(Duration::from_secs(60)).expect("the question arrives");
    served.stop();
    go_on.send(()).expect("the backend waits");
    let mut read = Vec::new();
    stream.read_to_end(&mut read).expect("an answer");
    assert_eq!(parse(&read).status, 200);
    served.wait();
    assert!(std::net::TcpStream::connect(served.address).is_err());
}

#[test]
fn more_questions_than_wait_for_a_worker_are_refused_at_once() {
    let (release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let backend = Says(move |inputs: &[Vec<u8>]| {
        let _ = wait.lock().expect("no panic").recv_timeout(Duration::from_secs(60));
        vec![vec![1; 4]; inputs.len()]
    });
    let served = Served::start(service(Arc::new(backend)), ServerSettings { workers: 1, ..settings() });
    let ask = || {
        let request = Request::predict();
        let mut stream = connect(served.address);
        let head = request.head(&format!("content-length: {}\r\nconnection: close\r\n", request.body.len()));
        stream.write_all(&[head.as_bytes(), &request.body].concat()).expect("taken");
        stream
    };
    // One is made and eight wait.
    let mut streams: Vec<_> = (0..10).map(|_| ask()).collect();
    let (first, answers) = mpsc::channel();
    let readers: Vec<_> = streams
        .drain(..)
        .map(|mut stream| {
            let first = first.clone();
            std::thread::spawn(move || {
                let mut read = Vec::new();
                stream.read_to_end(&mut read).expect("an answer");
                let _ = first.send(parse(&read).status);
            })
        })
        .collect();
    assert_eq!(answers.recv_timeout(Duration::from_secs(60)).expect("one is refused"), 503);
    for _ in 0..9 {
        release.send(()).expect("the backend waits");
        assert_eq!(answers.recv_timeout(Duration::from_secs(60)).expect("the others are answered"), 200);
    }
    readers.into_iter().for_each(|reader| reader.join().expect("no panic"));
}
