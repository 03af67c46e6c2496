//! Requests to a miner's endpoint: headers and bodies of strangers.

use http::{HeaderMap, HeaderName, HeaderValue};
use primitives::AccountId;
use transport::{
    btauth::{AuthError, Claim, Replays, verify_response},
    wire::{Format, Info, PredictRequest, PredictResponse},
};

use crate::bytes::Bytes;

/// When everything happens, in nanoseconds since the Unix epoch.
const NOW: u64 = 1_764_000_000_123_456_789;

/// A request that is only missing a signature: what the fuzzer breaks.
const FIELDS: [(&str, &str); 6] = [
    ("x-bittensor-version", "1"),
    ("x-bittensor-hotkey", "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"),
    ("x-bittensor-receiver", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"),
    ("x-bittensor-nonce", "1764000000123456789"),
    ("x-bittensor-signature", "0x"),
    ("x-bittensor-crypto", "sr25519"),
];

/// Bytes as the headers and the body of a request or an answer: none is taken for signed, none is taken twice, and what
/// can be read is written as it was read.
pub fn request(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let headers = headers(&mut bytes);
    let (age, format) = (bytes.number(), if bytes.flag() { Format::Json } else { Format::Postcard });
    let body = bytes.rest();
    if let Ok(claim) = Claim::read(&headers) {
        check(&claim, NOW.wrapping_add(age), body);
        let parties = [&claim.sender, &claim.receiver];
        let verified = verify_response(&headers, 200, body, claim.nonce_ns, body, parties);
        assert_eq!(verified, Err(AuthError::BadSignature));
    }
    reads_as_written::<PredictRequest>(format, body);
    reads_as_written::<PredictResponse>(format, body);
    reads_as_written::<Info>(format, body);
}

/// The fields above, of which some are replaced, doubled or left out, and one more of any name.
fn headers(bytes: &mut Bytes<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, default) in FIELDS {
        let name = HeaderName::from_static(name);
        let choice = bytes.byte();
        let text = match choice % 4 {
            0 => continue,
            1 => bytes.list(160, Bytes::byte),
            // 64 bytes of signature in hex.
            2 if default == "0x" => (0..64).flat_map(|_| format!("{:02x}", bytes.byte()).into_bytes()).collect(),
            _ => default.as_bytes().to_vec(),
        };
        if let Ok(value) = HeaderValue::from_bytes(&text) {
            if choice >= 250 {
                headers.append(name.clone(), value.clone());
            }
            headers.append(name, value);
        }
    }
    let (name, value) = (bytes.list(40, Bytes::byte), bytes.list(40, Bytes::byte));
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&name), HeaderValue::from_bytes(&value)) {
        headers.append(name, value);
    }
    headers
}

fn check(claim: &Claim, now_ns: u64, body: &[u8]) {
    let other = AccountId::from([7; 32]);
    if claim.receiver != other {
        assert_eq!(claim.check(&other, now_ns), Err(AuthError::WrongReceiver));
    }
    let is_fresh = claim.check(&claim.receiver, now_ns).is_ok();
    // Nobody can sign by chance.
    assert_eq!(claim.verify("POST", "/v1/predict", body), Err(AuthError::BadSignature));
    let replays = Replays::new(0, 1);
    if replays.admit(claim, now_ns).is_ok() {
        assert_eq!(replays.admit(claim, now_ns), Err(AuthError::Replayed));
    } else {
        assert!(!is_fresh, "a fresh request is taken once");
    }
}

fn reads_as_written<T>(format: Format, body: &[u8])
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + core::fmt::Debug,
{
    if let Ok(value) = format.decode::<T>(body) {
        assert_eq!(format.decode::<T>(&format.encode(&value)), Ok(value));
    }
}
