//! A round of live miners: honest, lazy, inconsistent, slow, lying and absent ones.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
        mpsc,
    },
    time::Duration,
};

use evaluator::{Candidate, CopyKind, NoAnswer, Origin, Outcome, Sample, ZeroReason, score, tasks};
use primitives::axon::Endpoints;
use transport::{
    Identity,
    btauth::verify_response,
    live::{LiveClient, LiveError, LiveMiner, LiveReport, LiveRules},
    wire::Format,
};

use crate::served::{Says, Served, artifact, constant, evaluator, identity, sandboxed, service, settings};

fn sample() -> Sample {
    Sample::draw(tasks::find("tabular").expect("a built-in task"), [5; 32], 0..600)
}

fn client(change: impl FnOnce(LiveRules) -> LiveRules) -> LiveClient {
    let patient = Duration::from_secs(60);
    let rules = LiveRules { endpoints: Endpoints::Local, request: patient, miner: patient * 2, ..LiveRules::default() };
    LiveClient::new(change(rules), identity("Alice"))
}

/// An endpoint of a named miner.
fn serve(name: &str, backend: Arc<dyn miner::server::Backend>) -> (Served, LiveMiner) {
    let mut service = service(backend);
    service.identity = identity(name);
    let hotkey = service.identity.account();
    let served = Served::start(service, settings());
    let miner = LiveMiner { hotkey, axon: served.axon() };
    (served, miner)
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
    let mut lying = service(constant());
    let (bob, ferdie) = (identity("Ferdie").account(), ::chain::Signer::from_uri("//Eve").expect("a key"));
    lying.identity = Identity::new(bob, move |message| ferdie.sign(message));
    let lying = Served::start(lying, settings());
    let lying = LiveMiner { hotkey: bob, axon: lying.axon() };
    let nowhere = miner::axon(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
    let absent = LiveMiner { hotkey: identity("Grace").account(), axon: nowhere };
    // Answers for somebody else: Bob's endpoint under another hotkey.
    let borrowed = LiveMiner { hotkey: identity("Heidi").account(), axon: honest.0.axon() };

    let miners = [honest.1, lazy.1, fickle.1, short.1, lying, absent, borrowed];
    let (sample, client) = (sample(), client(|rules| rules));
    let reports = client.ask_all(&sample, &[9; 32], &miners).expect("somebody answers");
    let outcomes: Vec<_> = reports.iter().map(outcome).collect();
    let refused = NoAnswer::Refused { status: 401 };
    assert_eq!(outcomes[..2], [&Outcome::Ok, &Outcome::Ok]);
    let bad = [NoAnswer::Inconsistent, NoAnswer::BadAnswer, NoAnswer::Unreachable, NoAnswer::Unreachable, refused];
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
    let alice = identity("Alice").account();
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
    let miners = ["Bob", "Charlie"].map(|name| LiveMiner { hotkey: identity(name).account(), axon: nowhere });
    let silence = client(|rules| rules).ask_all(&sample(), &[9; 32], &miners).err();
    assert_eq!(silence, Some(LiveError::Silence { miners: 2 }));
    let streams = Sample::draw(tasks::find("bytes").expect("a built-in task"), [5; 32], 0..4);
    let shown = client(|rules| rules).ask_all(&streams, &[9; 32], &miners).err();
    assert_eq!(shown, Some(LiveError::Stream { task: "bytes" }));
}
