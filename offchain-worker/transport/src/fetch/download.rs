//! One download: several requests if need be, each for what is still missing, all before one deadline.

use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue, StatusCode, header};
use keys::Signer;
use primitives::{axon::Axon, model::CommittedModel};
use ureq::Agent;

use super::FetchError;
use crate::{btauth, clock, http_client, wire};

/// Requests of one download; a server that cuts each one off after a byte gets no more.
const MAX_REQUESTS: u32 = 5;

/// A download under way. Ends with all bytes, or with those that came and why there are no more.
pub(super) struct Download<'a> {
    /// The client for locations and the one for endpoints.
    pub(super) agents: [&'a Agent; 2],
    pub(super) end: Instant,
    pub(super) size: u32,
    pub(super) bytes: Vec<u8>,
}

type Outcome = Result<Vec<u8>, (Vec<u8>, FetchError)>;

impl Download<'_> {
    /// Downloads from a location.
    pub(super) fn web(self, url: &str) -> Outcome {
        let agent = self.agents[0];
        self.run(agent, url, HeaderMap::new)
    }

    /// Downloads the committed model from the miner's endpoint.
    pub(super) fn endpoint(self, signer: &Signer, committed: &CommittedModel, axon: &Axon) -> Outcome {
        let target = wire::blob_target(&committed.model.bound_hash);
        let url = format!("{}{target}", http_client::origin(axon));
        let sign = || btauth::sign_request(signer, &committed.hotkey, "GET", &target, b"", clock::unix_nanos());
        let agent = self.agents[1];
        self.run(agent, &url, sign)
    }

    fn run(mut self, agent: &Agent, url: &str, headers: impl Fn() -> HeaderMap) -> Outcome {
        let size = self.size as usize;
        if self.bytes.len() >= size {
            self.bytes.clear();
        }
        let mut reason = String::new();
        for _ in 0..MAX_REQUESTS {
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            match self.request(agent, url, headers(), left) {
                Ok(()) if self.bytes.len() == size => return Ok(self.bytes),
                Ok(()) if self.bytes.len() > size => {
                    return Err((Vec::new(), FetchError::TooLong { size: self.size }));
                }
                Ok(()) => reason = "the server ended early".into(),
                Err(Stop::Refused(status)) => return Err((self.bytes, FetchError::Refused(status))),
                Err(Stop::Broken(what)) => reason = what,
            }
        }
        let error = FetchError::Incomplete { got: self.bytes.len(), size: self.size, reason };
        Err((self.bytes, error))
    }

    /// One request for what is missing. What comes before it breaks is kept.
    fn request(&mut self, agent: &Agent, url: &str, mut headers: HeaderMap, left: Duration) -> Result<(), Stop> {
        let have = self.bytes.len();
        if have > 0 {
            let range = HeaderValue::from_str(&format!("bytes={have}-")).map_err(|error| Stop::broken(&error))?;
            headers.insert(header::RANGE, range);
        }
        let response = http_client::get(agent, url, headers, left).map_err(|error| Stop::broken(&error))?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if begins_at(response.headers(), have) => {}
            // The server does not resume, or has something else than before.
            StatusCode::OK => self.bytes.clear(),
            StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT => {
                self.bytes.clear();
                return Err(Stop::Broken("the server cannot go on where it ended".into()));
            }
            status if status.is_server_error() => return Err(Stop::Broken(format!("status {}", status.as_u16()))),
            status => return Err(Stop::Refused(status.as_u16())),
        }
        http_client::read_up_to(response.into_body(), &mut self.bytes, self.size as usize)
            .map_err(|error| Stop::broken(&error))
    }
}

/// Why one request of a download brought nothing, or not all.
enum Stop {
    Refused(u16),
    Broken(String),
}

impl Stop {
    fn broken(error: &dyn std::error::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Whether `Content-Range` says that a part begins at `start`.
fn begins_at(headers: &HeaderMap, start: usize) -> bool {
    let text = headers.get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = text.strip_prefix("bytes ").and_then(|range| range.split('-').next());
    first.and_then(|first| first.parse::<usize>().ok()) == Some(start)
}
