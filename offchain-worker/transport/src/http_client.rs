//! One HTTP exchange with a stranger: a deadline on the whole of it, a limit on the body, and no addresses that are
//! nobody's business.

use std::{io::Read as _, time::Duration};

use http::{HeaderMap, Response, StatusCode};
use primitives::axon::{Axon, Endpoints};
use ureq::{Agent, Body, unversioned::transport::DefaultConnector};

use crate::reach::Reach;

/// Largest head of an answer, in bytes.
const MAX_HEAD_BYTES: usize = 16 << 10;

/// An HTTP client. `redirects` are followed at most, with the rules of `endpoints` for each.
pub(crate) fn agent(endpoints: Endpoints, redirects: u32) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(redirects)
        .max_redirects_will_error(true)
        .max_response_header_size(MAX_HEAD_BYTES)
        .proxy(None)
        .user_agent(concat!("yarrow/", env!("CARGO_PKG_VERSION")))
        .accept("*/*")
        .build();
    Agent::with_parts(config, DefaultConnector::default(), Reach::new(endpoints))
}

/// Where an endpoint is, without a path.
pub(crate) fn origin(axon: &Axon) -> String {
    let port = axon.port;
    match u32::try_from(axon.ip) {
        Ok(ip) if axon.ip_type == 4 => format!("http://{}:{port}", std::net::Ipv4Addr::from(ip)),
        _ => format!("http://[{}]:{port}", std::net::Ipv6Addr::from(axon.ip)),
    }
}

/// An answer that was read whole.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Sends `body` and reads the whole answer, of at most `limit` bytes.
pub(crate) fn post(
    agent: &Agent,
    url: &str,
    headers: HeaderMap,
    body: &[u8],
    limit: u64,
    timeout: Duration,
) -> Result<Reply, ureq::Error> {
    let mut request = agent.post(url).config().timeout_global(Some(timeout)).build();
    if let Some(all) = request.headers_mut() {
        all.extend(headers);
    }
    let (parts, mut body) = request.send(body)?.into_parts();
    let body = body.with_config().limit(limit).read_to_vec()?;
    Ok(Reply { status: parts.status, headers: parts.headers, body })
}

/// Asks for `url` and returns the answer with its body unread.
pub(crate) fn get(
    agent: &Agent,
    url: &str,
    headers: HeaderMap,
    timeout: Duration,
) -> Result<Response<Body>, ureq::Error> {
    let mut request = agent.get(url).config().timeout_global(Some(timeout)).build();
    if let Some(all) = request.headers_mut() {
        all.extend(headers);
    }
    request.call()
}

/// Appends a body to `bytes` until they are `size`, one byte more at most; whatever came before an error is kept.
pub(crate) fn read_up_to(body: Body, bytes: &mut Vec<u8>, size: usize) -> std::io::Result<()> {
    let room = (size + 1).saturating_sub(bytes.len()) as u64;
    body.into_with_config().limit(u64::MAX).reader().take(room).read_to_end(bytes).map(|_| ())
}
