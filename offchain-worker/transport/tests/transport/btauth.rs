//! `btauth/1` against the official client, and against whoever changes something.
//!
//! The vectors were made by the SDK, offline:
//! ```sh
//! python3 -m venv v && v/bin/pip install bittensor==11.3.0 && v/bin/python - <<'END'
//! from bittensor import http_auth
//! from bittensor.sp_core import Keypair
//! alice, bob = (Keypair.create_from_uri(uri) for uri in ("//Alice", "//Bob"))
//! for method, path, body in [("POST", "/v1/predict", b'{"inputs":[]}'), ("get", "/v1/blob/00?part=1", b""),
//!                            ("POST", "/v1/pr\u00e4dikt?x=%20&y=\u00fc", bytes(range(256)))]:
//!     print(http_auth.sign(alice, method=method, path=path, body=body,
//!                          receiver_ss58=bob.ss58_address, nonce_ns=1_764_000_000_123_456_789))
//! print(http_auth.sign(alice, method="POST", path="/v1/predict", body=b"", nonce_ns=1_764_000_000_123_456_789))
//! END
//! ```

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use transport::btauth::{
    AuthError, Claim, MAX_AGE, Replays, sign_request, sign_response, verify_request, verify_response,
};

use crate::keys::{alice, bob, key};

const NONCE: u64 = 1_764_000_000_123_456_789;
const SECOND: u64 = 1_000_000_000;
const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

/// What the SDK's client sends: its headers with this signature.
fn sdk_headers(signature: &str) -> HeaderMap {
    let nonce = NONCE.to_string();
    let fields = [
        ("X-Bittensor-Version", "1"),
        ("X-Bittensor-Hotkey", ALICE),
        ("X-Bittensor-Nonce", &nonce),
        ("X-Bittensor-Signature", signature),
        ("X-Bittensor-Receiver", BOB),
    ];
    fields
        .iter()
        .map(|(name, value)| (name.parse::<HeaderName>().expect("a name"), value.parse().expect("a value")))
        .collect()
}

#[test]
fn requests_of_the_official_client_are_taken() {
    let every_byte: Vec<u8> = (0..=255).collect();
    let vectors: [(&str, &str, &[u8], &str); 3] = [
        (
            "POST",
            "/v1/predict",
            br#"{"inputs":[]}"#,
            "0x98582a2d2e0d59f794e50e9fc8252e719572800b7c61a2fd658d058b2f1ebc20c9eeb82e5a95540071cc833acfe0fed33cd7075783644c8af88d87036bae2185",
        ),
        (
            "get",
            "/v1/blob/00?part=1",
            b"",
            "0xfcedd60e75e2961ad5a979db24c3cb7d6cbc54213365da8eec11ce0bdc10a561b9a7503853f277189849ac526d44cc29f2ed7457d7e775b414a257e4a85aca87",
        ),
        (
            "POST",
            "/v1/pr\u{e4}dikt?x=%20&y=\u{fc}",
            &every_byte,
            "0xd01917561de80dcb271d329b49ae6f6b9082bedc69642b678559ad2a3a382d7042cee184830e90e687eedf281381a285d6645d727f61aeb8794e4caeec18058a",
        ),
    ];
    for (method, target, body, signature) in vectors {
        let taken = verify_request(
            &sdk_headers(signature),
            [method, target],
            body,
            &bob().account(),
            NONCE,
            &Replays::new(0, 10),
        );
        let claim = taken.unwrap_or_else(|error| panic!("{method} {target}: {error}"));
        assert_eq!((claim.sender, claim.nonce_ns), (alice().account(), NONCE));
    }
}

#[test]
fn a_request_of_the_official_client_without_a_receiver_is_refused() {
    let mut headers = sdk_headers(
        "0xc2deda638cbf02ef92773a0f4348d354a05878e1ef9a1c341e8fbcedb9007832c774b33c259ea7430ae69eb8f2a22232358fb6ff7532dadca00001d623b7ed82",
    );
    headers.remove("x-bittensor-receiver");
    assert_eq!(Claim::read(&headers), Err(AuthError::WrongReceiver));
}

#[test]
fn our_headers_are_those_of_the_official_client() {
    let ours = sign_request(&alice(), &bob().account(), "POST", "/v1/predict", b"x", NONCE);
    let signature = ours["x-bittensor-signature"].to_str().expect("text").to_owned();
    assert_eq!(ours, sdk_headers(&signature));
    assert_eq!(signature.len(), 2 + 128);
}

/// A request that Alice has sent to Bob, and what Bob thinks of it.
struct Sent {
    headers: HeaderMap,
    method: &'static str,
    target: &'static str,
    body: &'static [u8],
    now_ns: u64,
}

impl Sent {
    fn new() -> Self {
        let (method, target, body) = ("POST", "/v1/predict", b"{}".as_slice());
        let headers = sign_request(&alice(), &bob().account(), method, target, body, NONCE);
        Self { headers, method, target, body, now_ns: NONCE }
    }

    fn with(name: &'static str, value: &str) -> Self {
        let mut sent = Self::new();
        sent.headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        sent
    }

    fn taken(&self) -> Result<Claim, AuthError> {
        let (line, replays) = ([self.method, self.target], Replays::new(0, 10));
        verify_request(&self.headers, line, self.body, &bob().account(), self.now_ns, &replays)
    }
}

#[test]
fn a_request_is_refused_when_anything_signed_differs() {
    assert!(Sent::new().taken().is_ok());
    let changed = [
        Sent { method: "PUT", ..Sent::new() },
        Sent { target: "/v1/predict?", ..Sent::new() },
        Sent { body: b"{ }", ..Sent::new() },
        Sent::with("x-bittensor-nonce", &(NONCE + 1).to_string()),
        Sent::with("x-bittensor-hotkey", BOB),
        Sent::with("x-bittensor-signature", &"0".repeat(128)),
    ];
    for sent in changed {
        assert_eq!(sent.taken(), Err(AuthError::BadSignature), "{} {}", sent.method, sent.target);
    }
    assert_eq!(Sent::with("x-bittensor-receiver", ALICE).taken(), Err(AuthError::WrongReceiver));
}

#[test]
fn headers_that_are_missing_double_or_of_another_form_are_malformed() {
    let names = ["x-bittensor-version", "x-bittensor-hotkey", "x-bittensor-nonce", "x-bittensor-signature"];
    for name in names {
        let mut sent = Sent::new();
        let value = sent.headers[name].clone();
        sent.headers.append(name, value);
        assert_eq!(sent.taken(), Err(AuthError::Malformed), "two of {name}");
        sent.headers.remove(name);
        assert_eq!(sent.taken(), Err(AuthError::Malformed), "no {name}");
    }
    let bad = [
        ("x-bittensor-version", "2"),
        ("x-bittensor-crypto", "ed25519"),
        ("x-bittensor-nonce", "+1764000000123456789"),
        ("x-bittensor-nonce", "01764000000123456789"),
        ("x-bittensor-nonce", "99999999999999999999999"),
        ("x-bittensor-hotkey", "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5"),
        ("x-bittensor-signature", "0x00"),
    ];
    for (name, value) in bad {
        assert_eq!(Sent::with(name, value).taken(), Err(AuthError::Malformed), "{name}: {value}");
    }
    assert!(Sent::with("x-bittensor-crypto", "sr25519").taken().is_ok());
}

#[test]
fn a_request_is_fresh_from_two_seconds_ahead_to_ten_seconds_back() {
    let at = |now_ns| Sent { now_ns, ..Sent::new() }.taken().map(|_| ());
    assert_eq!(at(NONCE + 10 * SECOND), Ok(()));
    assert_eq!(at(NONCE + 10 * SECOND + 1), Err(AuthError::Stale));
    assert_eq!(at(NONCE - 2 * SECOND), Ok(()));
    assert_eq!(at(NONCE - 2 * SECOND - 1), Err(AuthError::Stale));
}

#[test]
fn a_request_is_taken_once_and_one_that_is_not_signed_does_not_use_it_up() {
    let (sent, replays) = (Sent::new(), Replays::new(0, 10));
    let take = |body: &[u8]| {
        verify_request(&sent.headers, [sent.method, sent.target], body, &bob().account(), NONCE, &replays).map(|_| ())
    };
    assert_eq!(take(b"forged"), Err(AuthError::BadSignature));
    assert!(replays.is_empty());
    assert_eq!(take(sent.body), Ok(()));
    assert_eq!(take(sent.body), Err(AuthError::Replayed));
}

fn claim(number: u8, nonce_ns: u64) -> Claim {
    Claim { sender: key(number).account(), receiver: bob().account(), nonce_ns, signature: [0; 64] }
}

#[test]
fn the_memory_of_requests_is_bounded_in_time_and_size() {
    let replays = Replays::new(0, 100);
    for at in 0..1_000 {
        let nonce_ns = NONCE + at * SECOND;
        assert_eq!(replays.admit(&claim(1, nonce_ns), nonce_ns), Ok(()));
        assert!(replays.len() as u64 <= MAX_AGE.as_secs() + 1, "{}", replays.len());
    }
    let now = NONCE + 2_000 * SECOND;
    for at in 0..100 {
        assert_eq!(replays.admit(&claim(1, now - at), now), Ok(()));
    }
    assert_eq!(replays.admit(&claim(2, now), now), Err(AuthError::Crowded));
    assert_eq!(replays.admit(&claim(1, now), now), Err(AuthError::Replayed));
    let later = now + 11 * SECOND;
    assert_eq!(replays.admit(&claim(2, later), later), Ok(()));
    assert_eq!(replays.len(), 1);
}

#[test]
fn a_request_that_has_been_forgotten_or_came_before_the_memory_began_is_not_taken_again() {
    let replays = Replays::new(NONCE, 10);
    assert_eq!(replays.admit(&claim(1, NONCE - 1), NONCE), Err(AuthError::Stale));
    assert_eq!(replays.admit(&claim(1, NONCE), NONCE), Ok(()));
    // Checked while it was fresh, its body came slowly.
    assert_eq!(replays.admit(&claim(1, NONCE), NONCE + 11 * SECOND), Err(AuthError::Stale));
}

#[test]
fn an_answer_is_one_keys_to_one_request_of_another() {
    let request = claim(1, NONCE);
    let headers = sign_response(&bob(), &request, b"question", 200, b"answer");
    let (asker, miner, other) = (key(1).account(), bob().account(), key(2).account());
    let verify = |status, body: &[u8], nonce, question: &[u8], parties| {
        verify_response(&headers, status, body, nonce, question, parties).map(|_| ())
    };
    assert_eq!(verify(200, b"answer", NONCE, b"question", [&miner, &asker]), Ok(()));
    let bad = Err(AuthError::BadSignature);
    assert_eq!(verify(201, b"answer", NONCE, b"question", [&miner, &asker]), bad);
    assert_eq!(verify(200, b"answe", NONCE, b"question", [&miner, &asker]), bad);
    assert_eq!(verify(200, b"answer", NONCE + 1, b"question", [&miner, &asker]), bad);
    assert_eq!(verify(200, b"answer", NONCE, b"another", [&miner, &asker]), bad);
    assert_eq!(verify(200, b"answer", NONCE, b"question", [&other, &asker]), bad);
    assert_eq!(verify(200, b"answer", NONCE, b"question", [&miner, &other]), Err(AuthError::WrongReceiver));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_of_any_path_and_body_is_taken_as_it_was_sent_and_not_with_a_byte_flipped(
        path in "/[!-~]{0,80}", body in proptest::collection::vec(any::<u8>(), 1..200), flip in any::<prop::sample::Index>(),
    ) {
        let headers = sign_request(&key(3), &bob().account(), "POST", &path, &body, NONCE);
        let taken = |body: &[u8]| {
            verify_request(&headers, ["POST", &path], body, &bob().account(), NONCE, &Replays::new(0, 1)).map(|_| ())
        };
        prop_assert_eq!(taken(&body), Ok(()));
        let mut other = body.clone();
        other[flip.index(body.len())] ^= 1;
        prop_assert_eq!(taken(&other), Err(AuthError::BadSignature));
    }
}
