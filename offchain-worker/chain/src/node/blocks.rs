//! The finalized blocks of a chain, each fetched once however many transactions wait for theirs.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Duration,
};

use primitives::Hash;
use serde::Deserialize;
use sp_core::{blake2_256, bytes::from_hex};
use subxt::{config::substrate::SubstrateHeader, rpcs::client::rpc_params, utils::H256};
use tokio::{sync::Mutex, time::Instant};

use super::link::{Link, NoAnswer};
use crate::ConnectionFailure;

/// How long the newest block is taken for the newest by those who wait for one.
pub(super) const PACE: Duration = Duration::from_millis(100);
/// Blocks that are kept: as many as a transaction can be in, and some for those who come late.
const KEPT: usize = 256;

/// A block's place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) number: u32,
    pub(super) hash: Hash,
    pub(super) parent: Hash,
}

/// Which transactions a block has.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) header: Header,
    /// The hash of each, in their order.
    transactions: Vec<Hash>,
}

impl Body {
    /// The place of a transaction in the block.
    pub(super) fn place_of(&self, transaction: &Hash) -> Option<u32> {
        self.transactions.iter().position(|one| one == transaction).and_then(|place| u32::try_from(place).ok())
    }
}

/// The hash of a transaction as it was handed in.
pub(super) fn transaction_hash(bytes: &[u8]) -> Hash {
    blake2_256(bytes)
}

/// What is known of the finalized chain.
#[derive(Default)]
pub(super) struct Blocks {
    head: Mutex<Option<(Instant, Header)>>,
    bodies: std::sync::Mutex<BTreeMap<u32, Arc<Body>>>,
    /// Held while a body is fetched, so that the others find it.
    fetching: Mutex<()>,
}

impl Blocks {
    /// The newest finalized block, or the newest of a moment ago.
    pub(super) async fn recent_head(&self, link: &Link, deadline: Instant) -> Result<Header, NoAnswer> {
        let mut head = self.head.lock().await;
        if let Some((seen, header)) = *head
            && seen.elapsed() < PACE
        {
            return Ok(header);
        }
        let header = finalized(link, deadline).await?;
        *head = Some((Instant::now(), header));
        Ok(header)
    }

    /// A block at or before the newest finalized one; `None` if the node does not have it yet.
    pub(super) async fn body(
        &self,
        link: &Link,
        number: u32,
        deadline: Instant,
    ) -> Result<Option<Arc<Body>>, NoAnswer> {
        if let Some(body) = self.kept(number) {
            return Ok(Some(body));
        }
        let _turn = self.fetching.lock().await;
        if let Some(body) = self.kept(number) {
            return Ok(Some(body));
        }
        let Some(body) = fetch(link, number, deadline).await? else { return Ok(None) };
        let body = Arc::new(body);
        let mut bodies = self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        bodies.insert(number, Arc::clone(&body));
        while bodies.len() > KEPT {
            bodies.pop_first();
        }
        Ok(Some(body))
    }

    fn kept(&self, number: u32) -> Option<Arc<Body>> {
        self.bodies.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }
}

/// The newest finalized block.
pub(super) async fn finalized(link: &Link, deadline: Instant) -> Result<Header, NoAnswer> {
    let hash: H256 = link.ask("chain_getFinalizedHead", rpc_params![], deadline).await?;
    header(link, hash.0, deadline).await?.ok_or(NOT_UNDERSTOOD)
}

/// The hash of the newest block, which may be none of the chain's in the end.
pub(super) async fn best(link: &Link, deadline: Instant) -> Result<Hash, NoAnswer> {
    let hash: H256 = link.ask("chain_getBlockHash", rpc_params![], deadline).await?;
    Ok(hash.0)
}

/// The header of a block.
pub(super) async fn header(link: &Link, hash: Hash, deadline: Instant) -> Result<Option<Header>, NoAnswer> {
    let header: Option<SubstrateHeader<H256>> = link.ask("chain_getHeader", rpc_params![H256(hash)], deadline).await?;
    let Some(header) = header else { return Ok(None) };
    let number = u32::try_from(header.number).map_err(|_| NOT_UNDERSTOOD)?;
    Ok(Some(Header { number, hash, parent: header.parent_hash.0 }))
}

/// The hash of the block with a number; `None` beyond the newest.
pub(super) async fn hash_of(link: &Link, number: u32, deadline: Instant) -> Result<Option<Hash>, NoAnswer> {
    let hash: Option<H256> = link.ask("chain_getBlockHash", rpc_params![number], deadline).await?;
    Ok(hash.map(|hash| hash.0))
}

#[derive(Deserialize)]
struct SignedBlock {
    block: JsonBlock,
}

#[derive(Deserialize)]
struct JsonBlock {
    header: SubstrateHeader<H256>,
    extrinsics: Vec<String>,
}

async fn fetch(link: &Link, number: u32, deadline: Instant) -> Result<Option<Body>, NoAnswer> {
    let Some(hash) = hash_of(link, number, deadline).await? else { return Ok(None) };
    let signed: Option<SignedBlock> = link.ask("chain_getBlock", rpc_params![H256(hash)], deadline).await?;
    let Some(SignedBlock { block }) = signed else { return Ok(None) };
    let transactions = block.extrinsics.iter().map(|text| from_hex(text).map(|bytes| transaction_hash(&bytes)));
    let transactions = transactions.collect::<Result<_, _>>().map_err(|_| NOT_UNDERSTOOD)?;
    Ok(Some(Body { header: Header { number, hash, parent: block.header.parent_hash.0 }, transactions }))
}

const NOT_UNDERSTOOD: NoAnswer = NoAnswer::Failed(ConnectionFailure::NotUnderstood);
