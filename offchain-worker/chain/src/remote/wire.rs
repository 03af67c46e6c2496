//! What is said on a connection: a hello and a welcome, then requests and answers, all in SCALE.
//!
//! The answer to a request is a `Result` of the type that stands beside it and of [`Failure`].

use primitives::{AccountId, Hash};
use scale::{Decode, Encode};
use sp_core::{Blake2Hasher, Hasher, Pair, sr25519};

use crate::{
    At, Call, ChainError, Contracts, DispatchFailure, Event, Gas, Instantiated, Instantiation, Label, Receipt, Signer,
};

/// The version of what this module says; the other side must speak the same.
pub(super) const VERSION: u16 = 2;
/// How a client begins, so that a stranger is noticed at once.
const MAGIC: [u8; 8] = *b"yarrow/c";
/// Keeps signatures of transactions apart from those of anything else.
const DOMAIN: &[u8] = b"yarrow/transaction/1";

/// A client's first frame.
#[derive(Debug, Encode, Decode)]
pub(super) struct Hello {
    magic: [u8; 8],
    pub(super) version: u16,
}

impl Hello {
    pub(super) const OURS: Self = Self { magic: MAGIC, version: VERSION };

    pub(super) fn is_of_this_protocol(&self) -> bool {
        self.magic == MAGIC
    }
}

/// The server's answer to it.
#[derive(Clone, Copy, Debug, Encode, Decode)]
pub(super) struct Welcome {
    pub(super) version: u16,
    /// The chain's first block, which tells it from others.
    pub(super) genesis: Hash,
    pub(super) contracts: Contracts,
}

/// A request. All but the last three are those of [`crate::Chain`].
#[derive(Debug, Encode, Decode)]
pub(super) enum Request {
    /// [`crate::Block`].
    Block(At),
    /// [`crate::Simulation`].
    Simulate { at: At, caller: AccountId, call: Call },
    /// [`Events`]: the first of them.
    Events { first: u32, last: u32 },
    /// `u128`.
    Balance { at: At, account: AccountId },
    /// [`crate::Host`].
    Host,
    /// `Option<Hash>`.
    CodeHash { at: At, contract: AccountId },
    /// `u128`.
    CheckCode { uploader: AccountId, code: Vec<u8> },
    /// `u128`.
    Fee { signer: AccountId, call: Call, gas: Gas },
    /// `u64`: the nonce of the account's next transaction.
    NextNonce(AccountId),
    /// [`Fate`] of the transaction with this nonce.
    Fate { account: AccountId, nonce: u64 },
    /// [`Submission`].
    Submit(Transaction),
}

/// Events of whole blocks, and the block to ask for next if there are more.
#[derive(Debug, Encode, Decode)]
pub(super) struct Events {
    pub(super) events: Vec<Event>,
    pub(super) next: Option<u32>,
}

/// What a transaction does.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Action {
    Execute(Call),
    Instantiate(Instantiation),
}

impl Action {
    pub(super) fn label(&self) -> Label {
        match self {
            Self::Execute(call) => call.label(),
            Self::Instantiate(instantiation) => instantiation.label.clone(),
        }
    }
}

/// A signed transaction.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) struct Transaction {
    pub(super) account: AccountId,
    pub(super) nonce: u64,
    pub(super) action: Action,
    signature: [u8; 64],
}

impl Transaction {
    pub(super) fn sign(signer: &Signer, genesis: &Hash, nonce: u64, action: Action) -> Self {
        let account = signer.account();
        let signature = signer.sign(&payload(genesis, &account, nonce, &action));
        Self { account, nonce, action, signature }
    }

    pub(super) fn is_signed_for(&self, genesis: &Hash) -> bool {
        let payload = payload(genesis, &self.account, self.nonce, &self.action);
        let signature = sr25519::Signature::from_raw(self.signature);
        sr25519::Pair::verify(&signature, payload, &sr25519::Public::from_raw(self.account.0))
    }

    /// Tells the transaction from every other one, even of the same account, nonce and action: signatures are random.
    pub(super) fn id(&self) -> Hash {
        Blake2Hasher::hash(&self.encode()).0
    }
}

fn payload(genesis: &Hash, account: &AccountId, nonce: u64, action: &Action) -> Vec<u8> {
    (DOMAIN, genesis, account, nonce, action).encode()
}

/// What a transaction has done.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Done {
    Executed(Receipt),
    Instantiated(Instantiated),
}

/// What came of a transaction that was executed.
pub(super) type Outcome = Result<Done, Failure>;

/// What the server makes of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Submission {
    /// It was executed, now or before.
    Done(Outcome),
    /// It was not executed and never will be: its nonce is not the next one.
    Stale { next: u64 },
}

/// What is known of an account's transaction with some nonce.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Fate {
    /// None has come yet.
    NotSeen,
    /// This one was executed.
    Seen { id: Hash, outcome: Box<Outcome> },
    /// One was executed, too long ago to say which.
    Forgotten,
}

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(super) enum Failure {
    Dispatch { message: Label, failure: DispatchFailure },
    UnknownBlock(Hash),
    UnknownNumber(u32),
}

impl Failure {
    /// A signature is not that of the account: Substrate's name for it.
    pub(super) fn bad_signature(message: Label) -> Self {
        Self::Dispatch { message, failure: DispatchFailure::Other("BadProof".into()) }
    }

    /// What stopped a request of this name.
    pub(super) fn of(error: ChainError, message: &Label) -> Self {
        match error {
            ChainError::Dispatch { message, failure } => Self::Dispatch { message, failure },
            ChainError::UnknownBlock(hash) => Self::UnknownBlock(hash),
            ChainError::UnknownNumber(number) => Self::UnknownNumber(number),
            other => {
                let failure = DispatchFailure::Other(other.to_string().into());
                Self::Dispatch { message: message.clone(), failure }
            }
        }
    }
}

impl From<Failure> for ChainError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Dispatch { message, failure } => Self::Dispatch { message, failure },
            Failure::UnknownBlock(hash) => Self::UnknownBlock(hash),
            Failure::UnknownNumber(number) => Self::UnknownNumber(number),
        }
    }
}
