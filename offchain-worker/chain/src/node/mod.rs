//! A host chain behind a node's RPC.
//!
//! Blocks are read and transactions are done once they are finalized: what is shown cannot be taken back. A transaction
//! is tried on the newest block first; what a contract refuses there is not sent. [`queue`] brings the others on the
//! chain once. [`link`] holds the connection, [`runtime`] knows the host's types from its metadata, so that runtime
//! upgrades, unknown pallets and the width of a balance are the chain's own affair.
//!
//! A contract's reply is not kept by a chain: that of a receipt comes from a trial on the block before. What must be exact
//! is read back.

mod action;
mod api;
mod blocks;
mod host;
mod link;
mod native;
mod queue;
mod records;
mod runtime;

use std::{
    fmt,
    future::Future,
    ops::RangeInclusive,
    sync::{Arc, mpsc},
    time::Duration,
};

use primitives::{AccountId, Hash};
use subxt::ext::futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{
    runtime::{Builder, Runtime as Executor},
    time::Instant,
};

use self::{action::Action, host::HostChain, queue::Queue};
use crate::{
    At, Block, Call, Chain, ChainError, ConnectionFailure, DispatchFailure, Event, Gas, Host, Instantiated,
    Instantiation, Receipt, Signer, Simulation,
};

/// How long a read may take, unless it is told otherwise.
const DEADLINE: Duration = Duration::from_secs(30);
/// A transaction may take so many times as long: it waits for blocks and their finality.
const TRANSACTION: u32 = 4;
/// Blocks whose events are asked for at the same time.
const BLOCKS_AT_A_TIME: usize = 8;

/// A host chain behind a node's RPC. Any number of threads may use it at the same time, and transactions of one key from
/// several threads are handed in one after the other.
///
/// Every call ends at a deadline. Until then it survives broken connections, silent nodes and restarts, at one of several
/// endpoints of the same chain.
pub struct Node {
    shared: Arc<Shared>,
    executor: Option<Executor>,
    deadline: Duration,
}

struct Shared {
    host: HostChain,
    queue: Queue,
}

impl Node {
    /// Connects to the first of the endpoints (`ws://HOST:PORT`, `wss://HOST`) that answers.
    ///
    /// # Errors
    /// [`ChainError::Connection`].
    pub fn connect(endpoints: &[String]) -> Result<Self, ChainError> {
        let threads = Builder::new_multi_thread().worker_threads(2).thread_name("chain-node").enable_all().build();
        let executor = threads.map_err(|error| ChainError::Connection {
            endpoint: endpoints.join(","),
            failure: ConnectionFailure::Broken(error.kind()),
        })?;
        let shared = Shared { host: HostChain::new(endpoints.to_vec()), queue: Queue::default() };
        let node = Self { shared: Arc::new(shared), executor: Some(executor), deadline: DEADLINE };
        node.read(|shared, _| async move { shared.host.link.arrive().await })?;
        Ok(node)
    }

    /// The same chain with another deadline for each read; 30 s without one. A transaction may take four times as long.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The hash of the chain's first block, which tells it from others.
    pub fn genesis(&self) -> Hash {
        self.shared.host.link.genesis()
    }

    /// Sends an amount of the host's own currency, in its smallest unit, and waits for its block. What the sender keeps is
    /// at least the existential deposit.
    ///
    /// # Errors
    /// [`ChainError::Dispatch`], and those of [`Chain::execute`].
    pub fn transfer(&self, signer: &Signer, to: AccountId, amount: u128) -> Result<Block, ChainError> {
        let (shared, signer) = (Arc::clone(&self.shared), signer.clone());
        let deadline = Instant::now() + self.deadline * TRANSACTION;
        self.run(async move { native::transfer(&shared.host, &shared.queue, &signer, to, amount, deadline).await })
    }

    fn read<T: Send + 'static, F>(&self, ask: impl FnOnce(Arc<Shared>, Instant) -> F) -> Result<T, ChainError>
    where
        F: Future<Output = Result<T, ChainError>> + Send + 'static,
    {
        self.run(ask(Arc::clone(&self.shared), Instant::now() + self.deadline))
    }

    fn transact(&self, signer: &Signer, action: Action) -> Result<Instantiated, ChainError> {
        let (shared, signer) = (Arc::clone(&self.shared), signer.clone());
        let deadline = Instant::now() + self.deadline * TRANSACTION;
        self.run(async move { action::transact(&shared.host, &shared.queue, &signer, &action, deadline).await })
    }

    /// Waits on this thread for what runs on the node's own threads, so that any thread may call.
    fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = Result<T, ChainError>> + Send + 'static,
    ) -> Result<T, ChainError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        if let Some(executor) = &self.executor {
            executor.spawn(async move {
                // Nobody waits if the caller's thread is gone.
                let _ = sender.send(future.await);
            });
        }
        receiver.recv().unwrap_or_else(|_| Err(self.shared.host.not_understood()))
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("endpoints", &self.shared.host.link.name()).finish_non_exhaustive()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(executor) = self.executor.take() {
            executor.shutdown_background();
        }
    }
}

impl Chain for Node {
    fn block(&self, at: At) -> Result<Block, ChainError> {
        self.read(move |shared, deadline| async move { shared.host.block(at, deadline).await })
    }

    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError> {
        let action = Action::Execute(call.clone());
        self.read(move |shared, deadline| async move {
            let block = shared.host.hash(at, deadline).await?;
            action.try_at(&shared.host, block, caller, deadline).await.map(Simulation::from)
        })
    }

    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError> {
        self.transact(signer, Action::Execute(call.clone())).map(|done| done.receipt)
    }

    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError> {
        self.transact(signer, Action::Instantiate(instantiation.clone()))
    }

    fn await_pending(&self, account: AccountId) -> Result<(), ChainError> {
        self.read(move |shared, deadline| async move { shared.queue.settle(&shared.host, account, deadline).await })
    }

    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError> {
        self.read(move |shared, deadline| async move {
            let last = shared.host.head(deadline).await?.number.min(*blocks.end());
            let host = &shared.host;
            let blocks = stream::iter(*blocks.start()..=last).map(|number| host.contract_events(number, deadline));
            let events: Vec<Vec<Event>> = blocks.buffered(BLOCKS_AT_A_TIME).try_collect().await?;
            Ok(events.concat())
        })
    }

    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.read(move |shared, deadline| async move {
            let host = &shared.host;
            let block = host.hash(at, deadline).await?;
            let runtime = host.runtime(block, deadline).await?;
            let key = runtime.storage_of("System", "Account", account).ok_or_else(|| host.not_understood())?;
            match host.storage(block, &key, deadline).await? {
                Some(account) => runtime.free_balance(&account).ok_or_else(|| host.not_understood()),
                None => Ok(0),
            }
        })
    }

    fn host(&self) -> Result<Host, ChainError> {
        self.read(|shared, deadline| async move { shared.host.host(deadline).await })
    }

    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.read(move |shared, deadline| async move {
            let host = &shared.host;
            let block = host.hash(at, deadline).await?;
            let runtime = host.contracts_runtime(block, &"a code hash".into(), deadline).await?;
            let key =
                runtime.storage_of("Contracts", "ContractInfoOf", contract).ok_or_else(|| host.not_understood())?;
            let info = host.storage(block, &key, deadline).await?;
            info.map(|info| runtime.code_hash(&info).ok_or_else(|| host.not_understood())).transpose()
        })
    }

    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        let code = code.to_owned();
        self.read(move |shared, deadline| async move {
            let (host, message) = (&shared.host, "the upload of the code".into());
            let block = host.best(deadline).await?;
            let runtime = host.contracts_runtime(block, &message, deadline).await?;
            let arguments = runtime.balances.upload(uploader, &code);
            let answer = host.runtime_api(block, "ContractsApi_upload_code", &arguments, deadline).await?;
            let uploaded = runtime.balances.uploaded(&answer).map_err(|_| host.not_understood())?;
            uploaded.map_err(|error| {
                let failure = DispatchFailure::named(runtime.error_name(error).into(), uploader, None);
                ChainError::Dispatch { message, failure }
            })
        })
    }

    fn fee(&self, signer: AccountId, call: &Call, gas: Gas) -> Result<u128, ChainError> {
        let action = Action::Execute(call.clone());
        self.read(
            move |shared, deadline| async move { action::fee(&shared.host, signer, &action, gas, deadline).await },
        )
    }
}
