//! What is asked of a node about its chain: runtimes, accounts, contracts, events.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use primitives::{AccountId, Hash};
use serde_json::Value as Json;
use sp_core::bytes::from_hex;
use subxt::{rpcs::client::rpc_params, utils::H256};
use tokio::time::Instant;

use super::{
    blocks::{self, Blocks},
    link::{Link, NoAnswer},
    runtime::{self, Runtime, Version, hex_of},
};
use crate::{At, Block, ChainError, ConnectionFailure, Currency, DispatchFailure, Event, Host, Label};

/// Runtimes that are kept: the present one and those that reads of older blocks need.
const KEPT_RUNTIMES: usize = 4;

/// A chain behind a link.
pub(super) struct HostChain {
    pub(super) link: Link,
    pub(super) blocks: Blocks,
    runtimes: Mutex<BTreeMap<u32, Arc<Runtime>>>,
}

impl HostChain {
    pub(super) fn new(endpoints: Vec<String>) -> Self {
        Self { link: Link::new(endpoints), blocks: Blocks::default(), runtimes: Mutex::default() }
    }

    /// A question about the state after a block.
    async fn state<T: serde::de::DeserializeOwned>(
        &self,
        method: &'static str,
        params: subxt::rpcs::client::RpcParams,
        block: Hash,
        deadline: Instant,
    ) -> Result<T, ChainError> {
        self.link.ask(method, params, deadline).await.map_err(|no| match no {
            NoAnswer::Refused(error)
                if is_about_the_block(&error.message, error.data.as_deref().map(|data| data.get())) =>
            {
                ChainError::UnknownBlock(block)
            }
            no => self.link.lost(no),
        })
    }

    /// The hash of a block to look at.
    pub(super) async fn hash(&self, at: At, deadline: Instant) -> Result<Hash, ChainError> {
        match at {
            At::Block(hash) => Ok(hash),
            At::Head => self.head(deadline).await.map(|header| header.hash),
            At::Number(number) => {
                let hash = blocks::hash_of(&self.link, number, deadline).await.map_err(|no| self.link.lost(no))?;
                hash.ok_or(ChainError::UnknownNumber(number))
            }
        }
    }

    pub(super) async fn head(&self, deadline: Instant) -> Result<blocks::Header, ChainError> {
        blocks::finalized(&self.link, deadline).await.map_err(|no| self.link.lost(no))
    }

    /// The newest block, finalized or not: what transactions are tried on.
    pub(super) async fn best(&self, deadline: Instant) -> Result<Hash, ChainError> {
        blocks::best(&self.link, deadline).await.map_err(|no| self.link.lost(no))
    }

    pub(super) async fn block(&self, at: At, deadline: Instant) -> Result<Block, ChainError> {
        let header = match at {
            At::Head => self.head(deadline).await?,
            At::Block(_) | At::Number(_) => {
                let hash = self.hash(at, deadline).await?;
                let header = blocks::header(&self.link, hash, deadline).await.map_err(|no| self.link.lost(no))?;
                header.ok_or(ChainError::UnknownBlock(hash))?
            }
        };
        let now = self.storage(header.hash, &runtime::storage_value("Timestamp", "Now"), deadline).await?;
        // No time was set in the first block.
        let timestamp_ms = now.map_or(Some(0), |now| runtime::timestamp(&now)).ok_or_else(|| self.not_understood())?;
        Ok(Block { number: header.number, hash: header.hash, timestamp_ms })
    }

    /// The runtime that made a block's state, or will make its successor's.
    pub(super) async fn runtime(&self, block: Hash, deadline: Instant) -> Result<Arc<Runtime>, ChainError> {
        let version: Version = self.state("state_getRuntimeVersion", rpc_params![H256(block)], block, deadline).await?;
        let kept = |runtimes: &BTreeMap<u32, Arc<Runtime>>| runtimes.get(&version.spec_version).cloned();
        if let Some(runtime) = kept(&self.runtimes()) {
            return Ok(runtime);
        }
        let genesis = self.link.genesis();
        let metadata: String = self.state("state_getMetadata", rpc_params![H256(block)], block, deadline).await?;
        let metadata = from_hex(&metadata).map_err(|_| self.not_understood())?;
        let spec_version = version.spec_version;
        let runtime = Arc::new(Runtime::new(version, genesis, &metadata).ok_or_else(|| self.not_understood())?);
        let mut runtimes = self.runtimes();
        runtimes.insert(spec_version, Arc::clone(&runtime));
        while runtimes.len() > KEPT_RUNTIMES {
            runtimes.pop_first();
        }
        Ok(runtime)
    }

    fn runtimes(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Arc<Runtime>>> {
        self.runtimes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A value of the state, by its key in hex.
    pub(super) async fn storage(
        &self,
        block: Hash,
        key: &str,
        deadline: Instant,
    ) -> Result<Option<Vec<u8>>, ChainError> {
        let value: Option<String> =
            self.state("state_getStorage", rpc_params![key, H256(block)], block, deadline).await?;
        value.map(|value| from_hex(&value).map_err(|_| self.not_understood())).transpose()
    }

    /// The answer of a runtime API.
    pub(super) async fn runtime_api(
        &self,
        block: Hash,
        function: &str,
        arguments: &[u8],
        deadline: Instant,
    ) -> Result<Vec<u8>, ChainError> {
        let params = rpc_params![function, hex_of(arguments), H256(block)];
        let answer: String = self.state("state_call", params, block, deadline).await?;
        from_hex(&answer).map_err(|_| self.not_understood())
    }

    pub(super) async fn events(&self, block: Hash, deadline: Instant) -> Result<Vec<u8>, ChainError> {
        let events = self.storage(block, &runtime::storage_value("System", "Events"), deadline).await?;
        Ok(events.unwrap_or_default())
    }

    /// What contracts emitted in the block with a number; nothing beyond the newest.
    pub(super) async fn contract_events(&self, number: u32, deadline: Instant) -> Result<Vec<Event>, ChainError> {
        let hash = blocks::hash_of(&self.link, number, deadline).await.map_err(|no| self.link.lost(no))?;
        // Nothing happens in the first block, which has no parent.
        let Some(hash) = hash.filter(|_| number > 0) else { return Ok(vec![]) };
        let events = self.events(hash, deadline).await?;
        // The events of a block that brings a new runtime are still the old one's, and the parent's state names it.
        let header = blocks::header(&self.link, hash, deadline).await.map_err(|no| self.link.lost(no))?;
        let runtime = self.runtime(header.map_or(hash, |header| header.parent), deadline).await?;
        super::records::emitted(&runtime, number, events).ok_or_else(|| self.not_understood())
    }

    /// The nonce of the account's next transaction, those included that wait in the node's pool.
    pub(super) async fn next_nonce(&self, account: AccountId, deadline: Instant) -> Result<u64, ChainError> {
        let account = crate::ss58(&account);
        let next = self.link.ask("system_accountNextIndex", rpc_params![account], deadline).await;
        next.map_err(|no| self.link.lost(no))
    }

    /// How many transactions of the account a block's state counts.
    pub(super) async fn nonce_at(&self, block: Hash, account: AccountId, deadline: Instant) -> Result<u64, ChainError> {
        let answer = self.runtime_api(block, "AccountNonceApi_account_nonce", &account.0, deadline).await?;
        // The width of a nonce is the chain's affair.
        let mut nonce = [0; 8];
        let bytes = nonce.get_mut(..answer.len()).ok_or_else(|| self.not_understood())?;
        bytes.copy_from_slice(&answer);
        Ok(u64::from_le_bytes(nonce))
    }

    pub(super) async fn host(&self, deadline: Instant) -> Result<Host, ChainError> {
        let head = self.hash(At::Head, deadline).await?;
        let runtime = self.runtime(head, deadline).await?;
        let properties: Json =
            self.link.ask("system_properties", rpc_params![], deadline).await.map_err(|no| self.link.lost(no))?;
        // A chain that says nothing of its currency has, as for every tool, UNITs with 12 decimals.
        let currency = Currency {
            symbol: first(&properties, "tokenSymbol").and_then(Json::as_str).unwrap_or("UNIT").to_owned(),
            decimals: first(&properties, "tokenDecimals")
                .and_then(Json::as_u64)
                .and_then(|decimals| u8::try_from(decimals).ok())
                .unwrap_or(12),
            balance_bytes: runtime.balances.bytes(),
            existential_deposit: runtime.existential_deposit().unwrap_or(0),
        };
        Ok(Host {
            name: runtime.version.spec_name.clone(),
            version: runtime.version.spec_version,
            genesis: self.link.genesis(),
            currency,
            limits: runtime.has_contracts().then(|| runtime.limits()).flatten(),
        })
    }

    /// The runtime, if contracts can be asked there.
    pub(super) async fn contracts_runtime(
        &self,
        block: Hash,
        message: &Label,
        deadline: Instant,
    ) -> Result<Arc<Runtime>, ChainError> {
        let runtime = self.runtime(block, deadline).await?;
        if runtime.has_contracts() {
            return Ok(runtime);
        }
        Err(ChainError::Dispatch { message: message.clone(), failure: DispatchFailure::NoContracts })
    }

    /// What came from the node is not what it must be.
    pub(super) fn not_understood(&self) -> ChainError {
        self.link.lost(NoAnswer::Failed(ConnectionFailure::NotUnderstood))
    }
}

/// A chain's property, which is the first of several on chains with several currencies.
fn first<'a>(properties: &'a Json, name: &str) -> Option<&'a Json> {
    let property = properties.get(name)?;
    property.get(0).or(Some(property))
}

/// Whether a node says that it does not have a block, or not its state any longer.
fn is_about_the_block(message: &str, data: Option<&str>) -> bool {
    [Some(message), data].into_iter().flatten().any(|text| {
        ["UnknownBlock", "State already discarded", "unknown block", "Header was not found"]
            .iter()
            .any(|sign| text.contains(sign))
    })
}
