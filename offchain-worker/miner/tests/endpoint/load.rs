//! A thousand requests of junk a second, and what an honest validator notices of it.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use miner::server::ServerSettings;
use socket2::{Domain, Socket, Type};

use crate::{
    client::Request,
    served::{Served, sandboxed, service, settings},
};

/// Questions of which the median is taken.
const QUESTIONS: usize = 40;
/// Senders of junk, and how often each sends: 1,500 requests a second, so that a thousand arrive on a busy machine too.
const SENDERS: usize = 6;
const PAUSE: Duration = Duration::from_millis(4);

/// A connection from an address of this machine, and that address.
pub(crate) fn from(source: &str, to: SocketAddr) -> (TcpStream, SocketAddr) {
    let source: SocketAddr = format!("{source}:0").parse().expect("an address");
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&source.into()).expect("every 127.x address is this machine's");
    socket.connect(&to.into()).expect("it listens");
    let stream: TcpStream = socket.into();
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    (stream, source)
}

/// Sends forged requests until it is told to end: a look at the headers alone does not show that they are.
fn junk(address: SocketAddr, pause: Duration, end: &AtomicBool, sent: &AtomicUsize) {
    let (_open, never) = mpsc::channel::<()>();
    let forged = Request { body: b"{}".to_vec(), ..Request::predict() };
    let bytes = [forged.head("content-length: 2\r\n").as_bytes(), &forged.body].concat();
    let (mut stream, _) = from("127.0.0.2", address);
    let begun = Instant::now();
    for number in 1_u32.. {
        if end.load(Ordering::Relaxed) {
            break;
        }
        if stream.write_all(&bytes).is_err() || !stream.read(&mut [0; 1_024]).is_ok_and(|read| read > 0) {
            stream = from("127.0.0.2", address).0;
        }
        sent.fetch_add(1, Ordering::Relaxed);
        let _ = never.recv_timeout((pause * number).saturating_sub(begun.elapsed()));
    }
}

/// The median time of questions.
fn median(address: SocketAddr, questions: usize) -> Duration {
    let mut times: Vec<Duration> = (0..questions)
        .map(|_| {
            let begun = Instant::now();
            assert_eq!(Request::predict().send(address).status, 200);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[questions / 2]
}

#[test]
fn a_thousand_forged_requests_a_second_do_not_double_the_time_of_an_honest_one() {
    // More than Alice ever asks here, and a part of the junk, which comes from one other address.
    let rate = 500.try_into().expect("not 0");
    let settings = ServerSettings { address_per_second: rate, ..settings() };
    let served = Served::start(service(sandboxed("tabular-boosted")), settings);
    let measure = || {
        let (end, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let alone = median(served.address, QUESTIONS);
        let senders: Vec<_> = (0..SENDERS)
            .map(|_| {
                let (end, sent, address) = (Arc::clone(&end), Arc::clone(&sent), served.address);
                thread::spawn(move || junk(address, PAUSE, &end, &sent))
            })
            .collect();
        // Counted once all of them are under way.
        while sent.load(Ordering::Relaxed) < SENDERS * 4 {
            thread::yield_now();
        }
        let (before, begun) = (sent.load(Ordering::Relaxed), Instant::now());
        let crowded = median(served.address, QUESTIONS);
        let rate = (sent.load(Ordering::Relaxed) - before) as u128 * 1_000 / begun.elapsed().as_millis().max(1);
        end.store(true, Ordering::Relaxed);
        senders.into_iter().for_each(|sender| sender.join().expect("no panic"));
        (alone, crowded, rate)
    };
    // On a machine that is busy with other things single measurements say little: one good one in ten is enough.
    let mut measured = Vec::new();
    for _ in 0..10 {
        let (alone, crowded, rate) = measure();
        measured.push((alone, crowded, rate));
        if rate >= 1_000 && crowded < alone * 2 {
            return;
        }
    }
    panic!("alone, crowded, junk per second: {measured:?}");
}
