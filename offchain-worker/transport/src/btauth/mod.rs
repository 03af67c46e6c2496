//! `btauth/1`: HTTP requests that prove who sent them, to whom, with which body, and just now.
//!
//! Byte for byte the protocol of Bittensor's SDK (`bittensor.http_auth` of version 11): headers `X-Bittensor-*`, an
//! sr25519 signature over eight lines. Beyond it stands one thing: the answer is signed too ([`sign_response`]), so that
//! whoever asked can show others what was answered. Of the schemes that the SDK knows only sr25519 is taken, because
//! that is what keys on the chain are; a request without a receiver is refused, as the SDK does by default.
//!
//! A request is checked in three steps, cheap ones first: [`Claim::read`] and [`Claim::check`] look at the headers
//! alone, before any body is read; [`Claim::verify`] holds the signature against the body; [`Replays::admit`] takes a
//! request once. Only the last changes anything, so nobody without a key can fill the memory of requests.

mod claim;
mod payload;
mod replays;
mod response;

pub use claim::{AuthError, Claim, sign_request, verify_request};
pub use replays::Replays;
pub use response::{sign_response, verify_response};

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use keys::ss58;
use primitives::AccountId;

/// How old a request may be.
pub const MAX_AGE: Duration = Duration::from_secs(10);
/// How far ahead of the receiver's the sender's clock may be.
pub const MAX_AHEAD: Duration = Duration::from_secs(2);

const PROTOCOL: &str = "btauth/1";
const VERSION: &str = "1";
const SCHEME: &str = "sr25519";

const HEADER_VERSION: HeaderName = HeaderName::from_static("x-bittensor-version");
const HEADER_HOTKEY: HeaderName = HeaderName::from_static("x-bittensor-hotkey");
const HEADER_RECEIVER: HeaderName = HeaderName::from_static("x-bittensor-receiver");
const HEADER_NONCE: HeaderName = HeaderName::from_static("x-bittensor-nonce");
const HEADER_CRYPTO: HeaderName = HeaderName::from_static("x-bittensor-crypto");
const HEADER_SIGNATURE: HeaderName = HeaderName::from_static("x-bittensor-signature");

/// The headers of a signed message. The scheme is left out, as the SDK does: none means sr25519.
fn headers(sender: &AccountId, receiver: &AccountId, nonce_ns: u64, signature: &[u8; 64]) -> HeaderMap {
    let fields = [
        (HEADER_VERSION, VERSION.to_owned()),
        (HEADER_HOTKEY, ss58(sender)),
        (HEADER_RECEIVER, ss58(receiver)),
        (HEADER_NONCE, nonce_ns.to_string()),
        (HEADER_SIGNATURE, format!("0x{}", hex::encode(signature))),
    ];
    let value = |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    fields.iter().map(|(name, text)| (name.clone(), value(text))).collect()
}
