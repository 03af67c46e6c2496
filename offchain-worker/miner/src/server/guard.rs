//! Who gets in: rates at the door, then the steps of `btauth/1`.

use std::{net::IpAddr, sync::Arc, time::Instant};

use axum::{
    Extension,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{header, request::Parts};
use tokio::time;
use transport::{btauth::Claim, clock};

use super::{Shared, refusal::Refusal};

/// The address that a connection comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Counts every request, and refuses those of an address that asks too often before anything of them is looked at.
pub(super) async fn at_the_door(
    State(shared): State<Arc<Shared>>,
    Extension(Peer(address)): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let response =
        if shared.rates.admit_address(address) { next.run(request).await } else { Refusal::TooMany.into_response() };
    shared.metrics.answered(response.status(), begun.elapsed());
    response
}

/// A request that is of who it says.
pub(super) struct Verified {
    pub(super) claim: Claim,
    pub(super) parts: Parts,
    pub(super) body: Bytes,
}

/// Takes a signed request with a body of at most `limit` bytes.
pub(super) async fn verified(shared: &Shared, request: Request, limit: usize) -> Result<Verified, Refusal> {
    let (parts, body) = request.into_parts();
    let claim = Claim::read(&parts.headers)?;
    claim.check(&shared.service.hotkey.account(), clock::unix_nanos())?;
    if !shared.service.callers.may_ask(&claim.sender) {
        return Err(Refusal::Unauthorized);
    }
    let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > limit) {
        return Err(Refusal::TooLarge);
    }
    let body = read(shared, body, limit).await?;
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    claim.verify(parts.method.as_str(), target, &body)?;
    shared.replays.admit(&claim, clock::unix_nanos())?;
    if !shared.rates.admit_key(&claim.sender) {
        return Err(Refusal::TooMany);
    }
    Ok(Verified { claim, parts, body })
}

async fn read(shared: &Shared, body: Body, limit: usize) -> Result<Bytes, Refusal> {
    match time::timeout(shared.settings.body(), to_bytes(body, limit)).await {
        Ok(Ok(body)) => Ok(body),
        // Longer than the limit, or broken off by the sender, who then reads no answer.
        Ok(Err(_)) => Err(Refusal::TooLarge),
        Err(_) => Err(Refusal::Slow),
    }
}
