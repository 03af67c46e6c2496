//! The chain of another process.

use std::{
    fmt,
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use primitives::{AccountId, Hash};
use scale::Decode;

use super::{
    connection::Connection,
    endpoint::Endpoint,
    frame::Deadline,
    wire::{Action, Done, Events, Fate, Request, Submission, Transaction},
};
use crate::{
    Advise, At, Block, Call, Chain, ChainError, ConnectionFailure, Contracts, Event, Gas, Host, Instantiated,
    Instantiation, Receipt, Signer, Simulation,
};

/// How long a call may take, unless it is told otherwise.
const DEADLINE: Duration = Duration::from_secs(30);
/// A call tries again on a new connection after this part of its time.
const TRIES: u32 = 3;
/// The pause before the first new connection; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Connections that are kept for the next calls: as many as there may be calls at the same time without new ones.
const KEPT_CONNECTIONS: usize = 4;

/// A chain in another process of this machine. Any number of threads may use it at the same time.
///
/// Every call ends at a deadline. Until then it survives broken connections and restarts of the network, but not of the
/// chain: another one behind the same endpoint is noticed and refused.
pub struct Remote {
    endpoint: Endpoint,
    genesis: Hash,
    contracts: Contracts,
    deadline: Duration,
    idle: Mutex<Vec<Connection>>,
}

impl Remote {
    /// Connects, once.
    ///
    /// # Errors
    /// [`ChainError::Connection`].
    pub fn connect(endpoint: Endpoint) -> Result<Self, ChainError> {
        match Connection::open(&endpoint, Deadline::after(DEADLINE)) {
            Ok(connection) => Ok(Self {
                genesis: connection.welcome.genesis,
                contracts: connection.welcome.contracts,
                deadline: DEADLINE,
                idle: Mutex::new(vec![connection]),
                endpoint,
            }),
            Err(failure) => Err(ChainError::Connection { endpoint: endpoint.to_string(), failure }),
        }
    }

    /// The same chain with another deadline for each call; 30 s without one.
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The hash of the chain's first block, which tells it from others.
    pub fn genesis(&self) -> Hash {
        self.genesis
    }

    /// The contracts that the chain was served with.
    pub fn contracts(&self) -> Contracts {
        self.contracts
    }

    /// Asks until there is an answer or the time is over.
    fn ask<T: Decode>(&self, request: &Request, deadline: Deadline) -> Result<T, ChainError> {
        let mut pauses = Pauses::new(deadline);
        loop {
            match self.on_connection(deadline, |connection, deadline| connection.ask(request, deadline)) {
                Ok(answer) => return answer.map_err(ChainError::from),
                Err(failure) => pauses.wait_after(failure).map_err(|failure| self.lost(failure))?,
            }
        }
    }

    /// Brings an action on the chain, once.
    fn transact(&self, signer: &Signer, action: &Action) -> Result<Done, ChainError> {
        let deadline = Deadline::after(self.deadline);
        let mut nonce = self.ask(&Request::NextNonce(signer.account()), deadline)?;
        loop {
            let transaction = Transaction::sign(signer, &self.genesis, nonce, action.clone());
            match self.submit(transaction, deadline)? {
                Submission::Done(outcome) => return outcome.map_err(ChainError::from),
                // Somebody else signs with the same key and was faster.
                Submission::Stale { next } => nonce = next,
            }
            deadline.left().map_err(|failure| self.lost(failure))?;
        }
    }

    /// Sends a transaction. Once it may have arrived, its fate is asked for before it is sent again.
    fn submit(&self, transaction: Transaction, deadline: Deadline) -> Result<Submission, ChainError> {
        let Transaction { account, nonce, .. } = transaction;
        let (id, message) = (transaction.id(), transaction.action.label());
        let submit = Request::Submit(transaction);
        let unknown = || ChainError::OutcomeUnknown { message: message.clone() };
        let mut pauses = Pauses::new(deadline);
        let mut was_sent = false;
        loop {
            let tried = self.on_connection(deadline, |connection, deadline| {
                if was_sent {
                    match connection.ask(&Request::Fate { account, nonce }, deadline)? {
                        Ok(Fate::NotSeen) => {}
                        Ok(Fate::Seen { id: seen, outcome }) if seen == id => {
                            return Ok(Ok(Submission::Done(*outcome)));
                        }
                        Ok(Fate::Seen { .. }) => return Ok(Ok(Submission::Stale { next: nonce.saturating_add(1) })),
                        Ok(Fate::Forgotten) | Err(_) => return Ok(Err(unknown())),
                    }
                }
                was_sent = true;
                Ok(connection.ask(&submit, deadline)?.map_err(ChainError::from))
            });
            match tried {
                Ok(resolved) => return resolved,
                Err(failure) => pauses.wait_after(failure).map_err(|failure| match was_sent {
                    true => unknown(),
                    false => self.lost(failure),
                })?,
            }
        }
    }

    /// Does something on a kept or new connection, with a part of the time; keeps the connection unless it failed.
    fn on_connection<T>(
        &self,
        deadline: Deadline,
        act: impl FnOnce(&Connection, Deadline) -> Result<T, ConnectionFailure>,
    ) -> Result<T, ConnectionFailure> {
        let deadline = deadline.part(self.deadline / TRIES);
        let kept = self.idle().pop();
        let connection = kept.map_or_else(|| Connection::open(&self.endpoint, deadline), Ok)?;
        if connection.welcome.genesis != self.genesis {
            return Err(ConnectionFailure::OtherChain);
        }
        let done = act(&connection, deadline);
        let mut idle = self.idle();
        match done {
            Ok(_) if idle.len() < KEPT_CONNECTIONS => idle.push(connection),
            Ok(_) => {}
            // What broke one connection has most likely broken all.
            Err(_) => idle.clear(),
        }
        done
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self, failure: ConnectionFailure) -> ChainError {
        ChainError::Connection { endpoint: self.endpoint.to_string(), failure }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Chain for Remote {
    fn block(&self, at: At) -> Result<Block, ChainError> {
        self.ask(&Request::Block(at), Deadline::after(self.deadline))
    }

    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError> {
        self.ask(&Request::Simulate { at, caller, call: call.clone() }, Deadline::after(self.deadline))
    }

    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError> {
        match self.transact(signer, &Action::Execute(call.clone()))? {
            Done::Executed(receipt) => Ok(receipt),
            Done::Instantiated(_) => Err(self.lost(ConnectionFailure::NotUnderstood)),
        }
    }

    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError> {
        match self.transact(signer, &Action::Instantiate(instantiation.clone()))? {
            Done::Instantiated(instantiated) => Ok(instantiated),
            Done::Executed(_) => Err(self.lost(ConnectionFailure::NotUnderstood)),
        }
    }

    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError> {
        let deadline = Deadline::after(self.deadline);
        let (mut next, last) = (Some(*blocks.start()), *blocks.end());
        let mut all = Vec::new();
        while let Some(first) = next.filter(|first| *first <= last) {
            let page: Events = self.ask(&Request::Events { first, last }, deadline)?;
            all.extend(page.events);
            next = page.next.filter(|next| *next > first);
        }
        Ok(all)
    }

    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.ask(&Request::Balance { at, account }, Deadline::after(self.deadline))
    }

    fn host(&self) -> Result<Host, ChainError> {
        self.ask(&Request::Host, Deadline::after(self.deadline))
    }

    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.ask(&Request::CodeHash { at, contract }, Deadline::after(self.deadline))
    }

    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        self.ask(&Request::CheckCode { uploader, code: code.to_owned() }, Deadline::after(self.deadline))
    }

    fn fee(&self, signer: AccountId, call: &Call, gas: Gas) -> Result<u128, ChainError> {
        self.ask(&Request::Fee { signer, call: call.clone(), gas }, Deadline::after(self.deadline))
    }
}

/// The pauses before new connections.
struct Pauses {
    deadline: Deadline,
    next: Duration,
}

impl Pauses {
    fn new(deadline: Deadline) -> Self {
        Self { deadline, next: FIRST_PAUSE }
    }

    /// Waits before another try; gives the failure back if there is no time for one or it would not help.
    #[expect(clippy::disallowed_methods, reason = "there is no event to wait for: the other side is away")]
    fn wait_after(&mut self, failure: ConnectionFailure) -> Result<(), ConnectionFailure> {
        match self.deadline.left() {
            Ok(left) if failure.advice().retry => thread::sleep(self.next.min(left)),
            _ => return Err(failure),
        }
        self.next = (self.next * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}
