//! The bytes that are signed: lines of UTF-8 joined by a newline.

use keys::ss58;
use primitives::AccountId;
use sha2::{Digest as _, Sha256};

use super::{PROTOCOL, SCHEME};

/// `btauth/1`, scheme, METHOD, path and query as sent, SHA-256 of the body, nonce, sender, receiver.
pub(super) fn of_request(
    method: &str,
    target: &str,
    body: &[u8],
    nonce_ns: u64,
    sender: &AccountId,
    receiver: &AccountId,
) -> Vec<u8> {
    let lines = [
        PROTOCOL.into(),
        SCHEME.into(),
        method.to_uppercase(),
        target.to_owned(),
        sha256_hex(body),
        nonce_ns.to_string(),
        ss58(sender),
        ss58(receiver),
    ];
    lines.join("\n").into_bytes()
}

/// The same form: `response` stands for the method, which is upper case, and the status for the path. One more line, the
/// SHA-256 of the request's body, says what was answered, for a nonce can be signed with several bodies.
pub(super) fn of_response(
    status: u16,
    body: &[u8],
    request_nonce_ns: u64,
    request_body: &[u8],
    [sender, receiver]: [&AccountId; 2],
) -> Vec<u8> {
    let lines = [
        PROTOCOL.into(),
        SCHEME.into(),
        "response".into(),
        status.to_string(),
        sha256_hex(body),
        request_nonce_ns.to_string(),
        ss58(sender),
        ss58(receiver),
        sha256_hex(request_body),
    ];
    lines.join("\n").into_bytes()
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
