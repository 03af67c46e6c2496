//! The narrow door to a host chain: bytes in, bytes out, no types of a contract.
//!
//! A backend owns whatever it needs (a runtime in process, or a connection with its own executor) and blocks until it
//! has an answer, so that its callers are plain functions. It also owns what differs between hosts: gas limits,
//! nonces, fees, finality.

use std::ops::RangeInclusive;

use primitives::{AccountId, Hash};
use scale::{Decode, Encode};

use crate::{Call, ChainError, Event, Gas, Host, Label, Signer};

/// A host chain with `pallet-contracts`.
pub trait Chain: Send + Sync {
    /// A block's number, hash and time.
    ///
    /// # Errors
    /// [`ChainError::UnknownBlock`].
    fn block(&self, at: At) -> Result<Block, ChainError>;

    /// Runs a call on the state after a block and forgets what it changed: a view, or a dry run.
    ///
    /// # Errors
    /// [`ChainError::UnknownBlock`], [`ChainError::Dispatch`].
    fn simulate(&self, at: At, caller: AccountId, call: &Call) -> Result<Simulation, ChainError>;

    /// Runs a call in a block; returns once the block is there.
    ///
    /// If the contract refuses, the receipt says so and nothing changed. A backend may notice a refusal in a dry run
    /// and send nothing; the receipt's block is then the one on which the dry run stood.
    ///
    /// # Errors
    /// [`ChainError::Dispatch`]; nothing changed then either.
    fn execute(&self, signer: &Signer, call: &Call) -> Result<Receipt, ChainError>;

    /// Waits until no transaction of an account is underway that an earlier process may have left behind. Only then does
    /// the chain show all that the account has done.
    ///
    /// # Errors
    /// [`ChainError::OutcomeUnknown`] if it takes too long, and those of a connection.
    fn await_pending(&self, _account: AccountId) -> Result<(), ChainError> {
        // Most backends know of none: a transaction is done when it has arrived.
        Ok(())
    }

    /// Uploads code and creates a contract from it; returns like [`Chain::execute`].
    ///
    /// # Errors
    /// [`ChainError::Dispatch`].
    fn instantiate(&self, signer: &Signer, instantiation: &Instantiation) -> Result<Instantiated, ChainError>;

    /// The events of all contracts in a range of blocks, oldest first.
    ///
    /// # Errors
    /// Those of a connection; a range that begins or ends beyond the chain is cut.
    fn events(&self, blocks: RangeInclusive<u32>) -> Result<Vec<Event>, ChainError>;

    /// The account's free native balance, in the host's smallest unit: what pays deposits and fees.
    ///
    /// # Errors
    /// [`ChainError::UnknownBlock`].
    fn balance(&self, at: At, account: AccountId) -> Result<u128, ChainError>;

    /// What the chain is, and what it allows contracts.
    ///
    /// # Errors
    /// Those of a connection.
    fn host(&self) -> Result<Host, ChainError>;

    /// The hash of the code that a contract runs; `None` where there is no contract.
    ///
    /// # Errors
    /// [`ChainError::UnknownBlock`].
    fn code_hash(&self, at: At, contract: AccountId) -> Result<Option<Hash>, ChainError>;

    /// Whether the chain takes a contract's code from an account: the deposit that its upload would take, in the host's
    /// smallest unit.
    ///
    /// # Errors
    /// [`ChainError::Dispatch`], with what the host has against it.
    fn check_code(&self, uploader: AccountId, code: &[u8]) -> Result<u128, ChainError>;

    /// The fee that a call's transaction would pay if it used this gas, in the host's smallest unit, beside its deposit.
    ///
    /// # Errors
    /// Those of a connection.
    fn fee(&self, signer: AccountId, call: &Call, gas: Gas) -> Result<u128, ChainError>;
}

/// Where on the chain to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum At {
    /// The newest block.
    Head,
    /// The block with this hash. Backends keep the state of recent blocks only.
    Block(Hash),
    /// The block with this number.
    Number(u32),
}

/// A block of the host chain; not to be confused with a [`primitives::ProtocolBlock`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Block {
    /// Its number.
    pub number: u32,
    /// Its hash.
    pub hash: Hash,
    /// Its time, in ms since the Unix epoch.
    pub timestamp_ms: u64,
}

impl From<Block> for At {
    fn from(block: Block) -> Self {
        Self::Block(block.hash)
    }
}

/// What a contract answered, before it is decoded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Output {
    /// SCALE of `Result<reply, LangError>`.
    pub data: Vec<u8>,
    /// Whether the contract took everything back that the call changed.
    pub reverted: bool,
}

/// What a call did to the native balance held for storage, in the host's smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Deposit {
    /// The caller paid for new storage.
    Charged(u128),
    /// The caller got something back for storage that became free.
    Refunded(u128),
}

impl Deposit {
    /// What the caller paid; nothing if it got something back.
    pub fn charged(self) -> u128 {
        match self {
            Self::Charged(amount) => amount,
            Self::Refunded(_) => 0,
        }
    }
}

/// What a call would do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Simulation {
    /// The gas that the call uses.
    pub gas_consumed: Gas,
    /// The gas limit that it needs; more than it uses, where it gives some to another contract and gets it back.
    pub gas_required: Gas,
    /// The deposit that it would take.
    pub deposit: Deposit,
    /// The contract's answer.
    pub output: Output,
}

/// What a call did.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Receipt {
    /// The block that it is in.
    pub block: Block,
    /// What it cost.
    pub gas: Gas,
    /// The deposit that it took.
    pub deposit: Deposit,
    /// The fee that it paid, in the host's smallest unit.
    pub fee: u128,
    /// The contract's answer.
    pub output: Output,
    /// What it emitted, in order.
    pub events: Vec<Event>,
}

impl Receipt {
    /// The first event of a type.
    pub fn event<E: ink::env::Event + scale::Decode>(&self) -> Option<E> {
        self.events.iter().find_map(Event::decode)
    }
}

/// A contract to be.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Instantiation {
    /// Its constructor's name for people: `tao.new`.
    pub label: Label,
    /// Its Wasm.
    pub code: Vec<u8>,
    /// Selector and arguments of the constructor.
    pub input: Vec<u8>,
    /// Tells apart contracts of one deployer with the same code and arguments.
    pub salt: Vec<u8>,
}

/// A contract that came to be, unless its constructor refused.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Instantiated {
    /// Its address; none of an existing contract if the output says that the constructor reverted.
    pub contract: AccountId,
    /// What the constructor did.
    pub receipt: Receipt,
}
