//! What a request says of itself, and whether that is true.

use http::{HeaderMap, HeaderName};
use keys::{Signer, parse_ss58, ss58, verify};
use primitives::AccountId;
use thiserror::Error;

use super::{
    HEADER_CRYPTO, HEADER_HOTKEY, HEADER_NONCE, HEADER_RECEIVER, HEADER_SIGNATURE, HEADER_VERSION, MAX_AGE, MAX_AHEAD,
    Replays, SCHEME, VERSION, headers, payload,
};

/// Why a request or an answer is not taken. For logs and metrics: a server tells all of these alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AuthError {
    /// A header is missing, stands twice, or is none of the protocol's.
    #[error("a header of btauth/1 is missing or malformed")]
    Malformed,
    /// It is for another receiver, or for none.
    #[error("signed for another receiver")]
    WrongReceiver,
    /// It is too old or too far ahead, or older than the receiver's memory of requests.
    #[error("not fresh")]
    Stale,
    /// The signature is not the sender's of this method, path and body.
    #[error("the signature does not fit")]
    BadSignature,
    /// It was taken before.
    #[error("seen before")]
    Replayed,
    /// More fresh requests than the receiver remembers.
    #[error("too many requests at once")]
    Crowded,
}

/// What a request's headers say. Nothing of it is true before [`Claim::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who sent it.
    pub sender: AccountId,
    /// For whom it is.
    pub receiver: AccountId,
    /// When it was signed, in nanoseconds since the Unix epoch; with the sender it names the request.
    pub nonce_ns: u64,
    /// The sender's signature.
    pub signature: [u8; 64],
}

impl Claim {
    /// Reads a claim from headers.
    ///
    /// # Errors
    /// [`AuthError::Malformed`]; [`AuthError::WrongReceiver`] if there is no receiver.
    pub fn read(headers: &HeaderMap) -> Result<Self, AuthError> {
        let required = |name| one(headers, name)?.ok_or(AuthError::Malformed);
        if required(HEADER_VERSION)? != VERSION || one(headers, HEADER_CRYPTO)?.is_some_and(|scheme| scheme != SCHEME) {
            return Err(AuthError::Malformed);
        }
        let sender = account(required(HEADER_HOTKEY)?).ok_or(AuthError::Malformed)?;
        let nonce = required(HEADER_NONCE)?;
        let nonce_ns: u64 = nonce.parse().map_err(|_| AuthError::Malformed)?;
        if nonce_ns.to_string() != nonce {
            return Err(AuthError::Malformed);
        }
        let text = required(HEADER_SIGNATURE)?;
        let mut signature = [0; 64];
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut signature)
            .map_err(|_| AuthError::Malformed)?;
        let receiver = one(headers, HEADER_RECEIVER)?.and_then(account).ok_or(AuthError::WrongReceiver)?;
        Ok(Self { sender, receiver, nonce_ns, signature })
    }

    /// Whether it is for `receiver` and fresh at `now_ns`.
    ///
    /// # Errors
    /// [`AuthError::WrongReceiver`], [`AuthError::Stale`].
    pub fn check(&self, receiver: &AccountId, now_ns: u64) -> Result<(), AuthError> {
        if self.receiver != *receiver {
            return Err(AuthError::WrongReceiver);
        }
        let age = i128::from(now_ns) - i128::from(self.nonce_ns);
        let fresh = -(MAX_AHEAD.as_nanos() as i128)..=MAX_AGE.as_nanos() as i128;
        if fresh.contains(&age) { Ok(()) } else { Err(AuthError::Stale) }
    }

    /// Whether the sender signed this method, target (path and query as sent) and body.
    ///
    /// # Errors
    /// [`AuthError::BadSignature`].
    pub fn verify(&self, method: &str, target: &str, body: &[u8]) -> Result<(), AuthError> {
        let payload = payload::of_request(method, target, body, self.nonce_ns, &self.sender, &self.receiver);
        if verify(&self.sender, &payload, &self.signature) { Ok(()) } else { Err(AuthError::BadSignature) }
    }
}

/// The headers of a request that `sender` sends to `receiver`. `target` is path and query exactly as they are sent; no
/// two requests of a sender may have the same nonce.
pub fn sign_request(
    sender: &Signer,
    receiver: &AccountId,
    method: &str,
    target: &str,
    body: &[u8],
    nonce_ns: u64,
) -> HeaderMap {
    let payload = payload::of_request(method, target, body, nonce_ns, &sender.account(), receiver);
    headers(&sender.account(), receiver, nonce_ns, &sender.sign(&payload))
}

/// Takes a request: all steps of the module in their order.
///
/// # Errors
/// [`AuthError`], of the first step that fails.
pub fn verify_request(
    headers: &HeaderMap,
    [method, target]: [&str; 2],
    body: &[u8],
    receiver: &AccountId,
    now_ns: u64,
    replays: &Replays,
) -> Result<Claim, AuthError> {
    let claim = Claim::read(headers)?;
    claim.check(receiver, now_ns)?;
    claim.verify(method, target, body)?;
    replays.admit(&claim, now_ns)?;
    Ok(claim)
}

/// The account of an address with prefix 42, Bittensor's. What is signed contains the text, so an account has only one.
fn account(text: &str) -> Option<AccountId> {
    parse_ss58(text).ok().filter(|account| ss58(account) == text)
}

/// The value of a header that may stand once.
fn one(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, AuthError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| AuthError::Malformed),
        (Some(_), Some(_)) => Err(AuthError::Malformed),
    }
}
