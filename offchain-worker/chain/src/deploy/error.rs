//! Why a deployment failed, and what to do about it.

use primitives::AccountId;

use super::{Part, Profile};
use crate::{Advice, Advise, ArtifactError, ChainError, DispatchFailure, ss58};

/// Why a deployment failed. What was deployed until then stays: the same deployment goes on there.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// A contract's bundle cannot be used.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A step failed.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The chain runs no contracts of this kind.
    #[error("the chain {name} has no pallet-contracts")]
    NoContractsPallet {
        /// The name of its runtime.
        name: String,
    },
    /// The chain allows less than a contract needs.
    #[error("the chain allows {has} {limit}, and the contracts need {needs}")]
    Limit {
        /// Of what.
        limit: &'static str,
        /// What it allows.
        has: u64,
        /// What is needed.
        needs: u64,
    },
    /// There is no build for balances of this width.
    #[error("the chain's balances have {bits} bits{}", .wanted.map(|profile| format!(", and the profile {profile} is for {} bits", u32::from(profile.balance_bytes()) * 8)).unwrap_or_default())]
    BalanceWidth {
        /// The chain's.
        bits: u32,
        /// The profile that was asked for, if one was.
        wanted: Option<Profile>,
    },
    /// The contracts use functions that the chain does not have.
    #[error("the chain lacks host functions that the profile {profile} needs: {}", functions.join(", "))]
    MissingHostFunctions {
        /// The last profile that was tried.
        profile: Profile,
        /// Which functions.
        functions: Vec<String>,
    },
    /// The chain does not take the code, and it is not for a host function.
    #[error("the chain refuses the code of {} in the profile {profile}: {failure}", part.name())]
    CodeRejected {
        /// Which contract.
        part: Part,
        /// Of which profile.
        profile: Profile,
        /// What the chain says.
        #[source]
        failure: DispatchFailure,
    },
    /// The deployer cannot pay.
    #[error("{} has {has} and needs about {needs} for deposits, and fees beside", ss58(.account))]
    BalanceTooLow {
        /// The deployer.
        account: AccountId,
        /// Its native balance, with its symbol.
        has: String,
        /// What the steps hold, with its symbol.
        needs: String,
    },
    /// The chain gave a contract another address than `pallet-contracts` derives.
    #[error("the chain put {} at {} and not at {}", part.name(), ss58(.found), ss58(.expected))]
    OtherAddress {
        /// Which contract.
        part: Part,
        /// Where it is.
        found: AccountId,
        /// Where it should be.
        expected: AccountId,
    },
    /// A contract of the deployment was connected to something else.
    #[error("{} is connected to {} and not to {}", part.name(), ss58(.found), ss58(.expected))]
    ConnectedElsewhere {
        /// Which contract.
        part: Part,
        /// What it is connected to.
        found: AccountId,
        /// What it should be connected to.
        expected: AccountId,
    },
    /// Somebody else owns a contract that is not finished.
    #[error("{} belongs to {}, and a step of its owner is left to make", part.name(), ss58(.owner))]
    OwnedByAnother {
        /// Which contract.
        part: Part,
        /// Whose it is.
        owner: AccountId,
    },
}

impl Advise for DeployError {
    fn advice(&self) -> Advice {
        Advice::change(match self {
            Self::Chain(error) => return error.advice(),
            Self::Artifact(_) => {
                "Restore the artifacts from the release, or build them with scripts/build-contracts.sh."
            }
            Self::NoContractsPallet { .. } => {
                "Yarrow needs a chain whose runtime has pallet-contracts (not pallet-revive): check the URL, or take another chain; docs/deploy.md lists some."
            }
            Self::Limit { .. } => "Take a chain with larger limits, or ask its operators to raise this one.",
            Self::BalanceWidth { .. } => {
                "Leave `profile` out of the configuration, or take a chain with balances of 64 or 128 bits."
            }
            Self::MissingHostFunctions { .. } => {
                "The chain's pallet-contracts is too old for the contracts in all profiles: ask its operators to upgrade it, or build with other features (docs/building.md)."
            }
            Self::CodeRejected { .. } => {
                "The chain may let only some accounts upload code: ask its operators, or deploy with an account that may."
            }
            Self::BalanceTooLow { .. } => "Send native currency of the chain to the deployer, and deploy again.",
            Self::OtherAddress { .. } => {
                "The chain derives addresses in its own way, which Yarrow does not know: please report it with the chain's name."
            }
            Self::ConnectedElsewhere { .. } => {
                "Somebody has changed this deployment on purpose: deploy another with a `salt` of its own."
            }
            Self::OwnedByAnother { .. } => "Let its owner make the step, or deploy anew with another `salt`.",
        })
    }
}
