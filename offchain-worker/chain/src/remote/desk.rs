//! What one client is answered.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use scale::{DecodeAll, Encode};
use socket2::Socket;

use super::{
    book::Book,
    frame::{self, Deadline, MAX_ANSWER, MAX_REQUEST},
    wire::{Action, Done, Events, Failure, Hello, Outcome, Request, Submission, Transaction, VERSION, Welcome},
};
use crate::{Chain, ChainError, ConnectionFailure, Contracts, Embedded, Event, Label};

/// How long a client may say nothing before its hello.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long it may say nothing between two requests.
const IDLE: Duration = Duration::from_secs(600);
/// How long a frame may take to come or go.
const TRANSFER: Duration = Duration::from_secs(10);
/// Bytes of events after which an answer ends with its block.
const EVENTS_PAGE: usize = 1 << 20;

/// The chain that is served, and who has executed what on it.
pub(super) struct Desk {
    chain: Arc<Embedded>,
    contracts: Contracts,
    book: Mutex<Book>,
}

impl Desk {
    pub(super) fn new(chain: Arc<Embedded>, contracts: Contracts) -> Self {
        Self { chain, contracts, book: Mutex::default() }
    }

    /// Shakes hands and answers requests until the client goes, is silent for too long or says what is none.
    pub(super) fn attend(&self, socket: &Socket) -> Result<(), ConnectionFailure> {
        let hello = frame::read(socket, MAX_REQUEST, Deadline::after(HANDSHAKE), HANDSHAKE)?;
        let hello: Hello = understand(&hello)?;
        if !hello.is_of_this_protocol() {
            return Err(ConnectionFailure::NotUnderstood);
        }
        let welcome = Welcome { version: VERSION, genesis: self.chain.genesis(), contracts: self.contracts };
        frame::write(socket, &welcome.encode(), MAX_ANSWER, Deadline::after(TRANSFER))?;
        if hello.version != VERSION {
            return Err(ConnectionFailure::Version { theirs: hello.version, ours: VERSION });
        }
        loop {
            let request = frame::read(socket, MAX_REQUEST, Deadline::after(IDLE), TRANSFER)?;
            let answer = self.answer(understand(&request)?);
            frame::write(socket, &answer, MAX_ANSWER, Deadline::after(TRANSFER))?;
        }
    }

    /// The encoded answer: a `Result` of what [`Request`] says and [`Failure`].
    fn answer(&self, request: Request) -> Vec<u8> {
        match request {
            Request::Block(at) => encode(self.chain.block(at), "a block"),
            Request::Simulate { at, caller, call } => encode(self.chain.simulate(at, caller, &call), call.label()),
            Request::Events { first, last } => {
                encode(self.chain.events(first..=last).map(|events| first_page(events, EVENTS_PAGE)), "events")
            }
            Request::Balance { at, account } => encode(self.chain.balance(at, account), "a balance"),
            Request::Host => encode(self.chain.host(), "a host"),
            Request::CodeHash { at, contract } => encode(self.chain.code_hash(at, contract), "a code hash"),
            Request::CheckCode { uploader, code } => encode(self.chain.check_code(uploader, &code), "a code"),
            Request::Fee { signer, call, gas } => encode(self.chain.fee(signer, &call, gas), call.label()),
            Request::NextNonce(account) => Ok::<_, Failure>(self.book().next(account)).encode(),
            Request::Fate { account, nonce } => Ok::<_, Failure>(self.book().fate(account, nonce)).encode(),
            Request::Submit(transaction) => self.submit(&transaction).encode(),
        }
    }

    fn submit(&self, transaction: &Transaction) -> Result<Submission, Failure> {
        if !transaction.is_signed_for(&self.chain.genesis()) {
            return Err(Failure::bad_signature(transaction.action.label()));
        }
        Ok(self.book().submit(transaction, |transaction| self.execute(transaction)))
    }

    fn execute(&self, transaction: &Transaction) -> Outcome {
        let Transaction { account, action, .. } = transaction;
        let done = match action {
            Action::Execute(call) => self.chain.execute_from(*account, call).map(Done::Executed),
            Action::Instantiate(new) => self.chain.instantiate_from(*account, new).map(Done::Instantiated),
        };
        done.map_err(|error| Failure::of(error, &action.label()))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn understand<T: DecodeAll>(frame: &[u8]) -> Result<T, ConnectionFailure> {
    T::decode_all(&mut &*frame).map_err(|_| ConnectionFailure::NotUnderstood)
}

fn encode<T: Encode>(answer: Result<T, ChainError>, request: impl Into<Label>) -> Vec<u8> {
    answer.map_err(|error| Failure::of(error, &request.into())).encode()
}

/// The events of whole blocks from the first on, until there are `enough` bytes of them.
fn first_page(mut events: Vec<Event>, enough: usize) -> Events {
    let mut bytes = 0;
    let mut blocks = events.chunk_by(|one, next| one.block == next.block);
    let mut count = 0;
    let next = loop {
        let Some(block) = blocks.next() else { break None };
        if bytes >= enough {
            break block.first().map(|event| event.block);
        }
        bytes += block.encoded_size();
        count += block.len();
    };
    events.truncate(count);
    Events { events, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_events_ends_with_its_block_and_names_the_next() {
        let event = |block| Event { block, contract: [1; 32].into(), topics: vec![], data: vec![0; 100] };
        let events: Vec<Event> = [3, 3, 5, 5, 5, 9].map(event).into();
        let page = |enough| {
            let page = first_page(events.clone(), enough);
            (page.events.iter().map(|event| event.block).collect::<Vec<_>>(), page.next)
        };
        assert_eq!(page(1), (vec![3, 3], Some(5)));
        assert_eq!(page(300), (vec![3, 3, 5, 5, 5], Some(9)));
        assert_eq!(page(10_000), (vec![3, 3, 5, 5, 5, 9], None));
        assert_eq!(first_page(vec![], 1).next, None);
    }
}
