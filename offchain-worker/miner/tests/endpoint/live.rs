//! A round of live miners: honest, lazy, inconsistent, slow, lying and absent ones.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use evaluator::{Candidate, CopyKind, NoAnswer, Origin, Outcome, Sample, ZeroReason, score, tasks};
use primitives::axon::Endpoints;
use transport::{
    btauth::{Claim, sign_response, verify_response},
    live::{LiveClient, LiveError, LiveMiner, LiveReport, LiveRules},
    wire::{Format, PredictRequest, PredictResponse},
};

use crate::served::{Says, Served, artifact, constant, evaluator, sandboxed, service, settings, signer};

fn sample() -> Sample {
    Sample::draw(tasks::find("tabular").expect("a built-in task"), [5; 32], 0..600)
}

fn client(change: impl FnOnce(LiveRules) -> LiveRules) -> LiveClient {
    let patient = Duration::from_secs(60);
    let rules = LiveRules { endpoints: Endpoints::Local, request: patient, miner: patient * 2, ..LiveRules::default() };
    LiveClient::new(change(rules), signer("Alice"))
}

/// An endpoint of a named miner.
fn serve(name: &str, backend: Arc<dyn miner::server::Backend>) -> (Served, LiveMiner) {
    let mut service = service(backend);
    service.hotkey = signer(name);
    let hotkey = service.hotkey.account();
    let served = Served::start(service, settings());
    let miner = LiveMiner { hotkey, axon: served.axon() };
    (served, miner)
}

/// An endpoint of anybody that signs with the key of `name` and says the same of everything.
fn signs_as(name: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().expect("the same stream"));
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
            let fields = || head.lines().filter_map(|line| line.split_once(": "));
            let headers = fields().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
            let headers: http::HeaderMap =
                headers.collect::<Vec<(http::HeaderName, http::HeaderValue)>>().into_iter().collect();
            let length = headers["content-length"].to_str().expect("text").parse().expect("a number");
            let mut question = vec![0; length];
            reader.read_exact(&mut question).expect("a body");
            let claim = Claim::read(&headers).expect("a claim");
            let asked: PredictRequest = Format::Postcard.decode(&question).expect("a question");
            let body = Format::Postcard.encode(&PredictResponse { weights: vec![vec![1; 4]; asked.inputs.len()] });
            let mut head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n", body.len());
            for (name, value) in &sign_response(&signer(name), &claim, &question, 200, &body) {
                head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
            }
            let _ = stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat());
        }
    });
    address
}

fn outcome(report: &LiveReport) -> &Outcome {
    &report.evaluation.outcome
}

#[test]
fn each_miner_is_judged_by_what_it_signed_and_only_the_honest_one_is_paid() {
    let honest = serve("Bob", sandboxed("tabular-softmax"));
    let lazy = serve("Charlie", constant());
    let count = AtomicU16::new(0);
    let fickle = Says(move |inputs: &[Vec<u8>]| {
        inputs.iter().map(|_| vec![count.fetch_add(1, Ordering::Relaxed), 1, 1, 1]).collect()
    });
    let fickle = serve("Dave", Arc::new(fickle));
    let short = serve("Eve", Arc::new(Says(|inputs: &[Vec<u8>]| vec![vec![1; 3]; inputs.len()])));
    let lying = LiveMiner { hotkey: signer("Ferdie").account(), axon: miner::axon(signs_as("Eve")) };
    let nowhere = miner::axon(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
    let absent = LiveMiner { hotkey: signer("Grace").account(), axon: nowhere };
    // Answers for somebody else: Bob's endpoint under another hotkey.
    let borrowed = LiveMiner { hotkey: signer("Heidi").account(), axon: honest.0.axon() };

    let miners = [honest.1, lazy.1, fickle.1, short.1, lying, absent, borrowed];
    let (sample, client) = (sample(), client(|rules| rules));
    let reports = client.ask_all(&sample, &[9; 32], &miners).expect("somebody answers");
    let outcomes: Vec<_> = reports.iter().map(outcome).collect();
    let refused = NoAnswer::Refused { status: 401 };
    assert_eq!(outcomes[..2], [&Outcome::Ok, &Outcome::Ok]);
    let bad = [NoAnswer::Inconsistent, NoAnswer::BadAnswer, NoAnswer::BadSignature, NoAnswer::Unreachable, refused];
    for (outcome, reason) in outcomes[2..].iter().zip(bad) {
        assert_eq!(**outcome, Outcome::NoAnswer(reason));
    }

    let sandboxed = evaluator();
    let published = sandboxed.evaluate_all(&sample, &[&artifact("tabular-softmax")], &|| ()).expect("runners start");
    let published = published[0].as_ref().expect("a result");
    assert_eq!(reports[0].evaluation.losses, published.losses);
    assert_eq!((reports[0].evaluation.origin, published.origin), (Origin::Attested, Origin::Sandboxed));
    let mut candidates: Vec<_> = reports
        .iter()
        .map(|report| Candidate { hotkey: *report.hotkey.as_ref(), committed_at: 1, evaluation: &report.evaluation })
        .collect();
    candidates.push(Candidate { hotkey: [1; 32], committed_at: 2, evaluation: published });
    let scored = score(&sample, &candidates, 10).expect("one sample");
    assert_eq!(scored[0].zero, None);
    assert!(scored[1..].iter().all(|scored| scored.zero.is_some()));
    let of = scored[0].hotkey;
    assert_eq!(scored.last().expect("eight").zero, Some(ZeroReason::Copy { of, kind: CopyKind::Behaviour }));
}

#[test]
fn what_a_miner_said_can_be_shown_to_others() {
    let (_served, miner) = serve("Bob", constant());
    let reports = client(|rules| LiveRules { format: Format::Json, ..rules });
    let report = reports.ask_all(&sample(), &[9; 32], &[miner]).expect("it answers").remove(0);
    let alice = signer("Alice").account();
    // 600 items and 12 % of decoys in requests of 58 fresh inputs each.
    assert_eq!(report.exchanges.len(), 12);
    for exchange in &report.exchanges {
        let mut headers = http::HeaderMap::new();
        for (name, value) in [
            ("x-bittensor-version", "1".to_owned()),
            ("x-bittensor-hotkey", chain::ss58(&miner.hotkey)),
            ("x-bittensor-receiver", chain::ss58(&alice)),
            ("x-bittensor-nonce", exchange.nonce_ns.to_string()),
            ("x-bittensor-signature", hex::encode(exchange.signature)),
        ] {
            headers.insert(name, value.parse().expect("a value"));
        }
        let parties = [&miner.hotkey, &alice];
        let (response, request) = (&exchange.response, &exchange.request);
        assert!(verify_response(&headers, 200, response, exchange.nonce_ns, request, parties).is_ok());
        assert!(exchange.latency <= report.slowest.expect("it answered"));
    }
    let sizes: Vec<usize> = report.exchanges.iter().map(|exchange| exchange.request.len()).collect();
    assert!(sizes.iter().all(|size| *size == sizes[0]), "real inputs and decoys look alike: {sizes:?}");
}

#[test]
fn a_miner_that_is_too_slow_did_not_answer_and_holds_up_nobody() {
    let (_release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let slow = Says(move |inputs: &[Vec<u8>]| {
        let _ = wait.lock().expect("no panic").recv_timeout(Duration::from_secs(300));
        vec![vec![1; 4]; inputs.len()]
    });
    let (_slow, slow) = serve("Bob", Arc::new(slow));
    let (_quick, quick) = serve("Charlie", constant());
    let client = client(|rules| LiveRules { request: Duration::from_secs(4), ..rules });
    let reports = client.ask_all(&sample(), &[9; 32], &[slow, quick]).expect("one answers");
    assert_eq!(*outcome(&reports[0]), Outcome::NoAnswer(NoAnswer::Timeout));
    assert_eq!((outcome(&reports[1]), reports[0].slowest), (&Outcome::Ok, None));
}

#[test]
fn if_nobody_answers_nothing_is_said_of_anybody() {
    let nowhere = miner::axon(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
    let miners = ["Bob", "Charlie"].map(|name| LiveMiner { hotkey: signer(name).account(), axon: nowhere });
    let silence = client(|rules| rules).ask_all(&sample(), &[9; 32], &miners).err();
    assert_eq!(silence, Some(LiveError::Silence { miners: 2 }));
    let streams = Sample::draw(tasks::find("bytes").expect("a built-in task"), [5; 32], 0..4);
    let shown = client(|rules| rules).ask_all(&streams, &[9; 32], &miners).err();
    assert_eq!(shown, Some(LiveError::Stream { task: "bytes" }));
}
