//! The connection to a node: one of several endpoints at a time, another one when it fails, an end to every question.
//!
//! A half-open connection is the rule, not the exception: each try has its own time limit, whatever the socket says, and
//! after a failure the next try is on a new connection to the next endpoint. A connection is used only once the chain
//! behind it has the first block that the link was made for.

use std::{sync::OnceLock, time::Duration};

use primitives::Hash;
use serde::de::DeserializeOwned;
use subxt::{
    ext::jsonrpsee::{
        client_transport::ws::{Url, WsTransportClientBuilder},
        core::client::Client,
    },
    rpcs::{
        Error, RpcClient, UserError,
        client::{RpcParams, rpc_params},
    },
    utils::H256,
};
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout_at},
};

use crate::{ChainError, ConnectionFailure};

/// One try on one connection; a question gets several before its deadline.
const TRY: Duration = Duration::from_secs(8);
/// The pause before the first new connection; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Bytes of the largest answer that is read: metadata and blocks are the largest there are.
const MAX_ANSWER: u32 = 32 << 20;

/// Why a question has no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// The node said why.
    Refused(UserError),
    /// There is no node, or it says nothing that can be used.
    Failed(ConnectionFailure),
}

/// The endpoints of one chain.
pub(super) struct Link {
    endpoints: Vec<String>,
    genesis: OnceLock<Hash>,
    place: Mutex<Place>,
}

/// Where the link is connected to.
#[derive(Default)]
struct Place {
    client: Option<RpcClient>,
    /// How many connections there have been; the next one's endpoint follows from it.
    count: usize,
}

impl Link {
    pub(super) fn new(endpoints: Vec<String>) -> Self {
        Self { endpoints, genesis: OnceLock::new(), place: Mutex::default() }
    }

    /// The endpoints as a user wrote them.
    pub(super) fn name(&self) -> String {
        self.endpoints.join(",")
    }

    /// Connects to the first endpoint that answers, trying each once, and remembers the chain that is there.
    pub(super) async fn arrive(&self) -> Result<(), ChainError> {
        let mut failure = NoAnswer::Failed(ConnectionFailure::Broken(std::io::ErrorKind::NotFound));
        for _ in &self.endpoints {
            match self.ask_once::<H256>("chain_getBlockHash", rpc_params![0], Instant::now() + TRY).await {
                Ok(first) => {
                    self.genesis.get_or_init(|| first.0);
                    return Ok(());
                }
                Err(no) => failure = no,
            }
        }
        Err(self.lost(failure))
    }

    /// The hash of the chain's first block.
    pub(super) fn genesis(&self) -> Hash {
        // It is known since the link arrived.
        self.genesis.get().copied().unwrap_or_default()
    }

    /// Asks until there is an answer or the time is over. For questions only, and what may be said twice.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: RpcParams,
        deadline: Instant,
    ) -> Result<T, NoAnswer> {
        let mut pause = FIRST_PAUSE;
        loop {
            let failure = match self.ask_once(method, params.clone(), deadline).await {
                Err(NoAnswer::Failed(failure)) => failure,
                answer => return answer,
            };
            if Instant::now() + pause >= deadline || !is_worth_a_try(&failure) {
                return Err(NoAnswer::Failed(failure));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Asks once. After a failure it is not known whether the question arrived.
    pub(super) async fn ask_once<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: RpcParams,
        deadline: Instant,
    ) -> Result<T, NoAnswer> {
        let end = deadline.min(Instant::now() + TRY);
        let (client, count) = self.client(end).await.map_err(NoAnswer::Failed)?;
        let failure = match timeout_at(end, client.request(method, params)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(Error::User(error))) => return Err(NoAnswer::Refused(error)),
            Ok(Err(Error::Deserialization(_) | Error::Decode(_))) => ConnectionFailure::NotUnderstood,
            Ok(Err(_)) => ConnectionFailure::Broken(std::io::ErrorKind::ConnectionReset),
            Err(_) => ConnectionFailure::Deadline(TRY),
        };
        self.leave(count).await;
        Err(NoAnswer::Failed(failure))
    }

    /// The connection there is, or a new one.
    async fn client(&self, end: Instant) -> Result<(RpcClient, usize), ConnectionFailure> {
        // Who waits for a connection that another one makes waits no longer than it would itself.
        let mut place = timeout_at(end, self.place.lock()).await.map_err(|_| ConnectionFailure::Deadline(TRY))?;
        if let Some(client) = &place.client {
            return Ok((client.clone(), place.count));
        }
        let endpoint = self.endpoints.get(place.count % self.endpoints.len().max(1));
        place.count += 1;
        let endpoint = endpoint.ok_or(ConnectionFailure::Broken(std::io::ErrorKind::NotFound))?;
        let client = timeout_at(end, self.connect(endpoint)).await.map_err(|_| ConnectionFailure::Deadline(TRY))??;
        place.client = Some(client.clone());
        Ok((client, place.count))
    }

    async fn connect(&self, endpoint: &str) -> Result<RpcClient, ConnectionFailure> {
        let url = Url::parse(endpoint).map_err(|_| ConnectionFailure::Broken(std::io::ErrorKind::InvalidInput))?;
        let transport = WsTransportClientBuilder::default().max_response_size(MAX_ANSWER).build(url).await;
        let (sender, receiver) =
            transport.map_err(|_| ConnectionFailure::Broken(std::io::ErrorKind::ConnectionRefused))?;
        let client = RpcClient::new(Client::builder().request_timeout(TRY).build_with_tokio(sender, receiver));
        if let Some(genesis) = self.genesis.get() {
            let first: H256 = client
                .request("chain_getBlockHash", rpc_params![0])
                .await
                .map_err(|_| ConnectionFailure::NotUnderstood)?;
            if first.0 != *genesis {
                return Err(ConnectionFailure::OtherChain);
            }
        }
        Ok(client)
    }

    /// Uses a connection no longer, unless somebody has replaced it already.
    async fn leave(&self, count: usize) {
        let mut place = self.place.lock().await;
        if place.count == count {
            place.client = None;
        }
    }

    /// The error of a question whose refusal means nothing more.
    pub(super) fn lost(&self, no: NoAnswer) -> ChainError {
        let failure = match no {
            NoAnswer::Refused(error) => ConnectionFailure::Refused(error.message),
            NoAnswer::Failed(failure) => failure,
        };
        ChainError::Connection { endpoint: self.name(), failure }
    }
}

/// Whether another connection may do better. With one endpoint of several even a wrong chain may be followed by the right one.
fn is_worth_a_try(failure: &ConnectionFailure) -> bool {
    !matches!(failure, ConnectionFailure::Broken(std::io::ErrorKind::InvalidInput | std::io::ErrorKind::NotFound))
}
