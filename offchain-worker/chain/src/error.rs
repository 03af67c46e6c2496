//! Why a call did not do what was asked, told apart by who says so: the host chain, the contract's entry, the contract.

use std::{borrow::Cow, io, time::Duration};

use ink::LangError;
use primitives::{AccountId, Hash};
use scale::{Decode, Encode};
use sp_core::hexdisplay::HexDisplay;

use crate::{Advice, Advise, Label, Refusal, ss58};

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The host chain stopped the call.
    #[error("{message} failed: {failure}")]
    Dispatch {
        /// What was called.
        message: Label,
        /// Why it was stopped.
        #[source]
        failure: DispatchFailure,
    },
    /// The contract does not know the message, or not with these arguments.
    #[error("{message} was not understood by {}: {error:?}", ss58(contract))]
    Misunderstood {
        /// What was called.
        message: Label,
        /// Which contract.
        contract: AccountId,
        /// What ink! says.
        error: LangError,
    },
    /// The contract refused; nothing changed.
    #[error("{message} was refused: {refusal}")]
    Refused {
        /// What was called.
        message: Label,
        /// The contract's own error.
        refusal: Refusal,
    },
    /// The contract's answer is not of the expected type.
    #[error("the answer of {} to {message}, {} bytes, is not of the expected type", ss58(contract), data.len())]
    Undecodable {
        /// What was called.
        message: Label,
        /// Which contract.
        contract: AccountId,
        /// The answer.
        data: Vec<u8>,
    },
    /// There is no such block, or its state is not kept any longer.
    #[error("block 0x{} is unknown or not kept any longer", HexDisplay::from(.0))]
    UnknownBlock(Hash),
    /// The same of a block that was named by its number.
    #[error("block {0} is unknown or not kept any longer")]
    UnknownNumber(u32),
    /// The chain could not be asked. Nothing was executed, or it was only a question.
    #[error("no connection to {endpoint}: {failure}")]
    Connection {
        /// Where it was looked for.
        endpoint: String,
        /// Why there is none.
        #[source]
        failure: ConnectionFailure,
    },
    /// A transaction was sent, and no answer came in time: it may have been executed, or may be later.
    #[error("it is not known whether {message} was executed: the connection broke before the answer")]
    OutcomeUnknown {
        /// What was sent.
        message: Label,
    },
}

impl ChainError {
    /// Whether the same request can succeed later without anybody changing it. After [`Self::OutcomeUnknown`] it may
    /// only be made once the chain was read and does not show its effect.
    pub fn is_retryable(&self) -> bool {
        self.advice().retry
    }

    /// What to do about it.
    pub fn hint(&self) -> Cow<'static, str> {
        self.advice().text
    }
}

impl Advise for ChainError {
    fn advice(&self) -> Advice {
        match self {
            Self::Dispatch { failure, .. } => failure.advice(),
            Self::Misunderstood { .. } | Self::Undecodable { .. } => Advice::change(
                "The contract at this address is not the one that was expected, or was built from another version: check the addresses of the deployment and that the artifacts are those of this program.",
            ),
            Self::Refused { refusal, .. } => refusal.advice(),
            Self::UnknownBlock(_) | Self::UnknownNumber(_) => {
                Advice::wait("Take a new snapshot and read everything from it again.")
            }
            Self::Connection { failure, .. } => failure.advice(),
            Self::OutcomeUnknown { .. } => {
                Advice::wait("Read from the chain whether it happened before you send it again.")
            }
        }
    }
}

/// Why a chain could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionFailure {
    /// The connection could not be made, or broke.
    #[error("{0}")]
    Broken(io::ErrorKind),
    /// No answer came in time.
    #[error("no answer within {} ms", .0.as_millis())]
    Deadline(Duration),
    /// What came is not of the protocol.
    #[error("it does not speak the protocol of a chain's endpoint")]
    NotUnderstood,
    /// A request has too many bytes to be sent.
    #[error("a request of {bytes} bytes is too large: {limit} are possible")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// What is possible.
        limit: usize,
    },
    /// The other side speaks another version of the protocol.
    #[error("it speaks version {theirs} of the protocol and this program speaks version {ours}")]
    Version {
        /// Of the other side.
        theirs: u16,
        /// Of this program.
        ours: u16,
    },
    /// Behind the endpoint is another chain than before.
    #[error("there is another chain than before")]
    OtherChain,
    /// The other side answered that it does not do what was asked.
    #[error("it refused: {0}")]
    Refused(String),
}

impl Advise for ConnectionFailure {
    fn advice(&self) -> Advice {
        match self {
            Self::Broken(_) | Self::Deadline(_) => {
                Advice::wait("Check that the chain is running and that this is its endpoint; trying again can help.")
            }
            Self::NotUnderstood => Advice::change("Check the endpoint: something else listens there."),
            Self::TooLarge { .. } => Advice::change("Ask for less in one call."),
            Self::Version { .. } => Advice::change("Use the same release of yarrow on both sides."),
            Self::OtherChain => Advice::change(
                "The chain was started anew and knows nothing of before: start this program anew with its manifest.",
            ),
            Self::Refused(_) => Advice::change("Check that the node serves this RPC method to you, and its limits."),
        }
    }
}

/// Why the host chain stopped a call; nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum DispatchFailure {
    /// The gas limit was reached.
    #[error("out of gas")]
    OutOfGas,
    /// The contract stopped in the middle: a bug in it, or memory exhausted.
    #[error("the contract trapped")]
    ContractTrapped,
    /// There is no contract at the address.
    #[error("there is no contract at {}", ss58(.0))]
    ContractNotFound(AccountId),
    /// The caller's native balance does not cover the storage deposit.
    #[error("the native balance of {} does not cover the storage deposit", ss58(.0))]
    DepositNotCovered(AccountId),
    /// A contract of the same deployer, code, arguments and salt exists.
    #[error("the same contract was deployed before")]
    DuplicateContract,
    /// The caller's native balance does not cover the fee.
    #[error("the native balance of {} does not cover the fee", ss58(.0))]
    FeeNotCovered(AccountId),
    /// The chain cannot have contracts.
    #[error("the chain has no pallet-contracts")]
    NoContracts,
    /// The host does not take the code.
    #[error("the host rejected the code: {0}")]
    CodeRejected(Cow<'static, str>),
    /// Anything else, with the host's name for it.
    #[error("the host says {0}")]
    Other(Cow<'static, str>),
}

impl DispatchFailure {
    /// What a host's name for an error means that stopped a call of `caller` to `contract`.
    pub(crate) fn named(name: Cow<'static, str>, caller: AccountId, contract: Option<AccountId>) -> Self {
        match (name.as_ref(), contract) {
            ("OutOfGas", _) => Self::OutOfGas,
            ("ContractTrapped", _) => Self::ContractTrapped,
            ("ContractNotFound", Some(contract)) => Self::ContractNotFound(contract),
            ("StorageDepositNotEnoughFunds" | "StorageDepositLimitExhausted", _) => Self::DepositNotCovered(caller),
            ("DuplicateContract", _) => Self::DuplicateContract,
            ("CodeRejected" | "CodeTooLarge", _) => Self::CodeRejected(name),
            _ => Self::Other(name),
        }
    }
}

impl Advise for DispatchFailure {
    fn advice(&self) -> Advice {
        Advice::change(match self {
            Self::OutOfGas => "Raise the gas limit; if it is at the host's maximum, ask for less in one call.",
            Self::ContractTrapped => "This is a bug in the contract or in the host: report the call and its arguments.",
            Self::ContractNotFound(_) => {
                "Check the addresses of the deployment and that the endpoint is of the same chain."
            }
            Self::DepositNotCovered(_) => {
                "Send native currency of the host chain to the account: storage is paid for with a deposit."
            }
            Self::FeeNotCovered(_) => {
                "Send native currency of the host chain to the account: every transaction pays a fee."
            }
            Self::NoContracts => {
                "Choose a chain whose runtime has pallet-contracts; pallet-revive runs other contracts."
            }
            Self::DuplicateContract => "Deploy with another salt, or use the contract that exists.",
            Self::CodeRejected(_) => {
                "Build the contracts with scripts/build-contracts.sh, and check which host functions and code size the chain allows."
            }
            Self::Other(_) => "Look the name up in the documentation of the host chain's pallets.",
        })
    }
}
