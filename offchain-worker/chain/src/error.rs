//! Why a call did not do what was asked, told apart by who says so: the host chain, the contract's entry, the contract.

use std::borrow::Cow;

use ink::LangError;
use primitives::{AccountId, Hash};
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
}

impl ChainError {
    /// Whether the same request can succeed later without anybody changing it.
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
            Self::UnknownBlock(_) => Advice::wait("Take a new snapshot and read everything from it again."),
        }
    }
}

/// Why the host chain stopped a call; nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
    /// The host does not take the code.
    #[error("the host rejected the code: {0}")]
    CodeRejected(Cow<'static, str>),
    /// Anything else, with the host's name for it.
    #[error("the host says {0}")]
    Other(Cow<'static, str>),
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
            Self::DuplicateContract => "Deploy with another salt, or use the contract that exists.",
            Self::CodeRejected(_) => {
                "Build the contracts with scripts/build-contracts.sh, and check which host functions and code size the chain allows."
            }
            Self::Other(_) => "Look the name up in the documentation of the host chain's pallets.",
        })
    }
}
