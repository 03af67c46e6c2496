//! A host chain inside this process: `pallet-contracts` on an in-memory state, without a network.
//!
//! Every executed call and every contract gets a block of its own. Time stands still unless it is moved, and then an
//! empty block shows it, so that reads after a block see its time as on any host. Nothing depends on the wall clock or
//! on chance: the same calls give the same addresses, hashes and gas.
//!
//! There are no fees and every signer is taken at its word, but storage deposits are charged: an account that writes
//! needs a native balance, see [`Embedded::fund`].

mod convert;
mod ledger;

use std::{
    fmt,
    ops::RangeInclusive,
    sync::{Mutex, MutexGuard},
};

use primitives::{AccountId, Hash};

use self::ledger::Ledger;
use crate::{
    At, Block, Call, Chain, ChainError, Currency, Event, Gas, GasLog, Host, Instantiated, Instantiation, Receipt,
    Signer, Simulation,
};

/// The embedded chain.
pub struct Embedded {
    ledger: Mutex<Ledger>,
    genesis: Hash,
    gas_limit: Gas,
}

impl Embedded {
    /// A chain with one block at `start_ms` (ms since the Unix epoch) and no accounts.
    pub fn new(start_ms: u64) -> Self {
        let ledger = Ledger::new(start_ms);
        Self { genesis: ledger.head().hash, ledger: Mutex::new(ledger), gas_limit: Gas::BUDGET }
    }

    /// The hash of the first block. It differs between chains that began at different times.
    pub fn genesis(&self) -> Hash {
        self.genesis
    }

    /// The same chain with another gas limit for each call; 300e9 ref_time without one.
    pub fn with_gas_limit(self, gas_limit: Gas) -> Self {
        Self { gas_limit, ..self }
    }

    /// Gives an account native balance, in the host's smallest unit.
    ///
    /// # Panics
    /// If what was given out passes 128 bits.
    pub fn fund(&self, account: AccountId, amount: u128) {
        self.ledger().fund(account, amount);
    }

    /// Builds an empty block at `time_ms`, or at the time there is if that is later: time never goes back.
    pub fn set_time_ms(&self, time_ms: u64) -> Block {
        self.ledger().advance_to(time_ms)
    }

    /// Builds an empty block `ms` later.
    pub fn advance_ms(&self, ms: u64) -> Block {
        let mut ledger = self.ledger();
        let time_ms = ledger.head().timestamp_ms.saturating_add(ms);
        ledger.advance_to(time_ms)
    }

    /// What the executed calls and constructors cost until now.
    pub fn gas_log(&self) -> GasLog {
        self.ledger().gas_log().clone()
    }

    /// [`Chain::execute`] for an account whose signature was checked.
    pub(crate) fn execute_from(&self, account: AccountId, call: &Call) -> Result<Receipt, ChainError> {
        self.ledger().execute(account, call, self.gas_limit)
    }

    /// [`Chain::instantiate`] for an account whose signature was checked.
    pub(crate) fn instantiate_from(
        &self,
        account: AccountId,
        instantiation: &Instantiation,
    ) -> Result<Instantiated, ChainError> {
        self.ledger().instantiate(account, instantiation, self.gas_limit)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("only a bug in the runtime panics, and leaves no state to go on from")
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Embedded").field("gas_limit", &self.gas_limit).finish_non_exhaustive()
    }
}

impl Chain for Embedded {
    fn block(&self, at: At) -> Result<Block, ChainError> {
        self.ledger().block(at)
    }

    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError> {
        self.ledger().simulate(at, caller, call, self.gas_limit)
    }

    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError> {
        self.execute_from(signer.account(), call)
    }

    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError> {
        self.instantiate_from(signer.account(), instantiation)
    }

    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError> {
        Ok(self.ledger().events(&blocks))
    }

    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError> {
        self.ledger().balance(at, account)
    }

    fn host(&self) -> Result<Host, ChainError> {
        let currency = Currency { symbol: "UNIT".to_owned(), decimals: 12, balance_bytes: 16, existential_deposit: 1 };
        Ok(Host {
            name: "embedded".to_owned(),
            version: 1,
            genesis: self.genesis,
            currency,
            limits: Some(ledger::limits(self.gas_limit)),
        })
    }

    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError> {
        self.ledger().code_hash(at, contract)
    }

    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError> {
        self.ledger().check_code(uploader, code)
    }

    /// Nothing: this host has no fees.
    fn fee(&self, _signer: AccountId, _call: &Call, _gas: Gas) -> Result<u128, ChainError> {
        Ok(0)
    }
}
