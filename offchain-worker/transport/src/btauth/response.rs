//! Signed answers: what the SDK's protocol lacks, so that an answer is evidence of what a miner said.

use http::HeaderMap;
use keys::{Signer, verify};
use primitives::AccountId;

use super::{AuthError, Claim, headers, payload};

/// The headers of the answer to a request: those of a request, with the request's nonce and the parties exchanged.
pub fn sign_response(sender: &Signer, request: &Claim, request_body: &[u8], status: u16, body: &[u8]) -> HeaderMap {
    let parties = [&sender.account(), &request.sender];
    let payload = payload::of_response(status, body, request.nonce_ns, request_body, parties);
    headers(&sender.account(), &request.sender, request.nonce_ns, &sender.sign(&payload))
}

/// Whether an answer is `sender`'s to the request that `receiver` sent with this nonce and body; returns the signature,
/// which with the rest proves it to anybody.
///
/// # Errors
/// [`AuthError::Malformed`], [`AuthError::WrongReceiver`] for an answer to somebody else, and
/// [`AuthError::BadSignature`] also for one by somebody else or to another request.
pub fn verify_response(
    headers: &HeaderMap,
    status: u16,
    body: &[u8],
    request_nonce_ns: u64,
    request_body: &[u8],
    [sender, receiver]: [&AccountId; 2],
) -> Result<[u8; 64], AuthError> {
    let claim = Claim::read(headers)?;
    if claim.receiver != *receiver {
        return Err(AuthError::WrongReceiver);
    }
    let payload = payload::of_response(status, body, request_nonce_ns, request_body, [sender, receiver]);
    let fits =
        claim.sender == *sender && claim.nonce_ns == request_nonce_ns && verify(sender, &payload, &claim.signature);
    if fits { Ok(claim.signature) } else { Err(AuthError::BadSignature) }
}
