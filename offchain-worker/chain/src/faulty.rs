//! A chain that fails where a test wants it to, for tests of what must survive a crash.
//!
//! A fault comes before a call has its effect, or after: then a transaction was executed and its sender does not know.
//! A run without faults counts the calls; each of them is a point at which a later run can be stopped.
//!
//! ```
//! use chain::{At, Chain, Embedded, faulty::{Fault, Faulty}};
//!
//! let chain = Embedded::new(0);
//! let dying = Faulty::dead_from(&chain, 1, Fault::Before);
//! assert!(dying.block(At::Head).is_ok());
//! assert!(dying.block(At::Head).is_err());
//! assert_eq!(dying.calls(), 2);
//! ```

use std::{
    cmp, fmt,
    io::ErrorKind,
    ops::{Deref, RangeInclusive},
    sync::atomic::{AtomicU64, Ordering},
};

use primitives::{AccountId, Hash};

use crate::{
    At, Block, Call, Chain, ChainError, ConnectionFailure, Event, Gas, Host, Instantiated, Instantiation, Label,
    Receipt, Signer, Simulation,
};

/// When a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Before the chain hears of it: [`ChainError::Connection`].
    Before,
    /// After it had its effect: [`ChainError::OutcomeUnknown`] for a transaction, else [`ChainError::Connection`].
    After,
}

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks.
    Read,
    /// It sends a transaction.
    Transaction,
}

/// Decides from the number of a call, the first being 0, and its kind whether it fails.
type Plan = dyn Fn(u64, Kind) -> Option<Fault> + Send + Sync;

/// A chain behind a pointer (`&C`, `Arc<C>`, `Box<dyn Chain>`) whose calls fail by plan.
pub struct Faulty<P> {
    chain: P,
    plan: Box<Plan>,
    calls: AtomicU64,
}

impl<P> Faulty<P> {
    /// Fails where `plan` says so; it is given each call's number, the first being 0, and kind.
    pub fn new(chain: P, plan: impl Fn(u64, Kind) -> Option<Fault> + Send + Sync + 'static) -> Self {
        Self { chain, plan: Box::new(plan), calls: AtomicU64::new(0) }
    }

    /// Fails in the call with number `first`, and before every later one, as if the process had died there.
    pub fn dead_from(chain: P, first: u64, fault: Fault) -> Self {
        Self::new(chain, move |call, _| match call.cmp(&first) {
            cmp::Ordering::Less => None,
            cmp::Ordering::Equal => Some(fault),
            cmp::Ordering::Greater => Some(Fault::Before),
        })
    }

    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    fn read<T>(&self, call: impl FnOnce(&P) -> Result<T, ChainError>) -> Result<T, ChainError> {
        self.run(Kind::Read, call, lost)
    }

    fn transact<T>(&self, label: Label, call: impl FnOnce(&P) -> Result<T, ChainError>) -> Result<T, ChainError> {
        self.run(Kind::Transaction, call, || ChainError::OutcomeUnknown { message: label })
    }

    fn run<T>(
        &self,
        kind: Kind,
        call: impl FnOnce(&P) -> Result<T, ChainError>,
        unanswered: impl FnOnce() -> ChainError,
    ) -> Result<T, ChainError> {
        match (self.plan)(self.calls.fetch_add(1, Ordering::SeqCst), kind) {
            None => call(&self.chain),
            Some(Fault::Before) => Err(lost()),
            Some(Fault::After) => {
                // Whatever the chain answers, its caller does not hear it.
                let _ = call(&self.chain);
                Err(unanswered())
            }
        }
    }
}

fn lost() -> ChainError {
    let failure = ConnectionFailure::Broken(ErrorKind::ConnectionReset);
    ChainError::Connection { endpoint: "a chain with faults".to_owned(), failure }
}

impl<P> fmt::Debug for Faulty<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty").field("calls", &self.calls()).finish_non_exhaustive()
    }
}

impl<P: Deref<Target: Chain> + Send + Sync> Chain for Faulty<P> {
    fn block(&self, at: At) -> Result<Block, ChainError> {
        self.read(|chain| chain.block(at))
    }

    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError> {
        self.read(|chain| chain.simulate(at, caller, call))
    }

    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError> {
        self.transact(call.label(), |chain| chain.execute(signer, call))
    }

    fn await_pending(&self, account: AccountId) -> Result<(), ChainError> {
        self.read(|chain| chain.await_pending(account))
    }

    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError> {
        self.transact(instantiation.label.clone(), |chain| chain.instantiate(signer, instantiation))
    }

    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError> {
        self.read(|chain| chain.events(blocks))
    }

    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.read(|chain| chain.balance(at, account))
    }

    fn host(&self) -> Result<Host, ChainError> {
        self.read(|chain| chain.host())
    }

    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.read(|chain| chain.code_hash(at, contract))
    }

    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        self.read(|chain| chain.check_code(uploader, code))
    }

    fn fee(&self, signer: AccountId, call: &Call, gas: Gas) -> Result<u128, ChainError> {
        self.read(|chain| chain.fee(signer, call, gas))
    }
}
