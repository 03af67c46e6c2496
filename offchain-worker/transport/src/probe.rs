//! Whether a miner's endpoint is what the chain says: reachable, of that hotkey, and closed to whoever does not sign.

use std::time::Duration;

use http::{HeaderMap, StatusCode};
use primitives::axon::{Axon, Endpoints};
use thiserror::Error;

use crate::{
    http_client,
    wire::{self, Format, Info},
};

/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Why an endpoint is not one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProbeError {
    /// Nothing answers there, or not in time.
    #[error("nothing answers at {origin}: {reason}")]
    Unreachable {
        /// Where.
        origin: String,
        /// What failed.
        reason: String,
    },
    /// What answers does not say what is served.
    #[error("what answers at {0} is no miner's endpoint")]
    NotAnEndpoint(String),
    /// A request without a signature is not turned away.
    #[error("the endpoint at {origin} answers unsigned requests with status {status} instead of 401")]
    Open {
        /// Where.
        origin: String,
        /// The status of the answer.
        status: u16,
    },
}

/// Asks an endpoint what it serves, and whether it takes a request that nobody signed. Each of the two questions takes at
/// most `timeout`; which addresses are asked at all is decided by `endpoints`.
///
/// # Errors
/// [`ProbeError`].
pub fn probe(axon: &Axon, endpoints: Endpoints, timeout: Duration) -> Result<Info, ProbeError> {
    let (agent, origin) = (http_client::agent(endpoints, 0), http_client::origin(axon));
    let unreachable = |error: ureq::Error| {
        let reason = match error {
            ureq::Error::HostNotFound => "addresses like this are not asked".to_owned(),
            error => error.to_string(),
        };
        ProbeError::Unreachable { origin: origin.clone(), reason }
    };
    let answer = http_client::get(&agent, &format!("{origin}{}", wire::INFO), HeaderMap::new(), timeout);
    let mut body = Vec::new();
    let not_an_endpoint = || ProbeError::NotAnEndpoint(origin.clone());
    http_client::read_up_to(answer.map_err(unreachable)?.into_body(), &mut body, MAX_BYTES)
        .map_err(|_| not_an_endpoint())?;
    let info = Format::Json.decode(&body).map_err(|_| not_an_endpoint())?;

    let url = format!("{origin}{}", wire::PREDICT);
    let answer = http_client::post(&agent, &url, HeaderMap::new(), b"{}", MAX_BYTES as u64, timeout);
    match answer.map_err(unreachable)?.status {
        StatusCode::UNAUTHORIZED => Ok(info),
        status => Err(ProbeError::Open { origin, status: status.as_u16() }),
    }
}
