//! Models from where miners say they are, into a cache.
//!
//! Whoever serves a model is hostile. What counts is the commitment on the chain: its size is all that is read, its hash
//! all that is believed. A download has a deadline, goes on where the last one ended, and what came of it is kept even
//! when it was cut off, so a slow honest miner gets there over several rounds and a hostile one takes a fixed time.

mod cache;
mod download;
mod location;

pub use cache::{Cache, CacheError};
pub use location::{BadLocation, Location};

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use keys::Signer;
use primitives::{
    axon::{Axon, Endpoints},
    model::{CommittedModel, ModelCommitment, bound_hash, content_hash},
};
use thiserror::Error;
use ureq::Agent;

use crate::{http_client, threads};
use download::Download;

/// What a fetcher may do, and for how long.
#[derive(Clone, Debug)]
pub struct FetchRules {
    /// Where models are kept.
    pub directory: PathBuf,
    /// Most bytes that are kept there; the models that were used least lately go first. Default: 4 GiB
    pub cache_bytes: u64,
    /// Time for one model. Default: 30 s
    pub deadline: Duration,
    /// Models that are fetched at the same time. Default: 8
    pub concurrent: usize,
    /// Which addresses are asked. With [`Endpoints::Local`] files are read too. Default: public ones
    pub endpoints: Endpoints,
}

impl FetchRules {
    /// Defaults, with models kept in `directory`.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            cache_bytes: 4 << 30,
            deadline: Duration::from_secs(30),
            concurrent: 8,
            endpoints: Endpoints::Public,
        }
    }
}

/// Why a model is not at hand.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The committed location is none.
    #[error(transparent)]
    Location(#[from] BadLocation),
    /// The commitment has no location and the miner no endpoint.
    #[error("neither a location nor an endpoint")]
    Nowhere,
    /// Nothing came, or not all before the deadline; what came is kept.
    #[error("{got} of {size} bytes came: {reason}")]
    Incomplete {
        /// Bytes that came so far.
        got: usize,
        /// The committed size in bytes.
        size: u32,
        /// What happened last.
        reason: String,
    },
    /// The server answered with a status that is no success.
    #[error("refused with status {0}")]
    Refused(u16),
    /// More bytes came than were committed.
    #[error("more than the committed {size} bytes")]
    TooLong {
        /// The committed size in bytes.
        size: u32,
    },
    /// The bytes are not those that were committed to.
    #[error("other bytes than those committed to")]
    WrongContent,
}

/// Fetches models and keeps them.
#[derive(Debug)]
pub struct Fetcher {
    rules: FetchRules,
    cache: Cache,
    signer: Signer,
    /// For locations, which may redirect.
    web: Agent,
    /// For endpoints, which may not: what is signed is for one path.
    endpoint: Agent,
}

/// Redirects that a location may go through.
const MAX_REDIRECTS: u32 = 3;

impl Fetcher {
    /// A fetcher that asks endpoints as `signer`.
    ///
    /// # Errors
    /// [`CacheError`] if the directory cannot be made or is open to others.
    pub fn new(rules: FetchRules, signer: Signer) -> Result<Self, CacheError> {
        let cache = Cache::open(&rules.directory, rules.cache_bytes)?;
        let web = http_client::agent(rules.endpoints, MAX_REDIRECTS);
        let endpoint = http_client::agent(rules.endpoints, 0);
        Ok(Self { rules, cache, signer, web, endpoint })
    }

    /// The model that was committed to: from the cache, else from its location, else, where that is empty, from the
    /// miner's endpoint.
    ///
    /// # Errors
    /// [`FetchError`]; whatever it is, the miner is not observed, and may be asked again later.
    pub fn fetch_committed(&self, committed: &CommittedModel, axon: Option<&Axon>) -> Result<Vec<u8>, FetchError> {
        let model = &committed.model;
        let is_committed = |bytes: &[u8]| {
            u32::try_from(bytes.len()) == Ok(model.size)
                && bound_hash(&content_hash(bytes), &committed.hotkey) == model.bound_hash
        };
        // A cache that fails, as on a full disk, costs another download and nothing else.
        if let Some(kept) = self.cache.get(&model.bound_hash).ok().flatten().filter(|kept| is_committed(kept)) {
            return Ok(kept);
        }
        let bytes = self.fetch_new(committed, axon)?;
        if !is_committed(&bytes) {
            return Err(FetchError::WrongContent);
        }
        let _ = self.cache.put(&model.bound_hash, &bytes);
        Ok(bytes)
    }

    /// [`Fetcher::fetch_committed`] for many miners, some at a time, in their order.
    pub fn fetch_all(&self, wanted: &[(CommittedModel, Option<Axon>)]) -> Vec<Result<Vec<u8>, FetchError>> {
        threads::map(wanted, self.rules.concurrent, |(committed, axon)| self.fetch_committed(committed, axon.as_ref()))
    }

    /// What is at `location`, of which at most `size` bytes are wanted; `None` if there are none to be had. Neither
    /// verified nor kept: for callers that know no commitment.
    pub fn fetch(&self, location: &str, size: u32) -> Option<Vec<u8>> {
        let location = Location::parse(location).ok()??;
        self.read(&location, size, Vec::new()).ok()
    }

    fn fetch_new(&self, committed: &CommittedModel, axon: Option<&Axon>) -> Result<Vec<u8>, FetchError> {
        let ModelCommitment { size, bound_hash, location, .. } = &committed.model;
        let begun = self.cache.take_part(bound_hash).unwrap_or_default();
        let fetched = match (Location::parse_bytes(location)?, axon) {
            (Some(location), _) => self.read(&location, *size, begun),
            (None, Some(axon)) => self.download(begun, *size).endpoint(&self.signer, committed, axon),
            (None, None) => Err((begun, FetchError::Nowhere)),
        };
        fetched.map_err(|(part, error)| {
            // What was cut off can go on; anything else begins anew.
            if matches!(error, FetchError::Incomplete { .. }) && !part.is_empty() {
                let _ = self.cache.put_part(bound_hash, &part);
            }
            error
        })
    }

    fn read(&self, location: &Location, size: u32, begun: Vec<u8>) -> Result<Vec<u8>, (Vec<u8>, FetchError)> {
        match location {
            Location::Web(url) => self.download(begun, size).web(url),
            Location::File(path) if self.rules.endpoints == Endpoints::Local => {
                location::read_file(path, size).map_err(|error| (Vec::new(), error))
            }
            Location::File(_) => Err((Vec::new(), BadLocation::File.into())),
        }
    }

    fn download(&self, begun: Vec<u8>, size: u32) -> Download<'_> {
        Download { agents: [&self.web, &self.endpoint], end: Instant::now() + self.rules.deadline, size, bytes: begun }
    }
}
