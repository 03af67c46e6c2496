//! Who is answered, and what everybody else gets.

use transport::{
    btauth::verify_response,
    clock,
    wire::{Format, Info, PredictResponse},
};

use crate::{
    client::{Request, get},
    served::{Served, signer},
};

const SECOND: u64 = 1_000_000_000;

#[test]
fn a_signed_question_gets_a_signed_answer() {
    let (served, nonce) = (Served::constant(), clock::unix_nanos());
    let request = Request::signed("Alice", "Bob", nonce);
    let answer = request.send(served.address);
    assert_eq!(answer.status, 200, "{answer:?}");
    let said: PredictResponse = Format::Json.decode(&answer.body).expect("weights");
    assert_eq!(said.weights, [[1; 4]]);
    let parties = [&signer("Bob").account(), &signer("Alice").account()];
    assert!(verify_response(&answer.headers(), 200, &answer.body, nonce, &request.body, parties).is_ok());
}

#[test]
fn whatever_is_wrong_with_a_request_the_refusal_is_the_same() {
    let (served, now) = (Served::constant(), clock::unix_nanos());
    let fresh = || Request::predict();
    let unsigned = Request { headers: http::HeaderMap::new(), ..fresh() };
    let replayed = Request::signed("Alice", "Bob", now + 1);
    assert_eq!(replayed.send(served.address).status, 200);
    let mut short = fresh();
    short.headers.insert("x-bittensor-signature", "0x00".parse().expect("a value"));
    let refused = [
        ("unsigned", unsigned),
        ("replayed", replayed),
        ("expired", Request::signed("Alice", "Bob", now - 11 * SECOND)),
        ("from the future", Request::signed("Alice", "Bob", now + 60 * SECOND)),
        ("for another receiver", Request::signed("Alice", "Charlie", now + 2)),
        ("with another path", Request { target: "/v1/predict?x=1".into(), ..fresh() }),
        ("with another body", Request { body: b"{\"task\":\"tabular\",\"inputs\":[]}".to_vec(), ..fresh() }),
        ("of a stranger", Request::signed("Charlie", "Bob", now + 3)),
        ("malformed", short),
    ];
    let answers = refused.map(|(what, request)| (what, request.send(served.address)));
    let (_, first) = &answers[0];
    assert_eq!((first.status, first.body.as_slice()), (401, br#"{"error":"unauthorized"}"#.as_slice()));
    for (what, answer) in &answers {
        assert_eq!((answer.timeless(), &answer.body), (first.timeless(), &first.body), "{what}");
    }
}

#[test]
fn a_question_of_another_task_or_form_is_refused() {
    let served = Served::constant();
    let ask = |body: &[u8]| {
        Request::of("POST", "/v1/predict", body.to_vec(), ["Alice", "Bob"], clock::unix_nanos()).send(served.address)
    };
    let many = format!(r#"{{"task":"tabular","inputs":[{}""]}}"#, r#""","#.repeat(256));
    for body in
        [r#"{"task":"bytes","inputs":[]}"#, r#"{"task":"tabular"}"#, r#"{"task":"tabular","inputs":["0"]}"#, "", &many]
    {
        assert_eq!(ask(body.as_bytes()).status, 400, "{body}");
    }
    let mut other = Request::predict();
    other.headers.insert("content-type", "text/plain".parse().expect("a value"));
    assert_eq!(other.send(served.address).status, 400);
}

#[test]
fn what_is_served_and_whether_it_runs_is_told_to_anybody() {
    let served = Served::constant();
    let info: Info = Format::Json.decode(&get(served.address, "/v1/info").body).expect("info");
    assert_eq!((info.task.as_str(), info.netuid, info.model), ("tabular", 1, None));
    assert_eq!(info.hotkey, "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty");
    assert_eq!(get(served.address, "/healthz").status, 200);
    for target in ["/", "/metrics", "/v1/predict", "/v1/blob/", "/../etc/passwd"] {
        assert_eq!(get(served.address, target).status, 404, "{target}");
    }
}

#[test]
fn what_happened_is_counted_for_the_operator_alone() {
    let served = Served::constant();
    assert_eq!(Request::predict().send(served.address).status, 200);
    assert_eq!(get(served.address, "/v1/blob/00").status, 401);
    let text = String::from_utf8(get(served.metrics, "/metrics").body).expect("text");
    for line in [
        "yarrow_miner_responses_total{status=\"200\"} 1\n",
        "yarrow_miner_responses_total{status=\"401\"} 1\n",
        "yarrow_miner_response_time_seconds_count 2\n",
        "yarrow_miner_active_tasks 0\n",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}
